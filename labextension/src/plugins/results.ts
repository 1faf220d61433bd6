import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { type ISessionContext, IThemeManager } from '@jupyterlab/apputils';
import { IConsoleTracker } from '@jupyterlab/console';
import { INotebookTracker } from '@jupyterlab/notebook';
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { resultFactory } from '../results/renderer';

/** Shows the results of Flink SQL as live grids, in notebooks and consoles. */
export const resultsPlugin: JupyterFrontEndPlugin<void> = {
  id: 'scaleph-lab:results',
  description: 'Shows the results of Flink SQL as live grids.',
  autoStart: true,
  optional: [INotebookTracker, IConsoleTracker, IThemeManager, ITranslator],
  activate: (
    _app: JupyterFrontEnd,
    notebooks: INotebookTracker | null,
    consoles: IConsoleTracker | null,
    themes: IThemeManager | null,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load('scaleph_lab');
    // Each notebook and console has a registry of its own, so that a renderer knows its kernel.
    const equip = (
      rendermime: IRenderMimeRegistry,
      session: ISessionContext
    ): void => {
      rendermime.addFactory(
        resultFactory({ rendermime, session, themes, trans })
      );
    };
    notebooks?.widgetAdded.connect((_, panel) =>
      equip(panel.content.rendermime, panel.sessionContext)
    );
    consoles?.widgetAdded.connect((_, panel) =>
      equip(panel.console.rendermime, panel.sessionContext)
    );
  }
};
