import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { IEditorLanguageRegistry } from '@jupyterlab/codemirror';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { FLINK_SQL_MIME, followCells } from '../flinksql/cells';

/** Highlights Flink SQL in the cells that start with `%%flinksql`, and in `.flinksql` files. */
export const flinkSqlPlugin: JupyterFrontEndPlugin<void> = {
  id: 'scaleph-lab:flinksql',
  description: 'Highlights Flink SQL in cells that start with %%flinksql.',
  autoStart: true,
  requires: [IEditorLanguageRegistry],
  optional: [INotebookTracker, ITranslator],
  activate: (
    _app: JupyterFrontEnd,
    languages: IEditorLanguageRegistry,
    notebooks: INotebookTracker | null,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load('scaleph_lab');
    languages.addLanguage({
      name: 'flinksql',
      displayName: trans.__('Flink SQL'),
      mime: FLINK_SQL_MIME,
      extensions: ['flinksql'],
      // The words are many: they are loaded with the first cell that needs them.
      load: async () => (await import('../flinksql/language')).flinkSql
    });
    notebooks?.widgetAdded.connect((_, panel) => {
      const following = followCells(panel);
      panel.disposed.connect(() => following.dispose());
    });
  }
};
