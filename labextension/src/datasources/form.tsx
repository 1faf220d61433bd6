import type { ReadonlyJSONObject } from '@lumino/coreutils';
import type { ErrorSchema, RJSFSchema, UiSchema } from '@rjsf/utils';
import * as React from 'react';

import { SchemaForm } from '../components/schemaform';
import type { Failure } from '../tokens';
import { ConnectionNote } from './answer';
import { type DataSourceType, type IDraft, secretFields } from './model';
import type { IDataSourceProps } from './panel';
import { labelOf } from './types';

const NAME = '[A-Za-z][A-Za-z0-9_.\\-]{0,30}';

/** The form of one data source, made from the schema of its type by JupyterLab's own renderer. */
export function DataSourceForm(
  props: IDataSourceProps & { draft: IDraft }
): React.JSX.Element {
  const { draft, language, model, trans } = props;
  const { type } = draft;
  const { schema, uiSchema } = React.useMemo(
    () =>
      formOf(
        type,
        trans.__(
          'It is kept as a secret, and stands here as its name; or write {{secret:NAME}}.'
        )
      ),
    [type, trans]
  );
  const save = (event: React.FormEvent): void => {
    event.preventDefault();
    void model.save();
  };
  const kind = labelOf(type, language);
  const title = draft.before
    ? trans.__('%1 (%2)', draft.before.name, kind)
    : trans.__('New data source: %1', kind);
  return (
    <section className="jp-scaleph-source" aria-label={title}>
      <h3>{title}</h3>
      <form className="jp-scaleph-own" onSubmit={save} id="scaleph-datasource">
        <label>
          {trans.__('Name')}
          <input
            className="jp-mod-styled"
            required
            pattern={NAME}
            title={trans.__(
              'A letter, then up to 30 letters, digits, "_", "." or "-"'
            )}
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
      </form>
      <SchemaForm
        schema={schema}
        uiSchema={uiSchema}
        initial={draft.properties}
        errors={errorsOf(model.failure)}
        idPrefix="scaleph-property"
        onChange={properties => model.write({ properties })}
      />
      <div className="jp-scaleph-buttons">
        <button
          type="submit"
          form="scaleph-datasource"
          className="jp-Button jp-mod-styled jp-mod-accept"
          disabled={model.busy}
        >
          {trans.__('Save')}
        </button>
        <button
          className="jp-Button jp-mod-styled jp-mod-reject"
          disabled={model.busy}
          onClick={() => void model.test()}
        >
          {trans.__('Test connection')}
        </button>
        <button
          className="jp-Button jp-mod-styled jp-mod-minimal"
          onClick={() => model.go(draft.before ? 'list' : 'types')}
        >
          {trans.__('Cancel')}
        </button>
      </div>
      {model.busy && (
        <p className="jp-scaleph-quiet" role="status">
          {trans.__('Asking the server…')}
        </p>
      )}
      {model.answer && <ConnectionNote answer={model.answer} trans={trans} />}
    </section>
  );
}

/** The renderer's two schemas: what may be given, and how it is shown. */
function formOf(
  type: DataSourceType,
  help: string
): {
  schema: RJSFSchema;
  uiSchema: UiSchema<ReadonlyJSONObject>;
} {
  // The renderer's validator knows an older draft by name only; what these schemas use is the same in both.
  const schema = { ...type.properties_schema } as RJSFSchema;
  delete schema.$schema;
  const uiSchema: UiSchema<ReadonlyJSONObject> = {
    'ui:order': type.form.flatMap(({ fields }) => fields)
  };
  const properties = { ...schema.properties };
  for (const name of secretFields(type)) {
    uiSchema[name] = {
      'ui:widget': 'password',
      'ui:placeholder': '{{secret:NAME}}'
    };
    // JupyterLab's template shows the schema's own description.
    properties[name] = { ...(properties[name] as object), description: help };
  }
  schema.properties = properties;
  return { schema, uiSchema };
}

/** What the server found wrong, at the fields that it names. */
function errorsOf(failure: Failure | null): ErrorSchema<ReadonlyJSONObject> {
  const errors: Record<string, { __errors: string[] }> = {};
  for (const { path, message, hint } of failure?.problems ?? []) {
    const field = path.split('.')[0];
    (errors[field] ??= { __errors: [] }).__errors.push(
      `${message} ${hint}`.trim()
    );
  }
  return errors;
}
