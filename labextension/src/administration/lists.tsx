import * as React from 'react';

import type { IAdministrationProps } from './panel';
import { Filter, GrantRows, More } from './parts';

/** Who may do what: everywhere, or in one project. */
export function Grants(props: IAdministrationProps): React.JSX.Element {
  const { model, trans } = props;
  const { grants, projects } = model;
  return (
    <>
      <Filter
        label={trans.__('Filter by user, role or right')}
        value={model.search}
        find={text => model.find(text)}
      >
        <select
          className="jp-mod-styled"
          aria-label={trans.__('Project')}
          value={model.project}
          onChange={event => model.showProject(event.target.value)}
        >
          <option value="">{trans.__('All places')}</option>
          {projects.map(({ code, id }) => (
            <option key={id} value={code}>
              {code}
            </option>
          ))}
        </select>
      </Filter>
      {grants && <GrantRows {...props} grants={grants} withUser />}
      <More {...props} />
      {grants?.length === 0 && (
        <p className="jp-scaleph-empty">
          {model.search
            ? trans.__('No grant has "%1".', model.search)
            : trans.__('Nothing is granted here yet.')}
        </p>
      )}
      {grants === null && !model.failure && (
        <p className="jp-scaleph-empty" role="status">
          {trans.__('Reading the grants…')}
        </p>
      )}
    </>
  );
}

/** Who did what, the newest first. */
export function Log(props: IAdministrationProps): React.JSX.Element {
  const { model, trans } = props;
  const { actions } = model;
  const results: Record<string, string> = {
    done: trans.__('done'),
    denied: trans.__('denied'),
    failed: trans.__('failed')
  };
  return (
    <>
      <Filter
        label={trans.__('Filter by user, verb or thing')}
        value={model.search}
        find={text => model.find(text)}
      >
        <select
          className="jp-mod-styled"
          aria-label={trans.__('Result')}
          value={model.result}
          onChange={event => model.showResult(event.target.value)}
        >
          <option value="">{trans.__('All results')}</option>
          {Object.entries(results).map(([result, word]) => (
            <option key={result} value={result}>
              {word}
            </option>
          ))}
        </select>
      </Filter>
      <ul className="jp-scaleph-log" aria-label={trans.__('Log of actions')}>
        {(actions ?? []).map(action => (
          <li
            key={action.id}
            data-result={action.result}
            title={`${action.subject}\n${action.changed.join(', ')}`}
          >
            <span>
              <span className="jp-scaleph-name">{action.actor}</span>{' '}
              {action.verb} {action.resource}
            </span>
            <strong>{results[action.result]}</strong>
            <span className="jp-scaleph-quiet">
              {new Date(action.at).toLocaleString(undefined, {
                dateStyle: 'short',
                timeStyle: 'medium'
              })}{' '}
              · {action.origin}
            </span>
          </li>
        ))}
      </ul>
      <More {...props} />
      {actions?.length === 0 && (
        <p className="jp-scaleph-empty">
          {trans.__('No action is like that.')}
        </p>
      )}
      {actions === null && !model.failure && (
        <p className="jp-scaleph-empty" role="status">
          {trans.__('Reading the log…')}
        </p>
      )}
    </>
  );
}
