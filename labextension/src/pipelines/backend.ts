import type { ServerConnection } from '@jupyterlab/services';

import { ScalephClient } from '../rest/client';
import type { components } from '../rest/openapi';
import { asJson, type IPipelineDocument } from './document';

type Schemas = components['schemas'];
export type Palette = Schemas['ConnectorList'];
export type Problem = Schemas['PipelineProblem'];
export type Run = Schemas['PipelineRun'];
export type Runner = Schemas['PipelineRun']['runner'];
export type Sample = Schemas['PipelineSample'];
export type Imported = Schemas['ImportedPipeline'];
export type ConfigFormat = NonNullable<Schemas['ConfigRequest']['format']>;
export type DataSource = Schemas['DataSource'];

/** What a builder asks of the platform. */
export interface IPipelineBackend {
  palette(): Promise<Palette>;
  diagnose(document: IPipelineDocument): Promise<readonly Problem[]>;
  config(document: IPipelineDocument, format: ConfigFormat): Promise<string>;
  /** The document that a configuration says, and what it cannot hold. */
  import(text: string, name: string): Promise<Imported>;
  run(document: IPipelineDocument, runner: Runner): Promise<Run>;
  look(run: Run): Promise<Run>;
  cancel(run: Run): Promise<Run>;
  /** The first rows that a node gives out; aborted, what runs for it is cancelled. */
  sample(
    document: IPipelineDocument,
    node: string,
    signal: AbortSignal
  ): Promise<Sample>;
  datasources(): Promise<readonly DataSource[]>;
  /** Keeps a secret and answers the reference to it. */
  keepSecret(name: string, value: string): Promise<string>;
}

const MOST_DATA_SOURCES = 200;
const SAMPLE_ROWS = 100;

/** The platform over the server's REST. */
export class RestBackend implements IPipelineBackend {
  constructor(settings: ServerConnection.ISettings) {
    this._client = new ScalephClient(settings);
  }

  palette(): Promise<Palette> {
    return (PALETTES.palette ??= this._client.connectors().catch(reason => {
      PALETTES.palette = undefined;
      throw reason;
    }));
  }

  async diagnose(document: IPipelineDocument): Promise<readonly Problem[]> {
    const body = { document: asJson(document), seatunnel: '' };
    return (await this._client.diagnosePipeline(body)).problems;
  }

  async config(
    document: IPipelineDocument,
    format: ConfigFormat
  ): Promise<string> {
    const body = { document: asJson(document), format };
    return (await this._client.compilePipeline(body)).text;
  }

  import(text: string, name: string): Promise<Imported> {
    return this._client.importPipeline({ text, name });
  }

  run(document: IPipelineDocument, runner: Runner): Promise<Run> {
    return this._client.runPipeline({ document: asJson(document), runner });
  }

  look(run: Run): Promise<Run> {
    return this._client.pipelineRun(run.id);
  }

  cancel(run: Run): Promise<Run> {
    return this._client.cancelPipelineRun(run.id);
  }

  sample(
    document: IPipelineDocument,
    node: string,
    signal: AbortSignal
  ): Promise<Sample> {
    const body = { document: asJson(document), node, rows: SAMPLE_ROWS };
    return this._client.samplePipeline(body, signal);
  }

  async datasources(): Promise<readonly DataSource[]> {
    const query = { limit: MOST_DATA_SOURCES, search: '' };
    return (await this._client.dataSources(query)).items;
  }

  async keepSecret(name: string, value: string): Promise<string> {
    const wanted = name.replace(/[^A-Za-z0-9_.-]+/g, '_');
    const taken = new Set((await this._client.secrets()).names);
    // A secret of that name may serve others: it is not written over.
    let free = wanted;
    for (let at = 2; taken.has(free); at += 1) {
      free = `${wanted}_${at}`;
    }
    await this._client.putSecret(free, value);
    return `{{secret:${free}}}`;
  }

  private readonly _client: ScalephClient;
}

/** One palette for all builders of a page: it is a hundred kilobytes. */
const PALETTES: { palette?: Promise<Palette> } = {};
