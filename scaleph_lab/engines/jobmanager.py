"""A client of the JobManager's REST API, for what the house needs of it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

import httpx

from scaleph_lab.engines.rest_client import EngineRestClient
from scaleph_lab.errors import EngineError, EngineTimeoutError, NotFoundError

__all__ = ["TERMINAL_STATES", "Job", "JobManagerClient"]

_WATERMARK = "currentOutputWatermark"
_NO_WATERMARK = 9e18
_STARTING = frozenset({"CREATED", "SCHEDULED", "DEPLOYING", "INITIALIZING"})
_START_PAUSE = 0.05
TERMINAL_STATES = frozenset({"FINISHED", "CANCELED", "FAILED", "SUSPENDED"})
"""Job states that a Flink job does not leave (Flink's ``JobStatus``)."""


@dataclass(frozen=True)
class Job:
    """A job as the JobManager's overview lists it. Times are milliseconds since the epoch."""

    id: str
    name: str
    state: str
    start_time: int
    end_time: int
    duration: int
    tasks_total: int
    tasks_running: int

    @property
    def done(self) -> bool:
        """Whether the job has ended, well or badly."""
        return self.state in TERMINAL_STATES

    @classmethod
    def of(cls, raw: dict[str, Any]) -> Job:
        """Reads one entry of ``GET /jobs/overview``."""
        tasks = raw.get("tasks", {})
        return cls(
            id=raw["jid"],
            name=raw["name"],
            state=raw["state"],
            start_time=raw["start-time"],
            end_time=raw["end-time"],
            duration=raw["duration"],
            tasks_total=int(tasks.get("total", 0)),
            tasks_running=int(tasks.get("running", 0)),
        )


class JobManagerClient(EngineRestClient):
    """Asynchronous; use it as a context manager, or close it.

    Raises `EngineLostError` when nothing answers, `EngineTimeoutError` when it takes too long,
    `NotFoundError` for an unknown job or jar, `EngineError` for any other refusal.
    """

    endpoint = "JobManager"

    def __init__(self, url: str, *, timeout: float = 30.0) -> None:
        super().__init__(url, timeout=timeout)

    async def call(self, method: str, path: str, **kwargs: Any) -> Any:
        """One call of the REST API, and the JSON of its reply."""
        reply = await self._send(method, path, **kwargs)
        if reply.is_success:
            return reply.json() if reply.content else {}
        raise _refusal(method, path, reply)

    async def overview(self) -> dict[str, Any]:
        """``GET /overview``: slots, TaskManagers, and counts of jobs by state."""
        return dict(await self.call("GET", "/overview"))

    async def jobs(self) -> list[Job]:
        """All jobs that the JobManager remembers, the newest first."""
        raw = await self.call("GET", "/jobs/overview")
        return sorted((Job.of(job) for job in raw["jobs"]), key=lambda job: -job.start_time)

    async def job(self, job_id: str) -> dict[str, Any]:
        """``GET /jobs/ID``: the plan, the vertices and their metrics. Flink caches it for 3 seconds."""
        return dict(await self.call("GET", f"/jobs/{job_id}"))

    async def job_state(self, job_id: str) -> str:
        """The state of the job now (``GET /jobs/ID/status`` is not cached, unlike the details)."""
        return str((await self.call("GET", f"/jobs/{job_id}/status"))["status"])

    async def cache_seconds(self) -> float:
        """How old an answer may be: Flink caches execution graphs for its ``web.refresh-interval``."""
        return float((await self.call("GET", "/config"))["refresh-interval"]) / 1000

    async def job_exceptions(self, job_id: str) -> str:
        """The root exception's stack trace, empty where the job has none."""
        raw = await self.call("GET", f"/jobs/{job_id}/exceptions")
        history = raw.get("exceptionHistory", {}).get("entries", [])
        return str(history[0]["stacktrace"] if history else raw.get("root-exception") or "")

    async def job_accumulators(self, job_id: str) -> dict[str, str]:
        """The job's user accumulators by name, as text."""
        raw = await self.call("GET", f"/jobs/{job_id}/accumulators")
        return {entry["name"]: entry["value"] for entry in raw["user-task-accumulators"]}

    async def watermark(self, job_id: str) -> float | None:
        """The slowest watermark of the job's operators in seconds since the epoch, or ``None`` where there is none.

        Metrics are fetched when they are asked for, and are as old as ``metrics.fetcher.update-interval`` (10 s by
        default; 1 s on the embedded engine). The first answers are empty. An operator before the watermark is
        assigned has Flink's least watermark, one of which the input has ended the greatest: they do not count.
        """
        found: list[float] = []
        for vertex in (await self.job(job_id)).get("vertices", ()):
            path = f"/jobs/{job_id}/vertices/{vertex['id']}/subtasks/metrics"
            names = [metric["id"] for metric in await self.call("GET", path)]
            names = [name for name in names if name.endswith(_WATERMARK)]
            if names:
                values = await self.call("GET", path, params={"get": ",".join(names), "agg": "min"})
                found += [float(value["min"]) for value in values if abs(float(value["min"])) < _NO_WATERMARK]
        return min(found) / 1000 if found else None

    async def cancel(self, job_id: str) -> None:
        """Asks for the job to be cancelled; it may take a while, see `wait`."""
        await self.call("PATCH", f"/jobs/{job_id}", params={"mode": "cancel"})

    async def wait(self, job_id: str, *, seconds: float = 30.0, longest_pause: float = 0.5) -> str:
        """Waits for the job to end and returns its state, or `EngineTimeoutError`; asks more and more rarely."""
        pause = 0.02
        deadline = asyncio.get_running_loop().time() + seconds
        while (state := await self.job_state(job_id)) not in TERMINAL_STATES:
            if asyncio.get_running_loop().time() > deadline:
                raise EngineTimeoutError(f"Job {job_id} is still {state} after {seconds:g} s.", path=job_id)
            await asyncio.sleep(pause)
            pause = min(pause * 1.5, longest_pause)
        return state

    async def wait_for_start(self, job_id: str, *, seconds: float) -> None:
        """Waits until no task of the job is on its way to run, at most so long.

        A query that is cancelled while its tasks start may take the TaskManager down, and all jobs on it: the sink that
        collects its rows is closed before it was opened (FLINK-39330; seen on 2.3).
        """
        deadline = asyncio.get_running_loop().time() + seconds
        while asyncio.get_running_loop().time() < deadline:
            details = await self.job(job_id)
            states = {state for vertex in details.get("vertices", ()) for state, n in vertex["tasks"].items() if n}
            if details["state"] in TERMINAL_STATES or (states and not states & _STARTING):
                return
            await asyncio.sleep(_START_PAUSE)

    async def delete_jar(self, jar_id: str) -> None:
        """Forgets an uploaded jar."""
        await self.call("DELETE", f"/jars/{jar_id}")


def _refusal(method: str, path: str, reply: httpx.Response) -> EngineError | NotFoundError:
    try:
        trace = "\n".join(reply.json().get("errors", []))
    except ValueError:
        trace = reply.text
    # An unknown job is 404 in some calls and 500 with this exception in others (`/jobs/ID/status`).
    if reply.status_code == httpx.codes.NOT_FOUND or "FlinkJobNotFoundException" in trace:
        return NotFoundError(f"The JobManager knows no {path.lstrip('/')}.", path=path)
    causes = [line.strip() for line in trace.splitlines() if line.startswith("Caused by:")]
    summary = (causes[-1].removeprefix("Caused by: ") if causes else trace.strip().split("\n")[0])[:500]
    error = EngineError(f"The JobManager refused {method} {path}: {summary}", path=path)
    error.add_note(trace)
    return error
