import { administrationPlugin } from './plugins/administration';
import { catalogsPlugin } from './plugins/catalogs';
import { datasourcesPlugin } from './plugins/datasources';
import { demoPlugin } from './plugins/demo';
import { enginesPlugin } from './plugins/engines';
import { flinkSqlPlugin } from './plugins/flinksql';
import { panelPlugin } from './plugins/panel';
import { resultsPlugin } from './plugins/results';

export { CommandIDs, IEngines } from './tokens';
export type { Engine, Failure, Job } from './tokens';

/** One plugin a capability: each can be switched off on its own. */
export default [
  enginesPlugin,
  panelPlugin,
  catalogsPlugin,
  datasourcesPlugin,
  administrationPlugin,
  flinkSqlPlugin,
  resultsPlugin,
  demoPlugin
];
