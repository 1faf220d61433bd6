import { Time } from '@jupyterlab/coreutils';
import * as React from 'react';

import { ListBox } from '../components/listbox';
import type { Project } from './client';
import type { IProjectProps } from './panel';

/** All projects, and the facts of the selected one. */
export function ProjectList(props: IProjectProps): React.JSX.Element {
  const { model, trans } = props;
  const { list, selected } = model;
  if (list.items === null) {
    return (
      <p className="jp-scaleph-empty" role="status">
        {model.failure ? '' : trans.__('Reading the projects…')}
      </p>
    );
  }
  if (list.items.length === 0 && list.search === '') {
    return (
      <div className="jp-scaleph-empty">
        <p>
          {trans.__(
            'No project yet. A project holds artifacts: SQL scripts, pipelines, jars and notebooks, each with its revisions.'
          )}
        </p>
        <div className="jp-scaleph-buttons">
          <button
            className="jp-Button jp-mod-styled jp-mod-accept"
            onClick={() => model.begin(null)}
          >
            {trans.__('New project')}
          </button>
        </div>
      </div>
    );
  }
  return (
    <>
      <ListBox<Project>
        listing={list}
        selected={selected}
        trans={trans}
        label={trans.__('Projects')}
        placeholder={trans.__('Filter by code or name')}
        title={project => project.remark}
        row={project => (
          <>
            <span className="jp-scaleph-name">{project.code}</span>
            <span className="jp-scaleph-quiet">{project.name}</span>
          </>
        )}
        onSelect={project => model.select(project)}
        onOpen={project => model.open(project)}
        onSearch={text => model.find(text)}
      />
      {selected && <Facts {...props} project={selected} />}
    </>
  );
}

function Facts(props: IProjectProps & { project: Project }): React.JSX.Element {
  const { actions, model, project, trans } = props;
  const remove = async (): Promise<void> => {
    const title = trans.__('Delete the project %1?', project.code);
    const body = trans.__('It cannot be brought back.');
    const act = trans.__('Delete');
    if (!(await actions.confirm(title, body, act))) {
      return;
    }
    await model.delete(project, false);
    const { failure } = model;
    // What hangs on it was counted and named by the server.
    if (
      failure?.path === 'cascade' &&
      (await actions.confirm(
        title,
        `${failure.message} ${trans.__('Delete all of that too?')}`,
        trans.__('Delete all')
      ))
    ) {
      await model.delete(project, true);
    }
  };
  return (
    <section className="jp-scaleph-source" aria-label={project.code}>
      <h3>{project.name}</h3>
      {project.remark && <p className="jp-scaleph-quiet">{project.remark}</p>}
      <dl>
        <dt>{trans.__('Code')}</dt>
        <dd>{project.code}</dd>
        <dt>{trans.__('Changed')}</dt>
        <dd>
          {trans.__(
            '%1 by %2',
            Time.formatHuman(new Date(project.updated_at)),
            project.updated_by
          )}
        </dd>
      </dl>
      <div className="jp-scaleph-buttons">
        <button
          className="jp-Button jp-mod-styled jp-mod-accept"
          onClick={() => model.open(project)}
        >
          {trans.__('Open')}
        </button>
        <button
          className="jp-Button jp-mod-styled jp-mod-reject"
          onClick={() => model.begin(project)}
        >
          {trans.__('Edit')}
        </button>
        <button
          className="jp-Button jp-mod-styled jp-mod-warn"
          disabled={model.busy}
          onClick={() => void remove()}
        >
          {trans.__('Delete')}
        </button>
      </div>
    </section>
  );
}
