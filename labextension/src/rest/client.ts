import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';

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

/** A page of a list. */
export type PageQuery = { limit: number; search?: string; cursor?: string };

/** The calls of `openapi.yaml`, each with the types that are generated from it. */
export class ScalephClient {
  constructor(readonly settings: ServerConnection.ISettings) {}

  engines(): Promise<Schemas['EngineList']> {
    return this._call('GET', ['engines']);
  }

  start(name: string): Promise<Schemas['Engine']> {
    return this._call('POST', ['engines', name, 'start']);
  }

  stop(name: string): Promise<Schemas['Engine']> {
    return this._call('POST', ['engines', name, 'stop']);
  }

  jobs(name: string): Promise<Schemas['JobList']> {
    return this._call('GET', ['engines', name, 'jobs']);
  }

  cancel(name: string, jobId: string): Promise<Schemas['JobCancellation']> {
    return this._call('POST', ['engines', name, 'jobs', jobId, 'cancel']);
  }

  log(name: string, lines: number): Promise<Schemas['EngineLog']> {
    return this._call('GET', ['engines', name, 'logs'], { lines });
  }

  createDemo(): Promise<Schemas['Demo']> {
    return this._call('POST', ['demo']);
  }

  dataSourceTypes(): Promise<Schemas['DataSourceTypeList']> {
    return this._call('GET', ['datasource-types']);
  }

  dataSources(query: {
    limit: number;
    search: string;
    cursor?: string;
  }): Promise<Schemas['DataSourcePage']> {
    return this._call('GET', ['datasources'], query);
  }

  createDataSource(
    body: Schemas['NewDataSource']
  ): Promise<Schemas['DataSource']> {
    return this._call('POST', ['datasources'], {}, { body });
  }

  updateDataSource(
    id: string,
    version: number,
    body: Schemas['DataSourceChanges']
  ): Promise<Schemas['DataSource']> {
    return this._call('PATCH', ['datasources', id], {}, { body, version });
  }

  deleteDataSource(id: string, version: number): Promise<null> {
    return this._call('DELETE', ['datasources', id], {}, { version });
  }

  testDataSource(id: string): Promise<Schemas['ConnectionAnswer']> {
    return this._call('POST', ['datasources', id, 'test']);
  }

  testDraft(
    body: Schemas['DataSourceDraft']
  ): Promise<Schemas['ConnectionAnswer']> {
    return this._call('POST', ['datasource-tests'], {}, { body });
  }

  dataSourceTables(
    id: string,
    query: { limit: number; offset: number }
  ): Promise<Schemas['TableNames']> {
    return this._call('GET', ['datasources', id, 'tables'], query);
  }

  dataSourceColumns(
    id: string,
    table: string
  ): Promise<Schemas['TableColumns']> {
    return this._call('GET', ['datasources', id, 'columns'], { table });
  }

  putSecret(name: string, value: string): Promise<null> {
    return this._call('PUT', ['secrets', name], {}, { body: { value } });
  }

  me(): Promise<Schemas['Me']> {
    return this._call('GET', ['me']);
  }

  users(query: PageQuery): Promise<Schemas['UserPage']> {
    return this._call('GET', ['users'], query);
  }

  createUser(body: Schemas['NewUser']): Promise<Schemas['User']> {
    return this._call('POST', ['users'], {}, { body });
  }

  updateUser(
    id: string,
    version: number,
    body: Schemas['UserChanges']
  ): Promise<Schemas['User']> {
    return this._call('PATCH', ['users', id], {}, { body, version });
  }

  deleteUser(id: string, version: number): Promise<null> {
    return this._call('DELETE', ['users', id], {}, { version });
  }

  roles(): Promise<Schemas['RoleList']> {
    return this._call('GET', ['roles']);
  }

  createRole(body: Schemas['NewRole']): Promise<Schemas['Role']> {
    return this._call('POST', ['roles'], {}, { body });
  }

  updateRole(
    id: string,
    version: number,
    body: Schemas['RoleChanges']
  ): Promise<Schemas['Role']> {
    return this._call('PATCH', ['roles', id], {}, { body, version });
  }

  deleteRole(id: string, version: number): Promise<null> {
    return this._call('DELETE', ['roles', id], {}, { version });
  }

  grants(
    query: PageQuery & { user?: string; project?: string }
  ): Promise<Schemas['GrantPage']> {
    return this._call('GET', ['grants'], query);
  }

  createGrant(body: Schemas['NewGrant']): Promise<Schemas['Grant']> {
    return this._call('POST', ['grants'], {}, { body });
  }

  deleteGrant(id: string): Promise<null> {
    return this._call('DELETE', ['grants', id]);
  }

  actions(
    query: PageQuery & { result?: string }
  ): Promise<Schemas['ActionPage']> {
    return this._call('GET', ['actions'], query);
  }

  projects(query: PageQuery): Promise<Schemas['ProjectPage']> {
    return this._call('GET', ['projects'], query);
  }

  /** Where the server forwards to Flink's web UI. */
  uiUrl(name: string): string {
    return this._url(['engines', name, 'ui']) + '/';
  }

  private _url(segments: string[]): string {
    const path = segments.map(encodeURIComponent);
    return URLExt.join(this.settings.baseUrl, 'scaleph', ...path);
  }

  private async _call<T>(
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    segments: string[],
    query: Record<string, string | number> = {},
    { body: sent, version }: { body?: object; version?: number } = {}
  ): Promise<T> {
    // Looking on is no activity: a JupyterHub must still be able to cull an idle server.
    const all = method === 'GET' ? { ...query, no_track_activity: 1 } : query;
    const url = this._url(segments) + URLExt.objectToQueryString(all);
    const headers: Record<string, string> = {};
    if (version !== undefined) {
      headers['If-Match'] = `"${version}"`;
    }
    const response = await ServerConnection.makeRequest(
      url,
      { method, headers, ...(sent && { body: JSON.stringify(sent) }) },
      this.settings
    );
    const body: unknown = await response.json().catch(() => null);
    if (!response.ok) {
      throw new RestError(asFailure(body, response));
    }
    return body as T;
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
