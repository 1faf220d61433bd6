import { LabIcon } from '@jupyterlab/ui-components';

import pipelineSvg from '../../style/icons/pipeline.svg';

/** The mark of pipelines: three nodes and two edges. */
export const pipelineIcon = new LabIcon({
  name: 'scaleph-lab:pipeline',
  svgstr: pipelineSvg
});
