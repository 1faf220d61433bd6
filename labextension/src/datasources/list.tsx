import * as React from 'react';

import { ListBox } from '../components/listbox';
import { ConnectionNote } from './answer';
import type { DataSource } from './model';
import type { IDataSourceProps } from './panel';
import { labelOf } from './types';

/** All data sources, and the facts of the selected one. */
export function DataSourceList(props: IDataSourceProps): React.JSX.Element {
  const { language, model, trans } = props;
  const { list, selected } = model;
  if (list.items === null) {
    return (
      <p className="jp-scaleph-empty" role="status">
        {model.failure ? '' : trans.__('Reading the data sources…')}
      </p>
    );
  }
  if (list.items.length === 0 && list.search === '') {
    return <None {...props} />;
  }
  return (
    <>
      <ListBox<DataSource>
        listing={list}
        selected={selected}
        trans={trans}
        label={trans.__('Data sources')}
        placeholder={trans.__('Filter by name, type or remark')}
        title={item => item.remark}
        row={item => {
          const type = model.typeOf(item);
          return (
            <>
              <span className="jp-scaleph-name">{item.name}</span>
              <span className="jp-scaleph-quiet">
                {type ? labelOf(type, language) : item.type}
              </span>
            </>
          );
        }}
        dragged={lineOf}
        onSelect={item => model.select(item)}
        onOpen={item => props.actions.insert(lineOf(item))}
        onSearch={text => model.find(text)}
      />
      {selected && <Facts {...props} item={selected} />}
    </>
  );
}

/** How a cell names a data source. */
function lineOf(item: DataSource): string {
  return `%flink datasource ${item.name}`;
}

function None({ model, trans }: IDataSourceProps): React.JSX.Element {
  return (
    <div className="jp-scaleph-empty">
      <p>
        {trans.__(
          'No data source yet. Keep the facts of a connection here once, and use them by name in cells and pipelines.'
        )}
      </p>
      <div className="jp-scaleph-buttons">
        <button
          className="jp-Button jp-mod-styled jp-mod-accept"
          onClick={() => model.go('types')}
        >
          {trans.__('New data source')}
        </button>
      </div>
    </div>
  );
}

function Facts(
  props: IDataSourceProps & { item: DataSource }
): React.JSX.Element {
  const { actions, item, model, trans } = props;
  const type = model.typeOf(item);
  const shown = Object.entries(item.properties).filter(
    ([, value]) => value !== '' && value !== null
  );
  const button = (
    label: string,
    act: () => void,
    kind = 'jp-mod-reject'
  ): React.JSX.Element => (
    <button
      className={`jp-Button jp-mod-styled ${kind}`}
      disabled={model.busy}
      onClick={act}
    >
      {label}
    </button>
  );
  const remove = async (): Promise<void> => {
    if (await actions.confirmDelete(item.name)) {
      await model.delete(item);
    }
  };
  return (
    <section className="jp-scaleph-source" aria-label={item.name}>
      <h3>{item.name}</h3>
      {item.remark && <p className="jp-scaleph-quiet">{item.remark}</p>}
      <dl>
        {shown.map(([name, value]) => (
          <React.Fragment key={name}>
            <dt>{titleOf(type?.properties_schema, name)}</dt>
            <dd>{typeof value === 'string' ? value : JSON.stringify(value)}</dd>
          </React.Fragment>
        ))}
      </dl>
      <div className="jp-scaleph-buttons">
        {button(
          trans.__('Test connection'),
          () => void model.test(),
          'jp-mod-accept'
        )}
        {type?.browsable &&
          button(trans.__('Tables'), () => void model.readTables())}
        {button(trans.__('Insert into cell'), () =>
          actions.insert(lineOf(item))
        )}
        {button(trans.__('Edit'), () => model.edit(item))}
        {button(trans.__('Delete'), () => void remove(), 'jp-mod-warn')}
      </div>
      {model.answer && <ConnectionNote answer={model.answer} trans={trans} />}
      {model.tables && <Tables {...props} tables={model.tables} />}
    </section>
  );
}

function Tables(
  props: IDataSourceProps & {
    item: DataSource;
    tables: { names: string[]; next: number | null };
  }
): React.JSX.Element {
  const { actions, item, model, tables, trans } = props;
  const insert = async (table: string): Promise<void> => {
    const statement = await model.ddl(item, table);
    if (statement) {
      actions.insertStatement(statement);
    }
  };
  return (
    <>
      <ul className="jp-scaleph-tables" aria-label={trans.__('Tables')}>
        {tables.names.map(name => (
          <li key={name}>
            <button
              className="jp-scaleph-type"
              title={trans.__(
                'Put the CREATE TABLE of %1 for Flink into a cell',
                name
              )}
              onClick={() => void insert(name)}
            >
              {name}
            </button>
          </li>
        ))}
      </ul>
      {tables.names.length === 0 && (
        <p className="jp-scaleph-quiet">{trans.__('It has no tables.')}</p>
      )}
      {tables.next !== null && (
        <button
          className="jp-Button jp-mod-styled jp-mod-minimal"
          onClick={() => void model.readTables()}
        >
          {trans.__('Show more tables')}
        </button>
      )}
    </>
  );
}

function titleOf(schema: unknown, name: string): string {
  const properties = (schema as { properties?: Record<string, unknown> })
    ?.properties;
  const property = properties?.[name] as { title?: string } | undefined;
  return property?.title ?? name;
}
