import type { ISessionContext } from '@jupyterlab/apputils';
import type { KernelMessage } from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';
import { Debouncer } from '@lumino/polling';
import { type ISignal, Signal } from '@lumino/signaling';

import type { Failure } from '../tokens';
import {
  CatalogClient,
  CatalogError,
  type ICatalogNode,
  type ICatalogState,
  type ISample,
  NotLoadedError
} from './client';
import { type KernelFocus, saysScaleph } from './focus';

/** After a cell ran, others of a *Run All* may follow (milliseconds). */
const CALM = 300;

/** What there is to show, or why there is nothing. */
export type Phase =
  'no-kernel' | 'not-loaded' | 'not-open' | 'asking' | 'open' | 'failed';

/** The nodes below a path, or how far they are. */
export type Children = ICatalogNode[] | 'loading' | Failure;

/** What is shown of one table below the tree. */
export interface IDetail {
  node: ICatalogNode;
  path: readonly string[];
  kind: 'sample' | 'ddl';
  content: ISample | string | null;
  failure: Failure | null;
}

/** The tree of one kernel's catalog; branches are fetched when they are opened, and again when they may have changed. */
export class CatalogModel implements IDisposable {
  constructor(readonly focus: KernelFocus) {
    this._calm = new Debouncer(() => this._review(), CALM);
    focus.changed.connect(this._follow);
    this._follow();
  }

  get isDisposed(): boolean {
    return this._calm.isDisposed;
  }

  dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this._calm.dispose();
    this._watched = false;
    this.focus.changed.disconnect(this._follow);
    this._leave();
    this._client?.dispose();
    this._client = null;
    Signal.clearData(this);
  }

  get changed(): ISignal<CatalogModel, void> {
    return this._changed;
  }

  get phase(): Phase {
    return this._phase;
  }

  /** Why there is nothing, in the phase `failed`. */
  get failure(): Failure | null {
    return this._failure;
  }

  get engine(): string {
    return this._state?.engine ?? '';
  }

  get detail(): IDetail | null {
    return this._detail;
  }

  get selected(): string {
    return this._selected;
  }

  /** Whether somebody looks; nothing is asked while nobody does. */
  set watched(value: boolean) {
    this._watched = value;
    if (value) {
      void this._review();
    }
  }

  children(path: readonly string[]): Children | undefined {
    return this._children.get(keyOf(path));
  }

  isExpanded(path: readonly string[]): boolean {
    return this._expanded.has(keyOf(path));
  }

  select(path: readonly string[]): void {
    this._selected = keyOf(path);
    this._changed.emit();
  }

  /** The node that is selected, and its path. */
  selection(): { node: ICatalogNode; path: string[] } | null {
    if (!this._selected) {
      return null;
    }
    const path = JSON.parse(this._selected) as string[];
    const siblings = this.children(path.slice(0, -1));
    const node = Array.isArray(siblings)
      ? siblings.find(({ name }) => name === path[path.length - 1])
      : undefined;
    return node ? { node, path } : null;
  }

  expand(path: readonly string[]): void {
    this._expanded.add(keyOf(path));
    void this._fetch(path);
  }

  collapse(path: readonly string[]): void {
    this._expanded.delete(keyOf(path));
    this._changed.emit();
  }

  /** Asks for everything anew; a kernel that could not answer before is asked again. */
  async refresh(): Promise<void> {
    this._hinted = true;
    this._state = null;
    await this._review();
  }

  async showSample(node: ICatalogNode, path: readonly string[]): Promise<void> {
    await this._show(node, path, 'sample', client => client.sample(path));
  }

  async showDdl(node: ICatalogNode, path: readonly string[]): Promise<void> {
    await this._show(node, path, 'ddl', client => client.ddl(path));
  }

  closeDetail(): void {
    this._detail = null;
    this._changed.emit();
  }

  private _leave(): void {
    this._context?.kernelChanged.disconnect(this._restart);
    this._context?.statusChanged.disconnect(this._notice);
    this._context?.iopubMessage.disconnect(this._listen);
  }

  private readonly _follow = (): void => {
    this._leave();
    this._context = this.focus.context;
    this._context?.kernelChanged.connect(this._restart);
    this._context?.statusChanged.connect(this._notice);
    this._context?.iopubMessage.connect(this._listen);
    this._restart();
  };

  private readonly _restart = (): void => {
    this._client?.dispose();
    this._client = null;
    this._hinted = false;
    this._state = null;
    this._detail = null;
    this._selected = '';
    this._children.clear();
    this._expanded.clear();
    void this._review();
  };

  private readonly _notice = (_: ISessionContext, status: string): void => {
    if (status === 'restarting' || status === 'autorestarting') {
      this._restart();
    }
  };

  /** Cells that ran may have changed the names there are. */
  private readonly _listen = (
    _: ISessionContext,
    message: KernelMessage.IMessage
  ): void => {
    const { msg_type } = message.header;
    const asked = (message.parent_header as { msg_type?: string }).msg_type;
    if (msg_type === 'execute_input') {
      const { code } = (message as KernelMessage.IExecuteInputMsg).content;
      this._hinted = this._hinted || saysScaleph(code);
    } else if (msg_type === 'status' && asked === 'execute_request') {
      const { content } = message as KernelMessage.IStatusMsg;
      if (content.execution_state === 'idle' && this._watched) {
        void this._calm.invoke();
      }
    }
  };

  /** Sees how the session is, and fetches what is stale. */
  private async _review(): Promise<void> {
    const context = this._context;
    const kernel = context?.session?.kernel;
    if (!this._watched) {
      return;
    }
    if (!kernel) {
      this._enter('no-kernel');
      return;
    }
    if (!this._hinted && !this.focus.mayAnswer) {
      this._enter('not-loaded');
      return;
    }
    if (this._phase !== 'open') {
      this._enter('asking');
    }
    if (!this._client || this._client.isDisposed) {
      this._client = new CatalogClient(kernel);
    }
    const client = this._client;
    try {
      const state = await client.state();
      if (client !== this._client) {
        return;
      }
      const stale = state.revision !== this._state?.revision;
      this._state = state;
      if (!state.open) {
        this._children.clear();
        this._enter('not-open');
      } else {
        this._enter('open');
        if (stale) {
          await this._fetchAll();
        }
      }
    } catch (reason) {
      if (client === this._client) {
        this._fail(reason);
      }
    }
  }

  private async _fetchAll(): Promise<void> {
    const first = !this._children.has(keyOf([]));
    await this._fetch([]);
    if (first) {
      await this._openCurrent([]);
    }
    const open = [...this._expanded].map(key => JSON.parse(key) as string[]);
    await Promise.all(open.map(path => this._fetch(path)));
  }

  /** The current catalog and its current database are what one looks for. */
  private async _openCurrent(path: string[]): Promise<void> {
    const nodes = this.children(path);
    const node = Array.isArray(nodes) && nodes.find(({ current }) => current);
    if (node && path.length < 2) {
      const below = [...path, node.name];
      this._expanded.add(keyOf(below));
      await this._fetch(below);
      await this._openCurrent(below);
    }
  }

  private async _fetch(path: readonly string[]): Promise<void> {
    const client = this._client;
    const key = keyOf(path);
    if (!client) {
      return;
    }
    if (!Array.isArray(this._children.get(key))) {
      this._children.set(key, 'loading');
    }
    this._changed.emit();
    try {
      const nodes = await client.children(path);
      if (client === this._client) {
        this._children.set(key, nodes);
      }
    } catch (reason) {
      if (client === this._client) {
        this._children.set(key, failureOf(reason));
      }
    }
    this._changed.emit();
  }

  private async _show<T extends ISample | string>(
    node: ICatalogNode,
    path: readonly string[],
    kind: IDetail['kind'],
    ask: (client: CatalogClient) => Promise<T>
  ): Promise<void> {
    if (!this._client) {
      return;
    }
    const detail: IDetail = { node, path, kind, content: null, failure: null };
    this._detail = detail;
    this._changed.emit();
    try {
      const content = await ask(this._client);
      if (this._detail === detail) {
        this._detail = { ...detail, content };
      }
    } catch (reason) {
      if (this._detail === detail) {
        this._detail = { ...detail, failure: failureOf(reason) };
      }
    }
    this._changed.emit();
  }

  private _enter(phase: Phase): void {
    this._phase = phase;
    this._failure = null;
    this._changed.emit();
  }

  private _fail(reason: unknown): void {
    this._state = null;
    this._hinted = false;
    if (reason instanceof NotLoadedError) {
      this._client = null;
      this._enter('not-loaded');
    } else {
      this._enter('failed');
      this._failure = failureOf(reason);
      this._changed.emit();
    }
  }

  private readonly _changed = new Signal<CatalogModel, void>(this);
  private readonly _calm: Debouncer;
  private readonly _children = new Map<string, Children>();
  private readonly _expanded = new Set<string>();
  private _context: ISessionContext | null = null;
  private _client: CatalogClient | null = null;
  private _state: ICatalogState | null = null;
  private _phase: Phase = 'no-kernel';
  private _failure: Failure | null = null;
  private _detail: IDetail | null = null;
  private _selected = '';
  private _watched = false;
  private _hinted = false;
}

/** A path as the key of a map. */
export function keyOf(path: readonly string[]): string {
  return JSON.stringify(path);
}

function failureOf(reason: unknown): Failure {
  const hint = reason instanceof CatalogError ? reason.hint : '';
  const message = reason instanceof Error ? reason.message : String(reason);
  return { code: 'catalog', message, hint, path: '' };
}
