import { MainAreaWidget } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import * as React from 'react';

import { FailureNote } from '../engines/failure';
import { RestError } from '../rest/client';
import type { Failure } from '../tokens';
import type { Artifact, Diff, ProjectClient } from './client';
import { projectIcon } from './icons';

/** A tab that shows how two revisions of an artifact differ. */
export function diffTab(
  client: ProjectClient,
  artifact: Artifact,
  old: number,
  now: number,
  trans: TranslationBundle
): MainAreaWidget {
  const content = ReactWidget.create(
    <DiffView read={() => client.diff(artifact.id, old, now)} trans={trans} />
  );
  content.addClass('jp-scaleph-diff');
  const tab = new MainAreaWidget({ content });
  tab.id = `scaleph-lab-diff-${artifact.id}-${old}-${now}`;
  tab.title.icon = projectIcon;
  tab.title.label = trans.__('%1: %2 → %3', artifact.name, old, now);
  tab.title.closable = true;
  return tab;
}

function DiffView(props: {
  read: () => Promise<Diff>;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { read, trans } = props;
  const [diff, setDiff] = React.useState<Diff | null>(null);
  const [failure, setFailure] = React.useState<Failure | null>(null);
  React.useEffect(() => {
    read().then(setDiff, reason => setFailure(RestError.failureOf(reason)));
    // The tab is of two revisions, which never change.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, []);
  if (failure) {
    return (
      <FailureNote
        title={trans.__('They could not be compared')}
        failure={failure}
      />
    );
  }
  if (!diff) {
    return <p role="status">{trans.__('Comparing…')}</p>;
  }
  return (
    <>
      {diff.facts.length > 0 && (
        <table>
          <tbody>
            {diff.facts.map(({ name, old, new: now }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td data-line="-">{JSON.stringify(old)}</td>
                <td data-line="+">{JSON.stringify(now)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {diff.text === null ? (
        <p>{diff.note}</p>
      ) : diff.text === '' ? (
        <p>{trans.__('Their contents are the same.')}</p>
      ) : (
        // A region that scrolls is reached by the keyboard.
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        <pre tabIndex={0} aria-label={trans.__('Changed lines')}>
          {diff.text.split('\n').map((line, at) => (
            <div key={at} data-line={kindOf(line)}>
              {line || ' '}
            </div>
          ))}
        </pre>
      )}
    </>
  );
}

function kindOf(line: string): string {
  return /^(\+\+\+|---|@@)/.test(line) ? '@' : line.slice(0, 1);
}
