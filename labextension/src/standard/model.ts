import type { ServerConnection } from '@jupyterlab/services';
import type { JSONObject } from '@lumino/coreutils';

import { BusyModel } from '../rest/busy';
import { ScalephClient } from '../rest/client';
import type { components } from '../rest/openapi';
import {
  draftOf,
  type Choice,
  type IChoices,
  type IRecords,
  type Noun,
  type StandardRecord
} from './nouns';

export type ImportReport = components['schemas']['ImportReport'];

const PAGE = 50;
const CHOICES = 200;
const TYPING_MS = 200;

/** A record that is being written: a new one, or one of the catalog. */
export interface IDraft {
  readonly noun: Noun;
  readonly before: StandardRecord | null;
  /** The set of a value. */
  readonly set: string | null;
  data: JSONObject;
}

/** A file that is being imported, and what would come of it. */
export interface IImporting {
  readonly file: File;
  readonly report: ImportReport;
  partial: boolean;
}

/** The nouns that have a list of their own. */
export type Tab = Exclude<Noun, 'values'>;

/** The data standard as the panel shows it. */
export class StandardModel extends BusyModel {
  constructor(
    settings: ServerConnection.ISettings,
    readonly language: string
  ) {
    super();
    this._client = new ScalephClient(settings);
  }

  tab: Tab = 'elements';
  place: 'list' | 'form' | 'import' = 'list';
  search = '';
  /** The records that were read, or `null` before the first answer. */
  items: IRecords[Tab][] | null = null;
  more: string | null = null;
  selected: IRecords[Tab] | null = null;
  /** The values of the selected set. */
  values: IRecords['values'][] | null = null;
  moreValues: string | null = null;
  draft: IDraft | null = null;
  importing: IImporting | null = null;
  choices: IChoices = { types: [], sets: [], systems: [] };

  /** Reads the first page of the tab. */
  async refresh(): Promise<void> {
    await this.doing(async () => {
      const { search, tab } = this;
      const page = await this._client.records(tab, { limit: PAGE, search });
      if (search !== this.search || tab !== this.tab) {
        return;
      }
      this.items = page.items;
      this.more = page.next_cursor;
      const id = this.selected?.id;
      this.selected = page.items.find(each => each.id === id) ?? null;
      await this._readValues();
    });
  }

  /** Shows another noun. */
  show(tab: Tab): void {
    this.tab = tab;
    this.place = 'list';
    this.items = null;
    this.more = null;
    this.search = '';
    this.select(null);
    void this.refresh();
  }

  /** Looks for a text, a moment after the last key. */
  find(text: string): void {
    this.search = text;
    this.emitChanged();
    window.clearTimeout(this._typing);
    this._typing = window.setTimeout(() => void this.refresh(), TYPING_MS);
  }

  /** Reads the next page. */
  async readMore(): Promise<void> {
    const { more, search, tab } = this;
    if (more === null || this.busy) {
      return;
    }
    await this.doing(async () => {
      const query = { limit: PAGE, search, cursor: more };
      const page = await this._client.records(tab, query);
      if (search === this.search && tab === this.tab) {
        this.items = [...(this.items ?? []), ...page.items];
        this.more = page.next_cursor;
      }
    });
  }

  select(item: IRecords[Tab] | null): void {
    this.selected = item;
    this.values = null;
    this.failure = null;
    this.emitChanged();
    if (item && this.tab === 'sets') {
      void this.doing(() => this._readValues());
    }
  }

  /** Reads more values of the selected set. */
  async readMoreValues(): Promise<void> {
    await this.doing(() => this._readValues(this.moreValues ?? undefined));
  }

  back(): void {
    this.place = 'list';
    this.draft = null;
    this.importing = null;
    this.failure = null;
    this.emitChanged();
  }

  /** Begins a new record; a value is one of the selected set. */
  async begin(noun: Noun): Promise<void> {
    const set = noun === 'values' ? (this.selected?.code ?? null) : null;
    const data: JSONObject = noun === 'elements' ? { nullable: true } : {};
    await this._open({ noun, before: null, set, data });
  }

  /** Begins to change a record. */
  async edit(noun: Noun, before: StandardRecord): Promise<void> {
    const set = noun === 'values' ? (before as IRecords['values']).set : null;
    await this._open({ noun, before, set, data: draftOf(noun, before) });
  }

  /** Notes what was filled in; the form holds it too, so nothing is drawn anew. */
  write(data: JSONObject): void {
    if (this.draft) {
      this.draft.data = data;
    }
  }

  /** Keeps the draft; where it is refused the form stays with the reason. */
  async save(): Promise<void> {
    const { draft } = this;
    if (!draft) {
      return;
    }
    await this.doing(async () => {
      const { before, data, noun, set } = draft;
      const kept = before
        ? await this._client.updateRecord(
            noun,
            before.id,
            before.version,
            changesOf(draft)
          )
        : await this._client.createRecord(noun, {
            ...data,
            ...(set !== null && { set })
          });
      this.draft = null;
      this.place = 'list';
      if (noun !== 'values') {
        this.selected = kept as IRecords[Tab];
        const id = kept.id;
        const others = (this.items ?? []).filter(each => each.id !== id);
        this.items = [...others, this.selected].sort((a, b) =>
          a.code < b.code ? -1 : 1
        );
      }
      await this._readValues();
    });
  }

  async delete(noun: Noun, item: StandardRecord): Promise<void> {
    await this.doing(async () => {
      await this._client.deleteRecord(noun, item.id, item.version);
      if (noun === 'values') {
        await this._readValues();
      } else {
        this.items = (this.items ?? []).filter(each => each.id !== item.id);
        this.selected = null;
      }
    });
  }

  /** Says what would come of a file. */
  async tryFile(file: File): Promise<void> {
    this.place = 'import';
    this.importing = null;
    await this.doing(async () => {
      const report = await this._client.importStandard(file, { dry_run: true });
      this.importing = { file, report, partial: false };
    });
  }

  /** Notes whether rows that are refused may be left out. */
  setPartial(partial: boolean): void {
    if (this.importing) {
      this.importing.partial = partial;
      this.emitChanged();
    }
  }

  /** Takes the file. */
  async importFile(): Promise<void> {
    const { importing } = this;
    if (!importing) {
      return;
    }
    await this.doing(async () => {
      const { file, partial } = importing;
      const report = await this._client.importStandard(file, { partial });
      this.importing = { file, report, partial };
    });
  }

  /** Lets the browser keep the whole standard as a workbook. */
  async export(): Promise<void> {
    await this.doing(async () => {
      const url = URL.createObjectURL(await this._client.exportStandard());
      const link = document.createElement('a');
      link.href = url;
      link.download = 'standard.xlsx';
      link.click();
      URL.revokeObjectURL(url);
    });
  }

  private async _open(draft: IDraft): Promise<void> {
    this.place = 'list';
    await this.doing(async () => {
      await this._readChoices();
      this.draft = draft;
      this.place = 'form';
    });
  }

  private async _readChoices(): Promise<void> {
    const [types, sets, systems] = await Promise.all([
      this._types ??
        this._client.dictionary('element_type', this.language).then(found => {
          return (this._types = found.items);
        }),
      this._client.records('sets', { limit: CHOICES, search: '' }),
      this._client.records('systems', { limit: CHOICES, search: '' })
    ]);
    const codes = (page: typeof sets | typeof systems): string[] =>
      // A choice that lacks some is none: the code is then written.
      page.next_cursor === null ? page.items.map(({ code }) => code) : [];
    this.choices = { types, sets: codes(sets), systems: codes(systems) };
  }

  private async _readValues(cursor?: string): Promise<void> {
    const set = this.selected;
    if (!set || this.tab !== 'sets') {
      return;
    }
    const page = await this._client.records('values', {
      limit: PAGE,
      search: '',
      set: set.id,
      ...(cursor && { cursor })
    });
    if (this.selected?.id === set.id) {
      this.values = [...(cursor ? (this.values ?? []) : []), ...page.items];
      this.moreValues = page.next_cursor;
    }
  }

  private readonly _client: ScalephClient;
  private _types: Choice[] | null = null;
  private _typing = 0;
}

/** The fields that differ; what was emptied is null, or an empty text where it cannot be. */
function changesOf({ before, data, noun }: IDraft): JSONObject {
  const old = before ? draftOf(noun, before) : {};
  const changes: JSONObject = {};
  for (const name of new Set([...Object.keys(old), ...Object.keys(data)])) {
    const value = data[name];
    if (value === undefined) {
      changes[name] = name === 'remark' || name === 'contact' ? '' : null;
    } else if (value !== old[name]) {
      changes[name] = value;
    }
  }
  return changes;
}
