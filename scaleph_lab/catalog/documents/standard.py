"""The data standard as documents: systems, sets, values, mappings, elements."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from scaleph_lab.catalog.documents.base import Document, Input, Listing
from scaleph_lab.standard.types import LONGEST, TypeName

__all__ = [
    "Element",
    "ElementChanges",
    "ElementListing",
    "Mapping",
    "MappingChanges",
    "MappingListing",
    "NewElement",
    "NewMapping",
    "NewReferenceSet",
    "NewSystem",
    "NewValue",
    "ReferenceSet",
    "ReferenceSetChanges",
    "System",
    "SystemChanges",
    "Translation",
    "TranslationRequest",
    "Value",
    "ValueChanges",
    "ValueListing",
]


def _no_id(code: str) -> str:
    if len(code) == 32 and set(code) <= set("0123456789abcdef"):
        raise ValueError("a code that looks like an id would be taken for one")
    return code


Code = Annotated[
    str, StringConstraints(pattern=r"^[\p{L}_][\p{L}\p{N}_.-]{0,59}$", max_length=60), AfterValidator(_no_id)
]
Key = Annotated[str, StringConstraints(min_length=1, max_length=64)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=120)]
Remark = Annotated[str, StringConstraints(max_length=500)]
Bound = Annotated[str, StringConstraints(min_length=1, max_length=64)]
Default = Annotated[str, StringConstraints(max_length=500, strip_whitespace=False)]
# Spaces within a code count, those around it are a slip.
ValueCode = Annotated[str, StringConstraints(min_length=1, max_length=120)]
Meaning = Annotated[str, StringConstraints(min_length=1, max_length=500)]
Parameter = Annotated[int, Field(ge=0, le=LONGEST, strict=True)]
Order = Annotated[int, Field(ge=-(2**31), le=LONGEST, strict=True)]


class System(Document):
    """A business system, whose data has codes of its own."""

    code: str
    name: str
    contact: str
    remark: str


class NewSystem(Input):
    """A business system to make. Its code is unique."""

    code: Code
    name: Name
    contact: Annotated[str, StringConstraints(max_length=200)] = ""
    """Whom to ask about its data."""
    remark: Remark = ""


class SystemChanges(Input):
    """What to change; a field that is not given stays."""

    code: Code | None = None
    name: Name | None = None
    contact: Annotated[str, StringConstraints(max_length=200)] | None = None
    remark: Remark | None = None


class ReferenceSet(Document):
    """A reference data set: the codes that a data element may have."""

    code: str
    name: str
    remark: str


class NewReferenceSet(Input):
    """A reference data set to make. Its code is unique."""

    code: Code
    name: Name
    remark: Remark = ""


class ReferenceSetChanges(Input):
    """What to change; a field that is not given stays."""

    code: Code | None = None
    name: Name | None = None
    remark: Remark | None = None


class Value(Document):
    """A value of a reference data set: the standard's own, or a business system's."""

    set: str
    """The code of its set."""
    system: str | None
    """The code of the business system that writes it so; None for the standard's own."""
    code: str
    value: str
    """What the code means."""
    standard: bool
    """Whether it is one of the standard's codes."""
    order: int
    remark: str


class NewValue(Input):
    """A value to make. Its code is unique in its set and system."""

    set: Key
    system: Key | None = None
    code: ValueCode
    value: Meaning
    standard: bool | None = Field(default=None, strict=True)
    """Without it a value is one of the standard where no system is named."""
    order: Order | None = None
    """Without it the value comes behind the others of its set."""
    remark: Remark = ""


class ValueChanges(Input):
    """What to change; a field that is not given stays. Set and system stay always."""

    code: ValueCode | None = None
    value: Meaning | None = None
    standard: bool | None = Field(default=None, strict=True)
    order: Order | None = None
    remark: Remark | None = None


class ValueListing(Listing):
    """How a list of values is asked for."""

    set: str = Field(default="", max_length=64)
    """Only those of this set, by id or code."""
    system: str = Field(default="", max_length=64)
    """Only those of this system, by id or code."""
    standard: bool | None = None
    """Only those of the standard, or only the others."""


class Mapping(Document):
    """Two values of one set that mean the same."""

    set: str
    system: str | None
    code: str
    mapped_system: str | None
    mapped_code: str
    remark: str


class NewMapping(Input):
    """A mapping to make, between two values of a set. Its direction means nothing."""

    set: Key
    system: Key | None = None
    """The business system of the first value; None for the standard's own."""
    code: ValueCode
    mapped_system: Key | None = None
    mapped_code: ValueCode
    remark: Remark = ""


class MappingChanges(Input):
    """What to change: nothing but the remark. Another pair is another mapping."""

    remark: Remark | None = None


class MappingListing(Listing):
    """How a list of mappings is asked for."""

    set: str = Field(default="", max_length=64)
    """Only those of this set, by id or code."""


class TranslationRequest(Input):
    """A code of a system, whose meaning elsewhere is asked for."""

    set: Key
    code: ValueCode
    system: Key | None = None
    """The system that writes it so; None for the standard's own."""


class Translation(BaseModel):
    """What a code is elsewhere, by the mappings, those over other values too."""

    model_config = ConfigDict(frozen=True)

    standard: list[Value]
    """In the standard: one value where the mappings are in order."""
    others: list[Value]
    """In other systems."""


class Element(Document):
    """A data element: what a column of its code or name shall be."""

    code: str
    name: str
    type: TypeName
    length: int | None
    precision: int | None
    scale: int | None
    nullable: bool
    default: str | None
    low: str | None
    high: str | None
    set: str | None
    """The code of the reference data set whose codes it may have."""
    remark: str
    sql: str
    """The type of its column in Flink SQL, such as ``VARCHAR(20) NOT NULL``."""


class NewElement(Input):
    """A data element to make. Its code is unique; its type takes the parameters that Flink knows for it."""

    code: Code
    name: Name
    type: TypeName
    length: Parameter | None = None
    """Of a text in characters, of bytes in bytes."""
    precision: Parameter | None = None
    scale: Parameter | None = None
    nullable: bool = Field(default=True, strict=True)
    default: Default | None = None
    low: Bound | None = None
    """The least value, of a number or a time."""
    high: Bound | None = None
    set: Key | None = None
    """A reference data set, by id or code."""
    remark: Remark = ""


class ElementChanges(Input):
    """What to change; a field that is not given stays, one that is given as null is taken away.

    With another type the parameters that it does not take go by themselves.
    """

    code: Code | None = None
    name: Name | None = None
    type: TypeName | None = None
    length: Parameter | None = None
    precision: Parameter | None = None
    scale: Parameter | None = None
    nullable: bool | None = Field(default=None, strict=True)
    default: Default | None = None
    low: Bound | None = None
    high: Bound | None = None
    set: Key | None = None
    remark: Remark | None = None


class ElementListing(Listing):
    """How a list of elements is asked for."""

    type: TypeName | None = None
    """Only those of this type."""
    set: str = Field(default="", max_length=64)
    """Only those of this reference data set, by id or code."""
