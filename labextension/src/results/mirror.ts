import type { ResultTable } from './table';
import type { ResultRows } from './rows';

const SHORTEST_MS = 500;
const MOST_COLUMNS = 30;

/**
 * The rows in sight as a plain table that is not seen but read: a canvas says nothing to a screen reader.
 * Renewed twice a second at most.
 */
export class ResultMirror {
  constructor(
    private readonly _rows: ResultRows,
    private readonly _table: ResultTable
  ) {
    this.node.className = 'jp-scaleph-mirror';
    this._cursor.setAttribute('aria-live', 'polite');
    this._frame.append(this._head, this._body);
    this.node.append(this._frame, this._cursor);
    _table.moved.connect(() => this._tellCursor());
  }

  readonly node = document.createElement('div');

  /** Renews it, now or soon. */
  refresh(): void {
    if (this._timer !== null) {
      return;
    }
    const due = Math.max(0, this._drawnAt + SHORTEST_MS - performance.now());
    this._timer = window.setTimeout(() => {
      this._timer = null;
      this._draw();
    }, due);
  }

  dispose(): void {
    window.clearTimeout(this._timer ?? undefined);
  }

  private _draw(): void {
    this._drawnAt = performance.now();
    const { columns, view } = this._rows;
    const shown = columns.slice(0, MOST_COLUMNS);
    const [first, last] = this._table.inSight();
    const kind = view === 'changes' ? [''] : [];
    const head = line('th', [
      ...kind,
      ...shown.map(({ name, type }) => `${name} ${type}`)
    ]);
    const rows = this._table.model.rows
      .slice(first, last)
      .map(row =>
        line('td', [
          ...(view === 'changes' ? [row.sign] : []),
          ...row.cells.slice(0, MOST_COLUMNS).map(cell => cell ?? 'NULL')
        ])
      );
    this._frame.setAttribute(
      'aria-rowcount',
      String(this._table.model.rows.length)
    );
    this._head.replaceChildren(head);
    this._body.replaceChildren(...rows);
  }

  private _tellCursor(): void {
    const { selectionModel } = this._table.grid;
    const row = this._table.model.rows[selectionModel?.cursorRow ?? -1];
    const column = selectionModel?.cursorColumn ?? -1;
    this._cursor.textContent =
      row === undefined || column < 0
        ? ''
        : `${this._rows.columns[column].name}: ${row.cells[column] ?? 'NULL'}`;
  }

  private readonly _frame = document.createElement('table');
  private readonly _head = document.createElement('thead');
  private readonly _body = document.createElement('tbody');
  private readonly _cursor = document.createElement('div');
  private _drawnAt = -Infinity;
  private _timer: number | null = null;
}

function line(tag: 'td' | 'th', texts: string[]): HTMLTableRowElement {
  const row = document.createElement('tr');
  for (const text of texts) {
    const cell = document.createElement(tag);
    cell.textContent = text;
    row.append(cell);
  }
  return row;
}
