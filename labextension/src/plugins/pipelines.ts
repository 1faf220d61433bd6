import { IJupyterWidgetRegistry } from '@jupyter-widgets/base';
import {
  ILayoutRestorer,
  type JupyterFrontEnd,
  type JupyterFrontEndPlugin
} from '@jupyterlab/application';
import {
  ICommandPalette,
  IThemeManager,
  WidgetTracker
} from '@jupyterlab/apputils';
import { IEditorServices } from '@jupyterlab/codeeditor';
import { IDefaultFileBrowser } from '@jupyterlab/filebrowser';
import { ILauncher } from '@jupyterlab/launcher';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { RestBackend } from '../pipelines/backend';
import { emptyDocument, renderDocument } from '../pipelines/document';
import {
  FACTORY,
  FILE_ENDING,
  FILE_TYPE,
  PipelineFactory,
  type PipelineTab
} from '../pipelines/documentwidget';
import { pipelineIcon } from '../pipelines/icons';
import {
  WIDGET_MODULE,
  WIDGET_VERSION,
  widgetExports
} from '../pipelines/widget';
import { CommandIDs } from '../tokens';

/** Builders of pipelines: tabs for `*.seatunnel.json` files, a command and a launcher card, and the widget of cells. */
export const pipelinesPlugin: JupyterFrontEndPlugin<void> = {
  id: 'scaleph-lab:pipelines',
  description:
    'Builds SeaTunnel pipelines by drag and drop, in tabs and cells.',
  autoStart: true,
  requires: [IEditorServices],
  optional: [
    IJupyterWidgetRegistry,
    IThemeManager,
    ICommandPalette,
    ILauncher,
    ILayoutRestorer,
    IDefaultFileBrowser,
    ITranslator
  ],
  activate: (
    app: JupyterFrontEnd,
    services: IEditorServices,
    registry: IJupyterWidgetRegistry | null,
    themes: IThemeManager | null,
    palette: ICommandPalette | null,
    launcher: ILauncher | null,
    restorer: ILayoutRestorer | null,
    browser: IDefaultFileBrowser | null,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load('scaleph_lab');
    const settings = app.serviceManager.serverSettings;
    const hasDataSources = (): boolean =>
      app.commands.hasCommand(CommandIDs.newDataSource);
    const parts = {
      settings,
      editors: services.factoryService,
      trans,
      language: translator?.languageCode ?? 'en',
      themes,
      onNewDataSource: (): void => {
        if (hasDataSources()) {
          void app.commands.execute(CommandIDs.newDataSource);
        }
      }
    };
    app.docRegistry.addFileType({
      name: FILE_TYPE,
      displayName: trans.__('SeaTunnel Pipeline'),
      extensions: [FILE_ENDING],
      mimeTypes: ['application/json'],
      fileFormat: 'text',
      contentType: 'file',
      icon: pipelineIcon
    });
    const factory = new PipelineFactory({
      ...parts,
      name: FACTORY,
      label: trans.__('Pipeline Builder'),
      fileTypes: [FILE_TYPE],
      defaultFor: [FILE_TYPE],
      backend: new RestBackend(settings)
    });
    const tracker = new WidgetTracker<PipelineTab>({
      namespace: 'scaleph-pipelines'
    });
    factory.widgetCreated.connect((_, tab) => {
      tab.title.icon = pipelineIcon;
      tab.context.pathChanged.connect(() => void tracker.save(tab));
      void tracker.add(tab);
    });
    app.docRegistry.addWidgetFactory(factory);
    void restorer?.restore(tracker, {
      command: 'docmanager:open',
      args: tab => ({ path: tab.context.path, factory: FACTORY }),
      name: tab => tab.context.path
    });

    registry?.registerWidget({
      name: WIDGET_MODULE,
      version: WIDGET_VERSION,
      exports: () => widgetExports(parts)
    });

    addCommand(app, browser, trans.__('New Pipeline'), trans.__('Pipeline'));
    const command = CommandIDs.newPipeline;
    const category = trans.__('Scaleph Lab');
    palette?.addItem({ command, category });
    launcher?.add({ command, category, rank: 2 });
  }
};

function addCommand(
  app: JupyterFrontEnd,
  browser: IDefaultFileBrowser | null,
  label: string,
  short: string
): void {
  app.commands.addCommand(CommandIDs.newPipeline, {
    label: args => (args.isLauncher ? short : label),
    caption: 'Build a SeaTunnel pipeline by drag and drop',
    icon: pipelineIcon,
    describedBy: {
      args: {
        type: 'object',
        properties: {
          cwd: { type: 'string', description: 'The folder of the file.' }
        }
      }
    },
    execute: async args => {
      const cwd =
        typeof args.cwd === 'string' ? args.cwd : (browser?.model.path ?? '');
      const { contents } = app.serviceManager;
      const made = await contents.newUntitled({
        path: cwd,
        type: 'file',
        ext: FILE_ENDING
      });
      const name = made.name.replace(FILE_ENDING, '');
      await contents.save(made.path, {
        type: 'file',
        format: 'text',
        content: renderDocument(emptyDocument(name))
      });
      return app.commands.execute('docmanager:open', {
        path: made.path,
        factory: FACTORY
      }) as Promise<unknown>;
    }
  });
}
