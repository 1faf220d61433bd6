import * as React from 'react';

import type { DataSourceType } from './model';
import type { IDataSourceProps } from './panel';

/** A type in the user's language. */
export function labelOf(type: DataSourceType, language: string): string {
  const label = language.toLowerCase().startsWith('zh')
    ? type.label['zh']
    : type.label['en'];
  return label ?? type.name;
}

/** The choice of a type for a new data source, by its group. */
export function TypeChoice(props: IDataSourceProps): React.JSX.Element {
  const { language, model, trans } = props;
  const [text, setText] = React.useState('');
  const wanted = text.trim().toLowerCase();
  const found = model.types.filter(type =>
    `${type.name} ${Object.values(type.label).join(' ')}`
      .toLowerCase()
      .includes(wanted)
  );
  const groups = [...new Set(found.map(type => type.group))].sort();
  return (
    <div className="jp-scaleph-types">
      <div className="jp-scaleph-search">
        <input
          type="search"
          className="jp-mod-styled"
          placeholder={trans.__('Which system?')}
          aria-label={trans.__('Find a type')}
          // The place was opened to choose one.
          // eslint-disable-next-line jsx-a11y/no-autofocus
          autoFocus
          value={text}
          onChange={event => setText(event.target.value)}
        />
        <button
          className="jp-Button jp-mod-styled jp-mod-minimal"
          onClick={() => model.go('list')}
        >
          {trans.__('Back')}
        </button>
      </div>
      {groups.map(group => (
        <section key={group} aria-label={group}>
          <h3>{group}</h3>
          <ul>
            {found
              .filter(type => type.group === group)
              .map(type => (
                <li key={type.name}>
                  <button
                    className="jp-scaleph-type"
                    onClick={() => model.begin(type)}
                  >
                    {labelOf(type, language)}
                  </button>
                </li>
              ))}
          </ul>
        </section>
      ))}
      {found.length === 0 && (
        <p className="jp-scaleph-empty">
          {trans.__('No type has "%1" in its name.', text)}
        </p>
      )}
    </div>
  );
}
