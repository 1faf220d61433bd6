import { FormComponent } from '@jupyterlab/ui-components';
import type { JSONObject, ReadonlyJSONObject } from '@lumino/coreutils';
import type { ErrorSchema } from '@rjsf/utils';
import { customizeValidator } from '@rjsf/validator-ajv8';
import * as React from 'react';

import type { Failure } from '../tokens';
import type { IDraft } from './model';
import { schemaOf, titleOf, uiOf } from './nouns';
import type { IStandardProps } from './panel';
import { nounTitle } from './words';

const VALIDATOR = customizeValidator<ReadonlyJSONObject>();

/** The form of one record, made from its schema by JupyterLab's own renderer. */
export function StandardForm(
  props: IStandardProps & { draft: IDraft }
): React.JSX.Element {
  const { draft, model, trans } = props;
  const { before, noun } = draft;
  const [data, setData] = React.useState(draft.data);
  const fields = React.useRef<HTMLDivElement>(null);
  const schema = schemaOf(noun, data, model.choices, before === null, trans);
  React.useEffect(() => {
    const node = fields.current;
    if (!node) {
      return;
    }
    nameFields(node);
    node.querySelector<HTMLElement>('input, select')?.focus();
    // The renderer draws the fields of another type in its own time.
    const observer = new MutationObserver(() => nameFields(node));
    observer.observe(node, { childList: true, subtree: true });
    return () => observer.disconnect();
  }, []);
  const title = before
    ? trans.__('%1 (%2)', titleOf(before), nounTitle(noun, trans))
    : trans.__('New: %1', nounTitle(noun, trans));
  const missing = (schema.required ?? []).some(name => !data[name]);
  return (
    <section className="jp-scaleph-source" aria-label={title}>
      <h3>{title}</h3>
      {/* The renderer's own form is none: Enter in a field saves here. */}
      <form
        onSubmit={event => {
          event.preventDefault();
          void model.save();
        }}
      >
        <div ref={fields}>
          <FormComponent
            tagName="div"
            schema={schema}
            uiSchema={uiOf(schema)}
            validator={VALIDATOR}
            formData={data}
            extraErrors={errorsOf(model.failure, schema.properties)}
            showErrorList={false}
            idPrefix="scaleph-standard"
            compact
            onChange={({ formData }) => {
              const given = known(formData ?? {}, schema.properties ?? {});
              setData(given);
              model.write(given);
            }}
          />
        </div>
        <div className="jp-scaleph-buttons">
          <button
            type="submit"
            className="jp-Button jp-mod-styled jp-mod-accept"
            disabled={model.busy || missing}
          >
            {trans.__('Save')}
          </button>
          <button
            type="button"
            className="jp-Button jp-mod-styled jp-mod-minimal"
            onClick={() => model.back()}
          >
            {trans.__('Cancel')}
          </button>
        </div>
      </form>
      {missing && (
        <p className="jp-scaleph-quiet">
          {trans.__('Fields with a star are needed.')}
        </p>
      )}
    </section>
  );
}

/** JupyterLab's compact template shows a field's title, but does not tie it to the field. */
function nameFields(node: HTMLElement): void {
  for (const field of node.querySelectorAll('input, select')) {
    const group = field.closest('.jp-FormGroup-content');
    const label = group?.querySelector('.jp-FormGroup-fieldLabel');
    if (label?.textContent) {
      field.setAttribute('aria-label', label.textContent);
    }
  }
}

/** What the form has fields for; what belongs to another type goes when the type changes. */
function known(data: ReadonlyJSONObject, properties: object): JSONObject {
  const all = ['length', 'precision', 'scale', 'low', 'high', 'set'];
  const type = data['type'];
  const shown = Object.keys(properties);
  return Object.fromEntries(
    Object.entries(data).filter(
      ([name, value]) =>
        value !== undefined &&
        (type === undefined || !all.includes(name) || shown.includes(name))
    )
  ) as JSONObject;
}

/** What the server found wrong, at the field that it names. */
function errorsOf(
  failure: Failure | null,
  properties: object = {}
): ErrorSchema<ReadonlyJSONObject> {
  if (!failure || !(failure.path in properties)) {
    return {};
  }
  const said = `${failure.message} ${failure.hint}`.trim();
  return { [failure.path]: { __errors: [said] } };
}
