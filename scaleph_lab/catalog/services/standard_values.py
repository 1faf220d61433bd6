"""Values of reference data sets, the mappings between them, and what a code is elsewhere."""

from __future__ import annotations

import builtins
from collections import abc
from collections.abc import Sequence
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from scaleph_lab.access.policy import Verb
from scaleph_lab.catalog.documents.standard import (
    Mapping,
    MappingChanges,
    MappingListing,
    NewMapping,
    NewValue,
    Translation,
    TranslationRequest,
    Value,
    ValueChanges,
    ValueListing,
)
from scaleph_lab.catalog.models.standard import ElementRow, MappingRow, ReferenceSetRow, ValueRow
from scaleph_lab.catalog.services.standard import plain_element
from scaleph_lab.catalog.services.standard_base import StandardService, filled, find_set, find_system, hanging
from scaleph_lab.errors import ConflictError, NotFoundError, ValidationError
from scaleph_lab.standard.types import LONGEST
from scaleph_lab.standard.values import read_value

__all__ = ["Mappings", "Values"]

_SEARCHED = (ValueRow.code, ValueRow.value, ValueRow.remark)


class Values(StandardService[ValueRow, Value, NewValue, ValueChanges, ValueListing]):
    """Values. Their key is an id, or ``SET/SYSTEM/CODE`` with nothing as the system of the standard's own."""

    noun = "value"
    table = ValueRow
    document = Value
    listing = ValueListing
    sorts: ClassVar[abc.Mapping[str, InstrumentedAttribute[Any]]] = {
        "order": ValueRow.order,
        "code": ValueRow.code,
        "updated_at": ValueRow.updated_at,
    }
    searched = _SEARCHED

    def translate(self, asked: TranslationRequest) -> Translation:
        """What a code of a system is in the standard and in other systems. Raises `NotFoundError`."""
        self._places(Verb.READ)
        with self._database.read() as session:
            start = find_value(session, asked.set, asked.system, asked.code)
            pairs = select(MappingRow.value_id, MappingRow.mapped_id).where(MappingRow.set_id == start.set_id)
            neighbours: dict[str, list[str]] = {}
            for one, other in session.execute(pairs):
                neighbours.setdefault(one, []).append(other)
                neighbours.setdefault(other, []).append(one)
            reached = [start.id]
            for each in reached:
                reached += [other for other in dict.fromkeys(neighbours.get(each, ())) if other not in reached]
            query = select(ValueRow).where(ValueRow.id.in_(reached)).order_by(ValueRow.order, ValueRow.code)
            rows = session.scalars(query).all()
            found = self._documents(session, [row for row in rows if row.id != start.id or row.standard_code])
        standard = [each for each in found if each.standard]
        return Translation(standard=standard, others=[each for each in found if not each.standard])

    def _narrowed(self, session: Session, query: Select[ValueRow], asked: ValueListing) -> Select[ValueRow]:
        if asked.set:
            query = query.where(ValueRow.set_id == find_set(session, asked.set).id)
        if asked.system:
            query = query.where(ValueRow.system_id == find_system(session, asked.system).id)
        if asked.standard is not None:
            in_standard = ValueRow.standard_code.is_not(None)
            query = query.where(in_standard if asked.standard else ~in_standard)
        return query

    def _key(self, session: Session, key: str) -> ColumnElement[bool]:
        parts = key.split("/", 2)
        if len(parts) < 3:
            return ValueRow.id == key
        of_set, system, code = parts
        try:
            owner = find_system(session, system).id if system else ""
            return and_(ValueRow.set_id == find_set(session, of_set).id, ValueRow.owner == owner, ValueRow.code == code)
        except NotFoundError:
            return false()

    def _fields(self, session: Session, new: NewValue) -> dict[str, Any]:
        system = find_system(session, new.system, to_use=True).id if new.system is not None else None
        if system is None and new.standard is False:
            raise ValidationError(
                "A value of no system is the standard's own.", hint="Name the system that writes it so.", path="system"
            )
        in_standard = new.standard or system is None
        of_set = find_set(session, new.set, to_use=not in_standard)
        if in_standard:
            check_code(session, of_set, new.code)
        behind = select(func.coalesce(func.max(ValueRow.order), 0)).where(ValueRow.set_id == of_set.id)
        return {
            **new.model_dump(exclude={"set", "system", "standard", "order"}),
            "order": min(session.scalars(behind).one(), LONGEST - 1) + 1 if new.order is None else new.order,
            "set_id": of_set.id,
            "system_id": system,
            "owner": system or "",
            "standard_code": new.code if in_standard else None,
        }

    def _wanted(self, session: Session, row: ValueRow, changes: ValueChanges) -> NewValue:
        before = {name: getattr(row, name) for name in ("code", "value", "order", "remark")}
        before |= {"set": row.set_id, "system": row.system_id, "standard": row.standard_code is not None}
        return filled(NewValue, before, changes)

    def _check_change(self, session: Session, row: ValueRow, wanted: NewValue) -> None:
        if row.standard_code is None or (wanted.standard is not False and wanted.code == row.code):
            return
        lock_set(session, row.set_id)
        users = _defaulting(session, row)
        if users:
            raise ConflictError(
                f"The code {row.code} is the default of {'; '.join(users)}.",
                hint="Give them another default first.",
                path="code" if wanted.code != row.code else "standard",
            )

    def _hanging(self, session: Session, row: ValueRow) -> Sequence[str]:
        if row.standard_code is not None:
            lock_set(session, row.set_id)
        mapped = or_(MappingRow.value_id == row.id, MappingRow.mapped_id == row.id)
        ids = session.scalars(select(MappingRow).where(mapped)).unique().all()
        others = [each.mapped if each.value_id == row.id else each.value for each in ids]
        names = ", ".join(_place(each) for each in others[:5])
        told = [f"{len(others)} mapping{'s' if len(others) > 1 else ''} ({names})"] if others else []
        return [*told, *(_defaulting(session, row) if row.standard_code is not None else [])]

    def _documents(self, session: Session, rows: Sequence[ValueRow]) -> builtins.list[Value]:
        own = [name for name in Value.model_fields if name not in {"set", "system", "standard"}]
        return [
            Value(
                **{name: getattr(row, name) for name in own},
                set=row.set.code,
                system=row.system.code if row.system is not None else None,
                standard=row.standard_code is not None,
            )
            for row in rows
        ]

    def _flush(self, session: Session, new: NewValue) -> None:
        super()._flush(session, new)
        # A new row has its set and system by their ids alone.
        session.expire_all()

    def _taken(self, new: NewValue) -> ConflictError:
        return ConflictError(
            f"There is a value {new.code!r} already in {new.system or 'the standard'} of this set.",
            hint="Take another code.",
            path="code",
        )


class Mappings(StandardService[MappingRow, Mapping, NewMapping, MappingChanges, MappingListing]):
    """Mappings. Their key is an id."""

    noun = "mapping"
    table = MappingRow
    document = Mapping
    listing = MappingListing
    sorts: ClassVar[abc.Mapping[str, InstrumentedAttribute[Any]]] = {
        "created_at": MappingRow.created_at,
        "updated_at": MappingRow.updated_at,
    }
    searched = (MappingRow.remark,)

    def _has(self, text: str) -> ColumnElement[bool]:
        values = select(ValueRow.id).where(or_(*(each.icontains(text, autoescape=True) for each in _SEARCHED)))
        return or_(super()._has(text), MappingRow.value_id.in_(values), MappingRow.mapped_id.in_(values))

    def _narrowed(self, session: Session, query: Select[MappingRow], asked: MappingListing) -> Select[MappingRow]:
        if asked.set:
            query = query.where(MappingRow.set_id == find_set(session, asked.set).id)
        return query

    def _key(self, session: Session, key: str) -> ColumnElement[bool]:
        return MappingRow.id == key

    def _fields(self, session: Session, new: NewMapping) -> dict[str, Any]:
        one = find_value(session, new.set, new.system, new.code, to_use=True)
        other = find_value(session, new.set, new.mapped_system, new.mapped_code, "mapped_", to_use=True)
        if one.owner == other.owner:
            where = one.system.code if one.system is not None else "the standard"
            raise ValidationError(
                f"Both values belong to {where}: a mapping is between two systems, or a system and the standard.",
                path="mapped_system",
            )
        low, high = sorted((one.id, other.id))
        ids = {"set_id": one.set_id, "value_id": one.id, "mapped_id": other.id}
        return {**ids, "pair": f"{low}:{high}", "remark": new.remark}

    def _wanted(self, session: Session, row: MappingRow, changes: MappingChanges) -> NewMapping:
        before = {name: getattr(self._document(session, row), name) for name in NewMapping.model_fields}
        return filled(NewMapping, before, changes)

    def _documents(self, session: Session, rows: Sequence[MappingRow]) -> builtins.list[Mapping]:
        own = ("id", "version", "created_by", "created_at", "updated_by", "updated_at", "remark")
        return [
            Mapping(
                **{name: getattr(row, name) for name in own},
                set=row.value.set.code,
                system=row.value.system.code if row.value.system is not None else None,
                code=row.value.code,
                mapped_system=row.mapped.system.code if row.mapped.system is not None else None,
                mapped_code=row.mapped.code,
            )
            for row in rows
        ]

    def _flush(self, session: Session, new: NewMapping) -> None:
        super()._flush(session, new)
        session.expire_all()

    def _taken(self, new: NewMapping) -> ConflictError:
        return ConflictError(
            f"{new.code!r} and {new.mapped_code!r} of the set {new.set} are mapped already.", path="mapped_code"
        )


def find_value(
    session: Session, of_set: str, system: str | None, code: str, prefix: str = "", *, to_use: bool = False
) -> ValueRow:
    """A value by its set, system and code. Raises `NotFoundError` at the field with `prefix`."""
    set_row = find_set(session, of_set)
    owner = find_system(session, system, f"{prefix}system").id if system is not None else ""
    query = select(ValueRow).where(ValueRow.set_id == set_row.id, ValueRow.owner == owner, ValueRow.code == code)
    if to_use:
        query = query.with_for_update(read=True, key_share=True, of=ValueRow)
    row = None if "\0" in code else session.scalars(query).one_or_none()
    if row is None:
        where = system or "the standard"
        raise NotFoundError(f"The set {set_row.code} has no value {code!r} of {where}.", path=f"{prefix}code")
    return row


def lock_set(session: Session, set_id: str) -> None:
    """Until the transaction ends no element of the set is written, and no other code of the standard."""
    session.execute(select(ReferenceSetRow.id).where(ReferenceSetRow.id == set_id).with_for_update())


def check_code(session: Session, of_set: ReferenceSetRow, code: str) -> None:
    """Raises `ValidationError` where an element of the set has a type that does not take the code."""
    lock_set(session, of_set.id)
    for row in session.scalars(select(ElementRow).where(ElementRow.set_id == of_set.id).order_by(ElementRow.code)):
        try:
            read_value(plain_element(row, None, None).type, code)
        except ValueError as error:
            raise ValidationError(
                f"The data element {row.code} has this set, and does not take the code: {error}", path="code"
            ) from None


def _defaulting(session: Session, row: ValueRow) -> list[str]:
    """The elements whose default the value is."""
    where = (ElementRow.set_id == row.set_id, ElementRow.default == row.code)
    return [f"{each} as default" for each in hanging(session, "data elements", ElementRow.code, *where)]


def _place(row: ValueRow) -> str:
    return f"{row.system.code}: {row.code}" if row.system is not None else row.code
