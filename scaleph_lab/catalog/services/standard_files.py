"""The data standard as files: imported in one transaction, exported."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from scaleph_lab.access.policy import Verb
from scaleph_lab.catalog.documents.standard_files import ExportRequest, ImportReport, ImportRequest
from scaleph_lab.catalog.models.action import ActionRow
from scaleph_lab.catalog.models.base import now
from scaleph_lab.catalog.models.standard import ElementRow, MappingRow, ReferenceSetRow, SystemRow, ValueRow
from scaleph_lab.catalog.services.base import Service
from scaleph_lab.catalog.services.standard_base import lock_standard
from scaleph_lab.catalog.services.standard_import import Comparison, Planned
from scaleph_lab.errors import ConflictError, ValidationError
from scaleph_lab.standard.files import KINDS, Sheet, read_file, write_csv, write_xlsx

__all__ = ["StandardFiles"]

Progress = Callable[[int, int], None]
_CHUNK = 1000


def _nobody(done: int, total: int) -> None:
    """Where nobody asks."""


class StandardFiles(Service):
    """The standard in files. All raise `ForbiddenError`."""

    resource = "standard"

    def import_file(self, data: bytes, asked: ImportRequest, progress: Progress = _nobody) -> ImportReport:
        """Takes a file of CSV or xlsx: all of it in one transaction, or nothing where a row is refused.

        `progress` is told rows done, and all. Raises `ValidationError` for a file that cannot be taken at all,
        `ConflictError` when others changed the same at the same time, `PlatformError` where xlsx cannot be read.
        """
        self._ask(Verb.WRITE, None)
        sheets = read_file(data, asked.name, asked.kind or "")
        total = sum(len(sheet.rows) for sheet in sheets)
        if asked.dry_run:
            with self._database.read() as session:
                compared = self._compared(session, sheets, progress, total)
            return _report(compared, asked, applied=False)
        with self._writing(Verb.WRITE, asked.name or "import") as session:
            lock_standard(session, alone=True)
            compared = self._compared(session, sheets, progress, total)
            refused = any(row.result == "refused" for row in compared.report)
            if refused and not asked.partial:
                return _report(compared, asked, applied=False)
            try:
                self._keep(session, compared.planned)
            except IntegrityError as error:
                raise ConflictError(
                    "Others have made some of the same at the same time.", hint="Import the file again.", path="file"
                ) from error
        return _report(compared, asked, applied=True)

    def export(self, asked: ExportRequest) -> bytes:
        """The standard, or one kind of it, as a file that can be imported. Raises `ValidationError`."""
        self._places(Verb.READ)
        if asked.kind is None and asked.format == "csv":
            raise ValidationError("A CSV holds one kind.", hint=f"Say which: {', '.join(KINDS)}.", path="kind")
        with self._database.read() as session:
            kinds = (asked.kind,) if asked.kind else KINDS
            sheets = {kind: list(_EXPORTS[kind](session)) for kind in kinds}
        if asked.format == "xlsx":
            return write_xlsx(sheets)
        kind, rows = next(iter(sheets.items()))
        return write_csv(kind, rows)

    def _compared(self, session: Session, sheets: list[Sheet], progress: Progress, total: int) -> Comparison:
        compared = Comparison(session, lambda done: progress(done, total))
        for sheet in sheets:
            compared.compare(sheet)
        if any(planned.row is None for planned in compared.planned):
            self._ask(Verb.CREATE, None)
        return compared

    def _keep(self, session: Session, planned: list[Planned]) -> None:
        """Writes what was planned, and a line of the log for each."""
        who, when = self._actor.name, now()
        times = {"version": 1, "created_by": who, "created_at": when, "updated_by": who, "updated_at": when}
        actions: list[dict[str, Any]] = []
        new: list[Planned] = []
        for each in planned:
            if each.row is None:
                new.append(each)
                actions.append(self._line(when, Verb.CREATE, each.fields["id"], 1, each.changed))
                continue
            for name, value in each.fields.items():
                setattr(each.row, name, value)
            self._touch(each.row)
            actions.append(self._line(when, Verb.WRITE, each.row.id, each.row.version, each.changed))
        # In the order of the file's kinds: what is named comes before what names it.
        for table in dict.fromkeys(each.table for each in new):
            rows = [{**each.fields, **times} for each in new if each.table is table]
            for start in range(0, len(rows), _CHUNK):
                session.execute(insert(table), rows[start : start + _CHUNK])
        session.flush()
        for start in range(0, len(actions), _CHUNK):
            session.execute(insert(ActionRow), actions[start : start + _CHUNK])

    def _line(self, at: int, verb: Verb, subject: str, version: int, changed: list[str]) -> dict[str, Any]:
        told = {"set_id": "set", "system_id": "system", "standard_code": "standard"}
        own = [told.get(name, name) for name in changed if name not in {"owner", "pair"}]
        return {
            "at": at,
            "actor": self._actor.name,
            "origin": self._actor.origin,
            "verb": verb.value,
            "resource": self.resource,
            "subject": subject,
            "result": "done",
            "version": version,
            "changed": own,
        }


def _report(compared: Comparison, asked: ImportRequest, *, applied: bool) -> ImportReport:
    counts = Counter(row.result for row in compared.report)
    return ImportReport(
        applied=applied,
        dry_run=asked.dry_run,
        created=counts["created"],
        changed=counts["changed"],
        unchanged=counts["unchanged"],
        refused=counts["refused"],
        rows=compared.report,
    )


def _systems(session: Session) -> Iterator[dict[str, Any]]:
    for row in session.scalars(select(SystemRow).order_by(SystemRow.code)):
        yield {"code": row.code, "name": row.name, "contact": row.contact, "remark": row.remark}


def _sets(session: Session) -> Iterator[dict[str, Any]]:
    for row in session.scalars(select(ReferenceSetRow).order_by(ReferenceSetRow.code)):
        yield {"code": row.code, "name": row.name, "remark": row.remark}


def _values(session: Session) -> Iterator[dict[str, Any]]:
    query = select(ValueRow).join(ValueRow.set).order_by(ReferenceSetRow.code, ValueRow.order, ValueRow.code)
    for row in session.scalars(query):
        yield {
            "set": row.set.code,
            "set_name": row.set.name,
            "system": row.system.code if row.system is not None else None,
            "code": row.code,
            "value": row.value,
            "standard": row.standard_code is not None,
            "order": row.order,
            "remark": row.remark,
        }


def _elements(session: Session) -> Iterator[dict[str, Any]]:
    sets = {row.id: row.code for row in session.scalars(select(ReferenceSetRow))}
    same = ("code", "name", "type", "length", "precision", "scale", "nullable", "default", "low", "high", "remark")
    for row in session.scalars(select(ElementRow).order_by(ElementRow.code)):
        yield {**{name: getattr(row, name) for name in same}, "set": sets.get(row.set_id or "")}


def _mappings(session: Session) -> Iterator[dict[str, Any]]:
    for row in session.scalars(select(MappingRow).order_by(MappingRow.created_at, MappingRow.id)):
        yield {
            "set": row.value.set.code,
            "system": row.value.system.code if row.value.system is not None else None,
            "code": row.value.code,
            "mapped_system": row.mapped.system.code if row.mapped.system is not None else None,
            "mapped_code": row.mapped.code,
            "remark": row.remark,
        }


_EXPORTS: Mapping[str, Callable[[Session], Iterator[dict[str, Any]]]] = {
    "systems": _systems,
    "sets": _sets,
    "values": _values,
    "elements": _elements,
    "mappings": _mappings,
}
