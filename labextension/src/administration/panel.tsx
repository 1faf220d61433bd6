import type { TranslationBundle } from '@jupyterlab/translation';
import {
  addIcon,
  ReactWidget,
  refreshIcon,
  UseSignal
} from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import * as React from 'react';

import { FailureNote } from '../engines/failure';
import { may, mayGrant } from '../rest/rights';
import { AdministrationForm } from './form';
import { administrationIcon } from './icons';
import { Grants, Log } from './lists';
import {
  type AdministrationModel,
  type FormKind,
  type Room,
  ROOMS
} from './model';
import { lacking } from './parts';
import { Roles } from './roles';
import { Users } from './users';

/** What the panel asks the user before it is done; each resolves to whether they agreed. */
export interface IAdministrationActions {
  confirmDeleteUser(name: string): Promise<boolean>;
  confirmDeleteRole(name: string): Promise<boolean>;
  confirmRevoke(what: string): Promise<boolean>;
}

export interface IAdministrationProps {
  model: AdministrationModel;
  actions: IAdministrationActions;
  trans: TranslationBundle;
}

/** The side panel of administration: users, roles, grants and the log of actions. */
export class AdministrationPanel extends ReactWidget {
  constructor(private readonly _props: IAdministrationProps) {
    super();
    const { trans } = _props;
    this.id = 'scaleph-lab-administration';
    this.addClass('jp-scaleph-panel');
    this.title.icon = administrationIcon;
    this.title.caption = trans.__('Administration');
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', trans.__('Administration'));
  }

  protected override onAfterShow(message: Message): void {
    super.onAfterShow(message);
    // A form that is open keeps what the server said of it.
    if (this._props.model.form === null) {
      void this._props.model.refresh();
    }
  }

  protected override render(): React.JSX.Element {
    return (
      <UseSignal signal={this._props.model.changed}>
        {() => <Administration {...this._props} />}
      </UseSignal>
    );
  }
}

function Administration(props: IAdministrationProps): React.JSX.Element {
  const { model, trans } = props;
  const { form, me, room } = model;
  const hasNothing = me !== null && me.places.length === 0;
  return (
    <>
      <div className="jp-scaleph-head">
        <h2>{trans.__('Administration')}</h2>
        <span>
          {room !== 'log' && <AddButton {...props} />}
          <button
            className="jp-scaleph-icon-button"
            title={trans.__('Refresh')}
            aria-label={trans.__('Refresh the administration')}
            onClick={() => void model.refresh()}
          >
            <refreshIcon.react tag="span" width="16px" height="16px" />
          </button>
        </span>
      </div>
      {me && <Who {...props} />}
      {!hasNothing && <Tabs {...props} />}
      {model.failure && (
        <FailureNote
          title={trans.__('This was not done')}
          failure={model.failure}
        />
      )}
      {form && <AdministrationForm {...props} form={form} key={form.kind} />}
      {!form && !hasNothing && (
        <div
          className="jp-scaleph-room"
          role="tabpanel"
          aria-labelledby={`scaleph-tab-${room}`}
        >
          {room === 'users' && <Users {...props} />}
          {room === 'roles' && <Roles {...props} />}
          {room === 'grants' && <Grants {...props} />}
          {room === 'log' && <Log {...props} />}
        </div>
      )}
    </>
  );
}

/** Begins what the room is about. */
function AddButton({ model, trans }: IAdministrationProps): React.JSX.Element {
  const { me, room } = model;
  const kinds: Record<string, FormKind> = {
    users: 'user',
    roles: 'role',
    grants: 'grant'
  };
  const kind = kinds[room];
  const labels: Record<FormKind, string> = {
    user: trans.__('New user'),
    role: trans.__('New role'),
    grant: trans.__('New grant')
  };
  const allowed = kind === 'grant' ? mayGrant(me) : may(me, 'create', kind);
  const right = kind === 'grant' ? 'grant' : `create ${kind}`;
  return (
    <button
      className="jp-scaleph-icon-button"
      title={allowed ? labels[kind] : lacking(me, right, trans)}
      aria-label={labels[kind]}
      disabled={!allowed}
      onClick={() => void model.open(kind)}
    >
      <addIcon.react tag="span" width="16px" height="16px" />
    </button>
  );
}

/** Who the user is, in one line. */
function Who({ model, trans }: IAdministrationProps): React.JSX.Element {
  const { me } = model;
  if (me === null) {
    return <></>;
  }
  const owners = me.owners.join(', ');
  if (me.disabled) {
    return (
      <p className="jp-scaleph-me">
        {trans.__(
          'You are %1, who is disabled. %2 can enable you again.',
          me.name,
          owners
        )}
      </p>
    );
  }
  if (me.places.length === 0) {
    return (
      <p className="jp-scaleph-me">
        {trans.__(
          'You are %1, and have no rights yet. %2 can grant some.',
          me.name,
          owners
        )}
      </p>
    );
  }
  return (
    <p className="jp-scaleph-me jp-scaleph-quiet">
      {me.is_owner
        ? trans.__('You are %1, and own the platform.', me.name)
        : trans.__('You are %1. %2 can grant more.', me.name, owners)}
    </p>
  );
}

function Tabs({ model, trans }: IAdministrationProps): React.JSX.Element {
  const labels: Record<Room, string> = {
    users: trans.__('Users'),
    roles: trans.__('Roles'),
    grants: trans.__('Grants'),
    log: trans.__('Log')
  };
  const move = (event: React.KeyboardEvent, at: number): void => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step) {
      const to = (at + step + ROOMS.length) % ROOMS.length;
      event.preventDefault();
      model.go(ROOMS[to]);
      const tabs = event.currentTarget.parentElement;
      tabs?.querySelectorAll<HTMLElement>('[role="tab"]')[to].focus();
    }
  };
  return (
    <div
      className="jp-scaleph-tabs"
      role="tablist"
      aria-label={trans.__('Administration')}
    >
      {ROOMS.map((room, at) => (
        <button
          key={room}
          id={`scaleph-tab-${room}`}
          role="tab"
          aria-selected={room === model.room}
          tabIndex={room === model.room ? 0 : -1}
          onClick={() => model.go(room)}
          onKeyDown={event => move(event, at)}
        >
          {labels[room]}
        </button>
      ))}
    </div>
  );
}
