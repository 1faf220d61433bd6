import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { components } from '../rest/openapi';
import { bytesWord } from './words';

type Progress = components['schemas']['Progress'];

/** The step of a start: a bar where its length is known, bytes and jars where there are any. */
export function StartProgress(props: {
  progress: Progress | null;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { progress, trans } = props;
  const label = progress?.message || trans.__('Starting…');
  const share = progress ? doneShare(progress) : null;
  return (
    <div className="jp-scaleph-progress">
      <div
        className="jp-scaleph-bar"
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={share === null ? undefined : Math.round(share * 100)}
        data-indeterminate={share === null}
      >
        <div
          style={share === null ? undefined : { width: `${share * 100}%` }}
        />
      </div>
      <p aria-live="polite">{label}</p>
      {progress && <Counts progress={progress} trans={trans} />}
    </div>
  );
}

function Counts(props: {
  progress: Progress;
  trans: TranslationBundle;
}): React.JSX.Element | null {
  const { progress, trans } = props;
  const parts: string[] = [];
  if (progress.total_bytes > 0) {
    parts.push(
      trans.__(
        '%1 of %2',
        bytesWord(progress.done_bytes),
        bytesWord(progress.total_bytes)
      )
    );
  } else if (progress.done_bytes > 0) {
    parts.push(bytesWord(progress.done_bytes));
  }
  if (progress.total_files > 0) {
    parts.push(
      trans.__('%1 of %2 jars', progress.done_files, progress.total_files)
    );
  }
  return parts.length > 0 ? (
    <p className="jp-scaleph-quiet">{parts.join(' · ')}</p>
  ) : null;
}

function doneShare(progress: Progress): number | null {
  if (progress.total_bytes > 0) {
    return Math.min(1, progress.done_bytes / progress.total_bytes);
  }
  if (progress.total_files > 0) {
    return Math.min(1, progress.done_files / progress.total_files);
  }
  return null;
}
