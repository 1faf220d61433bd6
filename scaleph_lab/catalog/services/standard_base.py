"""What the services of the data standard share: it is the platform's, so it belongs to no project.

Whoever may read it in any project may read all of it; to change it takes a right on the whole platform.
"""

from __future__ import annotations

import builtins
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar, Generic, TypeVar

from sqlalchemy import ColumnElement, Select, false, func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import InstrumentedAttribute, Session

from scaleph_lab.access.policy import Verb
from scaleph_lab.catalog.documents.base import Document, Input, Listing, Page
from scaleph_lab.catalog.models.base import Noun, now
from scaleph_lab.catalog.models.standard import ReferenceSetRow, SystemRow
from scaleph_lab.catalog.paging import page_of
from scaleph_lab.catalog.services.base import Service
from scaleph_lab.errors import ConflictError, NotFoundError

__all__ = ["StandardService", "filled", "find_set", "find_system", "hanging", "lock_standard"]

R = TypeVar("R", bound=Noun)
D = TypeVar("D", bound=Document)
N = TypeVar("N", bound=Input)
C = TypeVar("C", bound=Input)
L = TypeVar("L", bound=Listing)

_NAMES = 5
_LOCK = 0x5CA1DA


class StandardService(Service, Generic[R, D, N, C, L]):
    """What can be done with one noun of the standard. A key is an id or a code; all raise `ForbiddenError`."""

    resource = "standard"
    table: type[R]
    document: type[D]
    listing: type[L]
    sorts: ClassVar[Mapping[str, InstrumentedAttribute[Any]]]
    searched: ClassVar[Sequence[InstrumentedAttribute[str]]]

    def list(self, listing: L | None = None) -> Page[D]:
        """Those there are. Raises `ValidationError` for a sort or a cursor that serves not, `NotFoundError` for a set
        or a system that there is not."""
        asked = listing or self.listing()
        self._places(Verb.READ)
        query = select(self.table)
        if asked.search:
            query = query.where(self._has(asked.search))
        with self._database.read() as session:
            query = self._narrowed(session, query, asked)
            rows, cursor = page_of(session, query, self.table, asked, self.sorts)
            return Page(items=self._documents(session, rows), next_cursor=cursor)

    def get(self, key: str) -> D:
        """One of them. Raises `NotFoundError`."""
        self._places(Verb.READ)
        with self._database.read() as session:
            return self._document(session, self._row(session, key, Verb.READ))

    def create(self, new: N) -> D:
        """Makes one.

        Raises `ConflictError` when its code is taken, `ValidationError` at the field that cannot be, `NotFoundError`
        for what it names and there is not.
        """
        with self._writing(Verb.CREATE, self._subject(new)) as session:
            self._ask(Verb.CREATE, None)
            who, when = self._actor.name, now()
            times = {"created_by": who, "created_at": when, "updated_by": who, "updated_at": when}
            row = self.table(**self._fields(session, new), version=1, **times)
            session.add(row)
            self._flush(session, new)
            self._log(session, Verb.CREATE, row, [*type(new).model_fields])
            return self._document(session, row)

    def update(self, key: str, changes: C, version: int) -> D:
        """Changes one that was read at `version`.

        Raises as `create` does; `ConflictError` also when it was changed since, or what hangs on it forbids the change.
        """
        with self._writing(Verb.WRITE, key) as session:
            self._ask(Verb.WRITE, None)
            row = self._row(session, key, Verb.WRITE)
            self._fresh(session, row, version)
            wanted = self._wanted(session, row, changes)
            self._check_change(session, row, wanted)
            fields = self._fields(session, wanted)
            changed = [field for field, value in fields.items() if getattr(row, field) != value]
            for field in changed:
                setattr(row, field, fields[field])
            if changed:
                self._touch(row)
                self._flush(session, wanted)
                told = dict.fromkeys(self._told(field) for field in changed)
                self._log(session, Verb.WRITE, row, [*told])
            return self._document(session, row)

    def delete(self, key: str, version: int) -> None:
        """Deletes one that was read at `version`.

        Raises `NotFoundError`; `ConflictError` when it was changed since, or with what hangs on it.
        """
        with self._writing(Verb.DELETE, key) as session:
            self._ask(Verb.DELETE, None)
            row = self._row(session, key, Verb.DELETE)
            self._fresh(session, row, version)
            hanging_on = self._hanging(session, row)
            if hanging_on:
                raise ConflictError(
                    f"On the {self.noun} {self._title(row)} hang {'; '.join(hanging_on)}.",
                    hint="Delete them first, or let them name another.",
                    path=key,
                )
            session.delete(row)
            self._log(session, Verb.DELETE, row)

    @contextmanager
    def _writing(self, verb: Verb, subject: str) -> Iterator[Session]:
        with super()._writing(verb, subject) as session:
            lock_standard(session)
            yield session

    # What each noun says of itself.

    def _narrowed(self, session: Session, query: Select[R], asked: L) -> Select[R]:
        return query

    def _has(self, text: str) -> ColumnElement[bool]:
        """What a search for a text finds."""
        return or_(*(each.icontains(text, autoescape=True) for each in self.searched))

    def _key(self, session: Session, key: str) -> ColumnElement[bool]:
        raise NotImplementedError

    def _fields(self, session: Session, new: N) -> dict[str, Any]:
        """The row's columns. Raises for what cannot be."""
        return new.model_dump()

    def _wanted(self, session: Session, row: R, changes: C) -> N:
        """The whole record as it shall be."""
        raise NotImplementedError

    def _check_change(self, session: Session, row: R, wanted: N) -> None:
        """Raises `ConflictError` where what hangs on the row forbids it."""

    def _hanging(self, session: Session, row: R) -> Sequence[str]:
        return []

    def _documents(self, session: Session, rows: Sequence[R]) -> builtins.list[D]:
        return [self.document.model_validate(row, from_attributes=True) for row in rows]

    def _title(self, row: R) -> str:
        return str(getattr(row, "code", row.id))

    def _subject(self, new: N) -> str:
        return str(getattr(new, "code", ""))

    def _told(self, field: str) -> str:
        """The field as users know it."""
        return {"set_id": "set", "system_id": "system", "standard_code": "standard"}.get(field, field)

    def _taken(self, new: N) -> ConflictError:
        code = self._subject(new)
        return ConflictError(f"There is a {self.noun} {code!r} already.", hint="Take another code.", path="code")

    # What they share.

    def _document(self, session: Session, row: R) -> D:
        return self._documents(session, [row])[0]

    def _flush(self, session: Session, new: N) -> None:
        try:
            session.flush()
        except IntegrityError as error:
            raise self._taken(new) from error

    def _row(self, session: Session, key: str, verb: Verb) -> R:
        query = select(self.table).where(false() if "\0" in key else self._key(session, key))
        query = query.with_for_update(of=self.table) if verb is not Verb.READ else query
        row = session.scalars(query).one_or_none()
        if row is None:
            raise NotFoundError(f"There is no {self.noun} {key!r}.", path=key)
        return row


def lock_standard(session: Session, *, alone: bool = False) -> None:
    """Until the transaction ends nobody imports; with `alone`, nobody else writes the standard at all.

    On SQLite a transaction that writes is alone anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        lock = func.pg_advisory_xact_lock if alone else func.pg_advisory_xact_lock_shared
        session.execute(select(lock(_LOCK)))


def find_set(session: Session, key: str, path: str = "set", *, to_use: bool = False) -> ReferenceSetRow:
    """A reference data set by id or code; with `to_use` it is not deleted until the transaction ends.

    Raises `NotFoundError` at `path`.
    """
    query = select(ReferenceSetRow).where(or_(ReferenceSetRow.id == key, ReferenceSetRow.code == key))
    return _found(session, query, "reference data set", key, path, to_use=to_use)


def find_system(session: Session, key: str, path: str = "system", *, to_use: bool = False) -> SystemRow:
    """A business system by id or code, as `find_set` finds a set."""
    query = select(SystemRow).where(or_(SystemRow.id == key, SystemRow.code == key))
    return _found(session, query, "business system", key, path, to_use=to_use)


def _found(session: Session, query: Select[R], noun: str, key: str, path: str, *, to_use: bool) -> R:
    if to_use:
        query = query.with_for_update(read=True, key_share=True)
    row = None if "\0" in key else session.scalars(query).one_or_none()
    if row is None:
        raise NotFoundError(f"There is no {noun} {key!r}.", path=path)
    return row


def hanging(
    session: Session, kind: str, name: InstrumentedAttribute[str], *where: ColumnElement[bool]
) -> Sequence[str]:
    """One text with count and first names of the rows that hang on something; empty where none does."""
    count = session.scalar(select(func.count()).select_from(name.class_).where(*where)) or 0
    if not count:
        return []
    names = session.scalars(select(name).where(*where).order_by(name).limit(_NAMES))
    shown = ", ".join([*names, *(["…"] if count > _NAMES else [])])
    return [f"{count} {kind if count > 1 else kind.removesuffix('s')} ({shown})"]


def filled(kind: type[N], before: Mapping[str, Any], changes: Input, clearable: Collection[str] = ()) -> N:
    """A whole record from the one before and what a change gives; null takes away what is `clearable` only."""
    given = changes.model_dump(exclude_unset=True)
    kept = {name: value for name, value in given.items() if value is not None or name in clearable}
    return kind.model_validate({**before, **kept})
