"""The changes of the catalog as server-sent events."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from jupyter_server.auth.decorator import authorized
from tornado.iostream import StreamClosedError
from tornado.web import authenticated

from scaleph_lab.errors import UserError
from scaleph_lab.server.catalog import CatalogHandler
from scaleph_lab.server.changes import Batches

if TYPE_CHECKING:
    from scaleph_lab.access.policy import Rights
    from scaleph_lab.catalog.documents.action import Change
    from scaleph_lab.catalog.services.changes import Changes

__all__ = ["EventStreamHandler"]

_BEAT_SECONDS = 15.0
_LIFE_SECONDS = 600.0
_REPLAYED = 500
_NUMBER_DIGITS = 18
_RESET = "event: reset\ndata: {}\n\n"
_OF_RIGHTS = frozenset({"grant", "role", "user", "project"})
"""Changes of these may be ones of what the user may read, and then of what all lists show."""


def _changes() -> type[Changes]:
    from scaleph_lab.catalog.services.changes import Changes

    return Changes


class EventStreamHandler(CatalogHandler):
    """``/scaleph/events``"""

    auth_resource = "scaleph:events"
    _batches: Batches | None = None
    _rights: Rights | None = None

    @authenticated
    @authorized
    async def get(self) -> None:
        """Sends each change that the user may know of, until the caller leaves or ten minutes are over.

        When the user's own rights change, the reader is told to read all anew: there may be more or less to see.
        """
        last = self._last_seen()
        self.set_header("Content-Type", "text/event-stream; charset=utf-8")
        self.set_header("Cache-Control", "no-store")
        # Or nginx would keep the events until it has a buffer full of them.
        self.set_header("X-Accel-Buffering", "no")
        # Who is granted what is asked with each batch, who is logged in only with a request: so it must come again.
        ends = time.monotonic() + _LIFE_SECONDS
        with self.changes.reader() as self._batches:
            try:
                await self._begin(last)
                while (left := ends - time.monotonic()) > 0:
                    try:
                        batch = await asyncio.wait_for(self._batches.get(), min(_BEAT_SECONDS, left))
                    except TimeoutError:
                        await self._send(": still here\n\n")
                        continue
                    if batch is None:
                        break
                    await self._send(await self._told(batch))
            except StreamClosedError:
                return
        self.finish(set_content_type="text/event-stream; charset=utf-8")

    def on_connection_close(self) -> None:
        """Ends the stream when its reader has gone."""
        super().on_connection_close()
        if self._batches is not None and not self._batches.full():
            self._batches.put_nowait(None)

    def _last_seen(self) -> int | None:
        text = self.request.headers.get("Last-Event-ID", "")
        if text and not (text.isascii() and text.isdigit() and len(text) <= _NUMBER_DIGITS):
            raise UserError(f"{text!r} is no number of an event.", path="Last-Event-ID")
        return int(text) if text else None

    async def _begin(self, last: int | None) -> None:
        """Says that it listens; to one who comes again, what they have missed, or that it was too much to tell."""
        newest = await self.ask(_changes, lambda changes: changes.newest())
        self._rights = await self._current_rights()
        text = f"retry: 2000\n\nid: {newest}\nevent: ready\ndata: {{}}\n\n"
        if last is not None:
            missed, is_all = await self.ask(_changes, lambda changes: changes.since(last, _REPLAYED))
            text += _written(missed) if is_all else _RESET
        await self._send(text)

    async def _told(self, batch: list[Change]) -> str:
        text = _written(await self.ask(_changes, lambda changes: changes.readable(batch)))
        if any(change.resource in _OF_RIGHTS for change in batch):
            before, self._rights = self._rights, await self._current_rights()
            if before != self._rights:
                text += _RESET
        return text

    async def _current_rights(self) -> Rights:
        return await self.ask(_changes, lambda changes: changes.rights())

    async def _send(self, text: str) -> None:
        if text:
            self.write(text)
            await self.flush()


def _written(changes: list[Change]) -> str:
    return "".join(f"id: {change.id}\nevent: change\ndata: {change.model_dump_json()}\n\n" for change in changes)
