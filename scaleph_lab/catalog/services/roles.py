"""Roles: the built-in ones, and those that were made here."""

from __future__ import annotations

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from scaleph_lab.access.policy import BUILT_IN_ROLES, Right, Verb
from scaleph_lab.catalog.documents.access import NewRole, Role, RoleChanges, RoleList
from scaleph_lab.catalog.models.access import GrantRow, RoleRow, UserRow
from scaleph_lab.catalog.models.base import now
from scaleph_lab.catalog.services.access import AccessService
from scaleph_lab.errors import ConflictError, NotFoundError

__all__ = ["Roles"]

_NAMES = 5
_MOST = 200


class Roles(AccessService):
    """What can be done with roles. A key is a name or an id; all raise `ForbiddenError`.

    Who makes or changes a role needs each right that this gives or takes, on the whole platform, and may grant it.
    """

    resource = "role"

    def list(self) -> RoleList:
        """All roles."""
        with self._database.read() as session:
            self._places(Verb.READ)
            rows = session.scalars(select(RoleRow).order_by(RoleRow.name))
            return RoleList(items=[*map(_built_in, BUILT_IN_ROLES), *map(_document, rows)])

    def get(self, key: str) -> Role:
        """One role. Raises `NotFoundError`."""
        with self._database.read() as session:
            self._places(Verb.READ)
            return _built_in(key) if key in BUILT_IN_ROLES else _document(self._row(session, key))

    def create(self, new: NewRole) -> Role:
        """Makes a role. Raises `ConflictError` where there is one of that name."""
        with self._changing(Verb.CREATE, new.name) as session:
            self._ask(Verb.CREATE, None)
            self._may_give(map(Right.parse, new.rights), None)
            same = session.scalar(select(RoleRow.id).where(RoleRow.name == new.name))
            if same is not None or new.name in BUILT_IN_ROLES:
                raise ConflictError(f"There is a role {new.name!r} already.", hint="Take another name.", path="name")
            if (session.scalar(select(func.count()).select_from(RoleRow)) or 0) >= _MOST:
                raise ConflictError(f"There are {_MOST} roles already.", hint="Delete one that nobody has.")
            who, when = self._actor.name, now()
            history = {"created_by": who, "created_at": when, "updated_by": who, "updated_at": when}
            rights = [*dict.fromkeys(new.rights)]
            row = RoleRow(name=new.name, title=new.title, rights=rights, version=1, **history)
            session.add(row)
            session.flush()
            self._log(session, Verb.CREATE, row, [*NewRole.model_fields])
            return _document(row)

    def update(self, key: str, changes: RoleChanges, version: int) -> Role:
        """Changes a role that was read at `version`; who has it has its new rights at once.

        Raises `NotFoundError`; `ConflictError` when it was changed since, and for a built-in one.
        """
        with self._changing(Verb.WRITE, key) as session:
            self._ask(Verb.WRITE, None)
            row = self._row(session, key)
            self._fresh(session, row, version)
            given = changes.model_dump(exclude_none=True)
            if "rights" in given:
                given["rights"] = [*dict.fromkeys(given["rights"])]
                self._may_give(map(Right.parse, {*given["rights"]} ^ {*row.rights}), None)
            changed = [field for field, value in given.items() if getattr(row, field) != value]
            for field in changed:
                setattr(row, field, given[field])
            if changed:
                self._touch(row)
                session.flush()
                self._log(session, Verb.WRITE, row, changed)
            return _document(row)

    def delete(self, key: str, version: int) -> None:
        """Deletes a role that was read at `version`.

        Raises `NotFoundError`; `ConflictError` when it was changed since, while somebody has it, for a built-in one.
        """
        with self._changing(Verb.DELETE, key) as session:
            self._ask(Verb.DELETE, None)
            row = self._row(session, key)
            self._fresh(session, row, version)
            granted = (
                select(UserRow.name).join(GrantRow, GrantRow.user_id == UserRow.id).where(GrantRow.role == row.name)
            )
            names = [*session.scalars(granted.distinct().order_by(UserRow.name).limit(_NAMES + 1))]
            if names:
                shown = ", ".join([*names[:_NAMES], *(["…"] if len(names) > _NAMES else [])])
                raise ConflictError(
                    f"The role {row.name} is granted to {shown}.", hint="Revoke that first.", path="role"
                )
            session.delete(row)
            self._log(session, Verb.DELETE, row)

    def _row(self, session: Session, key: str) -> RoleRow:
        if key in BUILT_IN_ROLES:
            raise ConflictError(
                f"The role {key} is built in, and stays as it is.", hint="Make a role of your own.", path="role"
            )
        query = select(RoleRow).where(or_(RoleRow.name == key, RoleRow.id == key))
        row = None if "\0" in key else session.scalars(query).one_or_none()
        if row is None:
            raise NotFoundError(
                f"There is no role {key!r}.", hint="jupyter scaleph role list shows those there are.", path="role"
            )
        return row


def _document(row: RoleRow) -> Role:
    fields = {name: getattr(row, name) for name in Role.model_fields if name != "built_in"}
    return Role(**fields, built_in=False)


def _built_in(name: str) -> Role:
    return Role(
        id=name,
        version=1,
        created_by="",
        created_at=0,
        updated_by="",
        updated_at=0,
        name=name,
        title=name.capitalize(),
        rights=sorted(map(str, BUILT_IN_ROLES[name])),
        built_in=True,
    )
