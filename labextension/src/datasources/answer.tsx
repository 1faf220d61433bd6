import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { FailureNote } from '../engines/failure';
import type { Answer } from './model';

/** What a connection test found. */
export function ConnectionNote(props: {
  answer: Answer;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { answer, trans } = props;
  if (!answer.ok) {
    return (
      <FailureNote
        title={trans.__('The connection failed')}
        failure={{ ...answer, code: answer.cause, path: '' }}
      />
    );
  }
  const proofs: Record<string, string> = {
    reachable: trans.__('Reachable; no login was tried'),
    authenticated: trans.__('The login was taken'),
    queried: trans.__('A query was answered')
  };
  const facts = [
    proofs[answer.proof] ?? answer.proof,
    trans.__('%1 ms', Math.round(answer.latency_ms)),
    answer.version
  ];
  return (
    <div className="jp-scaleph-success" role="status">
      <strong>{trans.__('Connected')}</strong>
      <p>{facts.filter(Boolean).join(' · ')}</p>
      {answer.message && <p className="jp-scaleph-hint">{answer.message}</p>}
    </div>
  );
}
