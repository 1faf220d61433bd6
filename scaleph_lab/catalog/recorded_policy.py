"""The policy of the catalog's own records: users, roles and grants, read anew by each question."""

from __future__ import annotations

import time
import uuid
from typing import Any

from sqlalchemy import bindparam, exists, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from scaleph_lab.access.policy import BUILT_IN_ROLES, OWNER, Actor, Policy, Right, Rights, Role, Verb
from scaleph_lab.catalog.database import Database
from scaleph_lab.catalog.models.access import GrantRow, RoleRow, UserRow
from scaleph_lab.catalog.models.action import ActionRow
from scaleph_lab.catalog.models.base import now
from scaleph_lab.catalog.models.identity import IdentityRow
from scaleph_lab.catalog.models.project import ProjectRow
from scaleph_lab.settings import get_settings

__all__ = ["RecordedPolicy", "ensure_user", "given_rights", "has_owner", "lock_access", "owner_names"]

_SEEN_MILLISECONDS = 3_600_000
_NAMES = 5

_grants, _users, _roles = GrantRow.__table__.c, UserRow.__table__.c, RoleRow.__table__.c
# Asked by every call, so it is built once, and its rows are no objects.
_RIGHTS = (
    select(_grants.project_id, _grants.role, _grants.right, _roles.rights)
    .select_from(GrantRow.__table__)
    .join(UserRow.__table__, _users.id == _grants.user_id)
    .outerjoin(RoleRow.__table__, _roles.name == _grants.role)
    .where(_users.name == bindparam("user"), _users.disabled.is_(False))
)


class RecordedPolicy(Policy):
    """Nothing is remembered between two questions, so what is revoked is gone at once."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def rights(self, user: str) -> Rights:
        """By the grants of `user`; a disabled user has none, and one of the setting ``catalog_owners`` has all."""
        if user in get_settings().catalog_owners:
            return {None: BUILT_IN_ROLES[OWNER]}
        found: dict[str | None, Role] = {}
        with self._database.joined() as session:
            for project, role, right, own in session.connection().execute(_RIGHTS, {"user": user}):
                found[project] = found.get(project, frozenset()) | given_rights(role, right, own)
        return found

    def arrive(self, actor: Actor) -> None:
        """Notes that the actor was here, at most once an hour; gives the catalog to them if nobody owns it."""
        arrivals, clock = self._database.arrivals, time.monotonic()
        if clock - arrivals.get(actor.name, float("-inf")) < _SEEN_MILLISECONDS / 1000:
            return
        with self._database.read() as session:
            seen = session.scalar(select(UserRow.last_seen).where(UserRow.name == actor.name))
            is_known = seen is not None and now() - seen < _SEEN_MILLISECONDS and has_owner(session)
        if not is_known:
            with self._database.write() as session:
                _note(session, actor)
                _claim(session, actor)
        arrivals[actor.name] = clock

    def refusal(self, user: str, right: Right, project: str | None) -> tuple[str, str]:
        """Names the project and its owners to who may see it."""
        with self._database.joined() as session:
            disabled = session.scalar(select(UserRow.disabled).where(UserRow.name == user))
            row = session.get(ProjectRow, project) if project and self._sees(user, project) else None
            owners = owner_names(session, row.id if row else None)
        named = ", ".join([*owners[:_NAMES], *(["…"] if len(owners) > _NAMES else [])])
        who = f"{named} can" if named else "An owner can"
        if disabled:
            return f"{user} lacks the right to {right}: the user is disabled.", f"{who} enable the user again."
        where = f" in the project {row.code}" if row else ""
        return f"{user} lacks the right to {right}{where}.", f"{who} grant it."

    def _sees(self, user: str, project: str) -> bool:
        places = self.projects(user, Right(Verb.READ, "project"))
        return places is None or project in places


def given_rights(role: str, right: str, own: list[str] | None) -> Role:
    """The rights of a grant: its own one, or those of its role; `own` are those of a role that was made here."""
    if right:
        return _parsed([right])
    return BUILT_IN_ROLES[role] if role in BUILT_IN_ROLES else _parsed(own or [])


def _parsed(texts: list[str]) -> Role:
    rights = set()
    for text in texts:
        try:
            rights.add(Right.parse(text))
        except ValueError:
            # A right on what this version does not know gives nothing here.
            continue
    return frozenset(rights)


def lock_access(session: Session) -> None:
    """Until the transaction ends, nobody else changes users, roles or grants: what was seen of them stays true."""
    session.execute(select(IdentityRow.id).with_for_update())


def has_owner(session: Session) -> bool:
    """Whether somebody owns the platform who is not disabled."""
    return bool(get_settings().catalog_owners) or bool(
        session.scalar(
            select(
                exists()
                .where(GrantRow.role == OWNER, GrantRow.project_id.is_(None))
                .where(UserRow.id == GrantRow.user_id, UserRow.disabled.is_(False))
            )
        )
    )


def owner_names(session: Session, project: str | None) -> list[str]:
    """Who owns the project, and then the platform; without the disabled."""
    place = or_(GrantRow.project_id == project, GrantRow.project_id.is_(None))
    found = session.execute(
        select(UserRow.name, GrantRow.project_id)
        .join(UserRow, UserRow.id == GrantRow.user_id)
        .where(GrantRow.role == OWNER, UserRow.disabled.is_(False), place)
        .order_by(UserRow.name)
    )
    granted = sorted(found, key=lambda each: each[1] is None)
    return [*dict.fromkeys([*(name for name, _ in granted), *get_settings().catalog_owners])]


def ensure_user(session: Session, name: str, by: str, display_name: str = "") -> str:
    """The id of a user, who is made where there is none."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    when = now()
    session.execute(
        insert(UserRow)
        .values(
            id=uuid.uuid4().hex,
            version=1,
            created_by=by,
            created_at=when,
            updated_by=by,
            updated_at=when,
            name=name,
            display_name=display_name,
            disabled=False,
        )
        .on_conflict_do_nothing(index_elements=["name"])
    )
    return session.scalars(select(UserRow.id).where(UserRow.name == name)).one()


def _note(session: Session, actor: Actor) -> None:
    ensure_user(session, actor.name, actor.name, actor.display_name)
    when = now()
    changes: dict[str, Any] = {"last_seen": when}
    session.execute(
        update(UserRow)
        .where(UserRow.name == actor.name)
        .where(or_(UserRow.last_seen.is_(None), UserRow.last_seen < when - _SEEN_MILLISECONDS))
        .values(**changes)
    )
    session.execute(
        update(UserRow).where(UserRow.name == actor.name, UserRow.first_seen.is_(None)).values(first_seen=when)
    )


def _claim(session: Session, actor: Actor) -> None:
    """Makes the actor the owner of a catalog that has none, in the transaction that sees that."""
    if has_owner(session):
        return
    lock_access(session)
    user = session.scalars(select(UserRow).where(UserRow.name == actor.name)).one()
    if has_owner(session) or user.disabled:
        return
    when = now()
    history = {"created_by": actor.name, "created_at": when, "updated_by": actor.name, "updated_at": when}
    row = GrantRow(user=user, role=OWNER, right="", version=1, **history)
    session.add(row)
    session.flush()
    session.add(
        ActionRow(
            at=when,
            actor=actor.name,
            origin=actor.origin,
            verb=Verb.GRANT.value,
            resource="grant",
            subject=row.id,
            result="done",
            version=1,
            changed=["user", "role", "claimed"],
        )
    )
