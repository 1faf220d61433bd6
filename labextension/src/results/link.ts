import type { Kernel, KernelMessage } from '@jupyterlab/services';
import { DisposableDelegate, type IDisposable } from '@lumino/disposable';

import { RESULT_TARGET, type IPatch, type Request } from './messages';

/** The kernel takes a page that says nothing for 30 seconds for gone. */
const ALIVE_MS = 10_000;

/** Of JupyterLab's comm handlers, not yet of their interface. */
interface ISubshellComm extends Kernel.IComm {
  readonly subshellStarted?: Promise<void>;
}

/** A page's line to a grid of the kernel. */
export class ResultLink implements IDisposable {
  private constructor(
    private readonly _comm: Kernel.IComm,
    private readonly _onPatch: (patch: IPatch) => void,
    private readonly _onClosed: () => void
  ) {
    _comm.onMsg = message => this._receive(message);
    _comm.onClose = () => {
      this._end();
      this._onClosed();
    };
    this._beat = window.setInterval(
      () => this.request({ do: 'alive' }),
      ALIVE_MS
    );
  }

  /**
   * Asks the kernel for a grid. `onClosed` is called when the kernel has it no longer.
   *
   * The messages go by a subshell where the kernel has any: the main shell is held up by the very cell that is
   * to be watched.
   */
  static async open(
    kernel: Kernel.IKernelConnection,
    id: string,
    onPatch: (patch: IPatch) => void,
    onClosed: () => void
  ): Promise<ResultLink> {
    await kernel.info;
    const comm: ISubshellComm = kernel.createComm(RESULT_TARGET);
    const link = new ResultLink(comm, onPatch, onClosed);
    if (kernel.supportsSubshells) {
      await comm.subshellStarted;
    }
    comm.open({ id });
    return link;
  }

  get isDisposed(): boolean {
    return this._ended.isDisposed;
  }

  /** Says something to the kernel. */
  request(request: Request): void {
    if (!this.isDisposed && !this._comm.isDisposed) {
      this._comm.send({ ...request });
    }
  }

  /** Nothing more will come: the kernel need not know any longer that the page is there. */
  rest(): void {
    window.clearInterval(this._beat);
  }

  dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this._end();
    if (!this._comm.isDisposed) {
      this._comm.onClose = () => undefined;
      this._comm.close();
    }
  }

  private _receive(message: KernelMessage.ICommMsgMsg): void {
    const patch = message.content.data as unknown as IPatch;
    if (patch.reset === undefined && patch.sequence !== this._expected) {
      if (!this._lost) {
        this._lost = true;
        this.request({ do: 'resync' });
      }
      return;
    }
    this._lost = false;
    this._expected = patch.sequence + 1;
    this._onPatch(patch);
  }

  private _end(): void {
    this.rest();
    this._ended.dispose();
  }

  private readonly _ended = new DisposableDelegate(() => undefined);
  private readonly _beat: number;
  private _expected = 0;
  private _lost = false;
}
