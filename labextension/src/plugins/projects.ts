import {
  ILayoutRestorer,
  type JupyterFrontEnd,
  type JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { IEditorServices } from '@jupyterlab/codeeditor';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { KernelFocus } from '../catalogs/focus';
import { confirmed } from '../components/confirm';
import { diffTab } from '../projects/diff';
import { projectIcon } from '../projects/icons';
import { ProjectModel } from '../projects/model';
import { type IProjectActions, ProjectPanel } from '../projects/panel';
import { CommandIDs, ICatalogEvents } from '../tokens';

/** The side panel of projects and their artifacts, and the commands that show it and begin a new project. */
export const projectsPlugin: JupyterFrontEndPlugin<void> = {
  id: 'scaleph-lab:projects',
  description:
    'Keeps projects, artifacts and their revisions, in a side panel.',
  autoStart: true,
  requires: [IEditorServices],
  optional: [
    ICatalogEvents,
    INotebookTracker,
    ICommandPalette,
    ILayoutRestorer,
    ITranslator
  ],
  activate: (
    app: JupyterFrontEnd,
    editors: IEditorServices,
    events: ICatalogEvents | null,
    notebooks: INotebookTracker | null,
    palette: ICommandPalette | null,
    restorer: ILayoutRestorer | null,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load('scaleph_lab');
    const focus = new KernelFocus(widget => notebooks?.has(widget) ?? false);
    focus.follow(app);
    const model = new ProjectModel(app.serviceManager.serverSettings, events);
    const actions: IProjectActions = {
      insertStatement: statement => focus.insertStatement(statement),
      cellText: () => focus.statement(),
      confirm: confirmed,
      showDiff: (artifact, old, now) => {
        const tab = diffTab(model.client, artifact, old, now, trans);
        app.shell.add(tab, 'main');
        app.shell.activateById(tab.id);
      }
    };
    const factory = editors.factoryService;
    const panel = new ProjectPanel({ model, actions, editors: factory, trans });
    app.shell.add(panel, 'left', { rank: 351, type: 'Projects' });
    restorer?.add(panel, panel.id);

    const args = { type: 'object', properties: {} } as const;
    app.commands.addCommand(CommandIDs.showProjects, {
      label: trans.__('Show Projects'),
      icon: projectIcon,
      describedBy: { args },
      execute: () => app.shell.activateById(panel.id)
    });
    app.commands.addCommand(CommandIDs.newProject, {
      label: trans.__('New Project'),
      icon: projectIcon,
      describedBy: { args },
      execute: () => {
        app.shell.activateById(panel.id);
        if (model.artifacts) {
          model.close();
        }
        model.begin(null);
      }
    });
    const category = trans.__('Scaleph Lab');
    for (const command of [CommandIDs.showProjects, CommandIDs.newProject]) {
      palette?.addItem({ command, category });
    }
  }
};
