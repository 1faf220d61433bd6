"""An event loop in a thread of its own, so that results arrive while the kernel's main thread shows them."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import CancelledError, Future, wait
from typing import Any, Generic, TypeVar

__all__ = ["BackgroundLoop", "Call"]

T = TypeVar("T")


class Call(Generic[T]):
    """A coroutine that runs in the background."""

    def __init__(self, loop: asyncio.AbstractEventLoop, coroutine: Coroutine[Any, Any, T]) -> None:
        self._loop = loop
        self._task: asyncio.Task[Any] | None = None
        self._future: Future[T] = asyncio.run_coroutine_threadsafe(self._run(coroutine), loop)

    async def _run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        self._task = asyncio.current_task()
        return await coroutine

    @property
    def done(self) -> bool:
        """Whether it has ended, in whatever way."""
        return self._future.done()

    def wait(self, refresh: Callable[[], None], every: float) -> T:
        """The coroutine's result; meanwhile ``refresh`` is called here, in the waiting thread.

        Raises what the coroutine raised; a ``KeyboardInterrupt`` that comes meanwhile leaves it running.
        """
        while not self._future.done():
            wait([self._future], timeout=every)
            refresh()
        return self._future.result()

    def wait_until(self, reached: Callable[[], bool], refresh: Callable[[], None], every: float) -> bool:
        """Waits until something is reached, or the coroutine has ended; whether it goes on.

        Raises what the coroutine raised.
        """
        while not self._future.done():
            wait([self._future], timeout=every)
            refresh()
            if reached() and not self._future.done():
                return True
        self._future.result()
        return False

    async def join(self, refresh: Callable[[], None], every: float) -> T:
        """`wait` within another event loop. When this is cancelled, the coroutine goes on running."""
        ended = asyncio.Event()
        loop = asyncio.get_running_loop()
        self._future.add_done_callback(lambda _: loop.call_soon_threadsafe(ended.set))
        while not self._future.done():
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(ended.wait(), every)
            refresh()
        return self._future.result()

    def finish(self, seconds: float) -> T:
        """The coroutine's result, waited for no longer than that. Raises ``TimeoutError``."""
        return self._future.result(timeout=seconds)

    def ask_to_cancel(self) -> None:
        """Cancels the coroutine without waiting: `wait` then raises ``concurrent.futures.CancelledError``, or what
        its cleaning up raised. May be called in any thread."""
        self._loop.call_soon_threadsafe(self._cancel_task)

    def cancel(self, seconds: float) -> BaseException | None:
        """Cancels the coroutine and waits for its cleaning up; what that raised, if anything.

        A second interrupt does not cut the cleaning short: a job would be left behind.
        """
        self.ask_to_cancel()
        waiting = threading.Event()
        self._future.add_done_callback(lambda _: waiting.set())
        rest = seconds
        while rest > 0 and not waiting.is_set():
            with contextlib.suppress(KeyboardInterrupt):
                waiting.wait(0.1)
            rest -= 0.1
        if not self._future.done():
            return TimeoutError(f"not stopped after {seconds:g} s")
        try:
            return self._future.exception()
        except CancelledError:
            return None

    def _cancel_task(self) -> None:
        if self._task is not None:
            self._task.cancel()


class BackgroundLoop:
    """Started when it is first used; the thread is a daemon and ends with the kernel."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._lock = threading.Lock()

    @property
    def running(self) -> bool:
        """Whether anything was ever run."""
        return self._loop is not None

    def start(self, coroutine: Coroutine[Any, Any, T]) -> Call[T]:
        """Runs the coroutine in the background."""
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                threading.Thread(target=self._loop.run_forever, name="scaleph-sql", daemon=True).start()
        return Call(self._loop, coroutine)
