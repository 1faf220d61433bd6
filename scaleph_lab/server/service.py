"""The engines as the server offers them: their status, and starts that outlive a request."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import Any

from scaleph_lab.engines.model import Engine, EngineState, Progress
from scaleph_lab.errors import ConflictError, ScalephError

__all__ = ["EngineService"]

_log = logging.getLogger(__name__)


@dataclass
class _Start:
    """A start that is under way, or the failure in which the last one ended."""

    running: bool = True
    progress: Progress | None = None
    error: dict[str, Any] | None = None


class EngineService:
    """Blocking, as engines are: handlers call it through ``asyncio.to_thread``.

    A start runs in a thread of its own, since it may fetch a hundred megabytes. The thread is a daemon:
    the end of the Jupyter server must not wait for a download, which is resumable.
    """

    def __init__(self, get: Callable[[str], Engine], every: Callable[[], Iterable[Engine]]) -> None:
        self._get = get
        self._every = every
        self._starts: dict[str, _Start] = {}
        self._guard = threading.Lock()

    @classmethod
    def of_this_machine(cls) -> EngineService:
        """The engines that the profiles and the settings of this user name.

        They are imported with the first request, so that a Jupyter server starts no slower for them.
        """

        def get(name: str) -> Engine:
            from scaleph_lab.engines import get_engine

            return get_engine(name)

        def every() -> Iterable[Engine]:
            from scaleph_lab.engines import list_engines

            return list_engines()

        return cls(get, every)

    def describe(self, name: str) -> dict[str, Any]:
        """The contract's ``Engine``; `NotFoundError` for an unknown name."""
        return self._describe(self._get(name))

    def describe_all(self) -> list[dict[str, Any]]:
        """All engines, in the order of the profiles."""
        return [self._describe(engine) for engine in self._every()]

    def start(self, name: str) -> dict[str, Any]:
        """Begins to start the engine and returns at once; a start under way is joined, not doubled."""
        engine = self._get(name)
        with self._guard:
            known = self._starts.get(name)
            if known is None or not known.running:
                start = self._starts[name] = _Start()
                threading.Thread(
                    target=self._run_start, args=(engine, start), name=f"start-{name}", daemon=True
                ).start()
        return self._describe(engine)

    def stop(self, name: str) -> dict[str, Any]:
        """Stops the engine, waits for its end, and forgets the failure of an earlier start."""
        engine = self._get(name)
        engine.stop()
        with self._guard:
            known = self._starts.get(name)
            if known is not None and not known.running:
                del self._starts[name]
        return self._describe(engine)

    def log_tail(self, name: str, lines: int) -> str:
        """The last lines of the engine's log."""
        return self._get(name).log_tail(lines)

    def jobmanager_url(self, name: str) -> str:
        """Where the engine's JobManager answers; `ConflictError` while the engine does not run."""
        engine = self._get(name)
        status = engine.status()
        if status.state is not EngineState.RUNNING or not status.jobmanager_url:
            raise ConflictError(
                f"The engine {name} is {status.state.value}, so it has no JobManager to ask.",
                hint="Start the engine and try again.",
                path=name,
            )
        return status.jobmanager_url

    def touch(self, name: str) -> None:
        """Notes that somebody works with the engine."""
        self._get(name).touch()

    def _describe(self, engine: Engine) -> dict[str, Any]:
        known = self._starts.get(engine.name)
        described = engine.status().as_dict()
        described["roles"] = list(described["roles"])
        starting = known is not None and known.running
        if starting and described["state"] in {EngineState.STOPPED, EngineState.LOST}:
            # While jars are fetched there is no process yet, so the engine itself says "stopped".
            described["state"] = EngineState.STARTING
        progress = known.progress if known is not None and starting else None
        described["progress"] = asdict(progress) if progress is not None else None
        described["error"] = known.error if known is not None else None
        return described

    def _run_start(self, engine: Engine, start: _Start) -> None:
        def note(progress: Progress) -> None:
            start.progress = progress

        try:
            engine.ensure(note)
        except ScalephError as error:
            _log.warning("The engine %s did not start: %s", engine.name, error)
            start.error = error.as_dict()
        except Exception:  # noqa: BLE001
            # A thread has no caller to raise to: the trace goes to the log, a plain word to the panel.
            _log.exception("The engine %s did not start", engine.name)
            start.error = ScalephError(
                f"The engine {engine.name} did not start, for a reason that was not foreseen.",
                hint="The Jupyter server's log has the details.",
                path=engine.name,
            ).as_dict()
        finally:
            start.running = False
