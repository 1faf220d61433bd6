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
import { standardIcon } from '../standard/icons';
import { StandardModel } from '../standard/model';
import { StandardPanel } from '../standard/panel';
import { CommandIDs } from '../tokens';

/** The side panel of the data standard, and the command that shows it. */
export const standardPlugin: JupyterFrontEndPlugin<void> = {
  id: 'scaleph-lab:standard',
  description: 'Keeps the data standard of the catalog, in a side panel.',
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
    const isNotebook = (widget: Widget): boolean =>
      notebooks?.has(widget) ?? false;
    const focus = new KernelFocus(isNotebook);
    focus.follow(app);
    const chinese = (translator?.languageCode ?? 'en').startsWith('zh');
    const model = new StandardModel(
      app.serviceManager.serverSettings,
      chinese ? 'zh' : 'en'
    );
    const confirmDelete = (noun: string, name: string): Promise<boolean> =>
      confirmed(
        trans.__('Delete the %1 %2?', noun, name),
        trans.__('What something else uses stays, and what uses it is said.'),
        trans.__('Delete')
      );
    const panel = new StandardPanel({
      model,
      actions: { insert: text => focus.insert(text), confirmDelete },
      trans
    });
    app.shell.add(panel, 'left', { rank: 353, type: 'Data Standard' });
    restorer?.add(panel, panel.id);

    const command = CommandIDs.showStandard;
    app.commands.addCommand(command, {
      label: trans.__('Show Data Standard'),
      icon: standardIcon,
      describedBy: { args: { type: 'object', properties: {} } },
      execute: () => app.shell.activateById(panel.id)
    });
    palette?.addItem({ command, category: trans.__('Scaleph Lab') });
  }
};
