import * as React from 'react';

import { may, mayGrant } from '../rest/rights';
import type { User } from './model';
import type { IAdministrationProps } from './panel';
import { Act, Filter, GrantRows, lacking, More, moveBy } from './parts';

/** All users, and what the selected one may do. */
export function Users(props: IAdministrationProps): React.JSX.Element {
  const { model, trans } = props;
  const { user: selected, users } = model;
  if (users === null) {
    return (
      <p className="jp-scaleph-empty" role="status">
        {model.failure ? '' : trans.__('Reading the users…')}
      </p>
    );
  }
  const select = (user: User): void => void model.selectUser(user);
  const move = moveBy(users, select);
  return (
    <>
      <Filter
        label={trans.__('Filter users by name')}
        value={model.search}
        find={text => model.find(text)}
      />
      <ul
        className="jp-scaleph-list"
        role="listbox"
        aria-label={trans.__('Users')}
      >
        {users.map((user, at) => {
          const isSelected = user.id === selected?.id;
          return (
            <li
              key={user.id}
              role="option"
              aria-selected={isSelected}
              tabIndex={isSelected || (!selected && at === 0) ? 0 : -1}
              onClick={() => select(user)}
              onFocus={() => !isSelected && select(user)}
              onKeyDown={event => move(event, at)}
            >
              <span className="jp-scaleph-name">{user.name}</span>
              <span className="jp-scaleph-quiet">
                {user.disabled ? trans.__('disabled') : user.display_name}
              </span>
            </li>
          );
        })}
      </ul>
      <More {...props} />
      {users.length === 0 && (
        <p className="jp-scaleph-empty">
          {trans.__('No user has "%1".', model.search)}
        </p>
      )}
      {model.me?.alone && !model.search && <Alone {...props} />}
      {selected && <Facts {...props} user={selected} />}
    </>
  );
}

function Alone({ model, trans }: IAdministrationProps): React.JSX.Element {
  return (
    <div className="jp-scaleph-empty">
      <p>
        {trans.__(
          'You are the only user. Whoever comes to this catalog after you may do nothing until you grant it.'
        )}
      </p>
      <div className="jp-scaleph-buttons">
        <button
          className="jp-Button jp-mod-styled jp-mod-accept"
          onClick={() => void model.open('grant')}
        >
          {trans.__('Grant somebody a role')}
        </button>
      </div>
    </div>
  );
}

function Facts(
  props: IAdministrationProps & { user: User }
): React.JSX.Element {
  const { actions, model, trans, user } = props;
  const { busy, held, me } = model;
  const remove = async (): Promise<void> => {
    if (await actions.confirmDeleteUser(user.name)) {
      await model.deleteUser(user);
    }
  };
  return (
    <section className="jp-scaleph-source" aria-label={user.name}>
      <h3>{user.name}</h3>
      <p className="jp-scaleph-quiet">
        {user.last_seen === null
          ? trans.__('Not seen yet')
          : trans.__(
              'Last seen %1',
              new Date(user.last_seen).toLocaleString(undefined, {
                dateStyle: 'medium',
                timeStyle: 'short'
              })
            )}
        {user.disabled && ` · ${trans.__('disabled: has no right at all')}`}
      </p>
      {held.length > 0 && (
        <GrantRows {...props} grants={held} withUser={false} />
      )}
      {held.length === 0 && !busy && (
        <p className="jp-scaleph-quiet">
          {me?.owners.includes(user.name)
            ? trans.__('Owns the platform by the setting catalog_owners.')
            : trans.__('Nothing is granted yet.')}
        </p>
      )}
      <div className="jp-scaleph-buttons">
        <Act
          label={trans.__('Grant…')}
          act={() => void model.open('grant', { user: user.name })}
          allowed={mayGrant(me)}
          why={lacking(me, 'grant', trans)}
          busy={busy}
          kind="jp-mod-accept"
        />
        <Act
          label={user.disabled ? trans.__('Enable') : trans.__('Disable')}
          act={() => void model.disable(user, !user.disabled)}
          allowed={may(me, 'write', 'user')}
          why={lacking(me, 'write user', trans)}
          busy={busy}
        />
        <Act
          label={trans.__('Delete')}
          act={() => void remove()}
          allowed={may(me, 'delete', 'user')}
          why={lacking(me, 'delete user', trans)}
          busy={busy}
          kind="jp-mod-warn"
        />
      </div>
    </section>
  );
}
