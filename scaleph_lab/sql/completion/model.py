"""What completion answers with."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Completion", "Kind", "Match"]


class Kind(StrEnum):
    """What a match is; the order is that in which matches are offered."""

    OPTION = "option"
    """The key of a connector's option."""
    VALUE = "value"
    """The value of an option."""
    VARIABLE = "variable"
    """A variable of the notebook, for ``{{name}}``."""
    COLUMN = "column"
    ALIAS = "alias"
    """A table in scope, by the name that qualifies its columns."""
    TABLE = "table"
    DATABASE = "database"
    CATALOG = "catalog"
    FUNCTION = "function"
    KEYWORD = "keyword"


@dataclass(frozen=True)
class Match:
    """One text that may stand at the cursor."""

    text: str
    """As it is written into the cell, with the quotes that it needs."""
    kind: Kind
    detail: str = ""
    """A few words more: a column's type and table, an option's type."""


@dataclass(frozen=True)
class Completion:
    """What may replace the characters from ``start`` to ``end`` (counted from 0)."""

    matches: tuple[Match, ...]
    start: int
    end: int

    @property
    def texts(self) -> tuple[str, ...]:
        """The matches without their kinds."""
        return tuple(match.text for match in self.matches)

    def moved(self, by: int) -> Completion:
        """The same, in a text that has ``by`` characters more before it."""
        return Completion(self.matches, self.start + by, self.end + by)
