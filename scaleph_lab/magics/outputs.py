"""A statement's place in the output area, drawn from the main thread only."""

from __future__ import annotations

import time
from html import escape
from typing import TYPE_CHECKING

from scaleph_lab.magics.displays import Display, Output
from scaleph_lab.magics.live import LiveResult, Snapshot, State
from scaleph_lab.magics.tables import result_html, result_text

if TYPE_CHECKING:
    from scaleph_lab.engines.model import Progress
    from scaleph_lab.sql.scripts import Statement

__all__ = ["EngineProgress", "ResultOutput", "has_rows", "is_query"]

_CLOCK_SECONDS = 1.0
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

    A terminal cannot draw over what it printed: there the result is shown once, at its end.
    """

    def __init__(self, statement: Statement, live: LiveResult, display: Display, *, updating: bool) -> None:
        self._statement = statement
        self._live = live
        self._updating = updating
        self._output = Output(display)
        self._drawn = (-1, 0.0)

    def refresh(self) -> None:
        """Draws what is new; the clock of a quiet stream goes on once a second."""
        version, drawn_at = self._drawn
        now = time.monotonic()
        fresh = self._live.version != version or now - drawn_at > _CLOCK_SECONDS
        if self._updating and fresh and self._live.result is not None and not self._live.done:
            self._draw()

    def close(self) -> None:
        """Draws the end."""
        if self._live.result is not None:
            self._draw()

    def _draw(self) -> None:
        self._drawn = (self._live.version, time.monotonic())
        self._output.draw(*self._forms(self._live.snapshot()))

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
