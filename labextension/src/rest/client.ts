import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';

import type { IRecords, Noun } from '../standard/nouns';
import type { components } from './openapi';

type Schemas = components['schemas'];

/** A failure of the server, in the words of the contract. */
export class RestError extends Error {
  constructor(readonly failure: Schemas['Error']) {
    super(failure.message);
    this.name = 'RestError';
  }

  /** The contract's form of anything that was thrown. */
  static failureOf(reason: unknown): Schemas['Error'] {
    if (reason instanceof RestError) {
      return reason.failure;
    }
    const message = reason instanceof Error ? reason.message : String(reason);
    return { code: 'unreachable', message, hint: '', path: '' };
  }
}

/** What a call sends and takes besides JSON. */
interface ICallOptions {
  body?: object;
  /** The version that a change is for. */
  version?: number;
  signal?: AbortSignal;
  /** Whether the answer is a text. */
  asText?: boolean;
}

/** A page of a list. */
export type PageQuery = { limit: number; search?: string; cursor?: string };

/** The calls of `openapi.yaml`, each with the types that are generated from it. */
export class ScalephClient {
  constructor(readonly settings: ServerConnection.ISettings) {}

  engines(): Promise<Schemas['EngineList']> {
    return this.call('GET', ['engines']);
  }

  start(name: string): Promise<Schemas['Engine']> {
    return this.call('POST', ['engines', name, 'start']);
  }

  stop(name: string): Promise<Schemas['Engine']> {
    return this.call('POST', ['engines', name, 'stop']);
  }

  jobs(name: string): Promise<Schemas['JobList']> {
    return this.call('GET', ['engines', name, 'jobs']);
  }

  cancel(name: string, jobId: string): Promise<Schemas['JobCancellation']> {
    return this.call('POST', ['engines', name, 'jobs', jobId, 'cancel']);
  }

  log(name: string, lines: number): Promise<Schemas['EngineLog']> {
    return this.call('GET', ['engines', name, 'logs'], { lines });
  }

  createDemo(): Promise<Schemas['Demo']> {
    return this.call('POST', ['demo']);
  }

  connectors(): Promise<Schemas['ConnectorList']> {
    return this.call('GET', ['connectors']);
  }

  diagnosePipeline(
    body: Schemas['DiagnosisRequest']
  ): Promise<Schemas['Diagnosis']> {
    return this.call('POST', ['pipeline-diagnoses'], {}, { body });
  }

  compilePipeline(
    body: Schemas['ConfigRequest']
  ): Promise<Schemas['PipelineConfig']> {
    return this.call('POST', ['pipeline-configs'], {}, { body });
  }

  importPipeline(
    body: Schemas['ImportRequest']
  ): Promise<Schemas['ImportedPipeline']> {
    return this.call('POST', ['pipeline-imports'], {}, { body });
  }

  runPipeline(body: Schemas['RunRequest']): Promise<Schemas['PipelineRun']> {
    return this.call('POST', ['pipeline-runs'], {}, { body });
  }

  /** The first rows that a node gives out; aborted, what runs for it is cancelled. */
  samplePipeline(
    body: Schemas['SampleRequest'],
    signal: AbortSignal
  ): Promise<Schemas['PipelineSample']> {
    return this.call('POST', ['pipeline-samples'], {}, { body, signal });
  }

  pipelineRun(id: string): Promise<Schemas['PipelineRun']> {
    return this.call('GET', ['pipeline-runs', id]);
  }

  cancelPipelineRun(id: string): Promise<Schemas['PipelineRun']> {
    return this.call('POST', ['pipeline-runs', id, 'cancel']);
  }

  secrets(): Promise<Schemas['SecretNames']> {
    return this.call('GET', ['secrets']);
  }

  dataSourceTypes(): Promise<Schemas['DataSourceTypeList']> {
    return this.call('GET', ['datasource-types']);
  }

  dataSources(query: {
    limit: number;
    search: string;
    cursor?: string;
  }): Promise<Schemas['DataSourcePage']> {
    return this.call('GET', ['datasources'], query);
  }

  createDataSource(
    body: Schemas['NewDataSource']
  ): Promise<Schemas['DataSource']> {
    return this.call('POST', ['datasources'], {}, { body });
  }

  updateDataSource(
    id: string,
    version: number,
    body: Schemas['DataSourceChanges']
  ): Promise<Schemas['DataSource']> {
    return this.call('PATCH', ['datasources', id], {}, { body, version });
  }

  deleteDataSource(id: string, version: number): Promise<null> {
    return this.call('DELETE', ['datasources', id], {}, { version });
  }

  testDataSource(id: string): Promise<Schemas['ConnectionAnswer']> {
    return this.call('POST', ['datasources', id, 'test']);
  }

  testDraft(
    body: Schemas['DataSourceDraft']
  ): Promise<Schemas['ConnectionAnswer']> {
    return this.call('POST', ['datasource-tests'], {}, { body });
  }

  dataSourceTables(
    id: string,
    query: { limit: number; offset: number }
  ): Promise<Schemas['TableNames']> {
    return this.call('GET', ['datasources', id, 'tables'], query);
  }

  dataSourceColumns(
    id: string,
    table: string
  ): Promise<Schemas['TableColumns']> {
    return this.call('GET', ['datasources', id, 'columns'], { table });
  }

  records<N extends Noun>(
    noun: N,
    query: { limit: number; search: string; cursor?: string; set?: string }
  ): Promise<{ items: IRecords[N][]; next_cursor: string | null }> {
    return this.call('GET', ['standard', noun], query);
  }

  createRecord<N extends Noun>(noun: N, body: object): Promise<IRecords[N]> {
    return this.call('POST', ['standard', noun], {}, { body });
  }

  updateRecord<N extends Noun>(
    noun: N,
    id: string,
    version: number,
    body: object
  ): Promise<IRecords[N]> {
    return this.call('PATCH', ['standard', noun, id], {}, { body, version });
  }

  deleteRecord(noun: Noun, id: string, version: number): Promise<null> {
    return this.call('DELETE', ['standard', noun, id], {}, { version });
  }

  importStandard(
    file: File,
    how: { dry_run?: boolean; partial?: boolean }
  ): Promise<Schemas['ImportReport']> {
    const { dry_run = false, partial = false } = how;
    const query = {
      name: file.name,
      dry_run: String(dry_run),
      partial: String(partial)
    };
    return this.call('POST', ['standard', 'imports'], query, { body: file });
  }

  /** The whole standard as a workbook. */
  async exportStandard(): Promise<Blob> {
    const url = this.url(['standard', 'exports']);
    const response = await ServerConnection.makeRequest(
      url + URLExt.objectToQueryString({ format: 'xlsx' }),
      { method: 'GET' },
      this.settings
    );
    if (!response.ok) {
      const body: unknown = await response.json().catch(() => null);
      throw new RestError(asFailure(body, response));
    }
    return response.blob();
  }

  dictionary(code: string, lang: string): Promise<Schemas['Dictionary']> {
    return this.call('GET', ['dictionaries', code], { lang });
  }

  putSecret(name: string, value: string): Promise<null> {
    return this.call('PUT', ['secrets', name], {}, { body: { value } });
  }

  me(): Promise<Schemas['Me']> {
    return this.call('GET', ['me']);
  }

  users(query: PageQuery): Promise<Schemas['UserPage']> {
    return this.call('GET', ['users'], query);
  }

  createUser(body: Schemas['NewUser']): Promise<Schemas['User']> {
    return this.call('POST', ['users'], {}, { body });
  }

  updateUser(
    id: string,
    version: number,
    body: Schemas['UserChanges']
  ): Promise<Schemas['User']> {
    return this.call('PATCH', ['users', id], {}, { body, version });
  }

  deleteUser(id: string, version: number): Promise<null> {
    return this.call('DELETE', ['users', id], {}, { version });
  }

  roles(): Promise<Schemas['RoleList']> {
    return this.call('GET', ['roles']);
  }

  createRole(body: Schemas['NewRole']): Promise<Schemas['Role']> {
    return this.call('POST', ['roles'], {}, { body });
  }

  updateRole(
    id: string,
    version: number,
    body: Schemas['RoleChanges']
  ): Promise<Schemas['Role']> {
    return this.call('PATCH', ['roles', id], {}, { body, version });
  }

  deleteRole(id: string, version: number): Promise<null> {
    return this.call('DELETE', ['roles', id], {}, { version });
  }

  grants(
    query: PageQuery & { user?: string; project?: string }
  ): Promise<Schemas['GrantPage']> {
    return this.call('GET', ['grants'], query);
  }

  createGrant(body: Schemas['NewGrant']): Promise<Schemas['Grant']> {
    return this.call('POST', ['grants'], {}, { body });
  }

  deleteGrant(id: string): Promise<null> {
    return this.call('DELETE', ['grants', id]);
  }

  actions(
    query: PageQuery & { result?: string }
  ): Promise<Schemas['ActionPage']> {
    return this.call('GET', ['actions'], query);
  }

  projects(query: PageQuery): Promise<Schemas['ProjectPage']> {
    return this.call('GET', ['projects'], query);
  }

  /** Where the server forwards to Flink's web UI. */
  uiUrl(name: string): string {
    return this.url(['engines', name, 'ui']) + '/';
  }

  protected url(segments: string[]): string {
    const path = segments.map(encodeURIComponent);
    return URLExt.join(this.settings.baseUrl, 'scaleph', ...path);
  }

  protected async call<T>(
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    segments: string[],
    query: Record<string, string | number> = {},
    { asText, body: sent, signal, version }: ICallOptions = {}
  ): Promise<T> {
    // Looking on is no activity: a JupyterHub must still be able to cull an idle server.
    const all = method === 'GET' ? { ...query, no_track_activity: 1 } : query;
    const url = this.url(segments) + URLExt.objectToQueryString(all);
    const headers: Record<string, string> = {};
    if (version !== undefined) {
      headers['If-Match'] = `"${version}"`;
    }
    const body = sent instanceof Blob ? sent : sent && JSON.stringify(sent);
    const response = await ServerConnection.makeRequest(
      url,
      { method, headers, signal, ...(body !== undefined && { body }) },
      this.settings
    );
    if (!response.ok) {
      const said: unknown = await response.json().catch(() => null);
      throw new RestError(asFailure(said, response));
    }
    return (asText ? response.text() : response.json().catch(() => null)) as T;
  }
}

function asFailure(body: unknown, response: Response): Schemas['Error'] {
  const said = (body ?? {}) as Partial<Schemas['Error']>;
  return {
    code: said.code ?? `http_${response.status}`,
    message: said.message ?? `${response.status} ${response.statusText}`.trim(),
    hint: said.hint ?? '',
    path: said.path ?? '',
    ...(said.problems && { problems: said.problems })
  };
}
