import {
  ILayoutRestorer,
  type JupyterFrontEnd,
  type JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { administrationIcon } from '../administration/icons';
import { AdministrationModel } from '../administration/model';
import { AdministrationPanel } from '../administration/panel';
import { confirmed } from '../components/confirm';
import { CommandIDs } from '../tokens';

/** The side panel of administration, and the command that shows it. */
export const administrationPlugin: JupyterFrontEndPlugin<void> = {
  id: 'scaleph-lab:administration',
  description: 'Shows who may do what in the catalog, in a side panel.',
  autoStart: true,
  optional: [ICommandPalette, ILayoutRestorer, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    palette: ICommandPalette | null,
    restorer: ILayoutRestorer | null,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load('scaleph_lab');
    const panel = new AdministrationPanel({
      model: new AdministrationModel(app.serviceManager.serverSettings),
      actions: {
        confirmDeleteUser: name =>
          confirmed(
            trans.__('Delete the user %1?', name),
            trans.__('All that was granted to them ends at once.'),
            trans.__('Delete')
          ),
        confirmDeleteRole: name =>
          confirmed(
            trans.__('Delete the role %1?', name),
            trans.__('A role that somebody has stays.'),
            trans.__('Delete')
          ),
        confirmRevoke: what =>
          confirmed(
            trans.__('Revoke this?'),
            trans.__('%1. It ends at once.', what),
            trans.__('Revoke')
          )
      },
      trans
    });
    app.shell.add(panel, 'left', { rank: 356, type: 'Administration' });
    restorer?.add(panel, panel.id);
    app.commands.addCommand(CommandIDs.showAdministration, {
      label: trans.__('Show Administration'),
      icon: administrationIcon,
      describedBy: { args: { type: 'object', properties: {} } },
      execute: () => app.shell.activateById(panel.id)
    });
    palette?.addItem({
      command: CommandIDs.showAdministration,
      category: trans.__('Scaleph Lab')
    });
  }
};
