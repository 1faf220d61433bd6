import type { IEditorFactoryService } from '@jupyterlab/codeeditor';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import {
  changed,
  type IPipelineNode,
  NODE_NAME,
  nodeOf,
  renamed,
  withOption
} from './document';
import { OptionField } from './fields';
import type { PipelineModel } from './model';
import { type Connector, type ConnectorOption, fieldsOf, keyOf } from './rules';

export interface IOptionPaneProps {
  model: PipelineModel;
  editors: IEditorFactoryService;
  trans: TranslationBundle;
  /** Shows the form of a new data source. */
  onNewDataSource: (() => void) | null;
}

/** The form of the chosen node, or of the pipeline where none is chosen. */
export function OptionPane(props: IOptionPaneProps): React.JSX.Element {
  const { model, trans } = props;
  const { node } = model;
  if (node) {
    // Another node is another form: nothing typed is carried over.
    return <NodeForm key={node.id} node={node} {...props} />;
  }
  if (model.selected.size > 1) {
    return (
      <p className="jp-scaleph-empty">
        {trans.__('%1 nodes are chosen.', model.selected.size)}
      </p>
    );
  }
  return <PipelineForm {...props} />;
}

function NodeForm(
  props: IOptionPaneProps & { node: IPipelineNode }
): React.JSX.Element {
  const { model, node, trans } = props;
  const connector = model.connector(node);
  const [search, setSearch] = React.useState('');
  // What was given when the form was opened is what is looked for: it comes first, and stays where it is.
  const [first] = React.useState(() => new Set(Object.keys(node.options)));
  const rank = ({ key }: ConnectorOption): number => (first.has(key) ? 0 : 1);
  const fields = connector
    ? fieldsOf(connector, node)
    : { asked: [], others: [], unknown: Object.keys(node.options) };
  const others = fields.others
    .filter(({ description, key }) =>
      `${key} ${description ?? ''}`.toLowerCase().includes(search.toLowerCase())
    )
    .sort((one, other) => rank(one) - rank(other));
  const because = (reason: object | null): string => {
    if (reason === null) {
      return trans.__('required');
    }
    return 'when' in reason
      ? trans.__('because %1', String(reason.when))
      : trans.__('one of a group');
  };
  return (
    <section
      className="jp-scaleph-form"
      aria-label={trans.__('Options of %1', node.id)}
    >
      <h3>
        {node.connector}
        <small>{connector?.dressing.summary}</small>
      </h3>
      <NameField {...props} />
      {connector?.dressing.datasources && (
        <DataSourceField connector={connector} {...props} />
      )}
      {!connector && model.palette !== null && (
        <p className="jp-scaleph-wrong jp-mod-warning">
          {trans.__(
            'This release has no such connector: its options are kept as they are.'
          )}
        </p>
      )}
      {fields.asked.map(({ because: reason, option }) => (
        <Field
          key={option.key}
          option={option}
          because={
            option.default === undefined || option.default === null
              ? because(reason)
              : ''
          }
          {...props}
        />
      ))}
      {fields.unknown.map(key => (
        <Field
          key={key}
          option={unknownOption(key)}
          because={connector ? trans.__('not in the rules') : ''}
          {...props}
        />
      ))}
      {fields.others.length > 0 && (
        <details open={fields.asked.length === 0 || undefined}>
          <summary>
            {trans.__('More options (%1)', fields.others.length)}
          </summary>
          {fields.others.length > 6 && (
            <input
              type="search"
              className="jp-mod-styled"
              placeholder={trans.__('Find an option')}
              aria-label={trans.__('Find an option')}
              value={search}
              onChange={event => setSearch(event.target.value)}
            />
          )}
          {others.map(option => (
            <Field key={option.key} option={option} because="" {...props} />
          ))}
        </details>
      )}
      {connector && (connector.options ?? []).length === 0 && (
        <p className="jp-scaleph-empty">
          {trans.__('%1 has no options.', node.connector)}
        </p>
      )}
    </section>
  );
}

function Field(
  props: IOptionPaneProps & {
    node: IPipelineNode;
    option: ConnectorOption;
    because: string;
  }
): React.JSX.Element {
  const { because, editors, model, node, option, trans } = props;
  const { key } = option;
  return (
    <OptionField
      option={option}
      value={node.options[key]}
      because={because}
      problems={model.problems.filter(
        problem => problem.node === node.id && keyOf(problem.field) === key
      )}
      place={`scaleph-option-${node.id}`}
      editors={editors}
      trans={trans}
      onChange={value =>
        model.apply(
          withOption(model.document, node.id, key, value),
          `option ${node.id} ${key}`
        )
      }
      onSecret={value =>
        model.backend.keepSecret(
          `${model.document.name}.${node.id}.${key}`,
          value
        )
      }
    />
  );
}

/** The node's name, which is the name of the table that it gives out. */
function NameField({
  model,
  node,
  trans
}: IOptionPaneProps & { node: IPipelineNode }): React.JSX.Element {
  const [name, setName] = React.useState(node.id);
  const taken = name !== node.id && nodeOf(model.document, name) !== undefined;
  const wrong = !NODE_NAME.test(name)
    ? trans.__('A letter or "_", then letters, digits and "_".')
    : taken
      ? trans.__('Another node has this name.')
      : '';
  const keep = (): void => {
    if (wrong === '' && name !== node.id) {
      model.apply(renamed(model.document, node.id, name));
      model.select([name]);
    }
  };
  return (
    <div className={`jp-scaleph-option${wrong ? ' jp-mod-wrong' : ''}`}>
      <label htmlFor={`scaleph-name-${node.id}`}>{trans.__('Name')}</label>
      <input
        id={`scaleph-name-${node.id}`}
        className="jp-mod-styled"
        value={name}
        onChange={event => setName(event.target.value)}
        onBlur={keep}
        onKeyDown={event => {
          if (event.key === 'Enter') {
            keep();
          }
        }}
      />
      {wrong && <p className="jp-scaleph-wrong jp-mod-error">{wrong}</p>}
      {node.kind !== 'sink' && (
        <p className="jp-scaleph-quiet">
          {trans.__('Sql transforms read FROM this name.')}
        </p>
      )}
    </div>
  );
}

/** Data sources whose facts fill the options that are not given. Those of other types are shown, and why they do not fit. */
function DataSourceField({
  connector,
  model,
  node,
  onNewDataSource,
  trans
}: IOptionPaneProps & {
  node: IPipelineNode;
  connector: Connector;
}): React.JSX.Element {
  const types = connector.dressing.datasources ?? [];
  const id = `scaleph-datasource-${node.id}`;
  const named = node.datasource ?? '';
  const isKnown = model.datasources.some(({ name }) => name === named);
  return (
    <div className="jp-scaleph-option">
      <label htmlFor={id}>{trans.__('Data source')}</label>
      <select
        id={id}
        className="jp-mod-styled"
        value={named}
        onFocus={() => void model.refreshDataSources()}
        onChange={event =>
          model.apply(
            changed(model.document, node.id, each => ({
              ...each,
              datasource: event.target.value || undefined
            }))
          )
        }
      >
        <option value="">{trans.__('(none: options below)')}</option>
        {named !== '' && !isKnown && (
          <option value={named}>
            {trans.__('%1 (not in the catalog)', named)}
          </option>
        )}
        {model.datasources.map(({ name, type }) => (
          <option key={name} value={name} disabled={!types.includes(type)}>
            {types.includes(type)
              ? `${name} (${type})`
              : trans.__('%1 (%2 does not fit)', name, type)}
          </option>
        ))}
      </select>
      <p className="jp-scaleph-quiet">
        {trans.__(
          'Fills address, user and password when the pipeline runs; what is given below goes first.'
        )}{' '}
        {onNewDataSource && (
          <button className="jp-scaleph-link" onClick={onNewDataSource}>
            {trans.__('New data source…')}
          </button>
        )}
      </p>
    </div>
  );
}

/** What belongs to no node: name, mode, parallelism. */
function PipelineForm({
  editors,
  model,
  trans
}: IOptionPaneProps): React.JSX.Element {
  const { document } = model;
  const env = (key: string, type: ConnectorOption['type'], more = {}) => (
    <OptionField
      option={{ key, type, ...more }}
      value={document.env[key]}
      because=""
      problems={[]}
      place="scaleph-env"
      editors={editors}
      trans={trans}
      onChange={value => {
        const next = { ...document.env };
        if (value === undefined) {
          delete next[key];
        } else {
          next[key] = value;
        }
        model.apply({ ...document, env: next }, `env ${key}`);
      }}
      onSecret={value => Promise.resolve(value)}
    />
  );
  return (
    <section
      className="jp-scaleph-form"
      aria-label={trans.__('Settings of the pipeline')}
    >
      <h3>{trans.__('Pipeline')}</h3>
      <div className="jp-scaleph-option">
        <label htmlFor="scaleph-pipeline-name">{trans.__('Name')}</label>
        <input
          id="scaleph-pipeline-name"
          className="jp-mod-styled"
          value={document.name}
          onChange={event =>
            model.apply({ ...document, name: event.target.value }, 'name')
          }
        />
      </div>
      <div className="jp-scaleph-option">
        <label htmlFor="scaleph-pipeline-words">
          {trans.__('Description')}
        </label>
        <textarea
          id="scaleph-pipeline-words"
          className="jp-mod-styled"
          rows={2}
          value={document.description}
          onChange={event =>
            model.apply(
              { ...document, description: event.target.value },
              'description'
            )
          }
        />
      </div>
      {env('job.mode', 'enum', { values: ['BATCH', 'STREAMING'] })}
      {env('parallelism', 'integer', { default: 1 })}
      {env('checkpoint.interval', 'integer', {
        description: trans.__('Milliseconds between two checkpoints.')
      })}
      <OptionField
        option={{
          key: 'variables',
          type: 'map',
          items: { type: 'string' },
          description: trans.__('Values of ${name} in options.')
        }}
        value={document.variables}
        because=""
        problems={[]}
        place="scaleph-pipeline"
        editors={editors}
        trans={trans}
        onChange={value =>
          model.apply(
            {
              ...document,
              variables: (value ?? {}) as Record<string, string>
            },
            'variables'
          )
        }
        onSecret={value => Promise.resolve(value)}
      />
    </section>
  );
}

function unknownOption(key: string): ConnectorOption {
  return { key, type: 'object', editor: 'json' };
}
