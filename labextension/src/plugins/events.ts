import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';

import { CatalogEvents } from '../rest/events';
import { ICatalogEvents } from '../tokens';

/** Tells the panels what was changed in the catalog, by this page or by anybody else. */
export const eventsPlugin: JupyterFrontEndPlugin<ICatalogEvents> = {
  id: 'scaleph-lab:events',
  description: 'Listens to the changes of the catalog.',
  autoStart: true,
  provides: ICatalogEvents,
  activate: (app: JupyterFrontEnd) =>
    new CatalogEvents(app.serviceManager.serverSettings)
};
