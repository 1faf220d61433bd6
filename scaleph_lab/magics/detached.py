"""Queries that go on when their cell has ended: several may stream at once, and each is stopped alone."""

from __future__ import annotations

import contextlib
import contextvars
import threading
from collections.abc import Callable
from concurrent.futures import CancelledError
from typing import TYPE_CHECKING, Any

from scaleph_lab.errors import NotFoundError, ScalephError

if TYPE_CHECKING:
    import pandas as pd

    from scaleph_lab.magics.running import RunningStatement

__all__ = ["DetachedQueries", "DetachedQuery"]

_KEPT = 50
"""Ended queries that are still listed."""


class DetachedQuery:
    """A query of ``%%flinksql --detach``; with ``-o`` the variable holds it. Its output goes on changing."""

    def __init__(self, name: str, statement: str, running: RunningStatement, note: Callable[[str], None]) -> None:
        self.name = name
        """Such as ``q1``: what ``%flink cancel`` takes."""
        self.statement = statement
        self._running = running
        self._note = note
        self._ended = threading.Event()

    def __repr__(self) -> str:
        return f"<{self.name}: {self.state}, {self.changes:,} changes, {self.statement}>"

    @property
    def state(self) -> str:
        """RUNNING, FINISHED, STOPPED, CANCELED or FAILED."""
        return str(self._running.live.snapshot().state)

    @property
    def changes(self) -> int:
        """How many changes arrived."""
        return self._running.live.changes

    @property
    def job_id(self) -> str | None:
        """The id of its job."""
        return self._running.live.snapshot().job_id

    @property
    def done(self) -> bool:
        """Whether it has ended, and its output shows the end."""
        return self._ended.is_set()

    def to_pandas(self) -> pd.DataFrame:
        """The table as it is now."""
        frame: Any = self._running.live.frame("pandas")
        return frame  # type: ignore[no-any-return]

    def stop(self) -> None:
        """Stops it, and waits until its job is gone. Raises `EngineTimeoutError` when that takes too long."""
        from scaleph_lab.errors import EngineTimeoutError
        from scaleph_lab.magics.running import STOP_SECONDS

        problem = self._running.call.cancel(STOP_SECONDS)
        self._running.canceled(problem)
        self._ended.wait(STOP_SECONDS)
        if problem is not None:
            raise EngineTimeoutError(f"{self.name} was stopped, but its job may still run: {problem}", path=self.name)

    def wait(self, seconds: float | None = None) -> bool:
        """Waits for its end; whether it has ended."""
        return self._ended.wait(seconds)

    def refresh(self) -> bool:
        """Draws what is new, or the end; whether it goes on. Called from one thread only."""
        if not self._running.call.done:
            self._running.refresh()
            return True
        self._running.close()
        self._note(self._last_words())
        self._ended.set()
        return False

    def _last_words(self) -> str:
        try:
            self._running.call.finish(0)
        except ScalephError as error:
            return f"{self.name} failed: {error}"
        except CancelledError:
            return f"{self.name} was stopped; no job of it is left."
        return f"{self.name} ended: {self.state}."


class DetachedQueries:
    """The detached queries of one kernel. One thread draws all of them."""

    def __init__(self) -> None:
        self._queries: dict[str, DetachedQuery] = {}
        self._active: list[tuple[DetachedQuery, contextvars.Context]] = []
        self._count = 0
        self._lock = threading.Lock()
        self._drawing: threading.Thread | None = None
        self._closed = threading.Event()

    def __iter__(self) -> Any:
        return iter(list(self._queries.values()))

    def find(self, name: str) -> DetachedQuery | None:
        """The query of that name, or of that job."""
        return next((query for query in self if name in {query.name, query.job_id}), None)

    def get(self, name: str) -> DetachedQuery:
        """The query of that name, or of that job. Raises `NotFoundError`."""
        query = self.find(name)
        if query is None:
            there_are = ", ".join(query.name for query in self if not query.done) or "none"
            raise NotFoundError(f"There is no query {name!r}.", hint=f"Running: {there_are}.", path=name)
        return query

    def name(self) -> str:
        """A name for the next one."""
        self._count += 1
        return f"q{self._count}"

    def add(self, query: DetachedQuery) -> None:
        """Draws it from now on, below the cell that runs now."""
        with self._lock:
            self._queries[query.name] = query
            # The cell's context says below which cell its outputs appear.
            self._active.append((query, contextvars.copy_context()))
            for name in [name for name, each in self._queries.items() if each.done][:-_KEPT]:
                del self._queries[name]
            if self._drawing is None:
                self._drawing = threading.Thread(target=self._draw, name="scaleph-detached", daemon=True)
                self._drawing.start()

    def close(self) -> None:
        """Draws no more."""
        self._closed.set()

    def _draw(self) -> None:
        from scaleph_lab.magics.running import REFRESH_SECONDS

        while not self._closed.wait(REFRESH_SECONDS):
            with self._lock:
                active = list(self._active)
            for each in active:
                query, context = each
                goes_on = False
                # What cannot be drawn any more, because its page is gone, is let go.
                with contextlib.suppress(RuntimeError):
                    goes_on = context.run(query.refresh)
                if not goes_on:
                    with self._lock:
                        self._active.remove(each)
