import { LabIcon } from '@jupyterlab/ui-components';

import catalogSvg from '../../style/icons/catalog.svg';
import columnSvg from '../../style/icons/column.svg';
import databaseSvg from '../../style/icons/database.svg';
import tableSvg from '../../style/icons/table.svg';
import viewSvg from '../../style/icons/view.svg';
import type { NodeKind } from './client';

const icon = (name: string, svgstr: string): LabIcon =>
  new LabIcon({ name: `scaleph-lab:${name}`, svgstr });

/** The mark of catalogs, which the panel has too. */
export const catalogIcon = icon('catalog', catalogSvg);

/** One icon a kind of node. */
export const kindIcons: Record<NodeKind, LabIcon> = {
  catalog: catalogIcon,
  database: icon('database', databaseSvg),
  table: icon('table', tableSvg),
  view: icon('view', viewSvg),
  column: icon('column', columnSvg)
};
