import {
  type CellRenderer,
  type DataGrid,
  type GraphicsContext,
  TextRenderer
} from '@lumino/datagrid';

import type { ResultDataModel } from './datamodel';
import type { ResultRows } from './rows';

/** The colours and fonts of the theme, as a canvas takes them. */
export interface IPalette {
  text: string;
  quiet: string;
  line: string;
  ground: string;
  header: string;
  brand: string;
  font: string;
  titleFont: string;
  quietFont: string;
  signs: Record<string, string>;
}

/** Reads the theme where the node stands. A canvas knows no variables. */
export function readPalette(node: HTMLElement): IPalette {
  const style = getComputedStyle(node);
  const of = (name: string): string => style.getPropertyValue(name).trim();
  const family = of('--jp-ui-font-family');
  return {
    text: of('--jp-content-font-color1'),
    quiet: of('--jp-content-font-color2'),
    line: of('--jp-border-color2'),
    ground: of('--jp-layout-color0'),
    header: of('--jp-layout-color2'),
    brand: of('--jp-brand-color1'),
    font: `12px ${of('--jp-code-font-family')}`,
    titleFont: `600 12px ${family}`,
    quietFont: `11px ${family}`,
    signs: {
      '+I': of('--jp-success-color1'),
      '+U': of('--jp-info-color1'),
      '-U': of('--jp-warn-color1'),
      '-D': of('--jp-error-color1')
    }
  };
}

/** The style of the grid itself. */
export function gridStyle(palette: IPalette): DataGrid.Style {
  return {
    voidColor: palette.ground,
    backgroundColor: palette.ground,
    gridLineColor: palette.line,
    headerBackgroundColor: palette.header,
    headerGridLineColor: palette.line,
    headerSelectionFillColor: translucent(palette.brand, '22'),
    headerSelectionBorderColor: translucent(palette.brand, '44'),
    selectionFillColor: translucent(palette.brand, '26'),
    selectionBorderColor: palette.brand,
    cursorFillColor: translucent(palette.brand, '33'),
    cursorBorderColor: palette.brand,
    scrollShadow: {
      size: 4,
      color1: translucent(palette.quiet, '33'),
      color2: translucent(palette.quiet, '18'),
      color3: translucent(palette.quiet, '00')
    }
  };
}

/** A colour with an alpha of two hexadecimal digits. The canvas turns any colour that it knows into `#rrggbb`. */
function translucent(color: string, alpha: string): string {
  const context = document.createElement('canvas').getContext('2d')!;
  context.fillStyle = color;
  const plain = context.fillStyle;
  return /^#[0-9a-f]{6}$/i.test(plain) ? plain + alpha : plain;
}

/** Draws the values: numbers to the right, NULL quiet, changes in the colour of their kind. */
export function valueRenderer(
  rows: ResultRows,
  model: ResultDataModel,
  palette: IPalette
): TextRenderer {
  return new TextRenderer({
    font: ({ value }) =>
      value === null ? `italic ${palette.font}` : palette.font,
    textColor: ({ row, value }) =>
      value === null
        ? palette.quiet
        : (palette.signs[model.rows[row]?.sign] ?? palette.text),
    horizontalAlignment: ({ column }) =>
      rows.columns[column]?.order === 'number' ? 'right' : 'left',
    // A value is text to the canvas, whatever it says.
    format: ({ value }) =>
      value === null ? 'NULL' : (value as string).replace(/\r?\n|\r/g, '⏎')
  });
}

/** Draws what stands before a row. */
export function markRenderer(
  model: ResultDataModel,
  palette: IPalette
): TextRenderer {
  return new TextRenderer({
    font: ({ row }) =>
      model.rows[row]?.sign ? `bold ${palette.font}` : palette.quietFont,
    textColor: ({ row }) =>
      palette.signs[model.rows[row]?.sign] ?? palette.quiet,
    horizontalAlignment: ({ row }) =>
      model.rows[row]?.sign ? 'center' : 'right'
  });
}

/** Draws a column's name, its type below, and the arrow of the sort. */
export class HeaderRenderer extends TextRenderer {
  constructor(
    private readonly _rows: ResultRows,
    private readonly _palette: IPalette
  ) {
    super();
  }

  override drawText(
    gc: GraphicsContext,
    config: CellRenderer.CellConfig
  ): void {
    const { sort, columns } = this._rows;
    const column = columns[config.column];
    if (config.region !== 'column-header' || column === undefined) {
      return;
    }
    const { text, quiet, titleFont, quietFont, brand } = this._palette;
    const right = column.order === 'number';
    const x = right ? config.x + config.width - 8 : config.x + 8;
    const arrow =
      sort?.column === config.column ? (sort.descending ? '▼' : '▲') : '';
    const width = config.width - 16 - (arrow ? 14 : 0);
    gc.textAlign = right ? 'right' : 'left';
    gc.textBaseline = 'alphabetic';
    gc.font = titleFont;
    gc.fillStyle = text;
    const name = elided(gc, column.name, width);
    gc.fillText(name, x, config.y + 16);
    if (arrow) {
      const beside = gc.measureText(name).width + 5;
      gc.fillStyle = brand;
      gc.fillText(arrow, right ? x - beside : x + beside, config.y + 16);
    }
    gc.font = quietFont;
    gc.fillStyle = quiet;
    gc.fillText(elided(gc, column.type, config.width - 16), x, config.y + 32);
  }
}

function elided(gc: GraphicsContext, text: string, width: number): string {
  if (gc.measureText(text).width <= width) {
    return text;
  }
  let length = text.length;
  while (
    length > 1 &&
    gc.measureText(`${text.slice(0, length)}…`).width > width
  ) {
    length -= 1;
  }
  return `${text.slice(0, length)}…`;
}
