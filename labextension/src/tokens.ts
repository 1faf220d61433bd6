import { Token } from '@lumino/coreutils';
import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';

import type { components } from './rest/openapi';

/** An engine as the server sees it now. */
export type Engine = components['schemas']['Engine'];

/** A Flink job as the JobManager lists it. */
export type Job = components['schemas']['Job'];

/** A failure in the form of the contract. */
export type Failure = components['schemas']['Error'];

/** A change of the catalog, as it was committed. */
export type Change = components['schemas']['Change'];

/** The changes of the catalog, while the page is seen. */
export interface ICatalogEvents {
  /** Emitted with each change; with `null` where anything may have changed. */
  readonly changed: ISignal<ICatalogEvents, Change | null>;
}

export const ICatalogEvents = new Token<ICatalogEvents>(
  'scaleph-lab:ICatalogEvents',
  'The changes of the catalog: what was made, changed or deleted, by whom.'
);

/** The engines of the server, kept fresh while somebody watches. */
export interface IEngines {
  /** All engines, or `null` before the first answer. */
  readonly engines: readonly Engine[] | null;

  /** When the server last answered, in milliseconds since the epoch. */
  readonly seenAt: number;

  /** Why the last question to the server failed, or `null`. */
  readonly failure: Failure | null;

  /** Emitted when engines, jobs or the failure have changed. */
  readonly changed: ISignal<IEngines, void>;

  /** The jobs of an engine, the newest first; empty while it does not run. */
  jobs(name: string): readonly Job[];

  /** Whether a request for this engine is under way. */
  busy(name: string): boolean;

  /** The engine of that name; without a name, the one of the settings or the default. */
  find(name?: string): Engine | undefined;

  /** Keeps the engines fresh until the answer is disposed. */
  watch(): IDisposable;

  /** Asks the server now. */
  refresh(): Promise<void>;

  /** Begins to start an engine. Rejects with a `RestError`. */
  start(name: string): Promise<void>;

  /** Stops an engine. Rejects with a `RestError`. */
  stop(name: string): Promise<void>;

  /** Asks for a job to be cancelled. Rejects with a `RestError`. */
  cancel(name: string, jobId: string): Promise<void>;

  /** The last lines of an engine's log. Rejects with a `RestError`. */
  log(name: string, lines: number): Promise<string>;

  /** The address of Flink's web UI through the server, or of one job in it. */
  uiUrl(name: string, job?: Job): string;
}

export const IEngines = new Token<IEngines>(
  'scaleph-lab:IEngines',
  'The Flink engines of the server: their state, their jobs, start and stop.'
);

/** The commands, for other extensions to call. `name` is always an engine's, and optional. */
export namespace CommandIDs {
  /** Shows the side panel. */
  export const showPanel = 'scaleph:show-engines';
  /** Asks the server for the engines now. */
  export const refresh = 'scaleph:refresh-engines';
  /** `{name?}` */
  export const start = 'scaleph:start-engine';
  /** `{name?}` */
  export const stop = 'scaleph:stop-engine';
  /** `{name?, job?}` with the id of a job. */
  export const openUi = 'scaleph:open-flink-ui';
  /** `{name?}` */
  export const showLog = 'scaleph:show-engine-log';
  /** `{name?, job?}` with the id of a job; asks which one without. */
  export const cancelJob = 'scaleph:cancel-job';
  /** Copies the demo notebook and opens it. */
  export const openDemo = 'scaleph:open-demo';
  /** Shows the side panel of catalogs. */
  export const showCatalogs = 'scaleph:show-catalogs';
  /** Asks the kernel for the catalogs now. */
  export const refreshCatalogs = 'scaleph:refresh-catalogs';
  /** Puts the name of the selected node at the cursor. */
  export const insertName = 'scaleph:insert-name';
  /** Puts a query of the selected table into a cell. */
  export const insertSelect = 'scaleph:insert-select';
  /** Shows the first rows of the selected table. */
  export const showSample = 'scaleph:show-sample';
  /** Shows the statement that makes the selected table. */
  export const showDdl = 'scaleph:show-ddl';
  /** Copies the name of the selected node. */
  export const copyName = 'scaleph:copy-name';
  /** Shows the side panel of projects. */
  export const showProjects = 'scaleph:show-projects';
  /** Begins a new project. */
  export const newProject = 'scaleph:new-project';
  /** Shows the side panel of data sources. */
  export const showDataSources = 'scaleph:show-data-sources';
  /** Begins a new data source. */
  export const newDataSource = 'scaleph:new-data-source';
  /** `{cwd?}` Makes a pipeline and opens its builder. */
  export const newPipeline = 'scaleph:new-pipeline';
  /** Shows the side panel of the data standard. */
  export const showStandard = 'scaleph:show-standard';
  /** Shows the side panel of administration. */
  export const showAdministration = 'scaleph:show-administration';
}
