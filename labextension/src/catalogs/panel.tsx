import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget, refreshIcon, UseSignal } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import * as React from 'react';

import { FailureNote } from '../engines/failure';
import type { ICatalogActions } from './actions';
import { Detail } from './detail';
import { catalogIcon } from './icons';
import type { CatalogModel } from './model';
import { CatalogTree, type ITreeProps } from './tree';

/** The side panel of catalogs: what the session of the current notebook or console sees. */
export class CatalogPanel extends ReactWidget {
  constructor(
    private readonly _model: CatalogModel,
    private readonly _actions: ICatalogActions,
    private readonly _trans: TranslationBundle
  ) {
    super();
    this.id = 'scaleph-lab-catalogs';
    this.addClass('jp-scaleph-panel');
    this.addClass('jp-scaleph-catalogs');
    this.title.icon = catalogIcon;
    this.title.caption = _trans.__('Flink Catalogs');
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', _trans.__('Flink catalogs'));
  }

  protected override onAfterShow(message: Message): void {
    super.onAfterShow(message);
    this._model.watched = true;
  }

  protected override onAfterHide(message: Message): void {
    super.onAfterHide(message);
    this._model.watched = false;
  }

  protected override render(): React.JSX.Element {
    return (
      <UseSignal signal={this._model.changed}>
        {() => (
          <Catalogs
            model={this._model}
            actions={this._actions}
            trans={this._trans}
          />
        )}
      </UseSignal>
    );
  }
}

function Catalogs(props: ITreeProps): React.JSX.Element {
  const { model, actions, trans } = props;
  const { detail, failure, phase } = model;
  return (
    <>
      <div className="jp-scaleph-head">
        <h2>{trans.__('Flink catalogs')}</h2>
        <button
          className="jp-scaleph-icon-button"
          title={trans.__('Refresh')}
          aria-label={trans.__('Refresh the catalogs')}
          onClick={actions.refresh}
        >
          <refreshIcon.react tag="span" width="16px" height="16px" />
        </button>
      </div>
      {phase !== 'no-kernel' && (
        <p className="jp-scaleph-whose">
          {phase === 'open'
            ? trans.__('%1 on %2', model.focus.title, model.engine)
            : model.focus.title}
        </p>
      )}
      {failure && (
        <FailureNote
          title={trans.__('The catalogs cannot be read')}
          failure={failure}
        />
      )}
      {phase === 'open' ? <CatalogTree {...props} /> : <Empty {...props} />}
      {phase === 'open' && detail && (
        <Detail model={model} detail={detail} trans={trans} />
      )}
    </>
  );
}

/** Why there is no tree, and what to do about it. */
function Empty(props: ITreeProps): React.JSX.Element | null {
  const { model, trans } = props;
  switch (model.phase) {
    case 'no-kernel':
      return (
        <p className="jp-scaleph-empty">
          {trans.__(
            'Open a notebook or a console: the tables of its session are shown here.'
          )}
        </p>
      );
    case 'not-loaded':
      return (
        <p className="jp-scaleph-empty">
          {trans.__('This kernel does not know Flink SQL yet. Run ')}
          <code>%load_ext scaleph_lab</code>
          {trans.__(' in a cell.')}
        </p>
      );
    case 'not-open':
      return (
        <p className="jp-scaleph-empty">
          {trans.__(
            'No session is open on %1 yet: the first statement opens it. Looking here starts no engine.',
            model.engine
          )}
        </p>
      );
    case 'asking':
      return (
        <p className="jp-scaleph-empty" role="status">
          {trans.__('Asking the kernel…')}
        </p>
      );
    default:
      return null;
  }
}
