import { Time } from '@jupyterlab/coreutils';
import * as React from 'react';

import type { IArtifactProps } from './artifactlist';
import type { IRevisions } from './artifacts';
import type { Artifact, Revision } from './client';

/** The revisions of an artifact: each compared with the current one, restored, downloaded or deleted. */
export function RevisionList(
  props: IArtifactProps & { artifact: Artifact; revisions: IRevisions }
): React.JSX.Element {
  const { artifacts, revisions, trans } = props;
  return (
    <>
      <ul
        className="jp-scaleph-revisions"
        aria-label={trans.__('Revisions of %1', props.artifact.name)}
      >
        {revisions.items.map(revision => (
          <OneRevision key={revision.number} {...props} revision={revision} />
        ))}
      </ul>
      {revisions.more !== null && (
        <button
          className="jp-Button jp-mod-styled jp-mod-minimal"
          onClick={() => void artifacts.readRevisions()}
        >
          {trans.__('Show more')}
        </button>
      )}
    </>
  );
}

function OneRevision(
  props: IArtifactProps & { artifact: Artifact; revision: Revision }
): React.JSX.Element {
  const { actions, artifact, artifacts, model, revision, trans } = props;
  const { number } = revision;
  const isCurrent = number === artifact.current;
  const link = (label: string, act: () => void): React.JSX.Element => (
    <button
      className="jp-scaleph-link"
      disabled={artifacts.busy}
      aria-label={trans.__('%1: revision %2', label, number)}
      onClick={act}
    >
      {label}
    </button>
  );
  const remove = async (): Promise<void> => {
    const agreed = await actions.confirm(
      trans.__('Delete revision %1 of %2?', number, artifact.name),
      trans.__('It cannot be brought back.'),
      trans.__('Delete')
    );
    if (agreed) {
      await artifacts.deleteRevision(artifact, number);
    }
  };
  return (
    <li aria-current={isCurrent}>
      <p>
        <strong>{number}</strong>{' '}
        {revision.message || (
          <span className="jp-scaleph-quiet">{trans.__('no message')}</span>
        )}
      </p>
      <p className="jp-scaleph-quiet">
        {trans.__(
          '%1 by %2, %3',
          Time.formatHuman(new Date(revision.at)),
          revision.author,
          sizeOf(revision.size)
        )}
      </p>
      <p>
        {isCurrent ? (
          <span className="jp-scaleph-quiet">{trans.__('current')}</span>
        ) : (
          <>
            {link(trans.__('Compare'), () =>
              actions.showDiff(artifact, number, artifact.current)
            )}
            {link(
              trans.__('Restore'),
              () => void artifacts.restore(artifact, number)
            )}
            {link(trans.__('Delete'), () => void remove())}
          </>
        )}
        <a
          className="jp-scaleph-link"
          href={model.client.contentUrl(artifact.id, number)}
          download={revision.file_name || artifact.name}
          aria-label={trans.__('Download: revision %1', number)}
        >
          {trans.__('Download')}
        </a>
      </p>
    </li>
  );
}

/** Bytes for a person. */
export function sizeOf(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB'];
  const at = bytes < 1 ? 0 : Math.min(3, Math.floor(Math.log2(bytes) / 10));
  const value = bytes / 1024 ** at;
  return `${at ? value.toFixed(1) : value} ${units[at]}`;
}
