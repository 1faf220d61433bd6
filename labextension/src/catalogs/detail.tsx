import type { TranslationBundle } from '@jupyterlab/translation';
import { closeIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import { FailureNote } from '../engines/failure';
import type { ISample } from './client';
import type { CatalogModel, IDetail } from './model';

/** A table's sample or its DDL, below the tree. */
export function Detail(props: {
  model: CatalogModel;
  detail: IDetail;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { model, detail, trans } = props;
  const { node, kind, content, failure } = detail;
  const title =
    kind === 'sample'
      ? trans.__('Sample of %1', node.name)
      : trans.__('DDL of %1', node.name);
  return (
    <section className="jp-scaleph-detail" aria-label={title}>
      <header>
        <h3>{title}</h3>
        <button
          className="jp-scaleph-icon-button"
          title={trans.__('Close')}
          aria-label={trans.__('Close %1', title)}
          onClick={() => model.closeDetail()}
        >
          <closeIcon.react tag="span" width="14px" height="14px" />
        </button>
      </header>
      <div
        className="jp-scaleph-detail-body"
        aria-busy={content === null && !failure}
      >
        {failure ? (
          <FailureNote
            title={trans.__('This cannot be shown')}
            failure={failure}
          />
        ) : content === null ? (
          <p className="jp-scaleph-quiet" role="status">
            {kind === 'sample'
              ? trans.__('Reading the first rows…')
              : trans.__('Loading…')}
          </p>
        ) : typeof content === 'string' ? (
          <pre>{content}</pre>
        ) : (
          <Sample sample={content} trans={trans} />
        )}
      </div>
    </section>
  );
}

function Sample(props: {
  sample: ISample;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { sample, trans } = props;
  return (
    <>
      {sample.columns.length > 0 && (
        <table>
          <thead>
            <tr>
              {sample.columns.map((name, index) => (
                <th key={index} scope="col" title={sample.types[index]}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {sample.rows.map((row, index) => (
              <tr key={index}>
                {row.map((value, at) => (
                  <td key={at} data-null={value === null}>
                    {value ?? 'NULL'}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <p className="jp-scaleph-quiet">{countOf(sample, trans)}</p>
    </>
  );
}

function countOf(sample: ISample, trans: TranslationBundle): string {
  const count = sample.rows.length;
  if (sample.timed_out) {
    return count === 0
      ? trans.__('No row came within 5 seconds.')
      : trans._n(
          '%1 row came within 5 seconds.',
          '%1 rows came within 5 seconds.',
          count
        );
  }
  return count === 0
    ? trans.__('The table is empty.')
    : trans._n(
        '%1 row; its job is stopped.',
        '%1 rows; its job is stopped.',
        count
      );
}
