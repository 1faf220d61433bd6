import * as React from 'react';

import { may } from '../rest/rights';
import type { Role } from './model';
import type { IAdministrationProps } from './panel';
import { Act, lacking, moveBy } from './parts';

/** All roles, and the rights of the selected one. */
export function Roles(props: IAdministrationProps): React.JSX.Element {
  const { model, trans } = props;
  const { role: selected, roles } = model;
  const select = (role: Role): void => model.selectRole(role);
  const move = moveBy(roles, select);
  return (
    <>
      <ul
        className="jp-scaleph-list"
        role="listbox"
        aria-label={trans.__('Roles')}
      >
        {roles.map((role, at) => {
          const isSelected = role.id === selected?.id;
          return (
            <li
              key={role.id}
              role="option"
              aria-selected={isSelected}
              tabIndex={isSelected || (!selected && at === 0) ? 0 : -1}
              onClick={() => select(role)}
              onFocus={() => !isSelected && select(role)}
              onKeyDown={event => move(event, at)}
            >
              <span className="jp-scaleph-name">{role.name}</span>
              <span className="jp-scaleph-quiet">
                {role.built_in ? trans.__('built in') : role.title}
              </span>
            </li>
          );
        })}
      </ul>
      {selected && <Facts {...props} role={selected} />}
    </>
  );
}

function Facts(
  props: IAdministrationProps & { role: Role }
): React.JSX.Element {
  const { actions, model, role, trans } = props;
  const { busy, me } = model;
  const remove = async (): Promise<void> => {
    if (await actions.confirmDeleteRole(role.name)) {
      await model.deleteRole(role);
    }
  };
  const { rights, title } = role;
  return (
    <section className="jp-scaleph-source" aria-label={role.name}>
      <h3>{title}</h3>
      {role.built_in && (
        <p className="jp-scaleph-quiet">
          {trans.__('Built in: it stays as it is.')}
        </p>
      )}
      <ul className="jp-scaleph-rights" aria-label={trans.__('Rights')}>
        {rights.map(right => (
          <li key={right}>{right}</li>
        ))}
      </ul>
      {rights.length === 0 && (
        <p className="jp-scaleph-quiet">{trans.__('It gives no right yet.')}</p>
      )}
      {!role.built_in && (
        <div className="jp-scaleph-buttons">
          <Act
            label={trans.__('Edit')}
            act={() => void model.open('role', { title, rights }, role)}
            allowed={may(me, 'write', 'role')}
            why={lacking(me, 'write role', trans)}
            busy={busy}
          />
          <Act
            label={trans.__('Delete')}
            act={() => void remove()}
            allowed={may(me, 'delete', 'role')}
            why={lacking(me, 'delete role', trans)}
            busy={busy}
            kind="jp-mod-warn"
          />
        </div>
      )}
    </section>
  );
}
