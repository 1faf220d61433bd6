"""The syntax of a configuration: all that was written, with comments and places, but for the spaces."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeAlias

__all__ = ["Array", "Concatenation", "Entry", "Include", "Item", "Object", "Reference", "Scalar", "Value"]


@dataclass(slots=True)
class Scalar:
    """A text, number, truth value or null. ``raw`` is as it was written, with its quotes."""

    raw: str
    value: str | int | float | bool | None
    start: int = 0


@dataclass(slots=True)
class Reference:
    """``${path}``, or ``${?path}``, which may be absent."""

    path: tuple[str, ...]
    optional: bool = False
    raw: str = ""
    start: int = 0


@dataclass(slots=True)
class Concatenation:
    """Values side by side: texts become one text, objects are merged, lists are joined."""

    parts: list[Value]
    """Spaces between simple values are scalars too, since they belong to the text."""
    start: int = 0


@dataclass(slots=True)
class Entry:
    """``path = value`` in an object."""

    path: tuple[str, ...]
    value: Value
    key: str = ""
    """The path as it was written."""
    append: bool = False
    """Whether it was written with ``+=``."""
    before: list[str] = field(default_factory=list)
    """Comments above, with their marks; an empty text is a blank line."""
    after: str = ""
    """The comment on the same line."""
    start: int = 0


@dataclass(slots=True)
class Include:
    """``include "file"``, kept as it was written."""

    raw: str
    before: list[str] = field(default_factory=list)
    after: str = ""
    start: int = 0


@dataclass(slots=True)
class Item:
    """One value of a list."""

    value: Value
    before: list[str] = field(default_factory=list)
    after: str = ""


@dataclass(slots=True)
class Object:
    """``{ … }``. ``wide`` says whether it was written on several lines."""

    entries: list[Entry | Include] = field(default_factory=list)
    closing: list[str] = field(default_factory=list)
    """Comments below the last entry."""
    wide: bool = True
    start: int = 0


@dataclass(slots=True)
class Array:
    """``[ … ]``"""

    items: list[Item] = field(default_factory=list)
    closing: list[str] = field(default_factory=list)
    wide: bool = False
    start: int = 0


Value: TypeAlias = Scalar | Reference | Concatenation | Object | Array
