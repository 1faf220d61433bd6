import type { ServerConnection } from '@jupyterlab/services';
import type { JSONObject } from '@lumino/coreutils';
import { type ISignal, Signal } from '@lumino/signaling';

import { RestError, ScalephClient } from '../rest/client';
import type { components } from '../rest/openapi';
import type { Failure } from '../tokens';

type Schemas = components['schemas'];
export type DataSource = Schemas['DataSource'];
export type DataSourceType = Schemas['DataSourceType'];
export type Answer = Schemas['ConnectionAnswer'];

const REFERENCE = /^\{\{\s*secret:[\w.-]+\s*\}\}$/;
const PAGE = 50;
const TABLES = 200;
const TYPING_MS = 200;

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
export class DataSourceModel {
  constructor(settings: ServerConnection.ISettings) {
    this._client = new ScalephClient(settings);
  }

  /** Emitted when anything below has changed. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  place: Place = 'list';
  search = '';
  /** The data sources that were read, or `null` before the first answer. */
  items: DataSource[] | null = null;
  more: string | null = null;
  types: DataSourceType[] = [];
  selected: DataSource | null = null;
  tables: { names: string[]; next: number | null } | null = null;
  answer: Answer | null = null;
  draft: IDraft | null = null;
  failure: Failure | null = null;
  busy = false;

  /** Reads the first page, and the types once. */
  async refresh(): Promise<void> {
    await this._doing(async () => {
      const search = this.search;
      const [page, types] = await Promise.all([
        this._client.dataSources({ limit: PAGE, search }),
        this.types.length
          ? { items: this.types }
          : this._client.dataSourceTypes()
      ]);
      if (search !== this.search) {
        return;
      }
      this.items = page.items;
      this.more = page.next_cursor;
      this.types = types.items;
      const id = this.selected?.id;
      this.selected = page.items.find(each => each.id === id) ?? this.selected;
    });
  }

  /** Looks for a text, a moment after the last key. */
  find(text: string): void {
    this.search = text;
    this._changed.emit();
    window.clearTimeout(this._typing);
    this._typing = window.setTimeout(() => void this.refresh(), TYPING_MS);
  }

  /** Reads the next page. */
  async readMore(): Promise<void> {
    const { more, search } = this;
    if (more === null || this.busy) {
      return;
    }
    await this._doing(async () => {
      const query = { limit: PAGE, search, cursor: more };
      const page = await this._client.dataSources(query);
      if (search === this.search) {
        this.items = [...(this.items ?? []), ...page.items];
        this.more = page.next_cursor;
      }
    });
  }

  select(item: DataSource | null): void {
    this.selected = item;
    this.tables = null;
    this.answer = null;
    this.failure = null;
    this._changed.emit();
  }

  typeOf(item: DataSource): DataSourceType | undefined {
    return this.types.find(each => each.name === item.type);
  }

  go(place: Place): void {
    this.place = place;
    this.failure = null;
    this.answer = null;
    this._changed.emit();
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
    await this._doing(async () => {
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
      const others = (this.items ?? []).filter(each => each.id !== kept.id);
      this.items = [...others, kept].sort((a, b) => (a.name < b.name ? -1 : 1));
    });
  }

  async delete(item: DataSource): Promise<void> {
    await this._doing(async () => {
      await this._client.deleteDataSource(item.id, item.version);
      this.items = (this.items ?? []).filter(each => each.id !== item.id);
      this.selected = null;
    });
  }

  /** Connects with the draft in the form, or with the selected data source. */
  async test(): Promise<void> {
    const { draft, place, selected } = this;
    this.answer = null;
    await this._doing(async () => {
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
    await this._doing(async () => {
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
    await this._doing(async () => {
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

  private async _doing(work: () => Promise<void>): Promise<void> {
    this.busy = true;
    this.failure = null;
    this._changed.emit();
    try {
      await work();
    } catch (reason) {
      this.failure = RestError.failureOf(reason);
    } finally {
      this.busy = false;
      this._changed.emit();
    }
  }

  private readonly _client: ScalephClient;
  private readonly _changed = new Signal<this, void>(this);
  private _typing = 0;
}
