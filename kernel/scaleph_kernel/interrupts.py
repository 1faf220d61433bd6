"""What an interrupt does: it cancels the cell that runs, and nothing else."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from types import FrameType
from typing import Any, TypeVar

__all__ = ["Interrupts"]

T = TypeVar("T")


class Interrupts:
    """Runs cells as tasks, which SIGINT cancels.

    A ``KeyboardInterrupt`` would be raised wherever the event loop happens to be, and leave the cell hanging.
    """

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[Any] | None = None

    async def run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """The coroutine's result. An interrupt raises ``CancelledError`` in it, once: further ones do not cut
        its cleaning up short."""
        self._loop = asyncio.get_running_loop()
        task = asyncio.create_task(coroutine)
        self._task = task
        try:
            return await task
        finally:
            self._task = None

    def on_signal(self, number: int, frame: FrameType | None) -> None:
        """A handler of SIGINT. It may be called between any two instructions of the main thread."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._cancel)

    def _cancel(self) -> None:
        if self._task is not None and not self._task.cancelling():
            self._task.cancel()
