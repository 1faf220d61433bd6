import { administrationPlugin } from './plugins/administration';
import { catalogsPlugin } from './plugins/catalogs';
import { datasourcesPlugin } from './plugins/datasources';
import { demoPlugin } from './plugins/demo';
import { enginesPlugin } from './plugins/engines';
import { eventsPlugin } from './plugins/events';
import { flinkSqlPlugin } from './plugins/flinksql';
import { panelPlugin } from './plugins/panel';
import { pipelinesPlugin } from './plugins/pipelines';
import { projectsPlugin } from './plugins/projects';
import { resultsPlugin } from './plugins/results';
import { standardPlugin } from './plugins/standard';

export { CommandIDs, ICatalogEvents, IEngines } from './tokens';
export type { Change, Engine, Failure, Job } from './tokens';

/** One plugin a capability: each can be switched off on its own. */
export default [
  eventsPlugin,
  enginesPlugin,
  panelPlugin,
  catalogsPlugin,
  projectsPlugin,
  datasourcesPlugin,
  standardPlugin,
  administrationPlugin,
  pipelinesPlugin,
  flinkSqlPlugin,
  resultsPlugin,
  demoPlugin
];
