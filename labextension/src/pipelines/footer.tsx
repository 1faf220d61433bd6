import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Run } from './backend';
import type { PipelineModel } from './model';
import { keyOf } from './rules';

export interface IFooterProps {
  model: PipelineModel;
  trans: TranslationBundle;
  onOpen: (id: string, field: string) => void;
}

/** What is wrong with the document, and how the run goes. */
export function Footer(props: IFooterProps): React.JSX.Element {
  const { model, trans } = props;
  const { failure, notice, problems, run } = model;
  return (
    <div className="jp-scaleph-footer">
      {failure && (
        <p className="jp-scaleph-wrong jp-mod-error" role="alert">
          {`${failure.message} ${failure.hint}`.trim()}
        </p>
      )}
      {run && <RunLine run={run} trans={trans} />}
      {notice && (
        <p className="jp-scaleph-quiet" role="status">
          {notice}
        </p>
      )}
      {model.notes.length > 0 && (
        <ul
          className="jp-scaleph-problems"
          aria-label={trans.__('What the import tells')}
        >
          {model.notes.map((note, at) => (
            <li key={at} className="jp-mod-info">
              {note}
            </li>
          ))}
        </ul>
      )}
      {problems.length > 0 && (
        <ul
          className="jp-scaleph-problems"
          aria-label={trans.__('Problems of the pipeline')}
        >
          {problems.map(({ field, hint, message, node, severity }, at) => (
            <li key={at} className={`jp-mod-${severity}`}>
              <button
                className="jp-scaleph-link"
                disabled={node === ''}
                title={field}
                onClick={() => props.onOpen(node, keyOf(field))}
              >
                <b>{node}</b> {`${message} ${hint}`.trim()}
              </button>
            </li>
          ))}
        </ul>
      )}
      {problems.length === 0 && model.document.nodes.length > 0 && !run && (
        <p className="jp-scaleph-quiet">{trans.__('No problems.')}</p>
      )}
    </div>
  );
}

function RunLine({
  run,
  trans
}: {
  run: Run;
  trans: TranslationBundle;
}): React.JSX.Element {
  const engine = run.runner === 'zeta' ? 'Zeta' : 'Flink';
  const words: Record<Run['state'], string> = {
    PREPARING: trans.__('Preparing'),
    RUNNING: trans.__('Running'),
    CANCELLING: trans.__('Cancelling'),
    FINISHED: trans.__('Finished'),
    FAILED: trans.__('Failed'),
    CANCELED: trans.__('Cancelled')
  };
  const counts =
    run.read === null
      ? ''
      : trans.__(
          '%1 rows read, %2 written',
          run.read.toLocaleString(),
          (run.written ?? 0).toLocaleString()
        );
  const rate =
    run.state === 'RUNNING' && run.read && run.seconds > 0
      ? trans.__('%1/s', Math.round(run.read / run.seconds).toLocaleString())
      : '';
  const line = [
    trans.__('%1 on %2', words[run.state], engine),
    run.message,
    counts,
    rate,
    run.done ? trans.__('%1 s', run.seconds.toFixed(1)) : ''
  ];
  return (
    <div
      className={`jp-scaleph-run jp-mod-${run.state.toLowerCase()}`}
      role="status"
      data-state={run.state}
    >
      {!run.done && <progress aria-label={trans.__('The pipeline runs')} />}
      <span>{line.filter(part => part !== '').join(' · ')}</span>
      {run.error && (
        <p className="jp-scaleph-wrong jp-mod-error" role="alert">
          {`${run.error.message} ${run.error.hint}`.trim()}
        </p>
      )}
    </div>
  );
}
