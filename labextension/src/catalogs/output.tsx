import { Clipboard } from '@jupyterlab/apputils';
import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget, UseSignal } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import type { Widget } from '@lumino/widgets';
import * as React from 'react';

import type { ICatalogActions } from './actions';
import { selectOf } from './commands';
import { Detail } from './detail';
import { KernelFocus, kernelWidgetOf } from './focus';
import { CatalogModel } from './model';
import { CatalogTree } from './tree';

/** What `%flink catalogs` gives; see `scaleph_lab/magics/verbs/catalogs.py`. */
export const CATALOG_MIME = 'application/vnd.scaleph.catalog+json';

/** The tree below a cell, whose branches the kernel is asked for when they are opened. */
export class CatalogOutput
  extends ReactWidget
  implements IRenderMime.IRenderer
{
  constructor(
    private readonly _isNotebook: (widget: Widget) => boolean,
    private readonly _trans: TranslationBundle
  ) {
    super();
    this.addClass('jp-scaleph-catalog-output');
  }

  renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    const text = model.data['text/plain'];
    this._text = typeof text === 'string' ? text : '';
    this.update();
    return this.renderPromise ?? Promise.resolve();
  }

  override dispose(): void {
    this._model?.dispose();
    super.dispose();
  }

  protected override onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    const owner = kernelWidgetOf(this);
    if (owner && !this._model) {
      this._model = new CatalogModel(new KernelFocus(this._isNotebook, owner));
      this._model.watched = true;
      this.update();
    }
  }

  protected override render(): React.JSX.Element {
    const model = this._model;
    const text = <pre>{this._text}</pre>;
    if (!model) {
      return text;
    }
    const actions = actionsOn(model);
    return (
      <UseSignal signal={model.changed}>
        {() =>
          // A saved output has no kernel, or one that knows nothing of it: it stays what it said.
          model.phase === 'open' ? (
            <>
              <CatalogTree
                model={model}
                actions={actions}
                trans={this._trans}
              />
              {model.detail && (
                <Detail
                  model={model}
                  detail={model.detail}
                  trans={this._trans}
                />
              )}
            </>
          ) : (
            text
          )
        }
      </UseSignal>
    );
  }

  private _text = '';
  private _model: CatalogModel | null = null;
}

/** The active cell is the one above this output: a name is copied rather than put there. */
function actionsOn(model: CatalogModel): ICatalogActions {
  const copyName = (): void => {
    const selection = model.selection();
    if (selection) {
      Clipboard.copyToSystem(selection.node.sql);
    }
  };
  const onTable = (
    act: (selection: NonNullable<ReturnType<CatalogModel['selection']>>) => void
  ): void => {
    const selection = model.selection();
    if (selection && ['table', 'view'].includes(selection.node.kind)) {
      act(selection);
    }
  };
  return {
    copyName,
    insertName: copyName,
    insertSelect: () =>
      onTable(({ node }) => model.focus.insertStatement(selectOf(node))),
    showSample: () =>
      onTable(({ node, path }) => void model.showSample(node, path)),
    showDdl: () => onTable(({ node, path }) => void model.showDdl(node, path)),
    refresh: () => void model.refresh()
  };
}
