import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { IListed, Listing } from '../rest/listing';

export interface IListBoxProps<T extends IListed> {
  listing: Listing<T>;
  selected: T | null;
  trans: TranslationBundle;
  /** What the list is of, such as *Projects*. */
  label: string;
  placeholder: string;
  /** What stands in a row. */
  row: (item: T) => React.ReactNode;
  title?: (item: T) => string;
  onSelect: (item: T) => void;
  /** Enter or a double click. */
  onOpen: (item: T) => void;
  /** Told after each key of the search. */
  onSearch: (text: string) => void;
  /** What is put where a row is dropped, if it may be dragged. */
  dragged?: (item: T) => string;
}

/** A list of the catalog with a search, that the keyboard moves through. */
export function ListBox<T extends IListed>(
  props: IListBoxProps<T>
): React.JSX.Element {
  const { label, listing, placeholder, trans } = props;
  const items = listing.items ?? [];
  return (
    <>
      <div className="jp-scaleph-search">
        <input
          type="search"
          className="jp-mod-styled"
          placeholder={placeholder}
          aria-label={placeholder}
          value={listing.search}
          onChange={event => props.onSearch(event.target.value)}
        />
      </div>
      <ul className="jp-scaleph-list" role="listbox" aria-label={label}>
        {items.map((item, at) => (
          <Row key={item.id} {...props} items={items} at={at} />
        ))}
      </ul>
      {listing.more !== null && (
        <div className="jp-scaleph-buttons jp-scaleph-more">
          <button
            className="jp-Button jp-mod-styled jp-mod-minimal"
            onClick={() => void listing.readMore()}
          >
            {trans.__('Show more')}
          </button>
        </div>
      )}
      {items.length === 0 && listing.search !== '' && (
        <p className="jp-scaleph-empty">
          {trans.__('None has "%1".', listing.search)}
        </p>
      )}
    </>
  );
}

function Row<T extends IListed>(
  props: IListBoxProps<T> & { items: readonly T[]; at: number }
): React.JSX.Element {
  const { at, dragged, items, onOpen, onSelect, selected } = props;
  const item = items[at];
  const isSelected = item.id === selected?.id;
  const isFirst = at === 0 && !items.some(each => each.id === selected?.id);
  const move = (event: React.KeyboardEvent): void => {
    const to = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      Home: 0,
      End: items.length - 1
    }[event.key];
    if (to !== undefined && items[to]) {
      event.preventDefault();
      onSelect(items[to]);
      const list = event.currentTarget.closest('ul');
      list?.querySelectorAll<HTMLElement>('[role="option"]')[to].focus();
    } else if (event.key === 'Enter') {
      onOpen(item);
    }
  };
  return (
    <li
      role="option"
      aria-selected={isSelected}
      tabIndex={isSelected || isFirst ? 0 : -1}
      title={props.title?.(item)}
      draggable={dragged !== undefined}
      onDragStart={event =>
        event.dataTransfer.setData('text/plain', dragged?.(item) ?? '')
      }
      onClick={() => onSelect(item)}
      onDoubleClick={() => onOpen(item)}
      onFocus={() => !isSelected && onSelect(item)}
      onKeyDown={move}
    >
      {props.row(item)}
    </li>
  );
}
