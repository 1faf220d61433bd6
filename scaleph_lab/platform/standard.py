"""``Platform().standard``: the data standard's verbs, and its nouns in this process or over REST."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Generic, Protocol, TypeVar
from urllib.parse import quote, urlencode

from scaleph_lab.catalog.documents.base import Document, Input, Listing, Page
from scaleph_lab.catalog.documents.standard import (
    Element,
    ElementChanges,
    ElementListing,
    Mapping,
    MappingChanges,
    MappingListing,
    NewElement,
    NewMapping,
    NewReferenceSet,
    NewSystem,
    NewValue,
    ReferenceSet,
    ReferenceSetChanges,
    System,
    SystemChanges,
    Translation,
    TranslationRequest,
    Value,
    ValueChanges,
    ValueListing,
)
from scaleph_lab.catalog.documents.standard_files import ExportRequest, ImportReport, ImportRequest
from scaleph_lab.catalog.documents.standard_lint import LintReport
from scaleph_lab.platform.remote import Connection
from scaleph_lab.standard.elements import Element as PlainElement
from scaleph_lab.standard.elements import element_of

__all__ = ["RecordVerbs", "RemoteStandard", "StandardVerbs", "ValueVerbs"]

Progress = Callable[[int, int], None]
_PAGE = 200
_IMPORT_SECONDS = 600


def nobody(done: int, total: int) -> None:
    """Where nobody asks how far it is."""


D = TypeVar("D", bound=Document)
N_contra = TypeVar("N_contra", bound=Input, contravariant=True)
C_contra = TypeVar("C_contra", bound=Input, contravariant=True)
L_contra = TypeVar("L_contra", bound=Listing, contravariant=True)


class RecordVerbs(Protocol[D, N_contra, C_contra, L_contra]):
    """The verbs of one noun; see `scaleph_lab.catalog.services.standard_base` for what they raise."""

    def list(self, listing: L_contra | None = None) -> Page[D]:
        """Those there are, a page at a time."""

    def get(self, key: str) -> D:
        """One of them."""

    def create(self, new: N_contra) -> D:
        """Makes one."""

    def update(self, key: str, changes: C_contra, version: int) -> D:
        """Changes one that was read at `version`."""

    def delete(self, key: str, version: int) -> None:
        """Deletes one that was read at `version`."""


class ValueVerbs(RecordVerbs[Value, NewValue, ValueChanges, ValueListing], Protocol):
    """The verbs of values."""

    def translate(self, asked: TranslationRequest) -> Translation:
        """What a code of a system is in the standard and in other systems."""


class StandardVerbs(Protocol):
    """The data standard: its nouns, and what is done with all of them."""

    @property
    def systems(self) -> RecordVerbs[System, NewSystem, SystemChanges, Listing]:
        """Business systems."""

    @property
    def sets(self) -> RecordVerbs[ReferenceSet, NewReferenceSet, ReferenceSetChanges, Listing]:
        """Reference data sets."""

    @property
    def values(self) -> ValueVerbs:
        """Values of reference data sets."""

    @property
    def mappings(self) -> RecordVerbs[Mapping, NewMapping, MappingChanges, MappingListing]:
        """Mappings between values."""

    @property
    def elements(self) -> RecordVerbs[Element, NewElement, ElementChanges, ElementListing]:
        """Data elements."""

    def facts(self) -> Sequence[PlainElement]:
        """All elements as plain data, with the codes of their sets: what columns are compared with."""

    def lint(self, text: str) -> LintReport:
        """What a text violates: statements of Flink SQL, or a pipeline document."""

    def import_file(self, data: bytes, asked: ImportRequest, progress: Progress = nobody) -> ImportReport:
        """Takes a file of CSV or xlsx; `progress` is told steps done, and all. See
        `scaleph_lab.catalog.services.standard_files` for what it raises."""

    def export(self, asked: ExportRequest) -> bytes:
        """The standard, or one kind of it, as a file that can be imported."""


class LocalStandard:
    """The data standard in this process."""

    def __init__(self, database: Any, actor: Any) -> None:
        from scaleph_lab.catalog.services.standard import Elements, ReferenceSets, Systems
        from scaleph_lab.catalog.services.standard_files import StandardFiles
        from scaleph_lab.catalog.services.standard_values import Mappings, Values

        self.systems = Systems(database, actor)
        self.sets = ReferenceSets(database, actor)
        self.values = Values(database, actor)
        self.mappings = Mappings(database, actor)
        self.elements = Elements(database, actor)
        self._files = StandardFiles(database, actor)

    def facts(self) -> Sequence[PlainElement]:
        """All elements as plain data, with the codes of their sets."""
        return self.elements.plain()

    def lint(self, text: str) -> LintReport:
        """What a text violates."""
        from scaleph_lab.platform.linting import lint_text

        return lint_text(text, self.facts())

    def import_file(self, data: bytes, asked: ImportRequest, progress: Progress = nobody) -> ImportReport:
        """Takes a file of CSV or xlsx."""
        return self._files.import_file(data, asked, progress)

    def export(self, asked: ExportRequest) -> bytes:
        """The standard, or one kind of it, as a file."""
        return self._files.export(asked)


R = TypeVar("R", bound=Document)
N = TypeVar("N", bound=Input)
C = TypeVar("C", bound=Input)
L = TypeVar("L", bound=Listing)


class RemoteRecords(Generic[R, N, C, L]):
    """One noun over REST."""

    def __init__(self, connection: Connection, nouns: str, document: type[R]) -> None:
        self._ask = connection.ask
        self._path = f"standard/{nouns}"
        self._kind = document

    def list(self, listing: L | None = None) -> Page[R]:
        """Those there are, a page at a time."""
        asked = (listing or Listing()).model_dump(mode="json", exclude_none=True)
        return Page[self._kind].model_validate(self._ask("GET", self._path, params=asked))  # type: ignore[name-defined]

    def get(self, key: str) -> R:
        """One of them."""
        return self._kind.model_validate(self._ask("GET", self._one(key)))

    def create(self, new: N) -> R:
        """Makes one."""
        body = new.model_dump(mode="json", exclude_none=True)
        return self._kind.model_validate(self._ask("POST", self._path, json=body))

    def update(self, key: str, changes: C, version: int) -> R:
        """Changes one that was read at `version`."""
        body = changes.model_dump(mode="json", exclude_unset=True)
        return self._kind.model_validate(self._ask("PATCH", self._one(key), version=version, json=body))

    def delete(self, key: str, version: int) -> None:
        """Deletes one that was read at `version`."""
        self._ask("DELETE", self._one(key), version=version)

    def _one(self, key: str) -> str:
        return f"{self._path}/{quote(key, safe='')}"


class RemoteValues(RemoteRecords[Value, NewValue, ValueChanges, ValueListing]):
    """Values over REST."""

    def translate(self, asked: TranslationRequest) -> Translation:
        """What a code of a system is in the standard and in other systems."""
        params = asked.model_dump(exclude_none=True)
        return Translation.model_validate(self._ask("GET", "standard/translations", params=params))


class RemoteStandard:
    """The data standard over REST."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.systems: RemoteRecords[System, NewSystem, SystemChanges, Listing]
        self.systems = RemoteRecords(connection, "systems", System)
        self.sets: RemoteRecords[ReferenceSet, NewReferenceSet, ReferenceSetChanges, Listing]
        self.sets = RemoteRecords(connection, "sets", ReferenceSet)
        self.values = RemoteValues(connection, "values", Value)
        self.mappings: RemoteRecords[Mapping, NewMapping, MappingChanges, MappingListing]
        self.mappings = RemoteRecords(connection, "mappings", Mapping)
        self.elements: RemoteRecords[Element, NewElement, ElementChanges, ElementListing]
        self.elements = RemoteRecords(connection, "elements", Element)

    def facts(self) -> Sequence[PlainElement]:
        """All elements as plain data, with the codes of their sets."""
        elements = list(_every(self.elements, ElementListing(limit=_PAGE)))
        codes: dict[str, list[str]] = {}
        for value in _every(self.values, ValueListing(limit=_PAGE, standard=True)):
            codes.setdefault(value.set, []).append(value.code)
        same = ("code", "name", "length", "precision", "scale", "nullable", "default", "low", "high", "set")
        return [
            element_of(
                each.type,
                **{name: getattr(each, name) for name in same},
                codes=tuple(codes.get(each.set, ())) if each.set is not None else None,
            )
            for each in elements
        ]

    def lint(self, text: str) -> LintReport:
        """What a text violates."""
        return LintReport.model_validate(self._connection.ask("POST", "standard/lint", json={"text": text}))

    def import_file(self, data: bytes, asked: ImportRequest, progress: Progress = nobody) -> ImportReport:
        """Takes a file of CSV or xlsx. The server tells nothing on the way."""
        params = asked.model_dump(mode="json", exclude_none=True)
        headers = {"Content-Type": "application/octet-stream"}
        answer = self._connection.ask(
            "POST", "standard/imports", params=params, content=data, more_headers=headers, timeout=_IMPORT_SECONDS
        )
        return ImportReport.model_validate(answer)

    def export(self, asked: ExportRequest) -> bytes:
        """The standard, or one kind of it, as a file."""
        params = asked.model_dump(mode="json", exclude_none=True)
        return b"".join(self._connection.stream(f"standard/exports?{urlencode(params)}"))


def _every(records: Any, listing: Any) -> Iterator[Any]:
    """All records, page by page."""
    while True:
        page = records.list(listing)
        yield from page.items
        if page.next_cursor is None:
            return
        listing = listing.model_copy(update={"cursor": page.next_cursor})
