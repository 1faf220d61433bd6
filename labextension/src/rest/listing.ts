import { DisposableDelegate, type IDisposable } from '@lumino/disposable';
import { Debouncer } from '@lumino/polling';

import type { Change, ICatalogEvents } from '../tokens';

const PAGE = 50;
const LONGEST_PAGE = 200;
const TYPING_MS = 200;
const CALM_MS = 150;

/** A page of a list, as the contract writes it. */
export interface IPage<T> {
  items: T[];
  next_cursor: string | null;
}

/** How a page is asked for. */
export interface IPageQuery {
  limit: number;
  search: string;
  cursor?: string;
}

/** What a list is of. */
export interface IListed {
  readonly id: string;
  readonly version: number;
}

/** A list of the catalog that is read page by page, searched, and kept fresh. */
export class Listing<T extends IListed> {
  constructor(
    private readonly _read: (query: IPageQuery) => Promise<IPage<T>>,
    private readonly _doing: (work: () => Promise<void>) => Promise<boolean>,
    private readonly _changed: () => void
  ) {}

  search = '';
  /** What was read, or `null` before the first answer. */
  items: T[] | null = null;
  more: string | null = null;

  /** Reads anew as much as is shown, as something that the user waits for. */
  async refresh(): Promise<void> {
    await this._doing(() => this.reload());
  }

  /** Reads anew as much as is shown. */
  async reload(): Promise<void> {
    const search = this.search;
    let left = Math.max(PAGE, this.items?.length ?? 0);
    let page: IPage<T> = { items: [], next_cursor: null };
    const items: T[] = [];
    do {
      const limit = Math.min(left, LONGEST_PAGE);
      const cursor = page.next_cursor;
      page = await this._read({ limit, search, ...(cursor && { cursor }) });
      items.push(...page.items);
      left -= limit;
    } while (left > 0 && page.next_cursor !== null);
    if (search === this.search) {
      this.items = items;
      this.more = page.next_cursor;
      this._changed();
    }
  }

  /** Reads the next page. */
  async readMore(): Promise<void> {
    const { more, search } = this;
    if (more === null) {
      return;
    }
    await this._doing(async () => {
      const page = await this._read({ limit: PAGE, search, cursor: more });
      if (search === this.search && more === this.more) {
        this.items = [...(this.items ?? []), ...page.items];
        this.more = page.next_cursor;
      }
    });
  }

  /** Looks for a text, a moment after the last key. */
  find(text: string): void {
    this.search = text;
    window.clearTimeout(this._typing);
    this._typing = window.setTimeout(() => {
      this.items = this.items?.slice(0, PAGE) ?? null;
      void this.refresh();
    }, TYPING_MS);
  }

  /** Forgets what was read, as when it is about to be a list of something else. */
  clear(): void {
    this.search = '';
    this.items = this.more = null;
  }

  /** The item as it was read last. */
  latest(item: T | null): T | null {
    return this.items?.find(each => each.id === item?.id) ?? item;
  }

  /** Reads anew after changes of this kind of thing, once it was read. Nobody waits for it, so it fails in silence.
   * What it answers ends that. */
  follow(events: ICatalogEvents | null, resource: string): IDisposable {
    const calm = new Debouncer(
      () => this.reload().catch(() => undefined),
      CALM_MS
    );
    const hear = (_: ICatalogEvents, change: Change | null): void => {
      if (this.items !== null && this._isNews(change, resource)) {
        void calm.invoke();
      }
    };
    events?.changed.connect(hear);
    return new DisposableDelegate(() => {
      events?.changed.disconnect(hear);
      calm.dispose();
    });
  }

  private _isNews(change: Change | null, resource: string): boolean {
    if (change === null) {
      return true;
    }
    if (change.resource !== resource || change.verb === 'execute') {
      return false;
    }
    const known = this.items?.find(each => each.id === change.subject);
    return change.verb === 'delete'
      ? known !== undefined
      : (known?.version ?? -1) < (change.version ?? 0);
  }

  private _typing = 0;
}
