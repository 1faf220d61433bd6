import type {
  JSONObject,
  PartialJSONObject,
  PartialJSONValue
} from '@lumino/coreutils';

/** SeaTunnel's three kinds of plug-in. */
export type Kind = 'source' | 'transform' | 'sink';

/** A connector or transform with its options. */
export interface IPipelineNode {
  id: string;
  kind: Kind;
  connector: string;
  options: PartialJSONObject;
  /** A data source of the catalog that fills what is not given. */
  datasource?: string;
  /** The table that it gives out, where that is not the name. */
  output?: string;
  /** Comments of the configuration that it came from. */
  comments?: Record<string, string>;
}

/** Rows flow from one node to another. */
export interface IPipelineEdge {
  from: string;
  to: string;
  /** SeaTunnel finds the input by itself. */
  implied?: boolean;
}

export interface IPosition {
  x: number;
  y: number;
}

/** A `*.seatunnel.json`, as `scaleph_lab.pipelines.document` has it. It is never changed in place. */
export interface IPipelineDocument {
  schema_version: 2;
  name: string;
  description: string;
  env: PartialJSONObject;
  variables: Record<string, string>;
  nodes: readonly IPipelineNode[];
  edges: readonly IPipelineEdge[];
  layout: Record<string, IPosition>;
}

/** What was copied: nodes, the edges between them, and where they were. */
export interface IFragment {
  nodes: readonly IPipelineNode[];
  edges: readonly IPipelineEdge[];
  layout: Record<string, IPosition>;
}

/** Where nodes that nobody has placed are put, in pixels. */
const STEP = { x: 220, y: 110 };
const COLUMN: Record<Kind, number> = { source: 0, transform: 1, sink: 2 };

/** The newest form of documents. */
const FORM = 2;

export const NODE_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** A pipeline without nodes. */
export function emptyDocument(name: string): IPipelineDocument {
  return {
    schema_version: 2,
    name,
    description: '',
    env: { 'job.mode': 'BATCH', parallelism: 1 },
    variables: {},
    nodes: [],
    edges: [],
    layout: {}
  };
}

/** Reads a file. Throws an `Error` that says what it is not. */
export function parseDocument(text: string, name: string): IPipelineDocument {
  if (text.trim() === '') {
    return emptyDocument(name);
  }
  const data = JSON.parse(text) as Partial<IPipelineDocument> | null;
  if (typeof data !== 'object' || data === null || !Array.isArray(data.nodes)) {
    throw new Error('It is no pipeline: it has no list of nodes.');
  }
  const form: number = data.schema_version ?? FORM;
  if (form > FORM) {
    throw new Error(
      `It is of the form ${form}, and ${FORM} is the newest that is known here.`
    );
  }
  // The second form only adds to the first.
  const empty = { ...emptyDocument(name), env: {} };
  return placed({ ...empty, ...data, schema_version: FORM });
}

/** The file's text, in the order that Python writes it too. */
export function renderDocument(document: IPipelineDocument): string {
  const {
    schema_version,
    name,
    description,
    env,
    variables,
    nodes,
    edges,
    layout,
    ...more
  } = document;
  const ordered = {
    schema_version,
    name,
    description,
    env,
    variables,
    ...more,
    nodes: nodes.map(({ datasource, ...node }) => ({
      ...node,
      ...(datasource ? { datasource } : {})
    })),
    edges,
    layout: Object.fromEntries(nodes.map(({ id }) => [id, layout[id]]))
  };
  return `${JSON.stringify(ordered, null, 2)}\n`;
}

/** The document with a place for each node, by kind in columns. */
export function placed(document: IPipelineDocument): IPipelineDocument {
  const layout = { ...document.layout };
  const rows: Record<Kind, number> = { source: 0, transform: 0, sink: 0 };
  for (const { id, kind } of document.nodes) {
    layout[id] ??= { x: COLUMN[kind] * STEP.x, y: rows[kind] * STEP.y };
    rows[kind] += 1;
  }
  return { ...document, layout };
}

/** A name for a node that no other has. */
export function freeName(
  document: IPipelineDocument,
  wanted: string,
  taken: ReadonlySet<string> = new Set()
): string {
  const base =
    wanted.replace(/[^A-Za-z0-9_]+/g, '_').replace(/^(\d)/, '_$1') || 'node';
  const used = new Set([...document.nodes.map(({ id }) => id), ...taken]);
  if (!used.has(base)) {
    return base;
  }
  const stem = base.replace(/_\d+$/, '');
  for (let at = 2; ; at += 1) {
    if (!used.has(`${stem}_${at}`)) {
      return `${stem}_${at}`;
    }
  }
}

/** The document with one node more. */
export function withNode(
  document: IPipelineDocument,
  node: IPipelineNode,
  position: IPosition
): IPipelineDocument {
  return {
    ...document,
    nodes: [...document.nodes, node],
    layout: { ...document.layout, [node.id]: rounded(position) }
  };
}

/** The document without these nodes and edges, and without edges that lead nowhere. */
export function without(
  document: IPipelineDocument,
  nodes: ReadonlySet<string>,
  edges: ReadonlySet<string>
): IPipelineDocument {
  const layout = { ...document.layout };
  for (const id of nodes) {
    delete layout[id];
  }
  return {
    ...document,
    nodes: document.nodes.filter(({ id }) => !nodes.has(id)),
    edges: document.edges.filter(
      edge =>
        !edges.has(edgeKey(edge)) &&
        !nodes.has(edge.from) &&
        !nodes.has(edge.to)
    ),
    layout
  };
}

/** The document with one edge more; the reason why not, as a word, where it cannot be. */
export function connected(
  document: IPipelineDocument,
  from: string,
  to: string
): IPipelineDocument | 'same' | 'twice' | 'sink' | 'source' | 'circle' {
  const source = nodeOf(document, from);
  const target = nodeOf(document, to);
  if (from === to || !source || !target) {
    return 'same';
  }
  if (source.kind === 'sink') {
    return 'sink';
  }
  if (target.kind === 'source') {
    return 'source';
  }
  if (document.edges.some(edge => edge.from === from && edge.to === to)) {
    return 'twice';
  }
  if (reaches(document, to, from)) {
    return 'circle';
  }
  return { ...document, edges: [...document.edges, { from, to }] };
}

/** The document with nodes at other places. */
export function moved(
  document: IPipelineDocument,
  positions: Record<string, IPosition>
): IPipelineDocument {
  const layout = { ...document.layout };
  for (const [id, position] of Object.entries(positions)) {
    layout[id] = rounded(position);
  }
  return { ...document, layout };
}

/** The document with another value of an option; `undefined` takes the option away. */
export function withOption(
  document: IPipelineDocument,
  id: string,
  key: string,
  value: PartialJSONValue | undefined
): IPipelineDocument {
  return changed(document, id, node => {
    const options = { ...node.options };
    if (value === undefined) {
      delete options[key];
    } else {
      options[key] = value;
    }
    return { ...node, options };
  });
}

/** The document with a node as `change` gives it. */
export function changed(
  document: IPipelineDocument,
  id: string,
  change: (node: IPipelineNode) => IPipelineNode
): IPipelineDocument {
  return {
    ...document,
    nodes: document.nodes.map(node => (node.id === id ? change(node) : node))
  };
}

/** The document with another name of a node, at its edges too. */
export function renamed(
  document: IPipelineDocument,
  id: string,
  name: string
): IPipelineDocument {
  const now = (each: string): string => (each === id ? name : each);
  const layout = Object.fromEntries(
    Object.entries(document.layout).map(([key, at]) => [now(key), at])
  );
  return {
    ...document,
    nodes: document.nodes.map(node => ({ ...node, id: now(node.id) })),
    edges: document.edges.map(({ from, to, ...more }) => ({
      from: now(from),
      to: now(to),
      ...more
    })),
    layout
  };
}

/** What these nodes are, to be put elsewhere. */
export function fragmentOf(
  document: IPipelineDocument,
  ids: ReadonlySet<string>
): IFragment {
  return {
    nodes: document.nodes.filter(({ id }) => ids.has(id)),
    edges: document.edges.filter(
      ({ from, to }) => ids.has(from) && ids.has(to)
    ),
    layout: Object.fromEntries([...ids].map(id => [id, document.layout[id]]))
  };
}

/** The document with a copy of a fragment, a step aside, and the names that its nodes got. */
export function withFragment(
  document: IPipelineDocument,
  fragment: IFragment
): { document: IPipelineDocument; ids: string[] } {
  const names = new Map<string, string>();
  for (const { id } of fragment.nodes) {
    names.set(id, freeName(document, id, new Set(names.values())));
  }
  let next = document;
  for (const node of fragment.nodes) {
    const at = fragment.layout[node.id] ?? { x: 0, y: 0 };
    const id = names.get(node.id) ?? node.id;
    next = withNode(next, { ...node, id }, { x: at.x + 40, y: at.y + 40 });
  }
  const edges = fragment.edges.map(({ from, to, ...more }) => ({
    from: names.get(from) ?? from,
    to: names.get(to) ?? to,
    ...more
  }));
  next = { ...next, edges: [...next.edges, ...edges] };
  return { document: next, ids: [...names.values()] };
}

export function nodeOf(
  document: IPipelineDocument,
  id: string
): IPipelineNode | undefined {
  return document.nodes.find(node => node.id === id);
}

/** A key that tells edges apart. */
export function edgeKey({ from, to }: IPipelineEdge): string {
  return `${from}→${to}`;
}

/** A document as plain JSON, for the server and the kernel. */
export function asJson(document: IPipelineDocument): JSONObject {
  return JSON.parse(renderDocument(document)) as JSONObject;
}

function reaches(
  document: IPipelineDocument,
  from: string,
  to: string
): boolean {
  const seen = new Set<string>();
  const open = [from];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (id === to) {
      return true;
    }
    if (!seen.has(id)) {
      seen.add(id);
      open.push(
        ...document.edges.filter(edge => edge.from === id).map(edge => edge.to)
      );
    }
  }
  return false;
}

function rounded({ x, y }: IPosition): IPosition {
  return { x: Math.round(x), y: Math.round(y) };
}
