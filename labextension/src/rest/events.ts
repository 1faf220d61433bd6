import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';
import { Poll } from '@lumino/polling';
import { type ISignal, Signal } from '@lumino/signaling';

import type { Change } from '../tokens';

/** The changes of the catalog, while the page is seen. */
export class CatalogEvents implements IDisposable {
  constructor(private readonly _settings: ServerConnection.ISettings) {
    // A stream ends now and then; the poll opens the next one, and waits longer while none can be had.
    this._poll = new Poll({
      name: 'scaleph-lab:events',
      factory: () => this._listen(),
      frequency: { interval: 1000, backoff: true, max: 30_000 },
      standby: 'when-hidden'
    });
    document.addEventListener('visibilitychange', this._onVisibility);
  }

  /** Emitted with each change; with `null` where anything may have changed. */
  get changed(): ISignal<this, Change | null> {
    return this._changed;
  }

  get isDisposed(): boolean {
    return this._poll.isDisposed;
  }

  dispose(): void {
    if (this.isDisposed) {
      return;
    }
    document.removeEventListener('visibilitychange', this._onVisibility);
    this._poll.dispose();
    this._stream.abort();
    Signal.clearData(this);
  }

  private async _listen(): Promise<void> {
    this._stream = new AbortController();
    const url = URLExt.join(this._settings.baseUrl, 'scaleph', 'events');
    const headers = this._last ? { 'Last-Event-ID': this._last } : undefined;
    const response = await ServerConnection.makeRequest(
      `${url}?no_track_activity=1`,
      { method: 'GET', headers, signal: this._stream.signal },
      this._settings
    );
    const reader = response.ok ? response.body?.getReader() : undefined;
    if (!reader) {
      throw new ServerConnection.ResponseError(response);
    }
    const decoder = new TextDecoder();
    let text = '';
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) {
          return;
        }
        const events = (text + decoder.decode(value, { stream: true })).split(
          '\n\n'
        );
        text = events.pop() ?? '';
        events.forEach(event => this._receive(event));
      }
    } catch (reason) {
      if (!this._stream.signal.aborted) {
        throw reason;
      }
    }
  }

  private _receive(event: string): void {
    const fields = new Map(
      event.split('\n').map(line => {
        const at = line.indexOf(': ');
        return [line.slice(0, at), line.slice(at + 2)] as const;
      })
    );
    this._last = fields.get('id') ?? this._last;
    const kind = fields.get('event');
    if (kind === 'reset') {
      this._changed.emit(null);
    } else if (kind === 'change') {
      this._changed.emit(JSON.parse(fields.get('data') ?? 'null') as Change);
    }
  }

  // A browser has six connections for all pages of a server, so one that is not seen must not keep one.
  private readonly _onVisibility = (): void => {
    if (document.visibilityState === 'hidden') {
      this._stream.abort();
    } else {
      void this._poll.refresh();
    }
  };

  private readonly _poll: Poll;
  private readonly _changed = new Signal<this, Change | null>(this);
  private _stream = new AbortController();
  private _last = '';
}
