import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Sample } from './backend';
import type { ISampling, PipelineModel } from './model';

export interface IRowsPaneProps {
  model: PipelineModel;
  trans: TranslationBundle;
}

/** The first rows that the chosen node gives out, or that the chosen edge carries. */
export function RowsPane({ model, trans }: IRowsPaneProps): React.JSX.Element {
  const { document, sampling, tapped } = model;
  return (
    <section className="jp-scaleph-form" aria-label={trans.__('Rows')}>
      <div className="jp-scaleph-buttons">
        {sampling?.stop ? (
          <button
            className="jp-Button jp-mod-styled jp-mod-warn"
            onClick={() => model.stopSampling()}
          >
            {trans.__('Stop')}
          </button>
        ) : (
          <button
            className="jp-Button jp-mod-styled"
            disabled={tapped === null}
            onClick={() => tapped !== null && void model.sample(tapped)}
          >
            {tapped === null
              ? trans.__('Show rows')
              : trans.__('Show rows of %1', tapped)}
          </button>
        )}
      </div>
      {!sampling && (
        <p className="jp-scaleph-quiet">
          {trans.__(
            'Choose a node or an edge: what leads to it runs on Zeta, and its first 100 rows are shown. Nothing is written.'
          )}
        </p>
      )}
      {sampling && (
        <Answer
          sampling={sampling}
          isOld={sampling.document !== document}
          trans={trans}
        />
      )}
    </section>
  );
}

interface IAnswerProps {
  sampling: ISampling;
  isOld: boolean;
  trans: TranslationBundle;
}

function Answer({ isOld, sampling, trans }: IAnswerProps): React.JSX.Element {
  const { failure, node, sample, stop } = sampling;
  if (stop) {
    return (
      <div className="jp-scaleph-run" role="status">
        <progress aria-label={trans.__('Rows are read')} />
        <span>{trans.__('Reading rows of %1 …', node)}</span>
      </div>
    );
  }
  if (failure) {
    return (
      <p className="jp-scaleph-wrong jp-mod-error" role="alert">
        {`${failure.message} ${failure.hint}`.trim()}
      </p>
    );
  }
  return sample ? <Rows {...{ isOld, sample, trans }} /> : <></>;
}

function Rows(props: {
  isOld: boolean;
  sample: Sample;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { isOld, sample, trans } = props;
  const { columns, complete, node, rows } = sample;
  const words = complete
    ? trans.__('%1: all %2 rows.', node, rows.length)
    : trans.__('%1: the first %2 rows.', node, rows.length);
  return (
    <>
      <p className="jp-scaleph-quiet" role="status">
        {isOld
          ? `${words} ${trans.__('The pipeline was changed since.')}`
          : words}
      </p>
      <div
        className="jp-scaleph-rows"
        role="region"
        aria-label={trans.__('Rows of %1', node)}
        // A region that scrolls takes the focus, to be scrolled with the keyboard.
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={0}
      >
        <table>
          <thead>
            <tr>
              {columns.map(column => (
                <th key={column} scope="col">
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, at) => (
              <tr key={at}>
                {row.map((value, column) => (
                  <Cell key={column} value={value} />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

/** Numbers that a double would round come as text. */
function isNumber(value: unknown): boolean {
  return (
    typeof value === 'number' ||
    (typeof value === 'string' && /^-?[\d.]{16,}$/.test(value))
  );
}

function Cell({ value }: { value: unknown }): React.JSX.Element {
  if (value === null || value === undefined) {
    return <td className="jp-mod-null">NULL</td>;
  }
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return (
    <td className={isNumber(value) ? 'jp-mod-number' : ''} title={text}>
      {text}
    </td>
  );
}
