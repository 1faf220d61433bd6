import type { IThemeManager } from '@jupyterlab/apputils';
import type { IEditorFactoryService } from '@jupyterlab/codeeditor';
import {
  ABCWidgetFactory,
  type DocumentRegistry,
  DocumentWidget
} from '@jupyterlab/docregistry';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { IPipelineBackend } from './backend';
import { PipelineBuilder } from './builder';
import { parseDocument, renderDocument } from './document';
import { PipelineModel } from './model';

export type PipelineTab = DocumentWidget<
  PipelineBuilder,
  DocumentRegistry.IModel
>;

export const FACTORY = 'Pipeline Builder';
export const FILE_TYPE = 'seatunnel-pipeline';
export const FILE_ENDING = '.seatunnel.json';

export interface IPipelineFactoryOptions
  extends DocumentRegistry.IWidgetFactoryOptions {
  backend: IPipelineBackend;
  editors: IEditorFactoryService;
  trans: TranslationBundle;
  language: string;
  themes: IThemeManager | null;
  onNewDataSource: (() => void) | null;
}

/** Opens `*.seatunnel.json` files in tabs with a builder. Saving, and seeing what others saved, is JupyterLab's. */
export class PipelineFactory extends ABCWidgetFactory<
  PipelineTab,
  DocumentRegistry.IModel
> {
  constructor(private readonly _options: IPipelineFactoryOptions) {
    super(_options);
  }

  protected override createNewWidget(
    context: DocumentRegistry.IContext<DocumentRegistry.IModel>
  ): PipelineTab {
    const model = new PipelineModel(this._options.backend);
    const content = new PipelineBuilder({ ...this._options, model });
    const sync = new FileSync(context, model, this._options.trans);
    const tab: PipelineTab = new DocumentWidget({ content, context });
    tab.disposed.connect(() => {
      sync.dispose();
      model.dispose();
    });
    return tab;
  }
}

/** Keeps a file and a model the same. */
class FileSync {
  constructor(
    private readonly _context: DocumentRegistry.IContext<DocumentRegistry.IModel>,
    private readonly _model: PipelineModel,
    private readonly _trans: TranslationBundle
  ) {
    void _context.ready.then(() => {
      this._read(true);
      _context.model.contentChanged.connect(this._onFile);
      _model.changed.connect(this._onModel);
    });
  }

  dispose(): void {
    this._context.model?.contentChanged.disconnect(this._onFile);
    this._model.changed.disconnect(this._onModel);
  }

  private readonly _onFile = (): void => {
    if (this._context.model.toString() !== this._text) {
      this._read(false);
    }
  };

  private readonly _onModel = (_: PipelineModel, change: string): void => {
    if (change !== 'document' || this._isReading || this._isBroken) {
      return;
    }
    this._text = renderDocument(this._model.document);
    this._context.model.fromString(this._text);
  };

  private _read(isNew: boolean): void {
    this._isReading = true;
    this._text = this._context.model.toString();
    const name = this._context.path
      .replace(/^.*\//, '')
      .replace(FILE_ENDING, '');
    try {
      this._model.failure = null;
      this._model.load(parseDocument(this._text, name), isNew);
      this._isBroken = false;
    } catch (reason) {
      // The file keeps what it has: nothing is written over it until it is a pipeline again.
      this._isBroken = true;
      this._model.failure = {
        code: 'broken_document',
        message: reason instanceof Error ? reason.message : String(reason),
        hint: this._trans.__(
          'Mend it in a text editor (Open With → Editor); nothing is written over it here.'
        ),
        path: this._context.path
      };
      this._model.tell('');
    } finally {
      this._isReading = false;
    }
  }

  private _text = '';
  private _isReading = false;
  private _isBroken = false;
}
