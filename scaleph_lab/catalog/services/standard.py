"""The data standard: business systems, reference data sets, and data elements."""

from __future__ import annotations

import builtins
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from scaleph_lab.access.policy import Verb
from scaleph_lab.catalog.documents.base import Listing
from scaleph_lab.catalog.documents.standard import (
    Element,
    ElementChanges,
    ElementListing,
    NewElement,
    NewReferenceSet,
    NewSystem,
    ReferenceSet,
    ReferenceSetChanges,
    System,
    SystemChanges,
)
from scaleph_lab.catalog.models.standard import ElementRow, ReferenceSetRow, SystemRow, ValueRow
from scaleph_lab.catalog.services.standard_base import StandardService, filled, find_set, hanging
from scaleph_lab.standard.elements import Element as PlainElement
from scaleph_lab.standard.elements import checked_element, element_of
from scaleph_lab.standard.types import FlinkType, TypeName

__all__ = ["Elements", "ReferenceSets", "Systems", "plain_element", "standard_codes"]

_CLEARABLE = frozenset({"length", "precision", "scale", "default", "low", "high", "set"})


class Systems(StandardService[SystemRow, System, NewSystem, SystemChanges, Listing]):
    """Business systems."""

    noun = "business system"
    table = SystemRow
    document = System
    listing = Listing
    sorts: ClassVar[Mapping[str, InstrumentedAttribute[Any]]] = {
        "code": SystemRow.code,
        "name": SystemRow.name,
        "updated_at": SystemRow.updated_at,
    }
    searched = (SystemRow.code, SystemRow.name, SystemRow.contact, SystemRow.remark)

    def _key(self, session: Session, key: str) -> ColumnElement[bool]:
        return or_(SystemRow.id == key, SystemRow.code == key)

    def _wanted(self, session: Session, row: SystemRow, changes: SystemChanges) -> NewSystem:
        before = {name: getattr(row, name) for name in NewSystem.model_fields}
        return filled(NewSystem, before, changes)

    def _hanging(self, session: Session, row: SystemRow) -> Sequence[str]:
        return hanging(session, "values", ValueRow.code, ValueRow.system_id == row.id)


class ReferenceSets(StandardService[ReferenceSetRow, ReferenceSet, NewReferenceSet, ReferenceSetChanges, Listing]):
    """Reference data sets."""

    noun = "reference data set"
    table = ReferenceSetRow
    document = ReferenceSet
    listing = Listing
    sorts: ClassVar[Mapping[str, InstrumentedAttribute[Any]]] = {
        "code": ReferenceSetRow.code,
        "name": ReferenceSetRow.name,
        "updated_at": ReferenceSetRow.updated_at,
    }
    searched = (ReferenceSetRow.code, ReferenceSetRow.name, ReferenceSetRow.remark)

    def _key(self, session: Session, key: str) -> ColumnElement[bool]:
        return or_(ReferenceSetRow.id == key, ReferenceSetRow.code == key)

    def _wanted(self, session: Session, row: ReferenceSetRow, changes: ReferenceSetChanges) -> NewReferenceSet:
        before = {name: getattr(row, name) for name in NewReferenceSet.model_fields}
        return filled(NewReferenceSet, before, changes)

    def _hanging(self, session: Session, row: ReferenceSetRow) -> Sequence[str]:
        return [
            *hanging(session, "data elements", ElementRow.code, ElementRow.set_id == row.id),
            *hanging(session, "values", ValueRow.code, ValueRow.set_id == row.id),
        ]


class Elements(StandardService[ElementRow, Element, NewElement, ElementChanges, ElementListing]):
    """Data elements."""

    noun = "data element"
    table = ElementRow
    document = Element
    listing = ElementListing
    sorts: ClassVar[Mapping[str, InstrumentedAttribute[Any]]] = {
        "code": ElementRow.code,
        "name": ElementRow.name,
        "type": ElementRow.type,
        "updated_at": ElementRow.updated_at,
    }
    searched = (ElementRow.code, ElementRow.name, ElementRow.remark)

    def plain(self) -> Sequence[PlainElement]:
        """All of them as plain data, with the codes of their sets, for whoever compares columns with them."""
        self._places(Verb.READ)
        with self._database.read() as session:
            rows = session.scalars(select(ElementRow).order_by(ElementRow.code)).all()
            sets = {row.id: row.code for row in session.scalars(select(ReferenceSetRow))}
            codes: dict[str, list[str]] = {each: [] for each in sets}
            standard = select(ValueRow.set_id, ValueRow.code).where(ValueRow.standard_code.is_not(None))
            for of_set, code in session.execute(standard.order_by(ValueRow.order, ValueRow.code)):
                codes[of_set].append(code)
        return [
            plain_element(row, sets.get(row.set_id or ""), codes[row.set_id] if row.set_id else None) for row in rows
        ]

    def _narrowed(self, session: Session, query: Select[ElementRow], asked: ElementListing) -> Select[ElementRow]:
        if asked.type is not None:
            query = query.where(ElementRow.type == asked.type.value)
        if asked.set:
            query = query.where(ElementRow.set_id == find_set(session, asked.set).id)
        return query

    def _key(self, session: Session, key: str) -> ColumnElement[bool]:
        return or_(ElementRow.id == key, ElementRow.code == key)

    def _fields(self, session: Session, new: NewElement) -> dict[str, Any]:
        of_set = find_set(session, new.set, to_use=True) if new.set is not None else None
        given = new.model_dump(exclude={"remark", "type", "set"})
        given["codes"] = standard_codes(session, of_set.id) if of_set is not None else None
        checked = checked_element(element_of(new.type, **given, set=of_set.code if of_set is not None else None))
        kind = checked.type
        return {
            **new.model_dump(exclude={"type", "set", "length", "precision", "scale"}),
            "type": kind.name.value,
            "length": kind.length,
            "precision": kind.precision,
            "scale": kind.scale,
            "set_id": of_set.id if of_set is not None else None,
        }

    def _wanted(self, session: Session, row: ElementRow, changes: ElementChanges) -> NewElement:
        before = {name: getattr(row, name) for name in NewElement.model_fields if name != "set"}
        before["set"] = row.set_id
        if changes.type is not None and changes.type.value != row.type:
            kind = changes.type
            before["length"] = before["length"] if kind.has_length else None
            before["precision"] = None
            before["scale"] = None
        return filled(NewElement, before, changes, _CLEARABLE)

    def _documents(self, session: Session, rows: Sequence[ElementRow]) -> builtins.list[Element]:
        wanted = {row.set_id for row in rows if row.set_id}
        query = select(ReferenceSetRow).where(ReferenceSetRow.id.in_(wanted))
        sets = {each.id: each.code for each in session.scalars(query)} if wanted else {}
        own = [name for name in Element.model_fields if name not in {"set", "sql"}]
        return [
            Element(
                **{name: getattr(row, name) for name in own},
                set=sets.get(row.set_id or ""),
                sql=plain_element(row, None, None).sql,
            )
            for row in rows
        ]


def standard_codes(session: Session, set_id: str) -> tuple[str, ...]:
    """The codes of the standard in a set, in their order."""
    query = select(ValueRow.code).where(ValueRow.set_id == set_id, ValueRow.standard_code.is_not(None))
    return tuple(session.scalars(query.order_by(ValueRow.order, ValueRow.code)))


def plain_element(row: ElementRow, of_set: str | None, codes: Sequence[str] | None) -> PlainElement:
    """The row as plain data; `of_set` is the code of its set."""
    return PlainElement(
        code=row.code,
        name=row.name,
        type=FlinkType(TypeName(row.type), row.length, row.precision, row.scale),
        nullable=row.nullable,
        default=row.default,
        low=row.low,
        high=row.high,
        set=of_set,
        codes=tuple(codes) if codes is not None else None,
    )
