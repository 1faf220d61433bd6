"""The changes of the catalog, told to the pages of this server and to Jupyter's event system."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jupyter_events.logger import EventLogger

    from scaleph_lab.catalog.changes import ChangeTail
    from scaleph_lab.catalog.database import Database
    from scaleph_lab.catalog.documents.action import Change

__all__ = ["CHANGES_KEY", "EVENT_SCHEMA_ID", "ChangeFeed"]

CHANGES_KEY = "scaleph_changes"
"""The key of the `ChangeFeed` in the web application's settings."""

EVENT_SCHEMA_ID = "https://scaleph-lab.org/jupyter/events/catalog-change/v1"
_EVENT_SCHEMA = "schemas/catalog-change.v1.yaml"

_LOOK_SECONDS = 0.5
_PAUSE_SECONDS = 5.0
_BACKLOG = 200

_log = logging.getLogger(__name__)

Batches = asyncio.Queue["list[Change] | None"]
"""Changes as they come, some at a time; None when the server ends, or when its reader was too slow for them."""


class ChangeFeed:
    """Reads the catalog's log while somebody listens, and at once after each change that this server makes.

    Changes of other processes are looked for twice a second; a server without a page open looks for none.
    """

    def __init__(self, events: EventLogger | None) -> None:
        self._events = events
        if events is not None:
            events.register_event_schema((files("scaleph_lab.server") / _EVENT_SCHEMA).read_text("utf-8"))
        self._loop: asyncio.AbstractEventLoop | None = None
        self._wake = asyncio.Event()
        self._tail: ChangeTail | None = None
        self._database: Database | None = None
        self._end_listening: Callable[[], None] = lambda: None
        self._guard = threading.Lock()
        self._readers: set[Batches] = set()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begins; called on the event loop. What is asked again does nothing."""
        if self._task is None:
            self._loop = asyncio.get_running_loop()
            self._task = self._loop.create_task(self._run())

    def follow(self, database: Database) -> None:
        """Follows this catalog from now on; called in the thread that opened it, before it is written to."""
        if database is self._database:
            return
        from scaleph_lab.catalog.changes import ChangeTail

        with self._guard:
            if database is not self._database:
                self._end_listening()
                self._end_listening = database.listen(self._call)
                self._tail, self._database = ChangeTail(database), database

    @contextmanager
    def reader(self) -> Iterator[Batches]:
        """The changes from now on."""
        batches: Batches = asyncio.Queue(_BACKLOG)
        self._readers.add(batches)
        self._wake.set()
        try:
            yield batches
        finally:
            self._readers.discard(batches)

    async def stop(self) -> None:
        """Ends all readers."""
        self._end_listening()
        for reader in [*self._readers]:
            self._end(reader)
        if self._task is not None:
            self._task.cancel()
            self._task = None

    def _call(self) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._wake.set)

    async def _run(self) -> None:
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), _LOOK_SECONDS if self._readers else None)
            self._wake.clear()
            tail = self._tail
            if tail is None:
                continue
            try:
                changes = await asyncio.to_thread(tail.read)
                self._tell(changes)
            except Exception as error:  # noqa: BLE001
                # The database may be away for a while, and whoever listens shall not notice more than silence.
                _log.warning("The changes of the catalog could not be read: %s", error)
                await asyncio.sleep(_PAUSE_SECONDS)

    def _tell(self, changes: list[Change]) -> None:
        if not changes:
            return
        if self._events is not None:
            for change in changes:
                self._events.emit(schema_id=EVENT_SCHEMA_ID, data=change.model_dump(mode="json"))
        for reader in [*self._readers]:
            if reader.full():
                self._end(reader)
            else:
                reader.put_nowait(changes)

    def _end(self, reader: Batches) -> None:
        self._readers.discard(reader)
        while not reader.empty():
            reader.get_nowait()
        reader.put_nowait(None)
