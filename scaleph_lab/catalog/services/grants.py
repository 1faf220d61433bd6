"""Grants: who has which role or right where; made, revoked, and read from both sides."""

from __future__ import annotations

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from scaleph_lab.access.policy import BUILT_IN_ROLES, OWNER, Right, Verb
from scaleph_lab.catalog.documents.access import Grant, GrantListing, NewGrant
from scaleph_lab.catalog.documents.base import Page
from scaleph_lab.catalog.models.access import GrantRow, RoleRow, UserRow
from scaleph_lab.catalog.models.base import now
from scaleph_lab.catalog.paging import page_of
from scaleph_lab.catalog.recorded_policy import ensure_user
from scaleph_lab.catalog.services.access import AccessService, grant_document
from scaleph_lab.errors import ConflictError, NotFoundError

__all__ = ["Grants"]

_SORTS = {"created_at": GrantRow.created_at}


class Grants(AccessService):
    """What can be done with grants; all raise `ForbiddenError`.

    Who grants needs each right that is given, at that place, and the right to grant on its kind of things.
    """

    resource = "grant"

    def list(self, listing: GrantListing | None = None) -> Page[Grant]:
        """The grants of a user, of a project, or all that the actor may see; their own they always may.

        Raises `NotFoundError` for a user or a project that there is not, `ValidationError`.
        """
        asked = listing or GrantListing()
        with self._database.read() as session:
            rows, cursor = page_of(session, self._listed(session, asked), GrantRow, asked, _SORTS)
            return Page(items=[grant_document(row) for row in rows], next_cursor=cursor)

    def get(self, key: str) -> Grant:
        """One grant. Raises `NotFoundError`."""
        with self._database.read() as session:
            row = self._row(session, key)
            if row is None:
                self._places(Verb.READ)
                raise _missing(key)
            if row.user.name != self._actor.name:
                self._ask(Verb.READ, row.project_id)
            return grant_document(row)

    def create(self, new: NewGrant) -> Grant:
        """Grants a role or a right; the user is made where there is none of that name.

        Raises `NotFoundError` for a role or a project that there is not, `ConflictError` where it is granted already.
        """
        with self._changing(Verb.GRANT, f"{new.user} {new.role or new.right}") as session:
            role, right = new.role or "", new.right or ""
            self._ask_to_give(Right.parse(right).resource if right else "*")
            project = self._stays(session, new.project) if new.project else None
            if role and role not in BUILT_IN_ROLES:
                self._known(session, role)
            self._may_give(self._rights_of(session, role, right), project)
            user = ensure_user(session, new.user, self._actor.name)
            place = GrantRow.project_id == project if project else GrantRow.project_id.is_(None)
            same = select(GrantRow.id).where(
                GrantRow.user_id == user, place, GrantRow.role == role, GrantRow.right == right
            )
            if session.scalar(same) is not None:
                raise ConflictError(f"{new.user} was granted {role or right} there before.", path="user")
            who, when = self._actor.name, now()
            history = {"created_by": who, "created_at": when, "updated_by": who, "updated_at": when}
            row = GrantRow(user_id=user, project_id=project, role=role, right=right, version=1, **history)
            session.add(row)
            session.flush()
            self._log(session, Verb.GRANT, row, ["user", "project", "role" if role else "right"])
            return grant_document(row)

    def delete(self, key: str) -> None:
        """Revokes a grant, which works at once; it takes the same rights as to grant it.

        Raises `NotFoundError`, `ConflictError` for the last owner of the platform.
        """
        with self._changing(Verb.GRANT, key) as session:
            self._ask_to_give("*")
            row = self._row(session, key)
            if row is None:
                raise _missing(key)
            self._may_give(self._rights_of(session, row.role, row.right), row.project_id)
            name, is_owner = row.user.name, row.role == OWNER and row.project_id is None
            session.delete(row)
            if is_owner:
                self._keep_an_owner(session, name)
            self._log(session, Verb.GRANT, row, ["revoked"])

    def _listed(self, session: Session, asked: GrantListing) -> Select[GrantRow]:
        query = select(GrantRow).join(UserRow, UserRow.id == GrantRow.user_id)
        is_mine = asked.user == self._actor.name
        seen = [UserRow.name == self._actor.name]
        if asked.project:
            # What holds on the whole platform holds there.
            there = self._project(session, asked.project, Verb.READ).id
            query = query.where(or_(GrantRow.project_id == there, GrantRow.project_id.is_(None)))
        elif not is_mine:
            places = self._places(Verb.READ)
            if places is not None:
                query = query.where(or_(GrantRow.project_id.in_(places), *seen))
        if asked.user:
            query = query.where(GrantRow.user_id == self._user(session, asked.user).id)
        if asked.role:
            query = query.where(GrantRow.role == asked.role)
        if asked.search:
            columns = (UserRow.name, GrantRow.role, GrantRow.right)
            query = query.where(or_(*(each.icontains(asked.search, autoescape=True) for each in columns)))
        return query

    def _stays(self, session: Session, key: str) -> str:
        row = self._found_project(session, key, to_stay=True)
        if row is None:
            raise NotFoundError(f"There is no project {key!r}.", path="project")
        return row.id

    def _known(self, session: Session, role: str) -> None:
        if session.scalar(select(RoleRow.id).where(RoleRow.name == role)) is None:
            names = [*BUILT_IN_ROLES, *session.scalars(select(RoleRow.name).order_by(RoleRow.name))]
            raise NotFoundError(f"There is no role {role!r}.", hint=f"There are: {', '.join(names)}.", path="role")

    def _row(self, session: Session, key: str) -> GrantRow | None:
        return None if "\0" in key else session.get(GrantRow, key)


def _missing(key: str) -> NotFoundError:
    hint = "jupyter scaleph grant list shows those there are."
    return NotFoundError(f"There is no grant {key!r}.", hint=hint, path="id")
