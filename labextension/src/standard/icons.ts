import { LabIcon } from '@jupyterlab/ui-components';

import standardSvg from '../../style/icons/standard.svg';

/** The mark of the data standard: a list that is ticked off. */
export const standardIcon = new LabIcon({
  name: 'scaleph-lab:standard',
  svgstr: standardSvg
});
