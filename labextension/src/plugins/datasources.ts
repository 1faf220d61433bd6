import {
  ILayoutRestorer,
  type JupyterFrontEnd,
  type JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import type { Widget } from '@lumino/widgets';

import { KernelFocus } from '../catalogs/focus';
import { confirmed } from '../components/confirm';
import { datasourceIcon } from '../datasources/icons';
import { DataSourceModel } from '../datasources/model';
import { DataSourcePanel } from '../datasources/panel';
import { CommandIDs, ICatalogEvents } from '../tokens';

/** The side panel of data sources, and the commands that show it and begin a new one. */
export const datasourcesPlugin: JupyterFrontEndPlugin<void> = {
  id: 'scaleph-lab:datasources',
  description: 'Keeps the data sources of the catalog, in a side panel.',
  autoStart: true,
  optional: [
    ICatalogEvents,
    INotebookTracker,
    ICommandPalette,
    ILayoutRestorer,
    ITranslator
  ],
  activate: (
    app: JupyterFrontEnd,
    events: ICatalogEvents | null,
    notebooks: INotebookTracker | null,
    palette: ICommandPalette | null,
    restorer: ILayoutRestorer | null,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load('scaleph_lab');
    const isNotebook = (widget: Widget): boolean =>
      notebooks?.has(widget) ?? false;
    const focus = new KernelFocus(isNotebook);
    focus.follow(app);
    const model = new DataSourceModel(
      app.serviceManager.serverSettings,
      events
    );
    const confirmDelete = (name: string): Promise<boolean> =>
      confirmed(
        trans.__('Delete the data source %1?', name),
        trans.__('Cells and pipelines that name it will not find it.'),
        trans.__('Delete')
      );
    const panel = new DataSourcePanel({
      model,
      actions: {
        insert: text => focus.insert(text),
        insertStatement: statement => focus.insertStatement(statement),
        confirmDelete
      },
      trans,
      language: translator?.languageCode ?? 'en'
    });
    app.shell.add(panel, 'left', { rank: 352, type: 'Data Sources' });
    restorer?.add(panel, panel.id);

    const args = { type: 'object', properties: {} } as const;
    app.commands.addCommand(CommandIDs.showDataSources, {
      label: trans.__('Show Data Sources'),
      icon: datasourceIcon,
      describedBy: { args },
      execute: () => app.shell.activateById(panel.id)
    });
    app.commands.addCommand(CommandIDs.newDataSource, {
      label: trans.__('New Data Source'),
      icon: datasourceIcon,
      describedBy: { args },
      execute: () => {
        app.shell.activateById(panel.id);
        model.go('types');
      }
    });
    const category = trans.__('Scaleph Lab');
    for (const command of [
      CommandIDs.showDataSources,
      CommandIDs.newDataSource
    ]) {
      palette?.addItem({ command, category });
    }
  }
};
