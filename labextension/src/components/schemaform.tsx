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
  /** Whether the first field is to be written in at once. */
  isFocused?: boolean;
  onChange: (data: JSONObject) => void;
}

/** A form made from a JSON Schema by JupyterLab's own renderer. */
export function SchemaForm(props: ISchemaFormProps): React.JSX.Element {
  const { errors, idPrefix, initial, isFocused, onChange, schema, uiSchema } =
    props;
  const [data, setData] = React.useState(initial);
  const fields = React.useRef<HTMLDivElement>(null);
  React.useEffect(() => {
    // JupyterLab's compact template shows a field's title, but does not tie it to the field.
    for (const field of fields.current?.querySelectorAll('[label]') ?? []) {
      field.setAttribute('aria-label', field.getAttribute('label') ?? '');
    }
    for (const select of fields.current?.querySelectorAll('select') ?? []) {
      const group = select.closest('.jp-FormGroup-content');
      const title = group?.querySelector('.jp-FormGroup-fieldLabel');
      select.setAttribute('aria-label', title?.textContent ?? '');
    }
  });
  React.useEffect(() => {
    if (!isFocused) {
      return;
    }
    // A dialog that has just closed gives the focus back a moment later.
    const timer = window.setTimeout(() =>
      fields.current?.querySelector<HTMLElement>('input, select')?.focus()
    );
    return () => window.clearTimeout(timer);
  }, [isFocused]);
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
