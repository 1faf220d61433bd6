"""Folding a changelog into the table that it describes.

A streaming query's result is a changelog: rows of kinds INSERT, UPDATE_BEFORE, UPDATE_AFTER and DELETE
(Flink's ``RowKind``). The rows carry no key, so a retraction removes *one* row equal to it, the latest.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Hashable, Iterable, Sequence
from enum import StrEnum
from itertools import islice
from typing import Any

__all__ = ["SIGNS", "MaterializedTable", "RowKind"]

Row = Sequence[Any]
_MAX_VACANT = 1024


class RowKind(StrEnum):
    """The kind of a change (Flink's ``RowKind``)."""

    INSERT = "INSERT"
    UPDATE_BEFORE = "UPDATE_BEFORE"
    UPDATE_AFTER = "UPDATE_AFTER"
    DELETE = "DELETE"

    @property
    def sign(self) -> str:
        """Flink's short form: ``+I``, ``-U``, ``+U``, ``-D``."""
        return SIGNS[self]

    @property
    def adds(self) -> bool:
        """Whether the change adds its row; otherwise it takes it away."""
        return self in (RowKind.INSERT, RowKind.UPDATE_AFTER)


SIGNS = {
    RowKind.INSERT: "+I",
    RowKind.UPDATE_BEFORE: "-U",
    RowKind.UPDATE_AFTER: "+U",
    RowKind.DELETE: "-D",
}
"""Flink's short forms."""


class MaterializedTable:
    """The table that a changelog describes up to now.

    Rows are kept as the gateway sent them, for there NaN equals NaN. Each has a slot, a number that grows with
    every new row; an updated row takes the slot of the row that it replaces, so that the order is stable. With
    ``max_rows`` the oldest rows are dropped beyond it, and `dropped` counts them; a retraction of such a row
    has nothing left to remove and is counted in `unmatched`.
    """

    def __init__(self, max_rows: int | None = None) -> None:
        # In the order of the slots. A slot whose row was taken away by an UPDATE_BEFORE keeps its place, without
        # a row, for the UPDATE_AFTER that belongs to it.
        self._rows: dict[int, Row | None] = {}
        self._next_slot = 0
        # The index from a row to its slots is made at the first retraction: many streams have none.
        self._slots: defaultdict[Hashable, list[int]] | None = None
        self._vacant: deque[int] = deque()
        self._max_rows = max_rows
        self.dropped = 0
        self.unmatched = 0

    def __len__(self) -> int:
        return len(self._rows) - len(self._vacant)

    @property
    def append_only(self) -> bool:
        """Whether no row was ever taken back."""
        return self._slots is None

    def apply(self, kinds: Iterable[RowKind] | None, rows: Iterable[Row]) -> None:
        """Applies changes in their order; without ``kinds`` all of them are INSERTs."""
        if kinds is None:
            for row in rows:
                self._add(row, self._new_slot())
        else:
            for kind, row in zip(kinds, rows, strict=True):
                self._change(kind, row)
        self._drop_oldest()

    def rows(self) -> list[Row]:
        """The rows now, in order."""
        return [row for row in self._rows.values() if row is not None]

    def edges(self, first: int, last: int) -> tuple[list[Row], list[Row]]:
        """The first and the last rows, which do not overlap: a view of a table too long to show."""
        if len(self) <= first + last:
            return self.rows(), []
        present = (row for row in self._rows.values() if row is not None)
        return list(islice(present, first)), [row for _, row in self.newest(last)]

    def newest(self, count: int) -> list[tuple[int, Row]]:
        """The rows of the highest slots, each with its slot, in their order.

        A slot whose row is another object than before was updated: comparing the two is all it takes to know.
        """
        present = ((slot, row) for slot, row in reversed(self._rows.items()) if row is not None)
        return list(islice(present, count))[::-1]

    def _change(self, kind: RowKind, row: Row) -> None:
        if kind is RowKind.INSERT:
            self._add(row, self._new_slot())
        elif kind is RowKind.UPDATE_AFTER:
            # Flink sends an update as a pair; the new row takes the old one's place.
            self._add(row, self._vacant.popleft() if self._vacant else self._new_slot())
        else:
            self._take(kind, row)

    def _new_slot(self) -> int:
        self._next_slot += 1
        return self._next_slot

    def _add(self, row: Row, slot: int) -> None:
        self._rows[slot] = row
        if self._slots is not None:
            self._slots[_identity(row)].append(slot)

    def _take(self, kind: RowKind, row: Row) -> None:
        if self._slots is None:
            self._slots = defaultdict(list)
            for slot, present in self._rows.items():
                if present is not None:
                    self._slots[_identity(present)].append(slot)
        identity = _identity(row)
        slots = self._slots.get(identity)
        if not slots:
            self.unmatched += 1
            return
        slot = slots.pop()
        if not slots:
            del self._slots[identity]
        if kind is RowKind.DELETE:
            del self._rows[slot]
            return
        self._rows[slot] = None
        self._vacant.append(slot)
        # Bounded, because a filter may let an UPDATE_BEFORE pass and hold its UPDATE_AFTER back.
        if len(self._vacant) > _MAX_VACANT:
            del self._rows[self._vacant.popleft()]

    def _drop_oldest(self) -> None:
        if self._max_rows is None or len(self) <= self._max_rows:
            return
        surplus = len(self) - self._max_rows
        present = ((slot, row) for slot, row in self._rows.items() if row is not None)
        for slot, row in list(islice(present, surplus)):
            del self._rows[slot]
            if self._slots is not None:
                self._forget(row, slot)
        self.dropped += surplus

    def _forget(self, row: Row, slot: int) -> None:
        assert self._slots is not None  # noqa: S101 - says it to the type checker
        identity = _identity(row)
        slots = self._slots[identity]
        slots.remove(slot)
        if not slots:
            del self._slots[identity]


def _identity(row: Row) -> Hashable:
    """What two equal rows share; nested values are lists and maps, which cannot be keys themselves."""
    return tuple(_frozen(value) for value in row)


def _frozen(value: Any) -> Hashable:
    if isinstance(value, list):
        return ("list", *(_frozen(item) for item in value))
    if isinstance(value, dict):
        return frozenset((key, _frozen(item)) for key, item in value.items())
    return value  # type: ignore[no-any-return]
