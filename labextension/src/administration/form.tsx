import type { TranslationBundle } from '@jupyterlab/translation';
import type { JSONObject } from '@lumino/coreutils';
import type { RJSFSchema } from '@rjsf/utils';
import * as React from 'react';

import { SchemaForm } from '../components/schemaform';
import type { AdministrationModel, IForm } from './model';
import type { IAdministrationProps } from './panel';

const VERBS = ['read', 'create', 'write', 'delete', 'execute', 'grant'];
const RESOURCES = [
  '*',
  'project',
  'artifact',
  'datasource',
  'cluster',
  'secret',
  'standard',
  'action',
  'user',
  'role',
  'grant'
];
const RIGHTS = RESOURCES.flatMap(resource =>
  VERBS.map(verb => `${verb} ${resource}`)
);

/** The form of a new user, of a role or of a grant, made by JupyterLab's own renderer. */
export function AdministrationForm(
  props: IAdministrationProps & { form: IForm }
): React.JSX.Element {
  const { form, model, trans } = props;
  const [data, setData] = React.useState(form.data);
  const schema = schemaOf(form, model, trans);
  const save = (event: React.FormEvent): void => {
    event.preventDefault();
    void model.save(bodyOf(form, data));
  };
  return (
    <section className="jp-scaleph-source" aria-label={schema.title}>
      <h3>{schema.title}</h3>
      <form onSubmit={save}>
        <SchemaForm
          schema={{ ...schema, title: undefined }}
          initial={data as JSONObject}
          idPrefix="scaleph-administration"
          isFocused
          onChange={given => setData({ ...given })}
        />
        <div className="jp-scaleph-buttons">
          <button
            type="submit"
            className="jp-Button jp-mod-styled jp-mod-accept"
            disabled={model.busy}
          >
            {form.kind === 'grant' ? trans.__('Grant') : trans.__('Save')}
          </button>
          <button
            type="button"
            className="jp-Button jp-mod-styled jp-mod-minimal"
            onClick={() => model.close()}
          >
            {trans.__('Cancel')}
          </button>
        </div>
      </form>
    </section>
  );
}

function schemaOf(
  { before, kind }: IForm,
  model: AdministrationModel,
  trans: TranslationBundle
): RJSFSchema {
  const text = (title: string, description = ''): RJSFSchema => ({
    type: 'string',
    title,
    description
  });
  if (kind === 'user') {
    return {
      type: 'object',
      title: trans.__('New user'),
      properties: {
        name: text(
          trans.__('Name'),
          trans.__('As JupyterHub, or the operating system, names them.')
        ),
        display_name: text(trans.__('Display name'))
      }
    };
  }
  if (kind === 'role') {
    return {
      type: 'object',
      title: before ? trans.__('Role %1', before.name) : trans.__('New role'),
      properties: {
        ...(!before && {
          name: text(
            trans.__('Name'),
            trans.__('Small letters, digits, "_" or "-"; it stays.')
          )
        }),
        title: text(trans.__('Title')),
        rights: {
          type: 'array',
          title: trans.__('Rights'),
          items: { type: 'string', enum: RIGHTS },
          default: []
        }
      }
    };
  }
  return {
    type: 'object',
    title: trans.__('Grant'),
    properties: {
      user: text(
        trans.__('User'),
        trans.__('A name that is not known yet is kept for who comes by it.')
      ),
      project: {
        type: 'string',
        title: trans.__('Where'),
        default: '',
        oneOf: [
          { const: '', title: trans.__('The whole platform') },
          ...model.projects.map(({ code, name }) => ({
            const: code,
            title: name === code ? code : `${code} (${name})`
          }))
        ]
      },
      gives: {
        type: 'string',
        title: trans.__('Role or right'),
        default: 'viewer',
        oneOf: [
          ...model.roles.map(({ name, title }) => ({
            const: name,
            title: trans.__('role %1', title)
          })),
          ...RIGHTS.map(right => ({ const: right, title: right }))
        ]
      }
    }
  };
}

/** What is sent: the renderer leaves out what is empty. */
function bodyOf(
  { kind }: IForm,
  data: Record<string, unknown>
): Record<string, unknown> {
  if (kind === 'user') {
    return { name: '', ...data };
  }
  if (kind === 'role') {
    return { name: '', title: data.name ?? '', rights: [], ...data };
  }
  const gives = typeof data.gives === 'string' ? data.gives : 'viewer';
  return {
    user: data.user ?? '',
    ...(data.project ? { project: data.project } : {}),
    ...(gives.includes(' ') ? { right: gives } : { role: gives })
  };
}
