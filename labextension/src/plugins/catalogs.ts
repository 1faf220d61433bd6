import {
  ILayoutRestorer,
  type JupyterFrontEnd,
  type JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { CatalogActions } from '../catalogs/actions';
import { addCatalogCommands } from '../catalogs/commands';
import { KernelFocus } from '../catalogs/focus';
import { CatalogModel } from '../catalogs/model';
import { CatalogPanel } from '../catalogs/panel';

/** The side panel of catalogs: tables, columns, samples and DDL of the current notebook's session. */
export const catalogsPlugin: JupyterFrontEndPlugin<void> = {
  id: 'scaleph-lab:catalogs',
  description:
    'Shows what the Flink session of the current notebook or console sees.',
  autoStart: true,
  optional: [INotebookTracker, ICommandPalette, ILayoutRestorer, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    notebooks: INotebookTracker | null,
    palette: ICommandPalette | null,
    restorer: ILayoutRestorer | null,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load('scaleph_lab');
    const focus = new KernelFocus(
      app,
      widget => notebooks?.has(widget) ?? false
    );
    const model = new CatalogModel(focus);
    const panel = new CatalogPanel(
      model,
      new CatalogActions(app.commands),
      trans
    );
    app.shell.add(panel, 'left', { rank: 351, type: 'Flink Catalogs' });
    restorer?.add(panel, panel.id);

    const category = trans.__('Scaleph Lab');
    for (const command of addCatalogCommands(app, model, panel.id, trans)) {
      palette?.addItem({ command, category });
    }
  }
};
