import { SQLDialect } from '@codemirror/lang-sql';
import {
  defineLanguageFacet,
  Language,
  languageDataProp,
  LanguageSupport
} from '@codemirror/language';
import {
  type Input,
  NodeSet,
  NodeType,
  Parser,
  type PartialParse,
  Tree,
  type TreeFragment
} from '@lezer/common';
import { styleTags, tags } from '@lezer/highlight';

import { FLINK_FUNCTIONS, FLINK_KEYWORDS, FLINK_TYPES } from './words';

const dialect = SQLDialect.define({
  keywords: FLINK_KEYWORDS.toLowerCase(),
  types: FLINK_TYPES.toLowerCase(),
  builtin: FLINK_FUNCTIONS.toLowerCase(),
  identifierQuotes: '`',
  caseInsensitiveIdentifiers: true,
  charSetCasts: true
}).configureLanguage({
  // JupyterLab's themes have no colour for types, and one for built-in variables, not names.
  props: [
    styleTags({
      Builtin: tags.standard(tags.variableName),
      Type: tags.atom
    })
  ]
});

const cellData = defineLanguageFacet({ commentTokens: { line: '--' } });

const nodes = new NodeSet([
  NodeType.define({
    id: 0,
    name: 'FlinkSqlCell',
    top: true,
    props: [[languageDataProp, cellData]]
  }),
  NodeType.define({ id: 1, name: 'CellMagic' })
]).extend(styleTags({ CellMagic: tags.meta }));

const [cellType, magicType] = nodes.types;

/** Where the line of the magic ends; 0 for a text that does not start with one. */
function magicEnd(input: Input): number {
  if (!input.read(0, Math.min(2, input.length)).startsWith('%%')) {
    return 0;
  }
  const text = input.read(0, input.length);
  const end = text.indexOf('\n');
  return end < 0 ? text.length : end;
}

/** Puts the tree of the statements below the line of the magic. */
class CellParse implements PartialParse {
  constructor(
    private readonly _inner: PartialParse,
    private readonly _magicEnd: number
  ) {}

  get parsedPos(): number {
    return this._inner.parsedPos;
  }

  get stoppedAt(): number | null {
    return this._inner.stoppedAt;
  }

  stopAt(position: number): void {
    this._inner.stopAt(Math.max(position, this._magicEnd));
  }

  advance(): Tree | null {
    const statements = this._inner.advance();
    if (!statements) {
      return null;
    }
    const magic = new Tree(magicType, [], [], this._magicEnd);
    return new Tree(
      cellType,
      [magic, statements],
      [0, this._magicEnd],
      this._magicEnd + statements.length
    );
  }
}

/**
 * Reads the first line as the magic that it is, so that its options and quotes are no SQL. A cell is
 * short, so it is parsed anew after each change.
 */
class CellParser extends Parser {
  createParse(
    input: Input,
    fragments: readonly TreeFragment[],
    ranges: readonly { from: number; to: number }[]
  ): PartialParse {
    const inner = dialect.language.parser;
    const end = magicEnd(input);
    if (end === 0 || ranges[0].from > 0) {
      return inner.createParse(input, fragments, ranges);
    }
    const below = [{ from: end, to: Math.max(end, input.length) }];
    return new CellParse(inner.createParse(input, [], below), end);
  }
}

/** Flink SQL, with or without the line of a `%%flinksql` above it. */
export const flinkSql = new LanguageSupport(
  new Language(cellData, new CellParser(), [], 'flinksql')
);
