"""The rows of a file compared with the catalog, kind by kind: what is new, what differs, what cannot be.

Nothing is written here. All that a row may name is held in memory, since a query a row would take minutes for the rows
that a file may have; new rows have their ids at once, so that later ones may name them.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from scaleph_lab.catalog.documents.base import Input, read
from scaleph_lab.catalog.documents.standard import NewElement, NewMapping, NewReferenceSet, NewSystem, NewValue
from scaleph_lab.catalog.documents.standard_files import ImportRow, Kind
from scaleph_lab.catalog.models.base import Noun
from scaleph_lab.catalog.models.standard import ElementRow, MappingRow, ReferenceSetRow, SystemRow, ValueRow
from scaleph_lab.errors import UserError, ValidationError
from scaleph_lab.standard.elements import checked_element, element_of
from scaleph_lab.standard.files import Row, Sheet
from scaleph_lab.standard.types import LONGEST, FlinkType, TypeName, parse_type
from scaleph_lab.standard.values import read_value

__all__ = ["Comparison", "Planned"]

_BOOLEANS = {
    **dict.fromkeys(("true", "yes", "y", "1", "是"), True),
    **dict.fromkeys(("false", "no", "n", "0", "否"), False),
}
_NUMBERS = frozenset({"length", "precision", "scale", "order"})
_FLAGS = frozenset({"nullable", "standard"})
_TEXTS = frozenset({"contact", "remark"})
"""What is an empty text where it is not given."""
TABLES: Mapping[str, type[Noun]] = {
    "systems": SystemRow,
    "sets": ReferenceSetRow,
    "values": ValueRow,
    "elements": ElementRow,
    "mappings": MappingRow,
}


@dataclass
class Planned:
    """One row of a table as it shall be."""

    table: type[Noun]
    fields: dict[str, Any]
    changed: list[str]
    row: Noun | None
    """The one there is; None for a new one."""


@dataclass
class _Known:
    """What there is, and what the file adds."""

    ids: dict[tuple[str, ...], str] = field(default_factory=dict)
    fields: dict[str, dict[str, Any]] = field(default_factory=dict)
    rows: dict[str, Noun] = field(default_factory=dict)


class Comparison:
    """One file against the catalog."""

    def __init__(self, session: Session, progress: Callable[[int], None]) -> None:
        self._session = session
        self._progress = progress
        self._done = 0
        self.report: list[ImportRow] = []
        self.planned: list[Planned] = []
        self._known = {kind: self._read(kind) for kind in TABLES}
        self._codes: dict[str, dict[str, None]] = {}
        self._last_order: dict[str, int] = {}
        for each in self._known["values"].fields.values():
            self._note_value(each)
        self._elements_of: dict[str, list[dict[str, Any]]] = {}
        for each in self._known["elements"].fields.values():
            self._elements_of.setdefault(each["set_id"] or "", []).append(each)

    def compare(self, sheet: Sheet) -> None:
        """Adds what comes of a sheet to `report` and `planned`."""
        kind: Kind = sheet.kind  # type: ignore[assignment]
        seen: dict[tuple[str, ...], int] = {}
        for row in sheet.rows:
            key = "/".join(part for part in _shown(kind, row.cells) if part)
            try:
                self.report.append(self._compare(kind, row, key, seen))
            except UserError as error:
                column = {"type.name": "type"}.get(error.path, error.path)
                reason = f"{error.message} {error.hint}".rstrip()
                self.report.append(
                    ImportRow(kind=kind, row=row.number, key=key, result="refused", field=column, reason=reason)
                )
            self._done += 1
            if self._done % 1000 == 0:
                self._progress(self._done)

    def _compare(self, kind: Kind, row: Row, key: str, seen: dict[tuple[str, ...], int]) -> ImportRow:
        if row.problem is not None:
            raise ValidationError(f"The cell is {row.problem[1]}.", path=row.problem[0])
        given = _given(kind, row.cells)
        identity = self._identity(kind, given)
        if identity in seen:
            raise ValidationError(f"Row {seen[identity]} has it already.", path="code")
        seen[identity] = row.number
        known = self._known[kind]
        found = known.ids.get(identity)
        fields = self._columns(kind, given, known.fields[found] if found else None)
        if found is None:
            new_id = uuid.uuid4().hex
            self._remember(kind, identity, new_id, fields)
            self.planned.append(Planned(TABLES[kind], {"id": new_id, **fields}, [*fields], None))
            return ImportRow(kind=kind, row=row.number, key=key, result="created")
        before = known.fields[found]
        changed = [name for name, value in fields.items() if before[name] != value]
        if not changed:
            return ImportRow(kind=kind, row=row.number, key=key, result="unchanged")
        if "standard_code" in changed:
            self._check_standard(fields, before)
        self._remember(kind, identity, found, fields)
        self.planned.append(Planned(TABLES[kind], {name: fields[name] for name in changed}, changed, known.rows[found]))
        return ImportRow(kind=kind, row=row.number, key=key, result="changed", changed=[*map(_told, changed)])

    # What there is.

    def _read(self, kind: str) -> _Known:
        table = TABLES[kind]
        query: Select[Any] = select(table)
        known = _Known()
        columns = [each.key for each in table.__mapper__.column_attrs if each.key not in Noun.__annotations__]
        for row in self._session.scalars(query).unique():
            fields = {name: getattr(row, name) for name in columns}
            known.fields[row.id], known.rows[row.id] = fields, row
            known.ids[_identity_of(kind, fields)] = row.id
        return known

    def _remember(self, kind: str, identity: tuple[str, ...], row_id: str, fields: dict[str, Any]) -> None:
        known = self._known[kind]
        known.ids[identity] = row_id
        known.fields[row_id] = fields
        if kind == "values":
            self._note_value(fields)

    def _note_value(self, fields: Mapping[str, Any]) -> None:
        of_set = fields["set_id"]
        codes = self._codes.setdefault(of_set, {})
        if fields["standard_code"] is not None:
            codes[fields["code"]] = None
        self._last_order[of_set] = max(self._last_order.get(of_set, 0), fields["order"])

    # What a row says.

    def _identity(self, kind: str, given: Mapping[str, Any]) -> tuple[str, ...]:
        if kind == "values":
            return (self._set(given, create=True), self._system(given), str(given["code"]))
        if kind == "mappings":
            return tuple(sorted((self._value(given), self._value(given, "mapped_"))))
        return (str(given["code"]),)

    def _set(self, given: Mapping[str, Any], *, create: bool = False) -> str:
        code, name = str(given["set"]), given.get("set_name")
        found = self._known["sets"].ids.get((code,))
        if found is None and create and name:
            new = read(NewReferenceSet, {"code": code, "name": name})
            found, fields = uuid.uuid4().hex, new.model_dump()
            self._remember("sets", (code,), found, fields)
            self.planned.append(Planned(ReferenceSetRow, {"id": found, **fields}, [*fields], None))
        if found is None:
            raise ValidationError(f"There is no reference data set {code!r}.", path="set")
        return found

    def _system(self, given: Mapping[str, Any], prefix: str = "") -> str:
        code = given.get(f"{prefix}system")
        found = self._known["systems"].ids.get((str(code),)) if code else ""
        if found is None:
            raise ValidationError(f"There is no business system {code!r}.", path=f"{prefix}system")
        return found

    def _value(self, given: Mapping[str, Any], prefix: str = "") -> str:
        code = str(given[f"{prefix}code"])
        found = self._known["values"].ids.get((self._set(given), self._system(given, prefix), code))
        if found is None:
            where = given.get(f"{prefix}system") or "the standard"
            raise ValidationError(f"The set has no value {code!r} of {where}.", path=f"{prefix}code")
        return found

    def _columns(self, kind: str, given: dict[str, Any], before: Mapping[str, Any] | None) -> dict[str, Any]:
        whole = {**{name: value for name, value in (before or {}).items() if name in _DOCUMENTS[kind].model_fields}}
        if kind == "elements" and before is not None and given["type"].upper() != before["type"]:
            # What the type before had does not hold for another one.
            whole |= dict.fromkeys(("length", "precision", "scale"))
        whole |= given
        if kind == "values":
            return self._value_columns(whole, before)
        if kind == "elements":
            return self._element_columns(whole, before)
        if kind == "mappings":
            return self._mapping_columns(whole, before)
        return read(_DOCUMENTS[kind], whole).model_dump()

    def _value_columns(self, whole: dict[str, Any], before: Mapping[str, Any] | None) -> dict[str, Any]:
        of_set, system = self._set(whole), self._system(whole)
        if "standard" not in whole and before is not None:
            whole["standard"] = before["standard_code"] is not None
        whole.pop("set_name", None)
        new = read(NewValue, whole)
        if not system and new.standard is False:
            raise ValidationError("A value of no system is the standard's own.", path="system")
        in_standard = new.standard or not system
        if in_standard and (before is None or before["standard_code"] is None):
            if new.code in self._codes.get(of_set, {}):
                raise ValidationError("The standard of this set has the code already.", path="code")
            self._check_code(of_set, new.code)
        behind = min(self._last_order.get(of_set, 0), LONGEST - 1) + 1
        return {
            "set_id": of_set,
            "system_id": system or None,
            "owner": system,
            "code": new.code,
            "standard_code": new.code if in_standard else None,
            "value": new.value,
            "order": behind if new.order is None else new.order,
            "remark": new.remark,
        }

    def _check_code(self, of_set: str, code: str) -> None:
        for each in self._elements_of.get(of_set, ()):
            try:
                read_value(FlinkType(TypeName(each["type"]), each["length"], each["precision"], each["scale"]), code)
            except ValueError as error:
                raise ValidationError(
                    f"The data element {each['code']} does not take the code: {error}", path="code"
                ) from None

    def _check_standard(self, fields: Mapping[str, Any], before: Mapping[str, Any]) -> None:
        if before["standard_code"] is None:
            return
        for each in self._elements_of.get(fields["set_id"], ()):
            if each["default"] == before["standard_code"]:
                raise ValidationError(f"It is the default of the data element {each['code']}.", path="standard")
        self._codes[fields["set_id"]].pop(before["code"], None)

    def _element_columns(self, whole: dict[str, Any], before: Mapping[str, Any] | None) -> dict[str, Any]:
        if isinstance(whole.get("type"), str) and whole["type"].upper() not in TypeName.__members__:
            whole |= _parameters(whole)
        elif isinstance(whole.get("type"), str):
            whole["type"] = whole["type"].upper()
        if before is not None and "set" not in whole:
            of_set = before["set_id"]
        else:
            of_set = self._set(whole) if whole.get("set") else None
        new = read(NewElement, {**whole, "set": of_set})
        codes = tuple(self._codes.get(of_set, {})) if of_set else None
        given = new.model_dump(exclude={"remark", "type", "set"})
        title = whole.get("set") or ""
        kind = checked_element(element_of(new.type, **given, set=str(title), codes=codes)).type
        return {
            **new.model_dump(exclude={"type", "set", "length", "precision", "scale"}),
            "type": kind.name.value,
            "length": kind.length,
            "precision": kind.precision,
            "scale": kind.scale,
            "set_id": of_set,
        }

    def _mapping_columns(self, whole: dict[str, Any], before: Mapping[str, Any] | None) -> dict[str, Any]:
        new = read(NewMapping, whole)
        one, other = self._value(whole), self._value(whole, "mapped_")
        values = self._known["values"].fields
        if values[one]["owner"] == values[other]["owner"]:
            raise ValidationError("Both values belong to one system.", path="mapped_system")
        if before is not None:
            # Its direction means nothing, so the one it was written in stays.
            one, other = before["value_id"], before["mapped_id"]
        low, high = sorted((one, other))
        ids = {"set_id": values[one]["set_id"], "value_id": one, "mapped_id": other, "pair": f"{low}:{high}"}
        return {**ids, "remark": new.remark}


_DOCUMENTS: Mapping[str, type[Input]] = {
    "systems": NewSystem,
    "sets": NewReferenceSet,
    "values": NewValue,
    "elements": NewElement,
    "mappings": NewMapping,
}


def _given(kind: str, cells: Mapping[str, str]) -> dict[str, Any]:
    """The row's fields. An empty cell is nothing, or an empty text where a field is always there."""
    given: dict[str, Any] = {}
    for name, cell in cells.items():
        text = cell if name == "default" else cell.strip()
        if name in _TEXTS:
            given[name] = text
        elif not text:
            # Such a flag or number takes what it has without being named.
            if name not in {"nullable", "order", "standard", "set_name"}:
                given[name] = None
        elif name in _FLAGS:
            given[name] = _BOOLEANS.get(text.lower(), text)
        elif name in _NUMBERS and text.lstrip("-").isdecimal() and len(text) <= 12:
            given[name] = int(text)
        else:
            given[name] = text
    required = [name for name, value in _DOCUMENTS[kind].model_fields.items() if value.is_required()]
    for name in required:
        if given.get(name) is None:
            raise ValidationError("The cell is empty.", path=name)
    return given


def _parameters(whole: Mapping[str, Any]) -> dict[str, Any]:
    """Type and parameters of a type that is written with them, such as ``DECIMAL(10, 2)``."""
    kind = parse_type(str(whole["type"]))
    if kind is None:
        raise ValidationError(
            f"{whole['type']!r} is no type of a data element.", hint=f"There are {', '.join(TypeName)}.", path="type"
        )
    own = {"length": kind.length, "precision": kind.precision, "scale": kind.scale}
    for name, value in own.items():
        if whole.get(name) not in (None, value):
            raise ValidationError(f"The type says {value}, and the column {whole[name]}.", path=name)
    return {"type": kind.name.value, **own}


def _identity_of(kind: str, fields: Mapping[str, Any]) -> tuple[str, ...]:
    if kind == "values":
        return (fields["set_id"], fields["owner"], fields["code"])
    if kind == "mappings":
        return tuple(sorted((fields["value_id"], fields["mapped_id"])))
    return (fields["code"],)


def _shown(kind: str, cells: Mapping[str, str]) -> tuple[str, ...]:
    names = {
        "values": ("set", "system", "code"),
        "mappings": ("set", "system", "code", "mapped_system", "mapped_code"),
    }.get(kind, ("code",))
    return tuple(cells.get(name, "").strip()[:120] for name in names)


def _told(column: str) -> str:
    return {"set_id": "set", "system_id": "system", "standard_code": "standard"}.get(column, column)
