import { DataModel } from '@lumino/datagrid';

import type { IRow, ResultRows } from './rows';

/** The rows of a result as a data grid asks for them. */
export class ResultDataModel extends DataModel {
  constructor(private readonly _source: ResultRows) {
    super();
  }

  /** The rows as they are shown now. */
  get rows(): readonly IRow[] {
    return this._rows;
  }

  rowCount(region: DataModel.RowRegion): number {
    return region === 'body' ? this._rows.length : 1;
  }

  columnCount(region: DataModel.ColumnRegion): number {
    return region === 'body' ? this._source.columns.length : 1;
  }

  data(
    region: DataModel.CellRegion,
    row: number,
    column: number
  ): string | null {
    switch (region) {
      case 'body':
        return this._rows[row]?.cells[column] ?? null;
      case 'column-header':
        return this._source.columns[column]?.name ?? '';
      case 'row-header':
        return this._rows[row] === undefined ? '' : this.mark(row);
      default:
        return '';
    }
  }

  /** What stands before a row: the sign of its kind, or its number. */
  mark(row: number): string {
    return this._rows[row].sign || (row + 1).toLocaleString();
  }

  /** Takes what the source shows now. The grid keeps its place, its selection and its columns; it is to be repainted. */
  refresh(): void {
    const before = this._rows.length;
    this._rows = this._source.shown();
    const now = this._rows.length;
    if (now > before) {
      const span = now - before;
      this.emitChanged({
        type: 'rows-inserted',
        region: 'body',
        index: before,
        span
      });
    } else if (now < before) {
      const span = before - now;
      this.emitChanged({
        type: 'rows-removed',
        region: 'body',
        index: now,
        span
      });
    }
  }

  /** Begins anew with other columns. */
  reset(): void {
    this._rows = this._source.shown();
    this.emitChanged({ type: 'model-reset' });
  }

  private _rows: readonly IRow[] = [];
}
