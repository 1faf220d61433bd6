import * as React from 'react';

import { TextEditor } from '../components/editor';
import { SchemaForm } from '../components/schemaform';
import type { IArtifactProps } from './artifactlist';
import type { IArtifactDraft } from './artifacts';
import { sizeOf } from './revisions';
import type { IUploadProgress } from './upload';

const MIME_TYPES: Record<string, string> = {
  SQL: 'text/x-sql',
  SEATUNNEL: 'application/json',
  CDC: 'text/x-yaml',
  NOTEBOOK: 'application/json'
};
const FACTS = 'facts.';

/** The form of a new artifact, or of a revision of one. */
export function ArtifactForm(
  props: IArtifactProps & { draft: IArtifactDraft }
): React.JSX.Element {
  const { artifacts, draft, editors, trans } = props;
  const { before, kind } = draft;
  const title = before
    ? trans.__('%1 (%2)', before.name, kind.name)
    : trans.__('New artifact: %1', kind.name);
  const save = (event: React.FormEvent): void => {
    event.preventDefault();
    void artifacts.save();
  };
  return (
    <section className="jp-scaleph-source" aria-label={title}>
      <h3>{title}</h3>
      <p className="jp-scaleph-quiet">{kind.summary}</p>
      <form
        className="jp-scaleph-own"
        onSubmit={save}
        id="scaleph-artifact"
        aria-label={title}
      >
        <Field {...props} name="name" label={trans.__('Name')} length={120} />
        <Field
          {...props}
          name="remark"
          label={trans.__('Remark')}
          length={500}
        />
        <Field
          {...props}
          name="message"
          label={trans.__('What is new in this revision')}
          length={500}
        />
      </form>
      {kind.is_text && (
        <TextEditor
          factory={editors}
          label={trans.__('Content')}
          mimeType={MIME_TYPES[kind.name] ?? 'text/plain'}
          initial={draft.text}
          onChange={text => artifacts.write({ text })}
        />
      )}
      <FileField {...props} />
      <SchemaForm
        schema={kind.facts_schema}
        initial={draft.facts}
        errors={errorsOf(artifacts)}
        idPrefix="scaleph-fact"
        onChange={facts => artifacts.write({ facts })}
      />
      <div className="jp-scaleph-buttons">
        <button
          type="submit"
          form="scaleph-artifact"
          className="jp-Button jp-mod-styled jp-mod-accept"
          disabled={artifacts.busy}
        >
          {trans.__('Save')}
        </button>
        <button
          className="jp-Button jp-mod-styled jp-mod-minimal"
          onClick={() => artifacts.cancel()}
        >
          {trans.__('Cancel')}
        </button>
      </div>
      {artifacts.progress && (
        <Progress progress={artifacts.progress} trans={trans} />
      )}
    </section>
  );
}

function Field(
  props: IArtifactProps & {
    draft: IArtifactDraft;
    name: 'name' | 'remark' | 'message';
    label: string;
    length: number;
  }
): React.JSX.Element {
  const { artifacts, draft, label, length, name } = props;
  return (
    <label>
      {label}
      <input
        className="jp-mod-styled"
        required={name === 'name'}
        pattern={name === 'name' ? '[^\\/]+' : undefined}
        maxLength={length}
        defaultValue={draft[name]}
        onChange={event => artifacts.write({ [name]: event.target.value })}
      />
    </label>
  );
}

function FileField({
  artifacts,
  draft,
  trans
}: IArtifactProps & { draft: IArtifactDraft }): React.JSX.Element {
  const choose = (event: React.ChangeEvent<HTMLInputElement>): void => {
    const file = event.target.files?.[0] ?? null;
    artifacts.write({ file });
  };
  return (
    <label className="jp-scaleph-file">
      {draft.kind.is_text
        ? trans.__('Or a file in place of the text')
        : draft.before
          ? trans.__('A new file; without one the content stays')
          : trans.__('File')}
      <input
        type="file"
        form="scaleph-artifact"
        required={!draft.kind.is_text && draft.before === null}
        onChange={choose}
      />
    </label>
  );
}

function Progress({
  progress,
  trans
}: Pick<IArtifactProps, 'trans'> & {
  progress: IUploadProgress;
}): React.JSX.Element {
  const { done, step, total } = progress;
  const [now, all] = [sizeOf(done), sizeOf(total)];
  const text = {
    reading: trans.__('Reading the file: %1 of %2', now, all),
    sending: trans.__('Sent %1 of %2', now, all),
    finishing: trans.__('The server checks the file')
  }[step];
  return (
    <div role="status" className="jp-scaleph-quiet">
      <progress value={done} max={total || 1} aria-label={text} />
      <p>{text}</p>
    </div>
  );
}

/** What the server found wrong with a fact, at its field. */
function errorsOf(
  artifacts: IArtifactProps['artifacts']
): Record<string, { __errors: string[] }> {
  const { failure } = artifacts;
  if (!failure?.path.startsWith(FACTS)) {
    return {};
  }
  const field = failure.path.slice(FACTS.length).split('.')[0];
  return { [field]: { __errors: [failure.message] } };
}
