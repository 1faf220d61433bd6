import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Engine, IEngines } from '../tokens';
import type { EngineActions } from './actions';
import { FailureNote } from './failure';
import { Jobs } from './jobs';
import { StartProgress } from './progress';
import { bytesWord, durationWord, stateWord } from './words';

export interface ICardProps {
  engine: Engine;
  engines: IEngines;
  actions: EngineActions;
  trans: TranslationBundle;
}

/** One engine: its state, what it is, what can be done with it, and its jobs. */
export function EngineCard(props: ICardProps): React.JSX.Element {
  const { engine, engines, actions, trans } = props;
  const heading = `jp-scaleph-engine-${engine.name}`;
  return (
    <li
      className="jp-scaleph-engine"
      data-engine={engine.name}
      data-state={engine.state}
      aria-labelledby={heading}
    >
      <header>
        <h3 id={heading}>{engine.title}</h3>
        <span className="jp-scaleph-state" role="status">
          {stateWord(engine.state, trans)}
        </span>
      </header>
      <p className="jp-scaleph-uses">{usesOf(engine, trans)}</p>
      {engine.state === 'starting' && (
        <StartProgress progress={engine.progress} trans={trans} />
      )}
      {engine.error && (
        <FailureNote
          title={trans.__('The engine did not start')}
          failure={engine.error}
        />
      )}
      <Situation engine={engine} trans={trans} />
      <Facts engine={engine} seenAt={engines.seenAt} trans={trans} />
      <Buttons {...props} />
      {engine.state === 'running' && (
        <Jobs
          engine={engine.name}
          jobs={engines.jobs(engine.name)}
          href={job => engines.uiUrl(engine.name, job)}
          actions={actions}
          trans={trans}
        />
      )}
    </li>
  );
}

/** What the engine is used for, as far as its profile says. */
function usesOf(engine: Engine, trans: TranslationBundle): string {
  const words: Record<string, string> = {
    sql: trans.__('SQL'),
    jar: trans.__('jars'),
    seatunnel: trans.__('SeaTunnel')
  };
  const uses = engine.roles.map(role => words[role] ?? role).join(', ');
  if (!engine.default) {
    return uses;
  }
  const chosen = trans.__('Default engine');
  return uses ? `${chosen} · ${uses}` : chosen;
}

function Situation(props: {
  engine: Engine;
  trans: TranslationBundle;
}): React.JSX.Element | null {
  const { engine, trans } = props;
  if (engine.state === 'starting' || engine.error) {
    return null;
  }
  if (engine.state === 'stopped' && !engine.installed) {
    return (
      <p className="jp-scaleph-quiet">
        {trans.__('Its jars are fetched when it is first started.')}
      </p>
    );
  }
  return engine.message ? (
    <p className="jp-scaleph-quiet">{engine.message}</p>
  ) : null;
}

function Facts(props: {
  engine: Engine;
  seenAt: number;
  trans: TranslationBundle;
}): React.JSX.Element | null {
  const { engine, trans } = props;
  if (engine.state === 'stopped' || engine.state === 'starting') {
    return null;
  }
  const facts: [string, string | null][] = [
    [trans.__('Flink'), engine.flink_version || null],
    [trans.__('Java'), engine.java?.replace(/^Java\s+/, '') ?? null],
    [
      trans.__('Memory'),
      engine.memory_bytes === null ? null : bytesWord(engine.memory_bytes)
    ],
    [
      trans.__('Up for'),
      engine.started_at === null
        ? null
        : durationWord(props.seenAt - engine.started_at * 1000, trans)
    ],
    [trans.__('Process'), engine.pid === null ? null : String(engine.pid)]
  ];
  return (
    <dl className="jp-scaleph-facts">
      {facts
        .filter(([, value]) => value !== null)
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd title={value ?? undefined}>{value}</dd>
          </div>
        ))}
    </dl>
  );
}

function Buttons(props: ICardProps): React.JSX.Element {
  const { engine, engines, actions, trans } = props;
  const { name, state } = engine;
  const busy = engines.busy(name);
  const down = state === 'stopped' || state === 'lost';
  const remote = engine.kind === 'remote';
  // One engine is the usual one: its button alone stands out.
  const startTone = engine.default ? 'jp-mod-accept' : 'jp-mod-reject';
  return (
    <div className="jp-scaleph-buttons">
      {down && (
        <button
          className={`jp-Button jp-mod-styled ${startTone}`}
          disabled={busy}
          onClick={() => actions.start(name)}
        >
          {remote ? trans.__('Connect') : trans.__('Start')}
        </button>
      )}
      {state === 'running' && (
        <button
          className="jp-Button jp-mod-styled jp-mod-accept"
          onClick={() => actions.openUi(name)}
        >
          {trans.__('Flink UI')}
        </button>
      )}
      {!down && !remote && state !== 'starting' && (
        <button
          className="jp-Button jp-mod-styled jp-mod-reject"
          disabled={busy || state === 'stopping'}
          onClick={() => actions.stop(name)}
        >
          {trans.__('Stop')}
        </button>
      )}
      {engine.log_file && (
        <button
          className="jp-Button jp-mod-styled jp-mod-minimal"
          onClick={() => actions.showLog(name)}
        >
          {trans.__('Log')}
        </button>
      )}
    </div>
  );
}
