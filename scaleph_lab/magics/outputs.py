"""A statement's place in the output area, drawn from the main thread only."""

from __future__ import annotations

import time
from collections.abc import Callable
from html import escape
from typing import TYPE_CHECKING

from scaleph_lab.magics.displays import Display, Output
from scaleph_lab.magics.live import LiveResult, Snapshot, State
from scaleph_lab.magics.tables import result_html, result_text
from scaleph_lab.widgets.feeds import View

if TYPE_CHECKING:
    from scaleph_lab.engines.model import Progress
    from scaleph_lab.sql.scripts import Statement
    from scaleph_lab.widgets.grids import ResultGrid

__all__ = ["EngineProgress", "ResultOutput", "has_rows", "is_query"]

_CLOCK_SECONDS = 1.0
_SNAPSHOT_SECONDS = 5.0
"""How often the HTML behind a grid that a page shows is drawn anew: it is what a saved notebook keeps."""
_BYTES_A_SECOND = 400_000
"""The most that drawing may cost: jupyter_server drops what goes beyond 1 MB a second."""
_SETTLE_SECONDS = 0.05
_QUIET = "color:var(--jp-ui-font-color2)"
_PLAN_COLUMN = "result"


def has_rows(live: LiveResult) -> bool:
    """Whether the statement gives rows to keep: a query or a listing, not DDL and not an INSERT's job id."""
    from scaleph_lab.sql.results import ResultKind

    result = live.result
    if result is None or result.kind is ResultKind.SUCCESS:
        return False
    return result.is_query or result.job_id is None


def is_query(live: LiveResult) -> bool:
    """Whether the rows come from a job of the statement's own."""
    return live.result is not None and live.result.is_query


class ResultOutput:
    """Shows one result; while it runs, in place and at most five times a second.

    A query's rows are a grid for the pages that know it, and HTML and text for all others. While a page shows the
    grid, the HTML is renewed now and then only. A terminal cannot draw over what it printed: there the result is
    shown once, at its end.
    """

    def __init__(
        self, statement: Statement, live: LiveResult, display: Display, stop: Callable[[], None], *, updating: bool
    ) -> None:
        self._statement = statement
        self._live = live
        self._display = display
        self._stop = stop
        self._updating = updating
        self._output = Output(display)
        self._grid: ResultGrid | None = None
        self._drawn = (-1, 0.0)
        self._pause = 0.0
        self._called_busy_at = 0.0

    def refresh(self) -> None:
        """Draws what is new; the clock of a quiet stream goes on once a second."""
        version, drawn_at = self._drawn
        now = time.monotonic()
        pause = _SNAPSHOT_SECONDS if self._attended(now) else self._pause
        fresh = self._live.version != version or now - drawn_at > _CLOCK_SECONDS
        if not self._updating or self._live.result is None or self._live.done:
            return
        if fresh and now - drawn_at >= pause:
            self._draw()

    def close(self) -> None:
        """Draws the end."""
        if self._live.result is not None:
            self._draw()
        if self._grid is not None:
            self._grid.end()

    def _attended(self, now: float) -> bool:
        grid = self._grid
        if grid is None or not grid.attended:
            return False
        if self._called_busy_at < grid.heard_at < now - _SETTLE_SECONDS:
            # The kernel called itself idle when it had answered the page, but the cell goes on.
            self._called_busy_at = now
            self._display.call_busy()
        return True

    def _draw(self) -> None:
        snapshot = self._live.snapshot()
        text, html = self._forms(snapshot)
        if self._grid is None and self._updating and is_query(self._live):
            self._grid = self._new_grid()
        self._output.draw(text, html, self._grid.form if self._grid is not None else {})
        self._drawn = (self._live.version, time.monotonic())
        self._pause = (len(text) + len(html)) / _BYTES_A_SECOND

    def _new_grid(self) -> ResultGrid:
        from scaleph_lab.widgets.grids import kernel_grids

        view = View.CHANGES if self._live.shows_changes else View.TABLE
        grid = kernel_grids().create(self._live, view, self._stop)
        self._live.listener = grid.wake
        return grid

    def _forms(self, snapshot: Snapshot) -> tuple[str, str]:
        if has_rows(self._live):
            return _plan(snapshot) or (result_text(snapshot), result_html(snapshot))
        line = self._line(snapshot)
        notes = "".join(f"{note}\n" for note in snapshot.notes)
        return f"{notes}{line}", f'<div style="{_QUIET}">{escape(notes)}{escape(line)}</div>'

    def _line(self, snapshot: Snapshot) -> str:
        what = " ".join(self._statement.text.split()[:3])
        if snapshot.job_id is None:
            state = "OK" if snapshot.state is State.FINISHED else str(snapshot.state)
            return f"{state} · {what}"
        state = snapshot.reason if snapshot.state is State.FINISHED else f"{snapshot.state} {snapshot.reason}"
        return f"{state.strip()} · {what} · job {snapshot.job_id}"


def _plan(snapshot: Snapshot) -> tuple[str, str] | None:
    """EXPLAIN and SHOW CREATE give one text of many lines, which is no table."""
    rows = snapshot.first or snapshot.last
    if len(snapshot.columns) != 1 or len(rows) != 1 or snapshot.columns[0].name != _PLAN_COLUMN:
        return None
    text = str(rows[0][0])
    if "\n" not in text:
        return None
    return text, f'<pre style="color:var(--jp-content-font-color1)">{escape(text)}</pre>'


class EngineProgress:
    """What the engine does before the first statement can run: assembling, starting."""

    def __init__(self, display: Display) -> None:
        self._latest: Progress | None = None
        self._shown: Progress | None = None
        self._output = Output(display)
        self._started = time.monotonic()

    def listen(self, progress: Progress) -> None:
        """Called from a worker thread."""
        self._latest = progress

    def refresh(self) -> None:
        """Shows the latest step."""
        if self._latest is not None and self._latest is not self._shown:
            self._shown = self._latest
            self._draw(_step(self._latest))

    def close(self) -> None:
        """Says how long it took, where anything was shown."""
        if self._output.shown and self._latest is not None:
            self._draw(f"{self._latest.message} ({time.monotonic() - self._started:.1f} s)")

    def _draw(self, text: str) -> None:
        self._output.draw(text, f'<div style="{_QUIET}">{escape(text)}</div>')


def _step(progress: Progress) -> str:
    parts = [progress.message]
    if progress.total_files:
        parts.append(f"{progress.done_files} of {progress.total_files} files")
    if progress.total_bytes:
        parts.append(f"{progress.done_bytes / 1e6:.0f} of {progress.total_bytes / 1e6:.0f} MB")
    return " · ".join(parts)
