import * as React from 'react';

import type { ImportReport } from './model';
import type { IStandardProps } from './panel';
import { countsOf } from './words';

const SHOWN = 200;

/** What would come of a file, or came of it, row by row. */
export function StandardImport(props: IStandardProps): React.JSX.Element {
  const { model, pick, trans } = props;
  const { busy, importing } = model;
  const report = importing?.report;
  const title = importing
    ? trans.__('Import of %1', importing.file.name)
    : trans.__('Import');
  const done = report?.applied ?? false;
  const mayImport =
    report && !done && (report.refused === 0 || importing.partial);
  return (
    <section className="jp-scaleph-source" aria-label={title}>
      <h3>{title}</h3>
      {busy && (
        <p className="jp-scaleph-quiet" role="status">
          {trans.__('Reading the file…')}
        </p>
      )}
      {report && !busy && (
        <p role="status" className={done ? 'jp-scaleph-success' : ''}>
          {done
            ? trans.__('Imported: %1.', countsOf(report, trans))
            : trans.__('The file has %1.', countsOf(report, trans))}
        </p>
      )}
      {report && !done && report.refused > 0 && (
        <label className="jp-scaleph-check">
          <input
            type="checkbox"
            checked={importing.partial}
            onChange={event => model.setPartial(event.target.checked)}
          />
          {trans.__('Leave out the rows that are refused')}
        </label>
      )}
      <div className="jp-scaleph-buttons">
        {!done && (
          <button
            className="jp-Button jp-mod-styled jp-mod-accept"
            disabled={busy || !mayImport}
            onClick={() => void model.importFile()}
          >
            {trans.__('Import')}
          </button>
        )}
        <button
          className="jp-Button jp-mod-styled jp-mod-reject"
          disabled={busy}
          onClick={pick}
        >
          {trans.__('Another file…')}
        </button>
        <button
          className="jp-Button jp-mod-styled jp-mod-minimal"
          onClick={() => {
            model.back();
            void model.refresh();
          }}
        >
          {done ? trans.__('Close') : trans.__('Cancel')}
        </button>
      </div>
      {report && <Rows report={report} {...props} />}
    </section>
  );
}

function Rows({
  report,
  trans
}: IStandardProps & { report: ImportReport }): React.JSX.Element {
  // What a person has to mend comes first.
  const refused = report.rows.filter(({ result }) => result === 'refused');
  const others = report.rows.filter(({ result }) => result !== 'refused');
  const rows = [...refused, ...others];
  const said = {
    created: trans.__('new'),
    changed: trans.__('changed'),
    unchanged: trans.__('as it was'),
    refused: trans.__('refused')
  };
  return (
    <>
      <table className="jp-scaleph-values" aria-label={trans.__('Rows')}>
        <thead>
          <tr>
            <th scope="col">{trans.__('Row')}</th>
            <th scope="col">{trans.__('What')}</th>
            <th scope="col">{trans.__('Result')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, SHOWN).map(row => (
            <tr
              key={`${row.kind} ${row.row}`}
              className={`jp-mod-${row.result}`}
            >
              <td>{row.row}</td>
              <td className="jp-scaleph-name">{row.key}</td>
              <td>
                {said[row.result]}
                {row.changed.length > 0 && `: ${row.changed.join(', ')}`}
                {row.reason && (
                  <div className="jp-scaleph-hint">
                    {row.field && <strong>{row.field}: </strong>}
                    {row.reason}
                  </div>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > SHOWN && (
        <p className="jp-scaleph-quiet">
          {trans.__('And %1 rows more.', rows.length - SHOWN)}
        </p>
      )}
    </>
  );
}
