import * as React from 'react';

import type { IProjectDraft } from './model';
import type { IProjectProps } from './panel';

const CODE = '[A-Za-z][A-Za-z0-9_\\-]{0,30}';

/** The form of one project. */
export function ProjectForm(
  props: IProjectProps & { draft: IProjectDraft }
): React.JSX.Element {
  const { draft, model, trans } = props;
  const save = (event: React.FormEvent): void => {
    event.preventDefault();
    void model.save();
  };
  const title = draft.before
    ? trans.__('Project %1', draft.before.code)
    : trans.__('New project');
  return (
    <section className="jp-scaleph-source" aria-label={title}>
      <h3>{title}</h3>
      <form className="jp-scaleph-own" onSubmit={save}>
        <label>
          {trans.__('Code')}
          <input
            className="jp-mod-styled"
            required
            pattern={CODE}
            title={trans.__(
              'A letter, then up to 30 letters, digits, "_" or "-"; unique'
            )}
            // The form was opened to be filled.
            // eslint-disable-next-line jsx-a11y/no-autofocus
            autoFocus
            defaultValue={draft.code}
            onChange={event => model.write({ code: event.target.value })}
          />
        </label>
        <label>
          {trans.__('Name')}
          <input
            className="jp-mod-styled"
            required
            maxLength={120}
            defaultValue={draft.name}
            onChange={event => model.write({ name: event.target.value })}
          />
        </label>
        <label>
          {trans.__('Remark')}
          <input
            className="jp-mod-styled"
            maxLength={500}
            defaultValue={draft.remark}
            onChange={event => model.write({ remark: event.target.value })}
          />
        </label>
        <div className="jp-scaleph-buttons">
          <button
            type="submit"
            className="jp-Button jp-mod-styled jp-mod-accept"
            disabled={model.busy}
          >
            {trans.__('Save')}
          </button>
          <button
            type="button"
            className="jp-Button jp-mod-styled jp-mod-minimal"
            onClick={() => model.cancel()}
          >
            {trans.__('Cancel')}
          </button>
        </div>
      </form>
    </section>
  );
}
