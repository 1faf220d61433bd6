import type { ServerConnection } from '@jupyterlab/services';
import { DisposableDelegate, type IDisposable } from '@lumino/disposable';
import { Poll } from '@lumino/polling';
import { type ISignal, Signal } from '@lumino/signaling';

import { RestError, ScalephClient } from '../rest/client';
import type { Engine, Failure, IEngines, Job } from '../tokens';

/** While an engine starts or stops, its progress is asked for this often (milliseconds). */
const CHANGING_INTERVAL = 700;

/** Back-off ends here (milliseconds). */
const MAX_INTERVAL = 60_000;

/**
 * The engines of the server behind one poll: it stands by while nobody watches or the page is hidden,
 * backs off while the server does not answer, and hurries while an engine starts or stops.
 */
export class EngineModel implements IEngines, IDisposable {
  constructor(settings: ServerConnection.ISettings) {
    this._client = new ScalephClient(settings);
    this._poll = new Poll({
      name: 'scaleph-lab:engines',
      factory: () => this._fetch(),
      frequency: { interval: 3000, backoff: true, max: MAX_INTERVAL },
      standby: () => (this._watchers === 0 ? true : 'when-hidden')
    });
  }

  get engines(): readonly Engine[] | null {
    return this._engines;
  }

  get seenAt(): number {
    return this._seenAt;
  }

  get failure(): Failure | null {
    return this._failure;
  }

  get changed(): ISignal<IEngines, void> {
    return this._changed;
  }

  get isDisposed(): boolean {
    return this._poll.isDisposed;
  }

  /** How often to ask while somebody watches, in milliseconds. */
  set interval(value: number) {
    this._interval = value;
    this._pace();
  }

  /** The engine that is meant where none is named; empty for the installation's default. */
  set preferred(value: string) {
    this._preferred = value;
    this._changed.emit();
  }

  jobs(name: string): readonly Job[] {
    return this._jobs.get(name) ?? [];
  }

  busy(name: string): boolean {
    return this._busy.has(name);
  }

  find(name?: string): Engine | undefined {
    const wanted = name || this._preferred;
    const engines = this._engines ?? [];
    return wanted
      ? engines.find(engine => engine.name === wanted)
      : (engines.find(engine => engine.default) ?? engines[0]);
  }

  watch(): IDisposable {
    this._watchers += 1;
    void this._poll.refresh();
    return new DisposableDelegate(() => {
      this._watchers -= 1;
    });
  }

  async refresh(): Promise<void> {
    await this._poll.refresh();
    await this._poll.tick.catch(() => undefined);
  }

  async start(name: string): Promise<void> {
    await this._act(name, () => this._client.start(name));
  }

  async stop(name: string): Promise<void> {
    await this._act(name, () => this._client.stop(name));
  }

  async cancel(name: string, jobId: string): Promise<void> {
    await this._act(name, () => this._client.cancel(name, jobId));
  }

  async log(name: string, lines: number): Promise<string> {
    return (await this._client.log(name, lines)).text;
  }

  uiUrl(name: string, job?: Job): string {
    const root = this._client.uiUrl(name);
    if (!job) {
      return root;
    }
    const list = job.done ? 'completed' : 'running';
    return `${root}#/job/${list}/${encodeURIComponent(job.id)}/overview`;
  }

  dispose(): void {
    if (!this.isDisposed) {
      this._poll.dispose();
      Signal.clearData(this);
    }
  }

  private async _act(name: string, call: () => Promise<unknown>) {
    this._busy.add(name);
    this._changed.emit();
    try {
      await call();
    } finally {
      this._busy.delete(name);
      this._changed.emit();
      void this._poll.refresh();
    }
  }

  private async _fetch(): Promise<void> {
    try {
      const { engines } = await this._client.engines();
      this._jobs = await this._fetchJobs(engines);
      this._engines = engines;
      this._seenAt = Date.now();
      this._failure = null;
    } catch (reason) {
      this._failure = RestError.failureOf(reason);
      throw reason;
    } finally {
      this._pace();
      this._changed.emit();
    }
  }

  private async _fetchJobs(engines: Engine[]): Promise<Map<string, Job[]>> {
    const running = engines.filter(engine => engine.state === 'running');
    const lists = running.map(async ({ name }): Promise<[string, Job[]]> => {
      try {
        return [name, (await this._client.jobs(name)).jobs];
      } catch (reason) {
        // An engine may go between the two questions; the next round says so.
        if (reason instanceof RestError) {
          return [name, []];
        }
        throw reason;
      }
    });
    return new Map(await Promise.all(lists));
  }

  private _pace(): void {
    const changing = (this._engines ?? []).some(
      ({ state }) => state === 'starting' || state === 'stopping'
    );
    const interval = changing ? CHANGING_INTERVAL : this._interval;
    if (this._poll.frequency.interval !== interval) {
      this._poll.frequency = { interval, backoff: true, max: MAX_INTERVAL };
    }
  }

  private readonly _client: ScalephClient;
  private readonly _poll: Poll;
  private readonly _changed = new Signal<IEngines, void>(this);
  private readonly _busy = new Set<string>();
  private _engines: readonly Engine[] | null = null;
  private _jobs = new Map<string, Job[]>();
  private _failure: Failure | null = null;
  private _interval = 3000;
  private _preferred = '';
  private _seenAt = 0;
  private _watchers = 0;
}
