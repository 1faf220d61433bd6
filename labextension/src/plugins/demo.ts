import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette, showErrorMessage } from '@jupyterlab/apputils';
import { ILauncher } from '@jupyterlab/launcher';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { scalephIcon } from '../icons';
import { RestError, ScalephClient } from '../rest/client';
import { CommandIDs } from '../tokens';

/** The demo notebook: a command and a card in the launcher. */
export const demoPlugin: JupyterFrontEndPlugin<void> = {
  id: 'scaleph-lab:demo',
  description: 'Opens a copy of the demo notebook, from the launcher too.',
  autoStart: true,
  optional: [ICommandPalette, ILauncher, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    palette: ICommandPalette | null,
    launcher: ILauncher | null,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load('scaleph_lab');
    const client = new ScalephClient(app.serviceManager.serverSettings);

    app.commands.addCommand(CommandIDs.openDemo, {
      label: trans.__('Flink SQL Demo: Flights'),
      caption: trans.__(
        'Open a copy of the demo notebook: Flink SQL on 336,776 flights'
      ),
      icon: scalephIcon,
      describedBy: { args: { type: 'object', properties: {} } },
      execute: async () => {
        try {
          const { path } = await client.createDemo();
          // The launcher makes way for the widget that its command returns.
          return (await app.commands.execute('docmanager:open', {
            path
          })) as unknown;
        } catch (reason) {
          const { message, hint } = RestError.failureOf(reason);
          await showErrorMessage(
            trans.__('The demo could not be opened'),
            `${message} ${hint}`.trim()
          );
          return undefined;
        }
      }
    });

    const category = trans.__('Scaleph Lab');
    palette?.addItem({ command: CommandIDs.openDemo, category });
    launcher?.add({ command: CommandIDs.openDemo, category, rank: 1 });
  }
};
