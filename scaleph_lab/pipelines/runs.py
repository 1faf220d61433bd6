"""Runs of pipelines in the background of one event loop, kept so that a page can ask how they go."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from scaleph_lab.engines.model import Progress
from scaleph_lab.errors import NotFoundError, ScalephError
from scaleph_lab.pipelines.document import Pipeline
from scaleph_lab.pipelines.errors import PipelineFailedError
from scaleph_lab.pipelines.outcome import PipelineOutcome
from scaleph_lab.pipelines.running import RunnerName, raise_for_failure, run_pipeline

__all__ = ["PipelineRun", "PipelineRuns", "RunState"]

RunState = Literal["PREPARING", "RUNNING", "CANCELLING", "FINISHED", "FAILED", "CANCELED"]
_ENDED = frozenset({"FINISHED", "FAILED", "CANCELED"})
_KEPT = 50
_log = logging.getLogger(__name__)


@dataclass
class PipelineRun:
    """One run, as seen now."""

    id: str
    name: str
    """Of the pipeline."""
    runner: RunnerName
    state: RunState = "PREPARING"
    message: str = ""
    """What is being made ready, while it is ``PREPARING``."""
    read: int | None = None
    written: int | None = None
    seconds: float = 0.0
    error: dict[str, Any] | None = None
    """Of a failure: ``{code, message, hint, path}``, and ``cause``, the root exception in one line."""
    started_at: float = field(default_factory=time.time)
    """Seconds since the epoch."""

    @property
    def done(self) -> bool:
        """Whether it has ended."""
        return self.state in _ENDED

    def as_dict(self) -> dict[str, Any]:
        """The contract's ``PipelineRun``."""
        return {**self.__dict__, "done": self.done}


class PipelineRuns:
    """The runs that this process has begun; the newest fifty are remembered."""

    def __init__(self) -> None:
        self._runs: dict[str, PipelineRun] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def list(self) -> list[PipelineRun]:
        """All that are remembered, the newest first."""
        return list(reversed(self._runs.values()))

    def get(self, run_id: str) -> PipelineRun:
        """The run of that id. Raises `NotFoundError`."""
        if run_id not in self._runs:
            raise NotFoundError("There is no such run any more.", hint="Run the pipeline again.", path=run_id)
        return self._runs[run_id]

    def start(
        self, pipeline: Pipeline, *, runner: RunnerName = "zeta", variables: Mapping[str, str] | None = None
    ) -> PipelineRun:
        """Begins a run and returns at once. Raises nothing: what is wrong stands in the run."""
        run = PipelineRun(secrets.token_hex(8), pipeline.name, runner)
        self._runs[run.id] = run
        self._tasks[run.id] = asyncio.get_running_loop().create_task(self._follow(run, pipeline, variables))
        self._forget()
        return run

    async def cancel(self, run_id: str) -> PipelineRun:
        """Cancels the job and returns when it has ended; a run that has ended stays as it is."""
        run = self.get(run_id)
        task = self._tasks.get(run_id)
        if task is not None and not run.done:
            run.state = "CANCELLING"
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await asyncio.shield(task)
        return run

    async def _follow(self, run: PipelineRun, pipeline: Pipeline, variables: Mapping[str, str] | None) -> None:
        begun = time.monotonic()

        def prepare(progress: Progress) -> None:
            run.message = progress.message

        def look(outcome: PipelineOutcome) -> None:
            if run.state != "CANCELLING" and outcome.state not in _ENDED:
                run.state = "RUNNING"
            run.message = ""
            run.read, run.written, run.seconds = outcome.read, outcome.written, outcome.seconds

        try:
            outcome = await run_pipeline(
                pipeline, runner=run.runner, variables=variables, progress=prepare, listener=look
            )
            self._end(run, outcome)
        except asyncio.CancelledError:
            run.state = "CANCELED"
        except ScalephError as error:
            run.state, run.error = "FAILED", error.as_dict()
        except Exception:  # noqa: BLE001
            # A task has no caller to raise to: the trace goes to the log, a plain word to the page.
            _log.exception("The run of the pipeline %s failed", pipeline.name)
            run.state = "FAILED"
            run.error = ScalephError(
                "The run met an unexpected failure.", hint="The log has the details.", path=pipeline.name
            ).as_dict()
        finally:
            run.message = ""
            run.seconds = time.monotonic() - begun
            self._tasks.pop(run.id, None)

    def _end(self, run: PipelineRun, outcome: PipelineOutcome) -> None:
        run.read, run.written = outcome.read, outcome.written
        if outcome.state == "CANCELED":
            run.state = "CANCELED"
            return
        try:
            raise_for_failure(outcome)
            run.state = "FINISHED"
        except PipelineFailedError as error:
            run.state, run.error = "FAILED", {**error.as_dict(), "cause": error.cause}

    def _forget(self) -> None:
        ended = [run.id for run in self._runs.values() if run.done]
        for run_id in ended[: max(0, len(self._runs) - _KEPT)]:
            del self._runs[run_id]
