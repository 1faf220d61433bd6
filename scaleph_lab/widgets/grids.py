"""The live result grids of a kernel: those that run, and the last ones that have ended.

An output names its grid by a MIME form of its own. A page that shows the output opens a comm and is fed by a
thread; where nobody opens one (nbconvert, Colab, a terminal) the output's HTML and text are all there is.
"""

from __future__ import annotations

import functools
import threading
import time
import uuid
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any

from scaleph_lab.widgets.feeds import FrozenFeed, ResultFeed, View
from scaleph_lab.widgets.pages import ResultPage
from scaleph_lab.widgets.patches import window_rows

__all__ = ["RESULT_MIME", "TARGET", "Grids", "ResultGrid", "kernel_grids"]

RESULT_MIME = "application/vnd.scaleph.result+json"
"""Of the form that names a grid; the labextension has the renderer."""
TARGET = "scaleph.result"
"""Of the comms that pages open."""
ENDED_GRIDS = 20
"""How many results that have ended can still be opened by a page, such as one that was loaded anew."""


class ResultGrid:
    """One result as pages show it. All methods may be called from any thread."""

    def __init__(self, grids: Grids, feed: ResultFeed, view: View, stop: Callable[[], None]) -> None:
        self.id = uuid.uuid4().hex
        self._grids = grids
        self._feed = feed
        self._view = view
        self._stop = stop
        self._ended = False
        self._pages: dict[str, ResultPage] = {}
        self._lock = threading.Lock()

    @property
    def form(self) -> dict[str, Any]:
        """The MIME form of an output that shows this grid."""
        return {RESULT_MIME: {"id": self.id}}

    @property
    def attended(self) -> bool:
        """Whether a page shows it now, so that nothing else need be drawn."""
        return any(page.alive for page in list(self._pages.values()))

    @property
    def heard_at(self) -> float:
        """When a page last said anything (`time.monotonic`)."""
        return max((page.heard_at for page in list(self._pages.values())), default=0.0)

    def wake(self) -> None:
        """Something has changed."""
        if self._pages:
            self._grids.wake()

    def end(self) -> None:
        """Nothing more will come: lets go of what no page shows."""
        with self._lock:
            feed = FrozenFeed(self._feed, window_rows(len(self._feed.columns)))
            self._feed, self._ended = feed, True
            for page in self._pages.values():
                page.follow(feed)
        self._grids.ended(self)
        self._grids.wake()

    def open(self, comm: Any) -> None:
        """A page has come."""
        with self._lock:
            page = ResultPage(self._feed, comm, self._view, self._ask_to_stop)
            self._pages[comm.comm_id] = page

        def handle(message: Mapping[str, Any]) -> None:
            page.handle(message["content"]["data"])
            self._grids.wake()

        comm.on_msg(handle)
        comm.on_close(lambda _: self._pages.pop(comm.comm_id, None))
        self._grids.wake()

    def _ask_to_stop(self) -> None:
        if not self._ended:
            self._stop()

    def push(self, now: float) -> float:
        """Feeds its pages; returns when to come again."""
        return min((page.push(now) for page in list(self._pages.values())), default=float("inf"))


class Grids:
    """All grids by their ids, and the thread that feeds their pages."""

    def __init__(self) -> None:
        self._running: dict[str, ResultGrid] = {}
        self._ended: OrderedDict[str, ResultGrid] = OrderedDict()
        self._lock = threading.Lock()
        self._changed = threading.Event()
        self._thread: threading.Thread | None = None

    def create(self, feed: ResultFeed, view: View, stop: Callable[[], None]) -> ResultGrid:
        """A grid for a result that runs; ``stop`` asks for its end, and may be called from any thread."""
        grid = ResultGrid(self, feed, view, stop)
        with self._lock:
            self._running[grid.id] = grid
        return grid

    def open_comm(self, comm: Any, message: Mapping[str, Any]) -> None:
        """A page asks for a grid. One that is not known any more is closed at once: the page then shows HTML."""
        asked = str(message["content"]["data"].get("id"))
        with self._lock:
            grid = self._running.get(asked) or self._ended.get(asked)
        if grid is None:
            comm.close()
            return
        self._start()
        grid.open(comm)

    def ended(self, grid: ResultGrid) -> None:
        """The grid's result has ended; the oldest of such grids is forgotten."""
        with self._lock:
            self._running.pop(grid.id, None)
            self._ended[grid.id] = grid
            while len(self._ended) > ENDED_GRIDS:
                self._ended.popitem(last=False)

    def wake(self) -> None:
        """Looks for what is to be sent."""
        self._changed.set()

    def _start(self) -> None:
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._feed_pages, name="scaleph-grids", daemon=True)
                self._thread.start()

    def _feed_pages(self) -> None:
        while True:
            self._changed.clear()
            with self._lock:
                grids = [*self._running.values(), *self._ended.values()]
            due = min((grid.push(time.monotonic()) for grid in grids), default=float("inf"))
            pause = due - time.monotonic()
            self._changed.wait(max(pause, 0.0) if pause < threading.TIMEOUT_MAX else None)
            if pause > 0:
                # A stream wakes it with every row: come no sooner than the pages are due.
                time.sleep(0.005)


@functools.cache
def kernel_grids() -> Grids:
    """The grids of this process, which its kernel's comms reach."""
    import comm

    grids = Grids()
    comm.get_comm_manager().register_target(TARGET, grids.open_comm)
    return grids
