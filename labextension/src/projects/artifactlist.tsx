import { Time } from '@jupyterlab/coreutils';
import * as React from 'react';

import { ListBox } from '../components/listbox';
import type { ArtifactModel } from './artifacts';
import type { Artifact } from './client';
import type { IProjectProps } from './panel';
import { RevisionList } from './revisions';

export interface IArtifactProps extends IProjectProps {
  artifacts: ArtifactModel;
}

/** The artifacts of the open project, and the facts of the selected one. */
export function ArtifactList(props: IArtifactProps): React.JSX.Element {
  const { artifacts, trans } = props;
  const { kinds, list, selected, type } = artifacts;
  if (list.items === null) {
    return (
      <p className="jp-scaleph-empty" role="status">
        {artifacts.failure ? '' : trans.__('Reading the artifacts…')}
      </p>
    );
  }
  const isEmpty = list.items.length === 0 && list.search === '' && type === '';
  return (
    <>
      <NewArtifact {...props} />
      {isEmpty ? (
        <p className="jp-scaleph-empty">
          {trans.__(
            'No artifact yet. Write one above, take the SQL of a cell, or upload a file.'
          )}
        </p>
      ) : (
        <>
          <div className="jp-scaleph-search">
            <select
              className="jp-mod-styled"
              aria-label={trans.__('Types that are shown')}
              value={type}
              onChange={event => artifacts.show(event.target.value)}
            >
              <option value="">{trans.__('All types')}</option>
              {kinds.map(kind => (
                <option key={kind.name}>{kind.name}</option>
              ))}
            </select>
          </div>
          <ListBox<Artifact>
            listing={list}
            selected={selected}
            trans={trans}
            label={trans.__('Artifacts')}
            placeholder={trans.__('Filter by name')}
            title={artifact => artifact.remark}
            row={artifact => (
              <>
                <span className="jp-scaleph-name">{artifact.name}</span>
                <span className="jp-scaleph-quiet">{artifact.type}</span>
              </>
            )}
            onSelect={artifact => artifacts.select(artifact)}
            onOpen={artifact => void artifacts.revise(artifact)}
            onSearch={text => artifacts.find(text)}
          />
        </>
      )}
      {selected && <Facts {...props} artifact={selected} />}
    </>
  );
}

function NewArtifact({
  actions,
  artifacts,
  trans
}: IArtifactProps): React.JSX.Element {
  const sql = artifacts.kinds.find(kind => kind.name === 'SQL');
  return (
    <div className="jp-scaleph-buttons jp-scaleph-more">
      <select
        className="jp-mod-styled"
        aria-label={trans.__('New artifact')}
        value=""
        onChange={event => {
          const kind = artifacts.kinds.find(
            each => each.name === event.target.value
          );
          if (kind) {
            artifacts.begin(kind);
          }
        }}
      >
        <option value="">{trans.__('New artifact…')}</option>
        {artifacts.kinds.map(kind => (
          <option key={kind.name} value={kind.name} title={kind.summary}>
            {kind.name}
          </option>
        ))}
      </select>
      {sql && (
        <button
          className="jp-Button jp-mod-styled jp-mod-reject"
          title={trans.__(
            'A new SQL artifact with the text of the active cell'
          )}
          onClick={() => artifacts.begin(sql, actions.cellText())}
        >
          {trans.__('From cell')}
        </button>
      )}
    </div>
  );
}

function Facts(
  props: IArtifactProps & { artifact: Artifact }
): React.JSX.Element {
  const { actions, artifact, artifacts, model, trans } = props;
  const remove = async (): Promise<void> => {
    const agreed = await actions.confirm(
      trans.__('Delete the artifact %1?', artifact.name),
      trans.__('All its revisions go too, and cannot be brought back.'),
      trans.__('Delete')
    );
    if (agreed) {
      await artifacts.delete(artifact);
    }
  };
  const insert = async (): Promise<void> => {
    const text = await artifacts.content(artifact);
    if (text !== null) {
      actions.insertStatement(text);
    }
  };
  const button = (
    label: string,
    act: () => void,
    kind = 'jp-mod-reject'
  ): React.JSX.Element => (
    <button
      className={`jp-Button jp-mod-styled ${kind}`}
      disabled={artifacts.busy}
      onClick={act}
    >
      {label}
    </button>
  );
  return (
    <section className="jp-scaleph-source" aria-label={artifact.name}>
      <h3>{artifact.name}</h3>
      {artifact.remark && <p className="jp-scaleph-quiet">{artifact.remark}</p>}
      <dl>
        <dt>{trans.__('Type')}</dt>
        <dd>{artifact.type}</dd>
        <dt>{trans.__('Revision')}</dt>
        <dd>{artifact.current}</dd>
        <dt>{trans.__('Changed')}</dt>
        <dd>
          {trans.__(
            '%1 by %2',
            Time.formatHuman(new Date(artifact.updated_at)),
            artifact.updated_by
          )}
        </dd>
      </dl>
      <div className="jp-scaleph-buttons">
        {button(
          trans.__('Edit'),
          () => void artifacts.revise(artifact),
          'jp-mod-accept'
        )}
        {artifact.type === 'SQL' &&
          button(trans.__('Insert into cell'), () => void insert())}
        {button(
          trans.__('Revisions'),
          () => void (artifacts.revisions ?? artifacts.readRevisions())
        )}
        <a
          className="jp-Button jp-mod-styled jp-mod-reject"
          href={model.client.contentUrl(artifact.id, artifact.current)}
          download={artifact.name}
        >
          {trans.__('Download')}
        </a>
        {button(trans.__('Delete'), () => void remove(), 'jp-mod-warn')}
      </div>
      {artifacts.revisions && (
        <RevisionList {...props} revisions={artifacts.revisions} />
      )}
    </section>
  );
}
