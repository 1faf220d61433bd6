import { FormComponent } from '@jupyterlab/ui-components';
import type { JSONObject, ReadonlyJSONObject } from '@lumino/coreutils';
import type { ErrorSchema, RJSFSchema, UiSchema } from '@rjsf/utils';
import { customizeValidator } from '@rjsf/validator-ajv8';
import * as React from 'react';

const VALIDATOR = customizeValidator<ReadonlyJSONObject>();

export interface ISchemaFormProps {
  schema: RJSFSchema;
  uiSchema?: UiSchema<ReadonlyJSONObject>;
  /** What stands in the fields at first; the form holds it from then on. */
  initial: JSONObject;
  /** What the server found wrong, by field. */
  errors?: ErrorSchema<ReadonlyJSONObject>;
  idPrefix: string;
  onChange: (data: JSONObject) => void;
}

/** A form made from a JSON Schema by JupyterLab's own renderer. */
export function SchemaForm(props: ISchemaFormProps): React.JSX.Element {
  const { errors, idPrefix, initial, onChange, schema, uiSchema } = props;
  const [data, setData] = React.useState(initial);
  const fields = React.useRef<HTMLDivElement>(null);
  React.useEffect(() => {
    // JupyterLab's compact template shows a field's title, but does not tie it to the field.
    for (const field of fields.current?.querySelectorAll('[label]') ?? []) {
      field.setAttribute('aria-label', field.getAttribute('label') ?? '');
    }
  });
  return (
    <div ref={fields}>
      <FormComponent
        tagName="div"
        schema={schema}
        uiSchema={uiSchema}
        validator={VALIDATOR}
        formData={data}
        extraErrors={errors}
        showErrorList={false}
        idPrefix={idPrefix}
        compact
        onChange={({ formData }) => {
          const given = (formData ?? {}) as JSONObject;
          setData(given);
          onChange(given);
        }}
      />
    </div>
  );
}
