import { LabIcon } from '@jupyterlab/ui-components';

import projectSvg from '../../style/icons/project.svg';

/** The mark of projects: a folder with a sheet. */
export const projectIcon = new LabIcon({
  name: 'scaleph-lab:project',
  svgstr: projectSvg
});
