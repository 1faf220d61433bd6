import { type ISignal, Signal } from '@lumino/signaling';

import type { Failure } from '../tokens';
import { RestError } from './client';

/** The base of what a panel shows: it says when it has changed, when it works, and what failed. */
export class BusyModel {
  /** Emitted when anything of it has changed. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  failure: Failure | null = null;
  busy = false;

  protected emitChanged(): void {
    this._changed.emit();
  }

  /** Does what a user waits for; its failure is shown. Resolves to whether it was done. */
  protected async doing(work: () => Promise<void>): Promise<boolean> {
    this.busy = true;
    this.failure = null;
    this._changed.emit();
    try {
      await work();
      return true;
    } catch (reason) {
      this.failure = RestError.failureOf(reason);
      return false;
    } finally {
      this.busy = false;
      this._changed.emit();
    }
  }

  private readonly _changed = new Signal<this, void>(this);
}
