"""What a result grid asks of the result that it shows."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol, TypedDict

if TYPE_CHECKING:
    from scaleph_lab.sql.results import Column
    from scaleph_lab.sql.values import TimeZones

__all__ = ["Facts", "FrozenFeed", "Item", "ResultFeed", "View"]

Item = tuple[int, Any]
"""A slot and what is in it: a row, or in the view of changes a sign (such as ``+I``) and a row. What is changed
is replaced by another object, so that two states are compared without looking into rows."""


class View(StrEnum):
    """Which of the two faces of a changelog is shown."""

    TABLE = "table"
    """What the changes add up to."""
    CHANGES = "changes"


class Facts(TypedDict):
    """What is said about a result, beside its rows. Sent to the page as it is."""

    state: str
    reason: str
    done: bool
    total: int
    """Rows of the table now."""
    changes: int
    dropped: int
    """Rows that the kernel no longer keeps."""
    rate: float
    """Changes a second."""
    elapsed: float
    """Seconds."""
    appendOnly: bool
    watermarkLag: float | None
    """Seconds by which the slowest watermark is behind the clock, or ``None`` where there is none."""
    job: str
    notes: list[str]


class ResultFeed(Protocol):
    """A result, from any thread."""

    @property
    def version(self) -> int:
        """Grows with every change."""

    @property
    def columns(self) -> Sequence[Column]:
        """Known from the beginning of the grid on."""

    @property
    def zones(self) -> TimeZones:
        """Of TIMESTAMP_LTZ values."""

    def newest(self, view: View, count: int) -> list[Item]:
        """The newest rows or changes, in order."""

    def facts(self) -> Facts:
        """What is known now."""


class FrozenFeed:
    """What is left of a result that has ended: it does not hold what a page would not show."""

    def __init__(self, feed: ResultFeed, count: int) -> None:
        self.version = feed.version
        self.columns = feed.columns
        self.zones = feed.zones
        self._facts = feed.facts()
        self._newest = {view: feed.newest(view, count) for view in View}

    def newest(self, view: View, count: int) -> list[Item]:
        """See `ResultFeed`."""
        items = self._newest[view]
        return items[max(0, len(items) - count) :]

    def facts(self) -> Facts:
        """See `ResultFeed`."""
        return self._facts
