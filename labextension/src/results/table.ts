import {
  BasicKeyHandler,
  BasicMouseHandler,
  BasicSelectionModel,
  type DataGrid
} from '@lumino/datagrid';
import { MessageLoop } from '@lumino/messaging';
import { Signal, type ISignal } from '@lumino/signaling';
import { PanelLayout, Widget } from '@lumino/widgets';

import { ResultCanvas } from './canvas';
import { tabSeparated } from './copying';
import { ResultDataModel } from './datamodel';
import { readPalette } from './paint';
import type { ResultRows } from './rows';

const ROW_HEIGHT = 22;
const HEADER_HEIGHT = 40;
const SCROLL_BAR = 16;
const SHOWN_ROWS = 12;
const WIDEST = 340;
const MEASURED_ROWS = 40;

/** The rows of a result as a grid, as high as its rows until there are many or the user sets its height. */
export class ResultTable extends Widget {
  constructor(
    private readonly _rows: ResultRows,
    copy: (text: string) => void
  ) {
    super();
    this.addClass('jp-scaleph-table');
    this.model = new ResultDataModel(_rows);
    this.grid = new ResultCanvas(_rows, this.model, {
      defaultSizes: {
        rowHeight: ROW_HEIGHT,
        columnWidth: 100,
        rowHeaderWidth: 48,
        columnHeaderHeight: HEADER_HEIGHT
      },
      minimumSizes: {
        rowHeight: ROW_HEIGHT,
        columnWidth: 40,
        rowHeaderWidth: 32,
        columnHeaderHeight: HEADER_HEIGHT
      },
      headerVisibility: 'all'
    });
    this.grid.dataModel = this.model;
    this.grid.selectionModel = new BasicSelectionModel({
      dataModel: this.model
    });
    this.grid.keyHandler = new TableKeys(() => copy(this.copied()));
    this.grid.mouseHandler = new TableMouse(column => this._sortBy(column));
    this.grid.viewport.node.tabIndex = 0;
    this.grid.viewport.node.setAttribute('role', 'application');
    const layout = (this.layout = new PanelLayout());
    layout.addWidget(this.grid);
    this._observer = new ResizeObserver(() => this._fit());
    this.node.addEventListener('wheel', this._onWheel, { capture: true });
    this.grid.selectionModel.changed.connect(() => this._moved.emit());
  }

  readonly model: ResultDataModel;
  readonly grid: ResultCanvas;

  /** Emitted when the user has asked for another order. */
  get sorted(): ISignal<this, void> {
    return this._sorted;
  }

  /** Emitted when the cursor or the selection has moved. */
  get moved(): ISignal<this, void> {
    return this._moved;
  }

  override dispose(): void {
    this._observer.disconnect();
    super.dispose();
  }

  /** Takes the colours of the theme. */
  paint(): void {
    this.grid.palette = readPalette(this.node);
  }

  /** Shows the rows as they are now; `reset` where the columns are others. */
  refresh(reset: boolean): void {
    this._noticeScroll();
    this.grid.paintOnce(() => {
      if (reset) {
        this._measured = false;
        this.model.reset();
      } else {
        this.model.refresh();
      }
      if (!this._measured && this._rows.columns.length) {
        this._measure();
      }
      this._setHeight();
      this._followEnd();
    });
  }

  /** Whether the grid stays at its end while it is there: where rows are appended, the newest are what one looks for. */
  follow = true;

  /** What a copy takes: the selection, or all. */
  copied(): string {
    const { selectionModel } = this.grid;
    return tabSeparated(this._rows.columns, this.model.rows, selectionModel);
  }

  /** The rows that are in sight, as the first and the last. */
  inSight(): [number, number] {
    const first = Math.floor(this.grid.scrollY / ROW_HEIGHT);
    const count = Math.ceil(this.grid.pageHeight / ROW_HEIGHT) || SHOWN_ROWS;
    return [first, Math.min(first + count, this.model.rows.length)];
  }

  protected override onAfterAttach(): void {
    this.paint();
    this._observer.observe(this.node);
    this._setHeight();
  }

  protected override onBeforeDetach(): void {
    this._observer.disconnect();
  }

  private _sortBy(column: number): void {
    const { sort } = this._rows;
    if (sort?.column !== column) {
      this._rows.sort = { column, descending: false };
    } else {
      this._rows.sort = sort.descending ? null : { column, descending: true };
    }
    this._sorted.emit();
  }

  /** As wide as the first rows and the header need, within bounds. */
  private _measure(): void {
    const { columns } = this._rows;
    const sample = this.model.rows.slice(0, MEASURED_ROWS);
    this._measured = sample.length > 0;
    columns.forEach(({ name, type }, column) => {
      const longest = Math.max(
        name.length + 2,
        type.length * 0.9,
        ...sample.map(row => row.cells[column]?.length ?? 4)
      );
      const width = Math.min(Math.ceil(longest * 7.4) + 22, WIDEST);
      this.grid.resizeColumn('body', column, Math.max(width, 60));
    });
  }

  private _setHeight(): void {
    if (this._userHeight) {
      return;
    }
    const rows = Math.max(1, Math.min(this.model.rows.length, SHOWN_ROWS));
    const bar = this.grid.bodyWidth > this.grid.pageWidth ? SCROLL_BAR : 0;
    this._height = HEADER_HEIGHT + rows * ROW_HEIGHT + bar + 3;
    const height = `${this._height}px`;
    if (this.node.style.height !== height) {
      this.node.style.height = height;
    }
  }

  /** The user leaves the end by scrolling, and comes back to it. */
  private _noticeScroll(): void {
    const { scrollY, maxScrollY } = this.grid;
    if (scrollY !== this._scrolledTo) {
      this._atEnd = scrollY >= maxScrollY - ROW_HEIGHT;
    }
  }

  private _followEnd(): void {
    if (this._atEnd && this.follow) {
      this.grid.scrollTo(this.grid.scrollX, this.grid.maxScrollY);
    }
    this._scrolledTo = this.grid.scrollY;
  }

  private _fit(): void {
    const { height } = this.node.getBoundingClientRect();
    if (this._height && height && Math.abs(height - this._height) > 2) {
      // The user drew the corner.
      this._userHeight = true;
    }
    this._noticeScroll();
    MessageLoop.sendMessage(this.grid, Widget.ResizeMessage.UnknownSize);
    this._followEnd();
  }

  /** At its ends the grid lets the page scroll. */
  private readonly _onWheel = (event: WheelEvent): void => {
    const { scrollY, maxScrollY, scrollX, maxScrollX } = this.grid;
    const down = event.deltaY > 0 ? scrollY < maxScrollY : scrollY > 0;
    const across = event.deltaX > 0 ? scrollX < maxScrollX : scrollX > 0;
    if (!(event.deltaY && down) && !(event.deltaX && across)) {
      event.stopPropagation();
    }
  };

  private readonly _observer: ResizeObserver;
  private readonly _sorted = new Signal<this, void>(this);
  private readonly _moved = new Signal<this, void>(this);
  private _atEnd = true;
  private _scrolledTo = 0;
  private _measured = false;
  private _userHeight = false;
  private _height = 0;
}

class TableKeys extends BasicKeyHandler {
  constructor(private readonly _copy: () => void) {
    super();
  }

  /** The tab key leaves the grid, as it leaves any other control. */
  override onKeyDown(grid: DataGrid, event: KeyboardEvent): void {
    if (event.key !== 'Tab') {
      super.onKeyDown(grid, event);
    }
  }

  protected override onKeyC(_grid: DataGrid, event: KeyboardEvent): void {
    if ((event.ctrlKey || event.metaKey) && !event.shiftKey) {
      event.preventDefault();
      event.stopPropagation();
      this._copy();
    }
  }
}

class TableMouse extends BasicMouseHandler {
  constructor(private readonly _sort: (column: number) => void) {
    super();
  }

  override onMouseDown(grid: DataGrid, event: MouseEvent): void {
    const hit = grid.hitTest(event.clientX, event.clientY);
    const { region, column, x, width } = hit;
    const onEdge = x < 6 || width - x < 6;
    this._pressed =
      region === 'column-header' && !onEdge && event.button === 0
        ? column
        : null;
    super.onMouseDown(grid, event);
  }

  override onMouseUp(grid: DataGrid, event: MouseEvent): void {
    const { region, column } = grid.hitTest(event.clientX, event.clientY);
    const pressed = this._pressed;
    super.onMouseUp(grid, event);
    if (region === 'column-header' && column === pressed) {
      this._sort(column);
    }
  }

  private _pressed: number | null = null;
}
