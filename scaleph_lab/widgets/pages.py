"""One view of a result on one page, at the other end of a comm."""

from __future__ import annotations

import contextvars
import time
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from scaleph_lab.widgets.feeds import Item, ResultFeed, View
from scaleph_lab.widgets.patches import PageRows, described, window_rows

__all__ = ["ALIVE_SECONDS", "PageComm", "ResultPage"]

PUSH_SECONDS = 0.08
"""The shortest time between two patches."""
BYTES_A_SECOND = 400_000
"""The most that goes to a page. jupyter_server drops what a kernel says beyond 1 MB a second
(``ZMQChannelsWebsocketConnection.iopub_data_rate_limit``)."""
_BURST_BYTES = 150_000
_CLOCK_SECONDS = 1.0
ALIVE_SECONDS = 30.0
"""A page that says nothing for so long is gone: it would say that it is alive every ten seconds."""
_NEVER = float("inf")


class PageComm(Protocol):
    """What a page needs of its comm (see the package ``comm``)."""

    def send(self, data: Mapping[str, Any]) -> None:
        """Sends a message to the page."""

    def on_msg(self, callback: Callable[[Mapping[str, Any]], None]) -> None:
        """Calls back with each message of the page."""

    def on_close(self, callback: Callable[[Mapping[str, Any]], None]) -> None:
        """Calls back when the page closed the comm."""


class ResultPage:
    """Made where the page's comm is opened. `push` and the handlers may run in different threads."""

    def __init__(self, feed: ResultFeed, comm: PageComm, view: View, stop: Callable[[], None]) -> None:
        self._feed = feed
        self._comm = comm
        self._stop = stop
        # ipykernel answers a page on the subshell that its message came by, which the context names: messages of
        # another context would send the page's next ones to the main shell, where a running cell holds them up.
        self._context = contextvars.copy_context()
        self._view = view
        self._frozen: list[Item] | None = None
        self._reset = True
        self._rows = PageRows(view, feed.columns, feed.zones)
        self._window = window_rows(len(feed.columns))
        self._sequence = 0
        self._seen = -1
        self._whole = False
        self._tokens = float(_BURST_BYTES)
        self._pushed_at = 0.0
        self.heard_at = time.monotonic()
        """When the page last said anything."""

    @property
    def alive(self) -> bool:
        """Whether somebody is still there."""
        return time.monotonic() - self.heard_at < ALIVE_SECONDS

    def follow(self, feed: ResultFeed) -> None:
        """Goes on with what is left of the same result."""
        self._feed = feed

    def handle(self, message: Mapping[str, Any]) -> None:
        """Does what the page asks; only what is safe in any thread."""
        self.heard_at = time.monotonic()
        match message.get("do"):
            case "stop":
                self._stop()
            case "pause":
                self._frozen = self._feed.newest(self._view, self._window)
            case "resume":
                self._frozen = None
            case "show":
                self._view = View(message["view"])
                self._frozen, self._reset = None, True
            case "resync":
                self._reset = True
        self._whole, self._seen = False, -1

    def push(self, now: float) -> float:
        """Sends what is due; returns when to come again (`time.monotonic`)."""
        if not self.alive:
            return _NEVER
        version = self._feed.version
        stale = self._seen != version or not self._whole
        due = self._pushed_at + (PUSH_SECONDS if stale else _CLOCK_SECONDS)
        if now < due:
            return due
        facts = self._feed.facts()
        if not stale and facts["done"]:
            return _NEVER
        self._tokens = min(_BURST_BYTES, self._tokens + (now - self._pushed_at) * BYTES_A_SECOND)
        if self._tokens <= 0:
            return now - self._tokens / BYTES_A_SECOND + 0.01
        self._seen, self._pushed_at = version, now
        message = self._message()
        message["facts"] = facts
        self._context.run(self._comm.send, message)
        return now + (PUSH_SECONDS if not self._whole else _CLOCK_SECONDS)

    def _message(self) -> dict[str, Any]:
        message: dict[str, Any] = {"sequence": self._sequence}
        if self._reset:
            self._reset = False
            self._rows = PageRows(self._view, self._feed.columns, self._feed.zones)
            message["reset"] = {
                "view": self._view,
                "window": self._window,
                "columns": [described(column) for column in self._feed.columns],
            }
        frozen = self._frozen
        window = self._feed.newest(self._view, self._window) if frozen is None else frozen
        patch = self._rows.patch(window, int(self._tokens))
        self._tokens -= patch.size
        self._whole = patch.whole
        self._sequence += 1
        message |= {"low": patch.low, "gone": patch.gone, "slots": patch.slots, "rows": patch.rows}
        if patch.signs:
            message["signs"] = patch.signs
        return message
