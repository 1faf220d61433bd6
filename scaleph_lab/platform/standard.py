"""``Platform().standard``: the data standard's verbs, and its nouns in this process or over REST."""

from __future__ import annotations

from typing import Any, Generic, Protocol, TypeVar
from urllib.parse import quote

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
from scaleph_lab.platform.remote import Connection

__all__ = ["RecordVerbs", "RemoteStandard", "StandardVerbs", "ValueVerbs"]

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


class LocalStandard:
    """The data standard in this process."""

    def __init__(self, database: Any, actor: Any) -> None:
        from scaleph_lab.catalog.services.standard import Elements, ReferenceSets, Systems
        from scaleph_lab.catalog.services.standard_values import Mappings, Values

        self.systems = Systems(database, actor)
        self.sets = ReferenceSets(database, actor)
        self.values = Values(database, actor)
        self.mappings = Mappings(database, actor)
        self.elements = Elements(database, actor)


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
        self.systems: RemoteRecords[System, NewSystem, SystemChanges, Listing]
        self.systems = RemoteRecords(connection, "systems", System)
        self.sets: RemoteRecords[ReferenceSet, NewReferenceSet, ReferenceSetChanges, Listing]
        self.sets = RemoteRecords(connection, "sets", ReferenceSet)
        self.values = RemoteValues(connection, "values", Value)
        self.mappings: RemoteRecords[Mapping, NewMapping, MappingChanges, MappingListing]
        self.mappings = RemoteRecords(connection, "mappings", Mapping)
        self.elements: RemoteRecords[Element, NewElement, ElementChanges, ElementListing]
        self.elements = RemoteRecords(connection, "elements", Element)
