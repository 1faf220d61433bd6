import type { ServerConnection } from '@jupyterlab/services';
import type { JSONObject } from '@lumino/coreutils';

import { BusyModel } from '../rest/busy';
import { RestError, ScalephClient } from '../rest/client';
import { Listing } from '../rest/listing';
import type { components } from '../rest/openapi';
import type { ICatalogEvents } from '../tokens';

type Schemas = components['schemas'];
export type DataSource = Schemas['DataSource'];
export type DataSourceType = Schemas['DataSourceType'];
export type Answer = Schemas['ConnectionAnswer'];

const REFERENCE = /^\{\{\s*secret:[\w.-]+\s*\}\}$/;
const TABLES = 200;

/** A data source that is being written: a new one of a type, or one of the catalog. */
export interface IDraft {
  readonly type: DataSourceType;
  readonly before: DataSource | null;
  name: string;
  remark: string;
  properties: JSONObject;
}

/** The properties of a type that only references to secrets may fill. */
export function secretFields(type: DataSourceType): string[] {
  const { properties = {} } = type.properties_schema as {
    properties?: Record<string, { 'x-secret'?: boolean }>;
  };
  return Object.keys(properties).filter(name => properties[name]['x-secret']);
}

/** What the panel shows: the list, the choice of a type for a new one, or its form. */
export type Place = 'list' | 'types' | 'form';

/** The data sources of the catalog as the panel shows them. */
export class DataSourceModel extends BusyModel {
  constructor(
    settings: ServerConnection.ISettings,
    events: ICatalogEvents | null
  ) {
    super();
    this._client = new ScalephClient(settings);
    this.list = new Listing(
      query => this._client.dataSources(query),
      work => this.doing(work),
      () => this._renew()
    );
    this.list.follow(events, 'datasource');
  }

  readonly list: Listing<DataSource>;
  place: Place = 'list';
  types: DataSourceType[] = [];
  selected: DataSource | null = null;
  tables: { names: string[]; next: number | null } | null = null;
  answer: Answer | null = null;
  draft: IDraft | null = null;

  /** Reads the list anew, and the types once. */
  async refresh(): Promise<void> {
    if (this.types.length === 0) {
      await this.doing(async () => {
        this.types = (await this._client.dataSourceTypes()).items;
      });
    }
    await this.list.refresh();
  }

  /** Looks for a text, a moment after the last key. */
  find(text: string): void {
    this.list.find(text);
    this.emitChanged();
  }

  select(item: DataSource | null): void {
    this.selected = item;
    this.tables = null;
    this.answer = null;
    this.failure = null;
    this.emitChanged();
  }

  typeOf(item: DataSource): DataSourceType | undefined {
    return this.types.find(each => each.name === item.type);
  }

  go(place: Place): void {
    this.place = place;
    this.failure = null;
    this.answer = null;
    this.emitChanged();
    if (place === 'types' && this.types.length === 0) {
      // They could not be read before, or nobody has asked yet.
      void this.refresh();
    }
  }

  /** Begins a new data source of a type. */
  begin(type: DataSourceType): void {
    this.draft = { type, before: null, name: '', remark: '', properties: {} };
    this.go('form');
  }

  /** Begins to change a data source. */
  edit(before: DataSource): void {
    const type = this.typeOf(before);
    if (type) {
      const { name, remark } = before;
      const properties = before.properties as JSONObject;
      this.draft = { type, before, name, remark, properties };
      this.go('form');
    }
  }

  /** Notes what was typed; the form holds it too, so nothing is drawn anew. */
  write(change: Partial<IDraft>): void {
    if (this.draft) {
      Object.assign(this.draft, change);
    }
  }

  /** Keeps the draft; where it is refused the form stays with the reason. */
  async save(): Promise<void> {
    const { draft } = this;
    if (!draft) {
      return;
    }
    const { before, name, remark, type } = draft;
    await this.doing(async () => {
      const properties = await this._sealed(draft);
      const body = { name, remark, properties };
      const kept = before
        ? await this._client.updateDataSource(before.id, before.version, body)
        : await this._client.createDataSource({ ...body, type: type.name });
      this.draft = null;
      this.place = 'list';
      this.answer = null;
      this.tables = null;
      this.selected = kept;
      await this.list.reload();
    });
  }

  async delete(item: DataSource): Promise<void> {
    await this.doing(async () => {
      await this._client.deleteDataSource(item.id, item.version);
      this.selected = null;
      await this.list.reload();
    });
  }

  /** Connects with the draft in the form, or with the selected data source. */
  async test(): Promise<void> {
    const { draft, place, selected } = this;
    this.answer = null;
    await this.doing(async () => {
      if (place === 'form' && draft) {
        const properties = await this._sealed(draft);
        const type = draft.type.name;
        this.answer = await this._client.testDraft({ type, properties });
      } else if (selected) {
        this.answer = await this._client.testDataSource(selected.id);
      }
    });
  }

  /** The tables of the selected data source, and those after them. */
  async readTables(): Promise<void> {
    const item = this.selected;
    if (!item) {
      return;
    }
    await this.doing(async () => {
      const offset = this.tables?.next ?? 0;
      const found = await this._client.dataSourceTables(item.id, {
        limit: TABLES,
        offset
      });
      if (this.selected?.id === item.id) {
        this.tables = {
          names: [...(this.tables?.names ?? []), ...found.names],
          next: found.next_offset
        };
      }
    });
  }

  /** The statement that makes a table in Flink, or `null` where there is none; the reason is told. */
  async ddl(item: DataSource, table: string): Promise<string | null> {
    let statement: string | null = null;
    await this.doing(async () => {
      const found = await this._client.dataSourceColumns(item.id, table);
      if (found.ddl) {
        statement = found.ddl;
      } else {
        throw new RestError({
          code: 'not_found',
          message: found.note,
          hint: '',
          path: ''
        });
      }
    });
    return statement;
  }

  /** The properties with what was typed into a secret field kept as a secret, and its reference in its place. */
  private async _sealed(draft: IDraft): Promise<JSONObject> {
    const sealed = { ...draft.properties };
    for (const field of secretFields(draft.type)) {
      const value = sealed[field];
      if (typeof value === 'string' && value && !REFERENCE.test(value)) {
        const name = `datasource.${draft.name || 'draft'}.${field}`;
        await this._client.putSecret(name, value);
        sealed[field] = `{{secret:${name}}}`;
      }
    }
    return sealed;
  }

  /** What is selected is shown as it was read last. */
  private _renew(): void {
    this.selected = this.list.latest(this.selected);
    this.emitChanged();
  }

  private readonly _client: ScalephClient;
}
