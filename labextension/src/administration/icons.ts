import { LabIcon } from '@jupyterlab/ui-components';

import administrationSvg from '../../style/icons/administration.svg';

/** The mark of administration: a person with a shield. */
export const administrationIcon = new LabIcon({
  name: 'scaleph-lab:administration',
  svgstr: administrationSvg
});
