"""What a page lacks of the newest rows, in portions that the way to it can carry.

A page shows a window on the newest rows of a result. Each patch brings it nearer to the window of that moment:
rows that are new or changed, the newest first, until a budget of bytes is spent, and the slots that are gone.
A stream that is faster than the budget therefore leaves gaps between the newest rows and older ones; when it
slows down or ends, the patches that follow fill them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from scaleph_lab.widgets.feeds import Item, View

if TYPE_CHECKING:
    from scaleph_lab.sql.results import Column
    from scaleph_lab.sql.values import TimeZones

__all__ = ["WINDOW_ROWS", "PageRows", "Patch", "described", "window_rows"]

WINDOW_ROWS = 10_000
"""How many of the newest rows a page has at most."""
_WINDOW_CELLS = 500_000
_CELL_CHARACTERS = 2_000
_ROW_BYTES = 12
_CELL_BYTES = 3


def window_rows(columns: int) -> int:
    """How many rows of so many columns a page has at most: a wide result has fewer of them."""
    return min(WINDOW_ROWS, max(1, _WINDOW_CELLS // max(1, columns)))


def described(column: Column) -> dict[str, str]:
    """A column as the page knows it."""
    from scaleph_lab.sql.texts import is_number

    is_duration = column.type.root == "INTERVAL_DAY_TIME"
    order = "duration" if is_duration else "number" if is_number(column.type) else "text"
    return {"name": column.name, "type": column.type.sql, "order": order}


@dataclass
class Patch:
    """A step from what a page shows towards the window."""

    low: int = 0
    """All slots below are gone."""
    gone: list[int] = field(default_factory=list)
    """Slots from `low` on that are gone."""
    slots: list[int] = field(default_factory=list)
    """Slots that are new or changed, in order."""
    rows: list[list[str | None]] = field(default_factory=list)
    """Their rows as text; NULL is ``None``."""
    signs: list[str] = field(default_factory=list)
    """Their row kinds, in the view of changes."""
    size: int = 0
    """About how many bytes it is."""
    whole: bool = True
    """Whether the page then has the whole window."""

    @property
    def empty(self) -> bool:
        """Whether it changes nothing."""
        return not self.slots and not self.gone


class PageRows:
    """The rows that a page has of one view. It holds what the table holds, and no copies."""

    def __init__(self, view: View, columns: Sequence[Column], zones: TimeZones) -> None:
        from scaleph_lab.sql.texts import formatter

        self._view = view
        self._forms = [formatter(column.type, zones) for column in columns]
        self._present: dict[int, Any] = {}

    def __len__(self) -> int:
        return len(self._present)

    def patch(self, window: Sequence[Item], budget: int) -> Patch:
        """The next step to this window, of about so many bytes, but of one row at least where one is missing."""
        patch = Patch(low=window[0][0] if window else 0)
        inside = dict(window)
        for slot in [slot for slot in self._present if slot not in inside]:
            del self._present[slot]
            if slot >= patch.low:
                patch.gone.append(slot)
        if not window and patch.gone:
            patch.low, patch.gone = max(patch.gone) + 1, []
        present = self._present
        missing = [item for item in window if present.get(item[0]) is not item[1]]
        for slot, content in reversed(missing):
            if patch.slots and patch.size >= budget:
                patch.whole = False
                break
            self._take(patch, slot, content)
        patch.slots.reverse()
        patch.rows.reverse()
        patch.signs.reverse()
        return patch

    def _take(self, patch: Patch, slot: int, content: Any) -> None:
        self._present[slot] = content
        row = content
        if self._view is View.CHANGES:
            sign, row = content
            patch.signs.append(sign)
        texts = [None if value is None else _clipped(form(value)) for form, value in zip(self._forms, row, strict=True)]
        patch.slots.append(slot)
        patch.rows.append(texts)
        patch.size += _ROW_BYTES + _CELL_BYTES * len(texts)
        patch.size += sum(len(text) if text.isascii() else 3 * len(text) for text in texts if text is not None)


def _clipped(text: str) -> str:
    return text if len(text) <= _CELL_CHARACTERS else f"{text[: _CELL_CHARACTERS - 1]}…"
