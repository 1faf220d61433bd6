import type { PartialJSONObject, PartialJSONValue } from '@lumino/coreutils';

import type { components } from '../rest/openapi';
import type { IPipelineNode } from './document';

export type Connector = components['schemas']['Connector'];
export type ConnectorOption = components['schemas']['ConnectorOption'];
type Condition = components['schemas']['OptionCondition'];

/** Options of a form: those that are asked for now, those that may be given, and what the rules do not know. */
export interface IFormFields {
  asked: IAsked[];
  others: ConnectorOption[];
  unknown: string[];
}

/** An option that is asked for, and what for. */
export interface IAsked {
  option: ConnectorOption;
  /** The condition that asks for it, or the options of which one must be given. */
  because: { when: string } | { oneOf: readonly string[] } | null;
}

/** The fields for what a node says now: conditions are looked at again with each change. */
export function fieldsOf(
  connector: Connector,
  node: IPipelineNode
): IFormFields {
  const options = connector.options ?? [];
  const byKey = new Map(options.map(option => [option.key, option]));
  const values = withDefaults(connector, node.options);
  const asked = new Map<string, IAsked>();
  const ask = (key: string, because: IAsked['because']): void => {
    const option = byKey.get(key);
    if (option && !asked.has(key)) {
      asked.set(key, { option, because });
    }
  };
  for (const key of connector.required ?? []) {
    ask(key, null);
  }
  for (const group of connector.exclusive ?? []) {
    const given = group.filter(key => key in node.options);
    for (const key of given.length > 0 ? given : group) {
      ask(key, { oneOf: group });
    }
  }
  for (const { when, required } of connector.conditional ?? []) {
    if (holds(when, values)) {
      for (const key of keysOf(when)) {
        ask(key, null);
      }
      for (const key of required) {
        ask(key, { when: wordsOf(when) });
      }
    }
  }
  const conditional = new Set(
    (connector.conditional ?? []).flatMap(({ required }) => required)
  );
  const others = options.filter(
    ({ key }) =>
      !asked.has(key) && (!conditional.has(key) || key in node.options)
  );
  const known = new Set(options.flatMap(option => namesOf(option)));
  const unknown = Object.keys(node.options).filter(key => !known.has(key));
  return { asked: [...asked.values()], others, unknown };
}

/** The key of the option that a JSON pointer of a problem leads to or into. */
export function keyOf(pointer: string): string {
  const [, first = ''] = pointer.split('/');
  return first.replace(/~1/g, '/').replace(/~0/g, '~');
}

/** The names that an option is read by. */
export function namesOf(option: ConnectorOption): string[] {
  return [option.key, ...(option.fallback_keys ?? [])];
}

/** Whether a condition holds; texts are compared in any case of letters, as SeaTunnel does. */
export function holds(when: Condition, values: PartialJSONObject): boolean {
  if (when.and) {
    return when.and.every(each => holds(each, values));
  }
  if (when.or) {
    return when.or.some(each => holds(each, values));
  }
  const value = values[when.key ?? ''];
  const expected = when.equals;
  const fold = (each: unknown): unknown =>
    typeof each === 'string' || typeof each === 'boolean'
      ? String(each).toLowerCase()
      : each;
  return fold(value) === fold(expected);
}

/** A condition in words. */
export function wordsOf(when: Condition): string {
  if (when.and || when.or) {
    const joint = when.and ? ' and ' : ' or ';
    return (when.and ?? when.or ?? []).map(wordsOf).join(joint);
  }
  return `${when.key} is ${String(when.equals)}`;
}

/** What a text in a field says as a value of the option's type; a text where it is none, which is then diagnosed. */
export function valueOf(
  option: ConnectorOption,
  text: string
): PartialJSONValue | undefined {
  if (text === '') {
    return undefined;
  }
  switch (option.type) {
    case 'integer':
    case 'number': {
      const number = Number(text);
      const safe = Number.isFinite(number) && Math.abs(number) < 2 ** 53;
      return text.trim() !== '' && safe ? number : text;
    }
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : text;
    default:
      return text;
  }
}

/** Whether a list or map is of plain values, so that lines and rows will do. */
export function isPlain(option: ConnectorOption): boolean {
  const inner = (option.items as { type?: string } | undefined)?.type;
  return (
    inner !== undefined &&
    inner !== 'object' &&
    inner !== 'map' &&
    inner !== 'list'
  );
}

function keysOf(when: Condition): string[] {
  const inner = when.and ?? when.or;
  return inner ? inner.flatMap(keysOf) : [when.key ?? ''];
}

function withDefaults(
  connector: Connector,
  given: PartialJSONObject
): PartialJSONObject {
  const values: PartialJSONObject = {};
  for (const option of connector.options ?? []) {
    const name = namesOf(option).find(each => each in given);
    const value = name === undefined ? option.default : given[name];
    if (value !== undefined) {
      values[option.key] = value as PartialJSONValue;
    }
  }
  return values;
}
