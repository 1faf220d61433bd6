import {
  ILayoutRestorer,
  type JupyterFrontEnd,
  type JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { INotebookTracker } from '@jupyterlab/notebook';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import type { Widget } from '@lumino/widgets';

import { CatalogActions } from '../catalogs/actions';
import { addCatalogCommands } from '../catalogs/commands';
import { KernelFocus } from '../catalogs/focus';
import { CatalogModel } from '../catalogs/model';
import { CATALOG_MIME, CatalogOutput } from '../catalogs/output';
import { CatalogPanel } from '../catalogs/panel';

/** Before HTML, which is the tree without a kernel. */
const CATALOG_RANK = 10;

/** The side panel of catalogs: tables, columns, samples and DDL of the current notebook's session. */
export const catalogsPlugin: JupyterFrontEndPlugin<void> = {
  id: 'scaleph-lab:catalogs',
  description:
    'Shows what the Flink session of the current notebook or console sees.',
  autoStart: true,
  optional: [
    INotebookTracker,
    IRenderMimeRegistry,
    ICommandPalette,
    ILayoutRestorer,
    ITranslator
  ],
  activate: (
    app: JupyterFrontEnd,
    notebooks: INotebookTracker | null,
    rendermime: IRenderMimeRegistry | null,
    palette: ICommandPalette | null,
    restorer: ILayoutRestorer | null,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load('scaleph_lab');
    const isNotebook = (widget: Widget): boolean =>
      notebooks?.has(widget) ?? false;
    const focus = new KernelFocus(isNotebook);
    focus.follow(app);
    const model = new CatalogModel(focus);
    const panel = new CatalogPanel(
      model,
      new CatalogActions(app.commands),
      trans
    );
    app.shell.add(panel, 'left', { rank: 351, type: 'Flink Catalogs' });
    restorer?.add(panel, panel.id);

    rendermime?.addFactory(
      {
        safe: true,
        mimeTypes: [CATALOG_MIME],
        createRenderer: () => new CatalogOutput(isNotebook, trans)
      },
      CATALOG_RANK
    );

    const category = trans.__('Scaleph Lab');
    for (const command of addCatalogCommands(app, model, panel.id, trans)) {
      palette?.addItem({ command, category });
    }
  }
};
