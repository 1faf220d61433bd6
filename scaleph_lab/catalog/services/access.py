"""What the services of users, roles and grants share: nobody gives what they lack, and somebody owns the platform."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from scaleph_lab.access.policy import OWNER, Right, Role, Verb
from scaleph_lab.catalog.documents.access import Grant
from scaleph_lab.catalog.models.access import GrantRow, RoleRow, UserRow
from scaleph_lab.catalog.recorded_policy import given_rights, has_owner, lock_access
from scaleph_lab.catalog.services.base import Service
from scaleph_lab.errors import ConflictError, NotFoundError
from scaleph_lab.settings import get_settings

__all__ = ["AccessService", "grant_document"]


class AccessService(Service):
    """The base of what changes rights: one writer at a time, so that what was checked stays true."""

    @contextmanager
    def _changing(self, verb: Verb, subject: str) -> Iterator[Session]:
        with self._writing(verb, subject) as session:
            lock_access(session)
            yield session

    def _may_give(self, rights: Iterable[Right], project: str | None) -> None:
        """Raises `ForbiddenError` unless the actor has each of these rights there, and the one to grant it."""
        for right in sorted(rights, key=str):
            self._ask_for(right, project)
            self._ask_for(Right(Verb.GRANT, right.resource), project)

    def _may_take(self, session: Session, user: UserRow) -> None:
        """The same for all that a user was granted."""
        for grant in session.scalars(select(GrantRow).where(GrantRow.user_id == user.id)):
            self._may_give(self._rights_of(session, grant.role, grant.right), grant.project_id)

    def _ask_to_give(self, resource: str) -> None:
        """Raises `ForbiddenError` unless the actor may grant something somewhere: who may not is told no more."""
        found = self._policy.rights(self._actor.name).values()
        if not any(right.verb is Verb.GRANT for rights in found for right in rights):
            raise self._refused(Right(Verb.GRANT, resource), None)

    def _rights_of(self, session: Session, role: str, right: str) -> Role:
        own = session.scalar(select(RoleRow.rights).where(RoleRow.name == role)) if role else None
        return given_rights(role, right, own)

    def _user(self, session: Session, key: str) -> UserRow:
        query = select(UserRow).where((UserRow.name == key) | (UserRow.id == key)).order_by(UserRow.name != key)
        row = None if "\0" in key else session.scalars(query).first()
        if row is None:
            raise NotFoundError(
                f"There is no user {key!r}.", hint="jupyter scaleph user list shows those there are.", path="user"
            )
        return row

    def _owns(self, session: Session, user: UserRow) -> bool:
        owned = exists().where(GrantRow.user_id == user.id, GrantRow.role == OWNER, GrantRow.project_id.is_(None))
        return bool(session.scalar(select(owned)))

    def _keep_an_owner(self, session: Session, user: str) -> None:
        """Raises `ConflictError` where nobody would own the platform after this."""
        session.flush()
        if not has_owner(session):
            raise ConflictError(
                f"{user} is the last owner of the platform.", hint="Grant that to somebody else first.", path="user"
            )

    def _not_of_the_setting(self, user: str) -> None:
        if user in get_settings().catalog_owners:
            raise ConflictError(
                f"The setting catalog_owners names {user}, who owns the platform always.",
                hint="Take the name out of it first.",
                path="user",
            )


def grant_document(row: GrantRow) -> Grant:
    """A grant as a document."""
    return Grant(
        id=row.id,
        version=row.version,
        created_by=row.created_by,
        created_at=row.created_at,
        updated_by=row.updated_by,
        updated_at=row.updated_at,
        user=row.user.name,
        user_disabled=row.user.disabled,
        project=row.project_id,
        project_code=row.project.code if row.project else None,
        role=row.role or None,
        right=row.right or None,
    )
