"""What is known of a running statement: its rows, counts, state and times. Filled in the background, shown
from the main thread and, to the pages that watch it, from the thread of the result grids."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice
from typing import TYPE_CHECKING, Any

from scaleph_lab.sql.frames import FramePieces, from_arrow, to_frame
from scaleph_lab.widgets.feeds import Facts, Item, View

if TYPE_CHECKING:
    import pyarrow

    from scaleph_lab.sql.changelog import RowKind
    from scaleph_lab.sql.results import Batch, Column
    from scaleph_lab.sql.statements import StatementResult
    from scaleph_lab.sql.values import TimeZones

__all__ = ["KEPT_ROWS", "LiveResult", "Snapshot", "State"]

KEPT_ROWS = 100_000
"""Rows that a result keeps in the kernel when it is only shown; with ``-o`` all are kept."""
_KEPT_CHANGES = 10_000
_EDGE_ROWS = 20
_RATE_SECONDS = 3.0


class State(StrEnum):
    """How far a statement is, as a person reads it."""

    SUBMITTED = "SUBMITTED"
    RUNNING = "RUNNING"
    FINISHED = "FINISHED"
    STOPPED = "STOPPED"
    """By a limit or a timeout of the cell."""
    CANCELED = "CANCELED"
    """By the user."""
    FAILED = "FAILED"


@dataclass(frozen=True)
class Snapshot:
    """A view of a result at one moment; rows are the gateway's."""

    state: State
    reason: str
    columns: Sequence[Column]
    first: list[Sequence[Any]]
    last: list[Sequence[Any]]
    first_signs: list[str] | None
    """Of the changes, where changes are shown."""
    total: int
    """Rows of the table now, or changes, where changes are shown."""
    changes: int
    updating: bool
    """Whether rows were taken back: the table is folded from changes."""
    dropped: int
    rate: float
    elapsed: float
    job_id: str | None
    zones: Any
    notes: tuple[str, ...] = field(default=())


class LiveResult:
    """One statement's result; all methods may be called from any thread."""

    def __init__(self, *, keep_all: bool, keep_changes: bool, show_changes: bool) -> None:
        from scaleph_lab.sql.changelog import MaterializedTable

        self._lock = threading.Lock()
        self._table = MaterializedTable(None if keep_all else KEPT_ROWS)
        self._all_changes: list[tuple[RowKind, Sequence[Any]]] | None = [] if keep_changes else None
        self._recent: deque[tuple[str, Sequence[Any]]] = deque(maxlen=_KEPT_CHANGES)
        self._show_changes = show_changes
        self._result: StatementResult | None = None
        self._started = time.monotonic()
        self._ended: float | None = None
        self._session_notes: tuple[str, ...] = ()
        self._samples: deque[tuple[float, int]] = deque()
        self._changes = 0
        self._bulk: pyarrow.Table | None = None
        self._keep_all = keep_all
        self._pieces: FramePieces | None = None
        self._state = State.SUBMITTED
        self._reason = ""
        self._hold = ""
        self._watermark_lag: float | None = None
        self.listener: Callable[[], None] = _nobody
        """Called after every change, in the thread that made it."""
        self.version = 0
        """Grows with every change, so that what is shown is drawn again only when it differs."""

    @property
    def result(self) -> StatementResult | None:
        """The statement's result, once the gateway accepted it."""
        return self._result

    @property
    def columns(self) -> Sequence[Column]:
        """Of the result, once the gateway accepted the statement."""
        return self._result.columns if self._result is not None else ()

    @property
    def zones(self) -> TimeZones:
        """Of TIMESTAMP_LTZ values, once the gateway accepted the statement."""
        from scaleph_lab.sql.values import TimeZones

        return self._result.zones if self._result is not None else TimeZones()

    @property
    def changes(self) -> int:
        """How many changes arrived."""
        return self._changes

    @property
    def shows_changes(self) -> bool:
        """Whether the changes are shown, not the table that they add up to."""
        return self._show_changes

    @property
    def done(self) -> bool:
        """Whether nothing more will come."""
        return self._ended is not None

    def submit(self, notes: tuple[str, ...]) -> None:
        """The session is open: from here on the time counts. ``notes`` are for the user."""
        with self._lock:
            self._session_notes = notes
            self._started = time.monotonic()

    def note(self, notes: tuple[str, ...]) -> None:
        """Something more for the user."""
        with self._lock:
            self._session_notes += notes
            self.version += 1

    def begin(self, result: StatementResult) -> None:
        """The statement is accepted; its columns are known."""
        with self._lock:
            self._result = result
            self._state = State.RUNNING
            if self._keep_all and result.is_query:
                # Most results are never taken back: their frame is made while they arrive.
                self._pieces = FramePieces(result.columns, result.zones)
            self.version += 1
        self.listener()

    def fill(self, table: pyarrow.Table) -> None:
        """All rows have come by files; they are what `frame` gives, and some of them are shown."""
        with self._lock:
            self._bulk = table
            self.version += 1

    @property
    def elapsed(self) -> float:
        """Seconds since the statement was sent."""
        return time.monotonic() - self._started

    def explain_wait(self, hold: str) -> None:
        """Rows will come late for a reason that the user should know."""
        with self._lock:
            self._hold = hold
            self.version += 1
        self.listener()

    def see_watermark_lag(self, seconds: float) -> None:
        """How far the slowest watermark of the job is behind the clock."""
        with self._lock:
            self._watermark_lag = seconds

    def add(self, batch: Batch) -> None:
        """Rows have arrived."""
        with self._lock:
            self._table.apply(batch.kinds, batch.raw)
            self._changes += len(batch)
            if self._pieces is not None:
                self._pieces.add(batch.raw)
                if not self._table.append_only:
                    self._pieces = None
            if self._all_changes is not None:
                self._all_changes.extend(zip(batch.row_kinds(), batch.raw, strict=True))
            self._recent.extend(batch.signed())
            self.version += 1
        self.listener()

    def end(self, state: State, reason: str = "") -> None:
        """Nothing more will come. The first end counts."""
        with self._lock:
            if self._ended is None:
                self._ended = time.monotonic()
                self._state, self._reason = state, reason
                self.version += 1
        self.listener()

    def snapshot(self) -> Snapshot:
        """What to show now."""
        with self._lock:
            result = self._result
            first, last, signs, total = self._view()
            return Snapshot(
                state=self._state,
                reason=self._reason,
                columns=result.columns if result else (),
                first=first,
                last=last,
                first_signs=signs,
                total=total,
                changes=self._changes,
                updating=not self._table.append_only,
                dropped=self._table.dropped,
                rate=self._rate(),
                elapsed=(self._ended or time.monotonic()) - self._started,
                job_id=result.job_id if result else None,
                zones=result.zones if result else None,
                notes=self._notes(),
            )

    def newest(self, view: View, count: int) -> list[Item]:
        """The newest rows or changes with their slots, in order."""
        with self._lock:
            if view is View.TABLE:
                return list(self._table.newest(count))
            recent = list(islice(reversed(self._recent), count))[::-1]
            return list(enumerate(recent, self._changes - len(recent)))

    def facts(self) -> Facts:
        """What a page says beside the rows."""
        with self._lock:
            done = self._ended is not None
            return Facts(
                state=str(self._state),
                reason=self._reason,
                done=done,
                total=len(self._table),
                changes=self._changes,
                dropped=self._table.dropped,
                rate=self._rate(),
                elapsed=(self._ended or time.monotonic()) - self._started,
                appendOnly=self._table.append_only,
                watermarkLag=None if done else self._watermark_lag,
                job=(self._result.job_id if self._result else None) or "",
                notes=list(self._notes()),
            )

    def frame(self, form: str) -> Any:
        """The rows as ``pandas``, ``polars`` or ``arrow``: the folded table; or (``changelog``) all changes with their
        kinds, as pandas. Raises `ValueConversionError` and `PlatformError`."""
        with self._lock:
            if self._result is None:
                raise ValueError("the statement gave no result")
            columns, zones = self._result.columns, self._result.zones
            if form == "changelog":
                changes = self._all_changes or []
                rows, kinds = [row for _, row in changes], [kind for kind, _ in changes]
                return to_frame("pandas", columns, rows, zones, kinds)
            if self._bulk is not None:
                return from_arrow(form, self._bulk)
            if form == "pandas" and self._pieces is not None:
                return self._pieces.frame()
            return to_frame(form, columns, self._table.rows(), zones)

    def _view(self) -> tuple[list[Any], list[Any], list[str] | None, int]:
        if self._show_changes:
            recent = list(islice(reversed(self._recent), 2 * _EDGE_ROWS))[::-1]
            return [row for _, row in recent], [], [sign for sign, _ in recent], self._changes
        total = len(self._table)
        if self._ended is None and self._table.append_only:
            # While rows are appended the newest are what one looks for.
            return [], [row for _, row in self._table.newest(2 * _EDGE_ROWS)], None, total
        first, last = self._table.edges(_EDGE_ROWS, _EDGE_ROWS)
        return first, last, None, total

    def _rate(self) -> float:
        """Changes a second: of the last seconds while it runs, of the whole run at its end."""
        now = time.monotonic()
        if self._ended is not None:
            return self._changes / max(self._ended - self._started, 1e-3)
        self._samples.append((now, self._changes))
        while now - self._samples[0][0] > _RATE_SECONDS:
            self._samples.popleft()
        since, count = self._samples[0]
        return (self._changes - count) / (now - since) if now - since > 0.1 else 0.0

    def _notes(self) -> tuple[str, ...]:
        if self._result is None:
            return ()
        notes = (*self._session_notes, *self._result.notes)
        if self._hold and self._ended is None:
            notes = (*notes, self._hold)
        what, silent = self._result.silence
        if silent >= 1 and self._ended is None:
            notes = (*notes, f"No answer from the {what} for {silent:.0f} s.")
        ambiguous = sorted(self._result.ambiguous_columns)
        if ambiguous:
            notes = (
                *notes,
                f"As Flink's text, since it can be read in two ways: {', '.join(ambiguous)}.",
            )
        return notes


def _nobody() -> None:
    """Who listens to a result that no page shows."""
