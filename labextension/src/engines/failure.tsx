import * as React from 'react';

import type { Failure } from '../tokens';

/** What went wrong, and what to do about it. */
export function FailureNote(props: {
  title: string;
  failure: Failure;
}): React.JSX.Element {
  const { title, failure } = props;
  return (
    <div className="jp-scaleph-failure" role="alert">
      <strong>{title}</strong>
      <p>{failure.message}</p>
      {failure.hint && <p className="jp-scaleph-hint">{failure.hint}</p>}
    </div>
  );
}
