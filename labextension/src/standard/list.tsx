import { deleteIcon, editIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import {
  factsOf,
  type IRecords,
  noteOf,
  type StandardRecord,
  titleOf
} from './nouns';
import type { Tab } from './model';
import type { IStandardProps } from './panel';
import { nounPurpose, nounTitle, tabTitle } from './words';

/** The records of a tab, and the facts of the selected one. */
export function StandardList(props: IStandardProps): React.JSX.Element {
  const { model, trans } = props;
  const { items, more, search, selected, tab } = model;
  if (items === null) {
    return (
      <p className="jp-scaleph-empty" role="status">
        {model.failure ? '' : trans.__('Reading the data standard…')}
      </p>
    );
  }
  if (items.length === 0 && !search) {
    return <None {...props} />;
  }
  const move = (event: React.KeyboardEvent, at: number): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const next = step && items[at + step];
    if (next) {
      event.preventDefault();
      model.select(next);
      const list = event.currentTarget.closest('ul');
      list?.querySelectorAll<HTMLElement>('[role="option"]')[at + step].focus();
    } else if (event.key === 'Enter') {
      event.preventDefault();
      void model.edit(tab, items[at]);
    }
  };
  return (
    <>
      <div className="jp-scaleph-search">
        <input
          type="search"
          className="jp-mod-styled"
          placeholder={trans.__('Filter by code, name or remark')}
          aria-label={trans.__('Filter the data standard')}
          value={search}
          onChange={event => model.find(event.target.value)}
        />
      </div>
      <ul
        className="jp-scaleph-list"
        role="listbox"
        aria-label={tabTitle(tab, trans)}
      >
        {items.map((item, at) => {
          const isSelected = item.id === selected?.id;
          return (
            <li
              key={item.id}
              role="option"
              aria-selected={isSelected}
              tabIndex={isSelected || (!selected && at === 0) ? 0 : -1}
              title={'name' in item ? item.name : ''}
              draggable={'sql' in item}
              onDragStart={event =>
                event.dataTransfer.setData('text/plain', columnOf(item))
              }
              onClick={() => model.select(item)}
              onFocus={() => !isSelected && model.select(item)}
              onDoubleClick={() => void model.edit(tab, item)}
              onKeyDown={event => move(event, at)}
            >
              <span className="jp-scaleph-name">{item.code}</span>
              <span className="jp-scaleph-quiet jp-scaleph-note">
                {noteOf(item)}
              </span>
            </li>
          );
        })}
      </ul>
      {more !== null && (
        <div className="jp-scaleph-buttons jp-scaleph-more">
          <button
            className="jp-Button jp-mod-styled jp-mod-minimal"
            onClick={() => void model.readMore()}
          >
            {trans.__('Show more')}
          </button>
        </div>
      )}
      {items.length === 0 && (
        <p className="jp-scaleph-empty">
          {trans.__('Nothing here has "%1".', search)}
        </p>
      )}
      {selected && <Facts {...props} item={selected} />}
    </>
  );
}

/** How a CREATE TABLE has a column of an element. */
function columnOf(record: StandardRecord): string {
  return 'sql' in record ? `\`${record.code}\` ${record.sql}` : record.code;
}

function None({ model, pick, trans }: IStandardProps): React.JSX.Element {
  return (
    <div className="jp-scaleph-empty">
      <p>{nounPurpose(model.tab, trans)}</p>
      <div className="jp-scaleph-buttons">
        <button
          className="jp-Button jp-mod-styled jp-mod-accept"
          onClick={() => void model.begin(model.tab)}
        >
          {trans.__('New %1', nounTitle(model.tab, trans))}
        </button>
        <button
          className="jp-Button jp-mod-styled jp-mod-reject"
          onClick={pick}
        >
          {trans.__('Import a file…')}
        </button>
      </div>
    </div>
  );
}

function Facts(
  props: IStandardProps & { item: IRecords[Tab] }
): React.JSX.Element {
  const { actions, item, model, trans } = props;
  const { tab } = model;
  const remove = async (): Promise<void> => {
    if (await actions.confirmDelete(nounTitle(tab, trans), item.code)) {
      await model.delete(tab, item);
    }
  };
  return (
    <section className="jp-scaleph-source" aria-label={item.code}>
      <h3>{item.code}</h3>
      <dl>
        {factsOf(item, trans).map(([title, value]) => (
          <React.Fragment key={title}>
            <dt>{title}</dt>
            <dd>{value}</dd>
          </React.Fragment>
        ))}
      </dl>
      <div className="jp-scaleph-buttons">
        {'sql' in item && (
          <button
            className="jp-Button jp-mod-styled jp-mod-accept"
            onClick={() => actions.insert(columnOf(item))}
          >
            {trans.__('Insert into cell')}
          </button>
        )}
        <button
          className="jp-Button jp-mod-styled jp-mod-reject"
          disabled={model.busy}
          onClick={() => void model.edit(tab, item)}
        >
          {trans.__('Edit')}
        </button>
        <button
          className="jp-Button jp-mod-styled jp-mod-warn"
          disabled={model.busy}
          onClick={() => void remove()}
        >
          {trans.__('Delete')}
        </button>
      </div>
      {tab === 'sets' && <Values {...props} />}
    </section>
  );
}

/** The values of the selected set. */
function Values(props: IStandardProps): React.JSX.Element {
  const { actions, model, trans } = props;
  const { moreValues, values } = model;
  const remove = async (value: IRecords['values']): Promise<void> => {
    if (await actions.confirmDelete(trans.__('value'), titleOf(value))) {
      await model.delete('values', value);
    }
  };
  return (
    <>
      <table className="jp-scaleph-values" aria-label={trans.__('Values')}>
        <thead>
          <tr>
            <th scope="col">{trans.__('System')}</th>
            <th scope="col">{trans.__('Code')}</th>
            <th scope="col">{trans.__('Meaning')}</th>
            <th />
          </tr>
        </thead>
        <tbody>
          {(values ?? []).map(value => (
            <tr key={value.id}>
              <td className={value.standard ? 'jp-mod-standard' : ''}>
                {value.system ?? trans.__('standard')}
              </td>
              <td className="jp-scaleph-name">{value.code}</td>
              <td>{value.value}</td>
              <td className="jp-scaleph-row-buttons">
                <button
                  className="jp-scaleph-icon-button"
                  title={trans.__('Edit')}
                  aria-label={trans.__('Edit %1', titleOf(value))}
                  onClick={() => void model.edit('values', value)}
                >
                  <editIcon.react tag="span" width="14px" height="14px" />
                </button>
                <button
                  className="jp-scaleph-icon-button"
                  title={trans.__('Delete')}
                  aria-label={trans.__('Delete %1', titleOf(value))}
                  onClick={() => void remove(value)}
                >
                  <deleteIcon.react tag="span" width="14px" height="14px" />
                </button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {values?.length === 0 && (
        <p className="jp-scaleph-quiet">
          {trans.__('It has no value yet: an element of it could have none.')}
        </p>
      )}
      <div className="jp-scaleph-buttons">
        <button
          className="jp-Button jp-mod-styled jp-mod-accept"
          disabled={model.busy}
          onClick={() => void model.begin('values')}
        >
          {trans.__('New value')}
        </button>
        {moreValues !== null && values !== null && (
          <button
            className="jp-Button jp-mod-styled jp-mod-minimal"
            onClick={() => void model.readMoreValues()}
          >
            {trans.__('Show more values')}
          </button>
        )}
      </div>
    </>
  );
}
