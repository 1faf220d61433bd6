import {
  DOMWidgetModel,
  DOMWidgetView,
  type IWidgetManager,
  unpack_models
} from '@jupyter-widgets/base';
import type { ServerConnection } from '@jupyterlab/services';
import type { PartialJSONObject } from '@lumino/coreutils';
import { type Message, MessageLoop } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';

import { RestBackend } from './backend';
import { type IBuilderOptions, PipelineBuilder } from './builder';
import { asJson, type IPipelineDocument, placed } from './document';
import { PipelineModel } from './model';

export const WIDGET_MODULE = 'scaleph-lab';
export const WIDGET_VERSION = '0.1.0';

export type BuilderParts = Omit<IBuilderOptions, 'model'> & {
  settings: ServerConnection.ISettings;
};

/** The classes of the widget, with the parts of this JupyterLab. */
export function widgetExports(parts: BuilderParts): {
  PipelineBuilderModel: typeof DOMWidgetModel;
  PipelineBuilderView: typeof DOMWidgetView;
} {
  /** The widget in the page; its `document` is the same as the kernel's. */
  class PipelineBuilderModel extends DOMWidgetModel {
    static override serializers = {
      ...DOMWidgetModel.serializers,
      graph: {
        deserialize: (value: unknown, manager?: IWidgetManager) =>
          unpack_models(value, manager)
      }
    };
  }

  /** A builder in the output of a cell. */
  class PipelineBuilderView extends DOMWidgetView {
    override render(): void {
      super.render();
      this._model = new PipelineModel(new RestBackend(parts.settings));
      this._builder = new PipelineBuilder({ ...parts, model: this._model });
      this._builder.addClass('jp-mod-cell');
      this._onKernel();
      this.luminoWidget.addClass('jp-scaleph-builder-view');
      this.model.on('change:document', () => this._onKernel());
      this._model.changed.connect((_, change) => {
        if (change === 'document' && !this._isReading) {
          this._sent = JSON.stringify(asJson(this._documentNow()));
          this.model.set('document', asJson(this._documentNow()));
          this.touch();
        }
      });
    }

    override processLuminoMessage(message: Message): void {
      super.processLuminoMessage(message);
      const builder = this._builder;
      if (!builder) {
        return;
      }
      if (message.type === 'after-attach') {
        Widget.attach(builder, this.el);
      } else if (message.type === 'before-detach') {
        Widget.detach(builder);
      } else if (message.type === 'resize') {
        MessageLoop.sendMessage(builder, Widget.ResizeMessage.UnknownSize);
      }
    }

    override remove(): void {
      this._builder?.dispose();
      this._model?.dispose();
      super.remove();
    }

    private _documentNow(): IPipelineDocument {
      return (this._model as PipelineModel).document;
    }

    private _onKernel(): void {
      const document = this.model.get('document') as PartialJSONObject;
      if (JSON.stringify(document) === this._sent) {
        return;
      }
      this._isReading = true;
      this._model?.load(
        placed(document as unknown as IPipelineDocument),
        false
      );
      this._isReading = false;
    }

    private _model: PipelineModel | null = null;
    private _builder: PipelineBuilder | null = null;
    private _isReading = false;
    private _sent = '';
  }

  return { PipelineBuilderModel, PipelineBuilderView };
}
