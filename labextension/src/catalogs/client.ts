import type { Kernel, KernelMessage } from '@jupyterlab/services';
import { PromiseDelegate, UUID } from '@lumino/coreutils';
import type { IDisposable } from '@lumino/disposable';

import type { Failure } from '../tokens';

/** The comm target that the kernel answers on; see `scaleph_lab/magics/catalog_comm.py`. */
export const CATALOG_TARGET = 'scaleph.catalog';

/** A kernel that is busy and has no subshells answers when it is done (milliseconds). */
const PATIENCE = 20_000;

export type NodeKind = 'catalog' | 'database' | 'table' | 'view' | 'column';

/** One entry of the tree. */
export interface ICatalogNode {
  name: string;
  kind: NodeKind;
  /** How a statement of the session writes it. */
  sql: string;
  /** A column's type. */
  detail: string;
  temporary: boolean;
  current: boolean;
}

/** What the kernel's session is. */
export interface ICatalogState {
  engine: string;
  open: boolean;
  /** Another text when names may have changed. */
  revision: string;
}

/** The first rows of a table; values are text, or `null`. */
export interface ISample {
  columns: string[];
  types: string[];
  rows: (string | null)[][];
  timed_out: boolean;
}

type Reply = { id: string; answer?: unknown; failure?: Partial<Failure> };

/** Why a question has no answer. */
export class CatalogError extends Error {
  constructor(
    message: string,
    readonly hint = ''
  ) {
    super(message);
  }
}

/** The kernel does not know the comm: it has not loaded the extension. */
export class NotLoadedError extends CatalogError {}

/** Asks one kernel about its catalog, over a comm of its own. */
export class CatalogClient implements IDisposable {
  constructor(kernel: Kernel.IKernelConnection) {
    this._comm = kernel.createComm(CATALOG_TARGET);
    this._comm.onMsg = message => this._receive(message);
    this._comm.onClose = () => this._end();
    void this._comm.open();
  }

  get isDisposed(): boolean {
    return this._ended;
  }

  dispose(): void {
    if (!this._comm.isDisposed) {
      this._comm.close();
    }
    this._end();
  }

  state(): Promise<ICatalogState> {
    return this._ask('state', []) as Promise<ICatalogState>;
  }

  children(path: readonly string[]): Promise<ICatalogNode[]> {
    return this._ask('children', path) as Promise<ICatalogNode[]>;
  }

  sample(path: readonly string[]): Promise<ISample> {
    return this._ask('sample', path) as Promise<ISample>;
  }

  ddl(path: readonly string[]): Promise<string> {
    return this._ask('ddl', path) as Promise<string>;
  }

  private async _ask(ask: string, path: readonly string[]): Promise<unknown> {
    if (this._ended) {
      throw new NotLoadedError('The kernel closed the connection.');
    }
    const id = UUID.uuid4();
    const waiting = new PromiseDelegate<unknown>();
    const timer = window.setTimeout(() => {
      waiting.reject(
        new CatalogError(
          'The kernel does not answer.',
          'It may be busy: try again when its cell is done.'
        )
      );
    }, PATIENCE);
    this._waiting.set(id, waiting);
    this._comm.send({ id, ask, path: [...path] });
    try {
      return await waiting.promise;
    } finally {
      window.clearTimeout(timer);
      this._waiting.delete(id);
    }
  }

  private _receive(message: KernelMessage.ICommMsgMsg): void {
    const { id, answer, failure } = message.content.data as unknown as Reply;
    const waiting = this._waiting.get(id);
    if (failure) {
      waiting?.reject(new CatalogError(failure.message ?? '', failure.hint));
    } else {
      waiting?.resolve(answer);
    }
  }

  private _end(): void {
    this._ended = true;
    for (const waiting of this._waiting.values()) {
      waiting.reject(new NotLoadedError('The kernel closed the connection.'));
    }
  }

  private readonly _comm: Kernel.IComm;
  private readonly _waiting = new Map<string, PromiseDelegate<unknown>>();
  private _ended = false;
}
