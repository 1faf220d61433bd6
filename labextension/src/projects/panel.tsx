import type { IEditorFactoryService } from '@jupyterlab/codeeditor';
import type { TranslationBundle } from '@jupyterlab/translation';
import {
  addIcon,
  caretLeftIcon,
  ReactWidget,
  refreshIcon,
  UseSignal
} from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import * as React from 'react';

import { FailureNote } from '../engines/failure';
import { ArtifactForm } from './artifactform';
import { ArtifactList } from './artifactlist';
import type { Artifact } from './client';
import { projectIcon } from './icons';
import type { ProjectModel } from './model';
import { ProjectForm } from './projectform';
import { ProjectList } from './projectlist';

/** What the panel does outside of itself. */
export interface IProjectActions {
  /** Puts a statement into a cell of SQL. */
  insertStatement(statement: string): void;
  /** The text of the active cell without its magic; empty where there is none. */
  cellText(): string;
  /** Asks the user; resolves to whether they agreed. */
  confirm(title: string, body: string, act: string): Promise<boolean>;
  /** Shows how two revisions differ, in a tab of its own. */
  showDiff(artifact: Artifact, old: number, now: number): void;
}

export interface IProjectProps {
  model: ProjectModel;
  actions: IProjectActions;
  editors: IEditorFactoryService;
  trans: TranslationBundle;
}

/** The side panel of projects, and of the artifacts of the one that is open. */
export class ProjectPanel extends ReactWidget {
  constructor(private readonly _props: IProjectProps) {
    super();
    const { trans } = _props;
    this.id = 'scaleph-lab-projects';
    this.addClass('jp-scaleph-panel');
    this.addClass('jp-scaleph-projects');
    this.title.icon = projectIcon;
    this.title.caption = trans.__('Projects');
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', trans.__('Projects'));
  }

  protected override onAfterShow(message: Message): void {
    super.onAfterShow(message);
    const { model } = this._props;
    // A form that is open keeps what the server said of it.
    if (!model.draft && !model.artifacts?.draft) {
      void model.refresh();
    }
  }

  protected override render(): React.JSX.Element {
    return (
      <UseSignal signal={this._props.model.changed}>
        {() => <Projects {...this._props} />}
      </UseSignal>
    );
  }
}

function Projects(props: IProjectProps): React.JSX.Element {
  const { model, trans } = props;
  const { artifacts } = model;
  const failure = artifacts ? artifacts.failure : model.failure;
  return (
    <>
      <Head {...props} />
      {failure && (
        <FailureNote title={trans.__('This was not done')} failure={failure} />
      )}
      {artifacts ? (
        artifacts.draft ? (
          <ArtifactForm
            {...props}
            artifacts={artifacts}
            draft={artifacts.draft}
          />
        ) : (
          <ArtifactList {...props} artifacts={artifacts} />
        )
      ) : model.draft ? (
        <ProjectForm {...props} draft={model.draft} />
      ) : (
        <ProjectList {...props} />
      )}
    </>
  );
}

function Head({ model, trans }: IProjectProps): React.JSX.Element {
  const { artifacts } = model;
  const isForm = model.draft !== null || artifacts?.draft;
  return (
    <div className="jp-scaleph-head">
      {artifacts ? (
        <h2 className="jp-scaleph-crumb">
          <button
            className="jp-scaleph-icon-button"
            title={trans.__('Back to the projects')}
            aria-label={trans.__('Back to the projects')}
            onClick={() => model.close()}
          >
            <caretLeftIcon.react tag="span" width="16px" height="16px" />
          </button>
          {artifacts.project.code}
        </h2>
      ) : (
        <h2>{trans.__('Projects')}</h2>
      )}
      <span>
        {!artifacts && !isForm && (
          <button
            className="jp-scaleph-icon-button"
            title={trans.__('New project')}
            aria-label={trans.__('New project')}
            onClick={() => model.begin(null)}
          >
            <addIcon.react tag="span" width="16px" height="16px" />
          </button>
        )}
        {!isForm && (
          <button
            className="jp-scaleph-icon-button"
            title={trans.__('Refresh')}
            aria-label={trans.__('Refresh')}
            onClick={() => void model.refresh()}
          >
            <refreshIcon.react tag="span" width="16px" height="16px" />
          </button>
        )}
      </span>
    </div>
  );
}
