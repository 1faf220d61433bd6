import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget, refreshIcon, UseSignal } from '@jupyterlab/ui-components';
import type { IDisposable } from '@lumino/disposable';
import type { Message } from '@lumino/messaging';
import * as React from 'react';

import { scalephIcon } from '../icons';
import type { Engine, IEngines } from '../tokens';
import type { EngineActions } from './actions';
import { EngineCard } from './card';
import { FailureNote } from './failure';

/** The side panel of engines. It keeps them fresh only while it is shown. */
export class EnginesPanel extends ReactWidget {
  constructor(
    private readonly _engines: IEngines,
    private readonly _actions: EngineActions,
    private readonly _trans: TranslationBundle
  ) {
    super();
    this.id = 'scaleph-lab-engines';
    this.addClass('jp-scaleph-panel');
    this.title.icon = scalephIcon;
    this.title.caption = _trans.__('Flink Engines');
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', _trans.__('Flink engines'));
  }

  override dispose(): void {
    this._watching?.dispose();
    super.dispose();
  }

  protected override onAfterShow(message: Message): void {
    super.onAfterShow(message);
    this._watching ??= this._engines.watch();
  }

  protected override onAfterHide(message: Message): void {
    super.onAfterHide(message);
    this._watching?.dispose();
    this._watching = null;
  }

  protected override render(): React.JSX.Element {
    return (
      <UseSignal signal={this._engines.changed}>
        {() => (
          <EngineList
            engines={this._engines}
            actions={this._actions}
            trans={this._trans}
          />
        )}
      </UseSignal>
    );
  }

  private _watching: IDisposable | null = null;
}

function EngineList(props: {
  engines: IEngines;
  actions: EngineActions;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { engines, actions, trans } = props;
  const all = engines.engines && inOrder(engines.engines);
  return (
    <>
      <div className="jp-scaleph-head">
        <h2>{trans.__('Flink engines')}</h2>
        <button
          className="jp-scaleph-icon-button"
          title={trans.__('Refresh')}
          aria-label={trans.__('Refresh the engines')}
          onClick={actions.refresh}
        >
          <refreshIcon.react tag="span" width="16px" height="16px" />
        </button>
      </div>
      {engines.failure && (
        <FailureNote
          title={trans.__('The engines cannot be read')}
          failure={engines.failure}
        />
      )}
      {all === null && !engines.failure && (
        <p className="jp-scaleph-empty">{trans.__('Looking for engines…')}</p>
      )}
      {all?.length === 0 && (
        <p className="jp-scaleph-empty">
          {trans.__(
            'There are no engines. Install an engine profile, or name a remote engine in the settings file.'
          )}
        </p>
      )}
      {all && all.length > 0 && (
        <ul className="jp-scaleph-engines" aria-label={trans.__('Engines')}>
          {all.map(engine => (
            <EngineCard
              key={engine.name}
              engine={engine}
              engines={engines}
              actions={actions}
              trans={trans}
            />
          ))}
        </ul>
      )}
      {all?.every(engine => engine.state === 'stopped') && (
        <FirstSteps actions={actions} trans={trans} />
      )}
    </>
  );
}

/** The default engine first, the others as the server lists them. */
function inOrder(engines: readonly Engine[]): Engine[] {
  return [...engines].sort(
    (one, other) => Number(other.default) - Number(one.default)
  );
}

function FirstSteps(props: {
  actions: EngineActions;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { actions, trans } = props;
  return (
    <section className="jp-scaleph-empty">
      <p>
        {trans.__(
          'No engine runs. Start one here, or run a cell that starts with %1: it starts the default engine by itself.',
          '%%flinksql'
        )}
      </p>
      <button className="jp-Button jp-mod-styled" onClick={actions.openDemo}>
        {trans.__('Open the demo')}
      </button>
    </section>
  );
}
