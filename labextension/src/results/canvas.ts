import { DataGrid, type SectionList } from '@lumino/datagrid';
import { MessageLoop } from '@lumino/messaging';

import type { ResultDataModel } from './datamodel';
import type { IColumn } from './messages';
import { gridStyle, type IPalette } from './paint';
import type { IRow, ResultRows } from './rows';

const PADDING = 8;
const ARROW = 14;

/** A row or a column in sight. */
interface ISpan {
  index: number;
  at: number;
  size: number;
}

/**
 * A data grid that paints its cells itself. Lumino's own painting copies each cell from a buffer, which takes ten
 * times as long where no graphics processor helps: too long for rows that change ten times a second.
 */
export class ResultCanvas extends DataGrid {
  constructor(
    private readonly _rows: ResultRows,
    private readonly _model: ResultDataModel,
    options: DataGrid.IOptions
  ) {
    super(options);
  }

  /** The colours and fonts; nothing is painted before they are known. */
  set palette(palette: IPalette) {
    this._palette = palette;
    this.style = gridStyle(palette);
    this.canvasGC.font = palette.font;
    this._advance = this.canvasGC.measureText('0').width;
    this.repaintContent();
  }

  /** Makes many changes and paints them once. */
  paintOnce(change: () => void): void {
    this._held = true;
    try {
      change();
    } finally {
      this._held = false;
    }
    this.repaintContent();
    MessageLoop.flush();
  }

  protected override paintContent(
    x: number,
    y: number,
    width: number,
    height: number
  ): void {
    const palette = this._palette;
    if (this._held || palette === null) {
      return;
    }
    const gc = this.canvasGC;
    // As the data grid scales its canvas.
    const ratio = Math.ceil(window.devicePixelRatio);
    gc.save();
    gc.setTransform(ratio, 0, 0, ratio, 0, 0);
    gc.beginPath();
    gc.rect(x, y, width, height);
    gc.clip();
    gc.fillStyle = palette.ground;
    gc.fillRect(x, y, width, height);
    const { headerWidth, headerHeight, scrollX, scrollY } = this;
    const right = Math.min(x + width, this.viewportWidth);
    const bottom = Math.min(y + height, this.viewportHeight);
    const columns = inSight(this.columnSections, headerWidth, scrollX, right);
    const rows = inSight(this.rowSections, headerHeight, scrollY, bottom);
    const changed = rows.filter(row => row.at + row.size > y);
    this._paintBody(gc, palette, columns, changed);
    this._paintMarks(gc, palette, changed);
    this._paintHeader(gc, palette, columns);
    gc.restore();
  }

  private _paintBody(
    gc: CanvasRenderingContext2D,
    palette: IPalette,
    columns: ISpan[],
    rows: ISpan[]
  ): void {
    gc.textBaseline = 'middle';
    for (const { index, at, size } of columns) {
      const number = this._rows.columns[index]?.order === 'number';
      gc.textAlign = number ? 'right' : 'left';
      const place = number ? at + size - PADDING : at + PADDING;
      for (const span of rows) {
        const row = this._model.rows[span.index];
        const value = row?.cells[index];
        if (value === undefined) {
          continue;
        }
        gc.font = value === null ? palette.nullFont : palette.font;
        gc.fillStyle = value === null ? palette.quiet : tone(row, palette);
        // A value is text to the canvas, whatever it says.
        const text = value === null ? 'NULL' : value.replace(/\r?\n|\r/g, '⏎');
        const fitting = this._fitting(gc, text, size - 2 * PADDING);
        gc.fillText(fitting, place, span.at + span.size / 2 + 1);
      }
      gc.fillStyle = palette.line;
      const last = rows.at(-1);
      if (last !== undefined) {
        gc.fillRect(at + size - 1, 0, 1, last.at + last.size);
      }
    }
    const end = columns.at(-1);
    gc.fillStyle = palette.line;
    for (const { at, size } of rows) {
      gc.fillRect(0, at + size - 1, end ? end.at + end.size : 0, 1);
    }
  }

  private _paintMarks(
    gc: CanvasRenderingContext2D,
    palette: IPalette,
    rows: ISpan[]
  ): void {
    const width = this.headerWidth;
    for (const { index, at, size } of rows) {
      const row = this._model.rows[index];
      if (row === undefined) {
        continue;
      }
      gc.fillStyle = palette.header;
      gc.fillRect(0, at, width, size);
      gc.fillStyle = palette.line;
      gc.fillRect(0, at + size - 1, width, 1);
      gc.fillRect(width - 1, at, 1, size);
      gc.font = row.sign ? palette.signFont : palette.quietFont;
      gc.fillStyle = row.sign ? tone(row, palette) : palette.quiet;
      gc.textAlign = row.sign ? 'center' : 'right';
      const place = row.sign ? width / 2 : width - PADDING;
      gc.fillText(this._model.mark(index), place, at + size / 2 + 1);
    }
  }

  private _paintHeader(
    gc: CanvasRenderingContext2D,
    palette: IPalette,
    columns: ISpan[]
  ): void {
    const { headerWidth, headerHeight } = this;
    const end = columns.at(-1);
    gc.fillStyle = palette.header;
    gc.fillRect(0, 0, end ? end.at + end.size : headerWidth, headerHeight);
    gc.textBaseline = 'alphabetic';
    for (const span of columns) {
      const column = this._rows.columns[span.index];
      if (column !== undefined) {
        this._paintTitle(gc, palette, column, span);
      }
      gc.fillStyle = palette.line;
      gc.fillRect(span.at + span.size - 1, 0, 1, headerHeight);
    }
    // The corner lies over columns that are scrolled beneath it.
    gc.fillStyle = palette.header;
    gc.fillRect(0, 0, headerWidth, headerHeight);
    gc.fillStyle = palette.line;
    gc.fillRect(headerWidth - 1, 0, 1, headerHeight);
    gc.fillRect(0, headerHeight - 1, end ? end.at + end.size : headerWidth, 1);
  }

  private _paintTitle(
    gc: CanvasRenderingContext2D,
    palette: IPalette,
    column: IColumn,
    { index, at, size }: ISpan
  ): void {
    const { sort } = this._rows;
    const number = column.order === 'number';
    const place = number ? at + size - PADDING : at + PADDING;
    const sorted = sort?.column === index;
    gc.textAlign = number ? 'right' : 'left';
    gc.font = palette.titleFont;
    gc.fillStyle = palette.text;
    const room = size - 2 * PADDING;
    const name = elided(gc, column.name, room - (sorted ? ARROW : 0));
    gc.fillText(name, place, 16);
    if (sorted) {
      const beside = gc.measureText(name).width + 5;
      gc.fillStyle = palette.brand;
      const arrow = sort.descending ? '▼' : '▲';
      gc.fillText(arrow, number ? place - beside : place + beside, 16);
    }
    gc.font = palette.quietFont;
    gc.fillStyle = palette.quiet;
    gc.fillText(elided(gc, column.type, room), place, 32);
  }

  /** The font of the values has one width, so that only what is no ASCII need be measured. */
  private _fitting(
    gc: CanvasRenderingContext2D,
    text: string,
    room: number
  ): string {
    if (/^[\x00-\x7f]*$/.test(text)) {
      const most = Math.max(1, Math.floor(room / this._advance));
      return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
    }
    return elided(gc, text.slice(0, Math.ceil(room / 3)), room);
  }

  private _palette: IPalette | null = null;
  private _advance = 7;
  private _held = false;
}

/** The sections between the header and the end of the viewport. */
function inSight(
  sections: SectionList,
  header: number,
  scroll: number,
  end: number
): ISpan[] {
  const spans: ISpan[] = [];
  const first = Math.max(0, sections.indexOf(scroll));
  for (let index = first; index < sections.count; index += 1) {
    const at = header + sections.offsetOf(index) - scroll;
    if (at >= end) {
      break;
    }
    spans.push({ index, at, size: sections.sizeOf(index) });
  }
  return spans;
}

/** Changes have the colour of their kind. */
function tone(row: IRow, palette: IPalette): string {
  return palette.signs[row.sign] ?? palette.text;
}

function elided(
  gc: CanvasRenderingContext2D,
  text: string,
  room: number
): string {
  if (gc.measureText(text).width <= room) {
    return text;
  }
  let length = text.length;
  while (
    length > 1 &&
    gc.measureText(`${text.slice(0, length)}…`).width > room
  ) {
    length -= 1;
  }
  return `${text.slice(0, length)}…`;
}
