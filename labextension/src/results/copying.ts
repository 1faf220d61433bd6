import type { SelectionModel } from '@lumino/datagrid';

import type { IColumn } from './messages';
import type { IRow } from './rows';

/**
 * The selected cells as tab-separated text, or all rows below their columns' names where nothing or one whole
 * table is selected. NULL is an empty field; a value with a tab, a quote or a line break is quoted, as spreadsheets do.
 */
export function tabSeparated(
  columns: readonly IColumn[],
  rows: readonly IRow[],
  selection: SelectionModel | null
): string {
  const area = selection && !selection.isEmpty ? bounds(selection) : null;
  if (area === null) {
    const names = columns.map(({ name }) => field(name)).join('\t');
    return [names, ...rows.map(row => row.cells.map(field).join('\t'))].join(
      '\n'
    );
  }
  return rows
    .slice(area.r1, area.r2 + 1)
    .map(row =>
      row.cells
        .slice(area.c1, area.c2 + 1)
        .map(field)
        .join('\t')
    )
    .join('\n');
}

/** The rectangle around all that is selected. */
function bounds(
  selection: SelectionModel
): Record<'r1' | 'r2' | 'c1' | 'c2', number> {
  const around = { r1: Infinity, r2: 0, c1: Infinity, c2: 0 };
  for (const { r1, r2, c1, c2 } of selection.selections()) {
    around.r1 = Math.min(around.r1, r1, r2);
    around.r2 = Math.max(around.r2, r1, r2);
    around.c1 = Math.min(around.c1, c1, c2);
    around.c2 = Math.max(around.c2, c1, c2);
  }
  return around;
}

function field(value: string | null): string {
  if (value === null) {
    return '';
  }
  return /[\t\n\r"]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}
