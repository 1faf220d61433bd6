"""Users."""

from __future__ import annotations

from sqlalchemy import exists, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from scaleph_lab.access.policy import Verb
from scaleph_lab.catalog.documents.access import NewUser, User, UserChanges
from scaleph_lab.catalog.documents.base import Listing, Page
from scaleph_lab.catalog.models.access import GrantRow, UserRow
from scaleph_lab.catalog.models.base import now
from scaleph_lab.catalog.paging import page_of
from scaleph_lab.catalog.services.access import AccessService
from scaleph_lab.errors import ConflictError

__all__ = ["Users"]

_SORTS = {"name": UserRow.name, "updated_at": UserRow.updated_at}


class Users(AccessService):
    """What can be done with users. A key is a name or an id; all raise `ForbiddenError`.

    Who may read users in some projects only sees those who have a grant there, and themselves.
    """

    resource = "user"

    def list(self, listing: Listing | None = None) -> Page[User]:
        """The users. Raises `ValidationError` for a sort or a cursor that serves not."""
        listing = listing or Listing()
        query = select(UserRow)
        if listing.search:
            columns = (UserRow.name, UserRow.display_name)
            query = query.where(or_(*(each.icontains(listing.search, autoescape=True) for each in columns)))
        with self._database.read() as session:
            places = self._places(Verb.READ)
            if places is not None:
                of_places = exists().where(GrantRow.user_id == UserRow.id, GrantRow.project_id.in_(places))
                query = query.where(or_(UserRow.name == self._actor.name, of_places))
            rows, cursor = page_of(session, query, UserRow, listing, _SORTS)
            return Page(items=[_document(row) for row in rows], next_cursor=cursor)

    def get(self, key: str) -> User:
        """One user. Raises `NotFoundError`."""
        with self._database.read() as session:
            if key != self._actor.name:
                self._ask_to_see(session, key)
            return _document(self._user(session, key))

    def create(self, new: NewUser) -> User:
        """Makes a user before they come. Raises `ConflictError` where there is one of that name."""
        with self._changing(Verb.CREATE, new.name) as session:
            self._ask(Verb.CREATE, None)
            who, when = self._actor.name, now()
            history = {"created_by": who, "created_at": when, "updated_by": who, "updated_at": when}
            row = UserRow(**new.model_dump(), disabled=False, version=1, **history)
            session.add(row)
            try:
                session.flush()
            except IntegrityError as error:
                raise ConflictError(
                    f"There is a user {new.name!r} already.", hint="Grant them what they need.", path="name"
                ) from error
            self._log(session, Verb.CREATE, row, [*NewUser.model_fields])
            return _document(row)

    def update(self, key: str, changes: UserChanges, version: int) -> User:
        """Changes a user who was read at `version`; to disable or enable one takes the right to grant what they have.

        Raises `NotFoundError`; `ConflictError` when it was changed since, or for the last owner of the platform.
        """
        with self._changing(Verb.WRITE, key) as session:
            self._ask(Verb.WRITE, None)
            row = self._user(session, key)
            self._fresh(session, row, version)
            given = changes.model_dump(exclude_none=True)
            changed = [field for field, value in given.items() if getattr(row, field) != value]
            if "disabled" in changed:
                self._may_take(session, row)
                self._not_of_the_setting(row.name)
            for field in changed:
                setattr(row, field, given[field])
            if changed:
                self._touch(row)
                if row.disabled and self._owns(session, row):
                    self._keep_an_owner(session, row.name)
                self._log(session, Verb.WRITE, row, changed)
            return _document(row)

    def delete(self, key: str, version: int) -> None:
        """Deletes a user who was read at `version`, with all grants; one who comes again has none.

        Raises `NotFoundError`; `ConflictError` when it was changed since, or for the last owner of the platform.
        """
        with self._changing(Verb.DELETE, key) as session:
            self._ask(Verb.DELETE, None)
            row = self._user(session, key)
            self._fresh(session, row, version)
            self._may_take(session, row)
            is_owner = self._owns(session, row)
            session.delete(row)
            if is_owner:
                self._keep_an_owner(session, row.name)
            self._log(session, Verb.DELETE, row)
        self._opened.arrivals.pop(row.name, None)

    def _ask_to_see(self, session: Session, key: str) -> None:
        places = self._places(Verb.READ)
        if places is None:
            return
        row = self._user(session, key)
        there = exists().where(GrantRow.user_id == row.id, GrantRow.project_id.in_(places))
        if row.name != self._actor.name and not session.scalar(select(there)):
            self._ask(Verb.READ, None)


def _document(row: UserRow) -> User:
    return User.model_validate(row, from_attributes=True)
