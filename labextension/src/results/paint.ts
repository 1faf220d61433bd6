import type { DataGrid } from '@lumino/datagrid';

/** The colours and fonts of the theme, as a canvas takes them. */
export interface IPalette {
  text: string;
  quiet: string;
  line: string;
  ground: string;
  header: string;
  brand: string;
  font: string;
  nullFont: string;
  signFont: string;
  titleFont: string;
  quietFont: string;
  signs: Record<string, string>;
}

/** Reads the theme where the node stands. A canvas knows no variables. */
export function readPalette(node: HTMLElement): IPalette {
  const style = getComputedStyle(node);
  const of = (name: string): string => style.getPropertyValue(name).trim();
  const family = of('--jp-ui-font-family');
  const code = of('--jp-code-font-family');
  return {
    text: of('--jp-content-font-color1'),
    quiet: of('--jp-content-font-color2'),
    line: of('--jp-border-color2'),
    ground: of('--jp-layout-color0'),
    header: of('--jp-layout-color2'),
    brand: of('--jp-brand-color1'),
    font: `12px ${code}`,
    nullFont: `italic 12px ${code}`,
    signFont: `bold 12px ${code}`,
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
    headerSelectionFillColor: translucent(palette.brand, 0.13),
    headerSelectionBorderColor: translucent(palette.brand, 0.27),
    selectionFillColor: translucent(palette.brand, 0.15),
    selectionBorderColor: palette.brand,
    cursorFillColor: translucent(palette.brand, 0.2),
    cursorBorderColor: palette.brand,
    scrollShadow: {
      size: 4,
      color1: translucent(palette.quiet, 0.2),
      color2: translucent(palette.quiet, 0.09),
      color3: translucent(palette.quiet, 0.0)
    }
  };
}

/** A colour with another alpha. The canvas turns any colour that it knows into `#rrggbb` or `rgba(…)`. */
function translucent(color: string, alpha: number): string {
  const context = document.createElement('canvas').getContext('2d')!;
  context.fillStyle = color;
  const plain = context.fillStyle;
  const parts = plain.startsWith('#')
    ? [1, 3, 5].map(at => parseInt(plain.slice(at, at + 2), 16))
    : (plain.match(/[\d.]+/g) ?? []).slice(0, 3);
  return `rgba(${parts.join(', ')}, ${alpha})`;
}
