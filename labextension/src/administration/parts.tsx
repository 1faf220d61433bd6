import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Grant, Me } from './model';
import type { IAdministrationProps } from './panel';

/** A button that says why it cannot be pressed. */
export function Act(props: {
  label: string;
  act: () => void;
  allowed: boolean;
  why: string;
  busy: boolean;
  kind?: string;
  name?: string;
}): React.JSX.Element {
  const {
    act,
    allowed,
    busy,
    kind = 'jp-mod-reject',
    label,
    name,
    why
  } = props;
  return (
    <button
      type="button"
      className={`jp-Button jp-mod-styled ${kind}`}
      aria-label={name ?? label}
      title={allowed ? '' : why}
      disabled={busy || !allowed}
      onClick={act}
    >
      {label}
    </button>
  );
}

/** Which right lacks, and who can grant it. */
export function lacking(
  me: Me | null,
  right: string,
  trans: TranslationBundle
): string {
  const owners = me?.owners.join(', ') ?? '';
  return trans.__('You lack the right to %1. %2 can grant it.', right, owners);
}

/** What a list is filtered by. */
export function Filter(props: {
  label: string;
  value: string;
  find: (text: string) => void;
  children?: React.ReactNode;
}): React.JSX.Element {
  return (
    <div className="jp-scaleph-search">
      <input
        type="search"
        className="jp-mod-styled"
        placeholder={props.label}
        aria-label={props.label}
        value={props.value}
        onChange={event => props.find(event.target.value)}
      />
      {props.children}
    </div>
  );
}

/** What comes after the page that is shown. */
export function More({
  model,
  trans
}: IAdministrationProps): React.JSX.Element | null {
  return model.more === null ? null : (
    <div className="jp-scaleph-buttons jp-scaleph-more">
      <button
        className="jp-Button jp-mod-styled jp-mod-minimal"
        onClick={() => void model.readMore()}
      >
        {trans.__('Show more')}
      </button>
    </div>
  );
}

/** Moves through a list box by the arrows. */
export function moveBy<T>(
  items: readonly T[],
  select: (item: T) => void
): (event: React.KeyboardEvent, at: number) => void {
  return (event, at) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const next = step && items[at + step];
    if (next) {
      event.preventDefault();
      select(next);
      const list = event.currentTarget.closest('ul');
      list?.querySelectorAll<HTMLElement>('[role="option"]')[at + step].focus();
    }
  };
}

/** Grants, each with what ends it. */
export function GrantRows(
  props: IAdministrationProps & { grants: Grant[]; withUser: boolean }
): React.JSX.Element {
  const { actions, grants, model, trans, withUser } = props;
  const revoke = async (grant: Grant, what: string): Promise<void> => {
    if (await actions.confirmRevoke(what)) {
      await model.revoke(grant);
    }
  };
  return (
    <ul className="jp-scaleph-grants" aria-label={trans.__('Grants')}>
      {grants.map(grant => {
        const given = grant.role ?? grant.right ?? '';
        const where = grant.project_code ?? trans.__('the whole platform');
        const what = trans.__('%1: %2 on %3', grant.user, given, where);
        const allowed =
          model.me?.places.some(
            ({ project, rights }) =>
              (project === null || project === grant.project) &&
              rights.some(right => right.startsWith('grant '))
          ) ?? false;
        return (
          <li
            key={grant.id}
            title={trans.__('Granted by %1', grant.created_by)}
          >
            <span>
              {withUser && (
                <span className="jp-scaleph-name">{grant.user} </span>
              )}
              <strong>{given}</strong>{' '}
              <span className="jp-scaleph-quiet">{where}</span>
              {grant.user_disabled && withUser && (
                <span className="jp-scaleph-quiet">
                  {' '}
                  {trans.__('(disabled)')}
                </span>
              )}
            </span>
            <Act
              label={trans.__('Revoke')}
              name={trans.__('Revoke %1', what)}
              act={() => void revoke(grant, what)}
              allowed={allowed}
              why={lacking(model.me, 'grant', trans)}
              busy={model.busy}
              kind="jp-mod-minimal"
            />
          </li>
        );
      })}
    </ul>
  );
}
