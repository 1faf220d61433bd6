import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ISettingRegistry } from '@jupyterlab/settingregistry';

import { EngineModel } from '../engines/model';
import { IEngines } from '../tokens';

/** The data layer: what the server says of its engines, for the panel and for other extensions. */
export const enginesPlugin: JupyterFrontEndPlugin<IEngines> = {
  id: 'scaleph-lab:engines',
  description: 'Provides the Flink engines of the server.',
  autoStart: true,
  provides: IEngines,
  optional: [ISettingRegistry],
  activate: (app: JupyterFrontEnd, registry: ISettingRegistry | null) => {
    const engines = new EngineModel(app.serviceManager.serverSettings);
    registry
      ?.load(enginesPlugin.id)
      .then(settings => {
        const apply = (): void => {
          engines.interval =
            (settings.get('interval').composite as number) * 1000;
          engines.preferred = settings.get('engine').composite as string;
        };
        settings.changed.connect(apply);
        apply();
      })
      .catch((reason: unknown) => {
        console.error(
          'The settings of the Flink engines are not read.',
          reason
        );
      });
    return engines;
  }
};
