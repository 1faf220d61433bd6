import type { IColumn, IPatch, View } from './messages';
import { comparison, compareWithNulls } from './order';

/** A row as the page has it. */
export interface IRow {
  readonly slot: number;
  readonly cells: readonly (string | null)[];
  /** Its row kind, such as `+I`, in the view of changes. */
  readonly sign: string;
  /** All its text in lower case, made when a filter first looks at it. */
  haystack?: string;
}

/** By which column the rows are ordered. */
export interface ISort {
  readonly column: number;
  readonly descending: boolean;
}

/** The rows that a page has of a result: patches go in, what is to be shown comes out. */
export class ResultRows {
  columns: readonly IColumn[] = [];
  view: View = 'table';
  /** How many rows the kernel keeps on this page at most. */
  window = 0;
  sort: ISort | null = null;
  filter = '';

  /** How many rows the page has, shown or not. */
  get size(): number {
    return this._rows.size;
  }

  /** Applies a patch; returns whether it was the first of new columns or another view. */
  apply(patch: IPatch): boolean {
    const { reset, low, gone, slots, rows, signs } = patch;
    if (reset) {
      this._rows.clear();
      this._order = null;
      this.view = reset.view;
      this.columns = reset.columns;
      this.window = reset.window;
    }
    for (const slot of this._rows.keys()) {
      // In order but for rows that came late, which are looked at below.
      if (slot >= low) {
        break;
      }
      this._rows.delete(slot);
    }
    for (const slot of gone) {
      this._rows.delete(slot);
    }
    slots.forEach((slot, index) => {
      this._rows.set(slot, {
        slot,
        cells: rows[index],
        sign: signs?.[index] ?? ''
      });
    });
    if (reset !== undefined || slots.length || gone.length || this._low < low) {
      this._order = null;
    }
    this._low = low;
    return reset !== undefined;
  }

  /** The rows to show: those that the filter lets through, in the order of the sort. */
  shown(): readonly IRow[] {
    const rows = this._inOrder();
    const found = this.filter ? rows.filter(this._matcher()) : rows;
    const { sort } = this;
    if (sort === null || sort.column >= this.columns.length) {
      return found;
    }
    const { column, descending } = sort;
    const compare = comparison(this.columns[column].order);
    return [...found].sort((a, b) =>
      compareWithNulls(a.cells[column], b.cells[column], compare, descending)
    );
  }

  private _inOrder(): readonly IRow[] {
    if (this._order === null) {
      const rows = [...this._rows.values()].sort((a, b) => a.slot - b.slot);
      let surplus = 0;
      while (surplus < rows.length && rows[surplus].slot < this._low) {
        surplus += 1;
      }
      this._order = surplus ? rows.slice(surplus) : rows;
      // Kept in the order of the slots, so that the next patch finds the oldest first.
      this._rows = new Map(this._order.map(row => [row.slot, row]));
    }
    return this._order;
  }

  /** `text` looks into all columns, `column:text` into one. */
  private _matcher(): (row: IRow) => boolean {
    const wanted = this.filter.toLowerCase();
    const colon = wanted.indexOf(':');
    const column = this.columns.findIndex(
      ({ name }) => colon > 0 && name.toLowerCase() === wanted.slice(0, colon)
    );
    if (column >= 0) {
      const text = wanted.slice(colon + 1).trim();
      return row => (row.cells[column] ?? 'null').toLowerCase().includes(text);
    }
    return row => {
      row.haystack ??= row.cells
        .map(cell => cell ?? 'null')
        .join('\n')
        .toLowerCase();
      return row.haystack.includes(wanted);
    };
  }

  private _rows = new Map<number, IRow>();
  private _order: readonly IRow[] | null = null;
  private _low = 0;
}
