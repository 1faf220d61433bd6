import { LabIcon } from '@jupyterlab/ui-components';

import datasourceSvg from '../../style/icons/datasource.svg';

/** The mark of data sources: a database with a plug. */
export const datasourceIcon = new LabIcon({
  name: 'scaleph-lab:datasource',
  svgstr: datasourceSvg
});
