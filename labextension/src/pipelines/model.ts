import { type ISignal, Signal } from '@lumino/signaling';

import { RestError } from '../rest/client';
import type { Failure } from '../tokens';
import type {
  DataSource,
  IPipelineBackend,
  Palette,
  Problem,
  Run,
  Runner,
  Sample
} from './backend';
import {
  edgeKey,
  emptyDocument,
  fragmentOf,
  type IFragment,
  type IPipelineDocument,
  type IPipelineNode,
  nodeOf,
  placed,
  withFragment,
  without
} from './document';
import type { Connector } from './rules';

/** What has changed: the document, what is chosen, or what the platform said. */
export type Change = 'document' | 'selection' | 'answers';

interface IStep {
  before: IPipelineDocument;
  after: IPipelineDocument;
  /** Changes of one key that follow each other quickly are one step. */
  key: string;
  at: number;
}

/** Rows of a node: asked for, there, or not to be had. */
export interface ISampling {
  node: string;
  /** What the rows were asked of: an older one when the pipeline was changed since. */
  document: IPipelineDocument;
  sample: Sample | null;
  failure: Failure | null;
  /** Stops it while it goes on. */
  stop: AbortController | null;
}

const MOST_STEPS = 200;
const SAME_STEP_MILLISECONDS = 1200;
const DIAGNOSE_AFTER_MILLISECONDS = 250;
const LOOK_EACH_MILLISECONDS = 500;

/** What was copied last, in any builder of the page. */
let clipboard: IFragment | null = null;

/** A pipeline that is being built: its document with all steps, what is chosen, and what the platform says of it. */
export class PipelineModel {
  constructor(readonly backend: IPipelineBackend) {
    void this._ask();
  }

  /** Emitted with what has changed. */
  get changed(): ISignal<this, Change> {
    return this._changed;
  }

  get document(): IPipelineDocument {
    return this._document;
  }

  /** Names of the chosen nodes. */
  selected: ReadonlySet<string> = new Set();
  /** Keys of the chosen edges. */
  selectedEdges: ReadonlySet<string> = new Set();
  palette: Palette | null = null;
  datasources: readonly DataSource[] = [];
  problems: readonly Problem[] = [];
  run: Run | null = null;
  sampling: ISampling | null = null;
  failure: Failure | null = null;
  /** What the last import could not hold, or what is odd about it. */
  notes: readonly string[] = [];
  /** A word on the last step, for those who do not see the canvas. */
  notice = '';

  get canUndo(): boolean {
    return this._undone < this._steps.length;
  }

  get canRedo(): boolean {
    return this._undone > 0;
  }

  get isRunning(): boolean {
    return this.run !== null && !this.run.done;
  }

  get errors(): readonly Problem[] {
    return this.problems.filter(({ severity }) => severity === 'error');
  }

  /** The one node that is chosen. */
  get node(): IPipelineNode | null {
    const [id] = this.selected;
    return this.selected.size === 1
      ? (nodeOf(this._document, id) ?? null)
      : null;
  }

  /** The node whose rows are meant: the one that is chosen, or where the chosen edge begins. */
  get tapped(): string | null {
    const [key] = this.selectedEdges;
    const edge =
      this.selectedEdges.size === 1 && this.selected.size === 0
        ? this._document.edges.find(each => edgeKey(each) === key)
        : undefined;
    return this.node?.id ?? edge?.from ?? null;
  }

  connector(node: IPipelineNode): Connector | undefined {
    return this.palette?.items.find(
      ({ kind, name }) =>
        kind === node.kind &&
        name.toLowerCase() === node.connector.toLowerCase()
    );
  }

  /** Takes a document as it is; `isNew` forgets the steps before. */
  load(document: IPipelineDocument, isNew = true): void {
    if (isNew) {
      this._steps = [];
      this._undone = 0;
    }
    this._show(document);
  }

  /** One step of the user's, that can be undone. */
  apply(document: IPipelineDocument, key = ''): void {
    if (document === this._document) {
      return;
    }
    this._steps.length -= this._undone;
    this._undone = 0;
    const last = this._steps.at(-1);
    const now = Date.now();
    if (
      key !== '' &&
      last?.key === key &&
      now - last.at < SAME_STEP_MILLISECONDS
    ) {
      Object.assign(last, { after: document, at: now });
    } else {
      const step = { before: this._document, after: document, key, at: now };
      this._steps.push(step);
      this._steps.splice(0, this._steps.length - MOST_STEPS);
    }
    this._show(document);
  }

  /** Goes on with the last step: what was done is undone with it. */
  replace(document: IPipelineDocument): void {
    const last = this._steps.at(-1);
    const { notes } = this;
    if (last && this._undone === 0) {
      last.after = document;
    }
    this._show(document);
    this.notes = notes;
  }

  undo(): void {
    if (this.canUndo) {
      this._undone += 1;
      this._show(this._steps[this._steps.length - this._undone].before);
    }
  }

  redo(): void {
    if (this.canRedo) {
      const step = this._steps[this._steps.length - this._undone];
      this._undone -= 1;
      this._show(step.after);
    }
  }

  select(nodes: Iterable<string>, edges: Iterable<string> = []): void {
    const chosen = new Set(nodes);
    const chosenEdges = new Set(edges);
    if (
      !isSame(chosen, this.selected) ||
      !isSame(chosenEdges, this.selectedEdges)
    ) {
      this.selected = chosen;
      this.selectedEdges = chosenEdges;
      this._changed.emit('selection');
    }
  }

  selectAll(): void {
    this.select(this._document.nodes.map(({ id }) => id));
  }

  remove(): void {
    if (this.selected.size + this.selectedEdges.size > 0) {
      this.apply(without(this._document, this.selected, this.selectedEdges));
    }
  }

  copy(): void {
    if (this.selected.size > 0) {
      clipboard = fragmentOf(this._document, this.selected);
    }
  }

  cut(): void {
    this.copy();
    this.remove();
  }

  paste(): void {
    if (clipboard !== null) {
      const { document, ids } = withFragment(this._document, clipboard);
      this.apply(document);
      this.select(ids);
    }
  }

  duplicate(): void {
    const fragment = fragmentOf(this._document, this.selected);
    const { document, ids } = withFragment(this._document, fragment);
    this.apply(document);
    this.select(ids);
  }

  tell(notice: string): void {
    this.notice = notice;
    this._changed.emit('answers');
  }

  /** Takes what a configuration says in the place of the document: one step, that can be undone. */
  async import(text: string, name: string): Promise<boolean> {
    this.failure = null;
    try {
      const { document, notes } = await this.backend.import(text, name);
      const found = document as unknown as IPipelineDocument;
      this.apply(placed(found));
      this.notes = notes.map(({ message }) => message);
      this._changed.emit('answers');
      return true;
    } catch (reason) {
      this.failure = RestError.failureOf(reason);
      this._changed.emit('answers');
      return false;
    }
  }

  /** Runs the document as it is now and follows it to its end. */
  async start(runner: Runner): Promise<void> {
    this.failure = null;
    try {
      this.run = await this.backend.run(this._document, runner);
      this._changed.emit('answers');
      while (this.run && !this.run.done && !this._isDisposed) {
        await new Promise(done => setTimeout(done, LOOK_EACH_MILLISECONDS));
        this.run = await this.backend.look(this.run);
        this._changed.emit('answers');
      }
    } catch (reason) {
      this.failure = RestError.failureOf(reason);
      this._changed.emit('answers');
    }
  }

  async stop(): Promise<void> {
    if (this.run && !this.run.done) {
      try {
        this.run = await this.backend.cancel(this.run);
      } catch (reason) {
        this.failure = RestError.failureOf(reason);
      }
      this._changed.emit('answers');
    }
  }

  /** Asks for the first rows of a node, in the place of what was asked before. */
  async sample(node: string): Promise<void> {
    this.sampling?.stop?.abort();
    const stop = new AbortController();
    const document = this._document;
    const asked = { node, document, sample: null, failure: null, stop };
    const answer = (found: Partial<ISampling>): void => {
      if (this.sampling?.stop === stop && !this._isDisposed) {
        this.sampling = { ...asked, ...found, stop: null };
        this._changed.emit('answers');
      }
    };
    this.sampling = asked;
    this._changed.emit('answers');
    try {
      answer({
        sample: await this.backend.sample(document, node, stop.signal)
      });
    } catch (reason) {
      answer({ failure: RestError.failureOf(reason) });
    }
  }

  stopSampling(): void {
    this.sampling?.stop?.abort();
    this.sampling = null;
    this._changed.emit('answers');
  }

  /** Asks again for the data sources, which may have been made meanwhile. */
  async refreshDataSources(): Promise<void> {
    try {
      this.datasources = await this.backend.datasources();
      this._changed.emit('answers');
    } catch {
      // A form without data sources still takes options; the panel of data sources says why there are none.
    }
  }

  dispose(): void {
    this._isDisposed = true;
    this.sampling?.stop?.abort();
    window.clearTimeout(this._timer);
    Signal.clearData(this);
  }

  private async _ask(): Promise<void> {
    try {
      this.palette = await this.backend.palette();
    } catch (reason) {
      this.failure = RestError.failureOf(reason);
    }
    this._changed.emit('answers');
    await this.refreshDataSources();
  }

  private _show(document: IPipelineDocument): void {
    this._document = document;
    this.notice = '';
    this.notes = [];
    const ids = new Set(document.nodes.map(({ id }) => id));
    this.selected = new Set([...this.selected].filter(id => ids.has(id)));
    this.selectedEdges = new Set();
    this._changed.emit('document');
    window.clearTimeout(this._timer);
    this._timer = window.setTimeout(
      () => void this._diagnose(),
      DIAGNOSE_AFTER_MILLISECONDS
    );
  }

  private async _diagnose(): Promise<void> {
    const document = this._document;
    try {
      // An empty canvas is no mistake: it says what to do itself.
      const found =
        document.nodes.length === 0
          ? []
          : await this.backend.diagnose(document);
      if (document === this._document) {
        this.problems = found;
        this._changed.emit('answers');
      }
    } catch (reason) {
      this.failure = RestError.failureOf(reason);
      this._changed.emit('answers');
    }
  }

  private readonly _changed = new Signal<this, Change>(this);
  private _document = emptyDocument('pipeline');
  private _steps: IStep[] = [];
  private _undone = 0;
  private _timer = 0;
  private _isDisposed = false;
}

function isSame(one: ReadonlySet<string>, other: ReadonlySet<string>): boolean {
  return one.size === other.size && [...one].every(each => other.has(each));
}
