import { LabIcon } from '@jupyterlab/ui-components';

import scalephSvg from '../style/icons/scaleph.svg';

/** Streams that flow into one: the mark of Scaleph Lab. */
export const scalephIcon = new LabIcon({
  name: 'scaleph-lab:scaleph',
  svgstr: scalephSvg
});
