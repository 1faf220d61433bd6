import {
  ILayoutRestorer,
  type JupyterFrontEnd,
  type JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { EngineActions } from '../engines/actions';
import { addEngineCommands } from '../engines/commands';
import { EnginesPanel } from '../engines/panel';
import { IEngines } from '../tokens';

/** The side panel of engines, and a command for everything that it can do. */
export const panelPlugin: JupyterFrontEndPlugin<void> = {
  id: 'scaleph-lab:panel',
  description: 'Shows the Flink engines and their jobs in a side panel.',
  autoStart: true,
  requires: [IEngines],
  optional: [ICommandPalette, ILayoutRestorer, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    engines: IEngines,
    palette: ICommandPalette | null,
    restorer: ILayoutRestorer | null,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load('scaleph_lab');
    const actions = new EngineActions(app.commands);
    const panel = new EnginesPanel(engines, actions, trans);
    app.shell.add(panel, 'left', { rank: 350, type: 'Flink Engines' });
    restorer?.add(panel, panel.id);

    const category = trans.__('Scaleph Lab');
    for (const command of addEngineCommands(app, engines, panel.id, trans)) {
      palette?.addItem({ command, category });
    }
  }
};
