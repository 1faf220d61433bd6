"""Savepoints of jobs: taking one, stopping with one, removing one, and the proof that a job began from one.

Source: the JobManager's REST API. Its asynchronous operations answer with a ``request-id`` that is polled until
``COMPLETED``; an operation that failed is ``COMPLETED`` too, with a ``failure-cause`` in the place of its result.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scaleph_lab.engines.jobmanager import TERMINAL_STATES
from scaleph_lab.errors import ConflictError, EngineError, EngineTimeoutError, NotFoundError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scaleph_lab.engines.jobmanager import JobManagerClient

__all__ = [
    "Savepoint",
    "SavepointError",
    "dispose_savepoint",
    "list_savepoints",
    "recovery_options",
    "restored_from",
    "stop_job",
    "take_savepoint",
]

_SAVEPOINT_SECONDS = 300.0
_RESTORE_SECONDS = 60.0
_START_SECONDS = 30.0
_NOT_YET = "Not all required tasks are currently running"
_SHORTEST_POLL = 0.02
_LONGEST_POLL = 0.5
_HINTS = (
    ("maximum permitted memory-backed state", "Give the engine a checkpoint folder: execution.checkpointing.dir."),
    ("IO-problem", "The folder must be one that the JobManager and all TaskManagers can write."),
    ("targetDirectory", "Name a folder: this engine has no execution.checkpointing.savepoint-dir."),
    (_NOT_YET, "Wait until the job is RUNNING, then try again."),
    ("disabled", "This job takes no checkpoints, as batch jobs do not."),
)


@dataclass(frozen=True)
class Savepoint:
    """A savepoint that a job has taken."""

    path: str
    job_id: str
    job_name: str
    taken: int
    """Milliseconds since the epoch."""
    size: int
    """Bytes of state."""


class SavepointError(EngineError):
    """A savepoint was not taken, not removed, or not restored from."""

    code = "savepoint"


def recovery_options(savepoint: str, *, allow_non_restored: bool = False) -> dict[str, str]:
    """Flink's options that begin a job from a savepoint.

    Flink 1.18 reads the first form of the two, 1.20 and 2.3 read either.
    """
    skip = {"ignore-unclaimed-state": "true"} if allow_non_restored else {}
    parts = {"path": savepoint, **skip}
    return {f"{above}.{key}": value for above in _RECOVERY for key, value in parts.items()}


_RECOVERY = ("execution.savepoint", "execution.state-recovery")


async def take_savepoint(manager: JobManagerClient, job_id: str, folder: str = "") -> str:
    """Takes a savepoint while the job goes on; returns its URI.

    ``folder`` is a path or URI that the JobManager can write; empty for the engine's own. Raises `SavepointError`.
    """
    body = {"cancel-job": False, **({"target-directory": folder} if folder else {})}
    return await _triggered(manager, job_id, "savepoints", body)


async def stop_job(manager: JobManagerClient, job_id: str, folder: str = "", *, drain: bool = False) -> str:
    """Stops a job with a savepoint, waits for its end, and returns the savepoint's URI.

    ``drain`` sends the last watermark through first: windows fire, and the job cannot be resumed from the savepoint in
    a meaningful way. Raises `SavepointError`; the job may have failed by that.
    """
    body = {"drain": drain, **({"targetDirectory": folder} if folder else {})}
    location = await _triggered(manager, job_id, "stop", body)
    await manager.wait(job_id)
    return location


async def list_savepoints(manager: JobManagerClient) -> list[Savepoint]:
    """The savepoints of the jobs that the JobManager remembers, the newest first.

    Of each job it keeps the last ten checkpoints and savepoints (``web.checkpoints.history``), and its last savepoint.
    One that was removed since stands here still: the JobManager does not look.
    """
    found: dict[str, Savepoint] = {}
    for job in await manager.jobs():
        try:
            raw = await manager.call("GET", f"/jobs/{job.id}/checkpoints")
        except NotFoundError:
            # A job that takes no checkpoints, such as a batch job, or one that was forgotten meanwhile.
            continue
        for each in [*raw.get("history", ()), raw.get("latest", {}).get("savepoint")]:
            if each and each.get("is_savepoint") and each["status"] == "COMPLETED" and not each.get("discarded"):
                size = int(each.get("state_size") or 0)
                path = each["external_path"]
                found[path] = Savepoint(path, job.id, job.name, int(each["trigger_timestamp"]), size)
    return sorted(found.values(), key=lambda savepoint: -savepoint.taken)


async def dispose_savepoint(manager: JobManagerClient, savepoint: str) -> None:
    """Removes a savepoint and its state. Raises `SavepointError`."""
    reply = await manager.call("POST", "/savepoint-disposal", json={"savepoint-path": savepoint})
    await _completed(manager, f"/savepoint-disposal/{reply['request-id']}", f"{savepoint} was not removed", savepoint)


async def restored_from(manager: JobManagerClient, job_id: str) -> str:
    """The savepoint that the job has begun from, as its JobManager says; waits until the job runs.

    Raises `SavepointError` where it began without one, or failed at the beginning.
    """
    deadline = asyncio.get_running_loop().time() + _RESTORE_SECONDS
    while True:
        state = await manager.job_state(job_id)
        raw = await manager.call("GET", f"/jobs/{job_id}/checkpoints")
        restored = raw["latest"]["restored"]
        if restored is not None and restored["is_savepoint"]:
            return str(restored["external_path"])
        if state == "FAILED":
            trace = await manager.job_exceptions(job_id)
            raise _failure(f"Job {job_id} failed before it was restored", trace, job_id)
        if state in {"RUNNING", "FINISHED"} or asyncio.get_running_loop().time() > deadline:
            # The state may have been read a moment before the restore was noted.
            if (await manager.call("GET", f"/jobs/{job_id}/checkpoints"))["latest"]["restored"] is None:
                raise SavepointError(f"Job {job_id} is {state}, but it was restored from no savepoint.", path=job_id)
            continue
        await asyncio.sleep(_SHORTEST_POLL)


async def _triggered(manager: JobManagerClient, job_id: str, what: str, body: dict[str, Any]) -> str:
    """Triggers it as soon as all tasks run: a job is RUNNING a moment before they do."""
    deadline = asyncio.get_running_loop().time() + _START_SECONDS
    while True:
        state = await manager.job_state(job_id)
        if state in TERMINAL_STATES:
            raise ConflictError(
                f"Job {job_id} is {state}: only a running job can take a savepoint.",
                hint="%flink jobs shows the states.",
                path=job_id,
            )
        reply = await manager.call("POST", f"/jobs/{job_id}/{what}", json=body)
        poll = f"/jobs/{job_id}/savepoints/{reply['request-id']}"
        try:
            return str((await _completed(manager, poll, f"Job {job_id} took no savepoint", job_id))["location"])
        except SavepointError as error:
            if _NOT_YET not in error.message or asyncio.get_running_loop().time() > deadline:
                raise
        await asyncio.sleep(_LONGEST_POLL)


async def _completed(manager: JobManagerClient, poll: str, problem: str, path: str) -> Mapping[str, Any]:
    pause = _SHORTEST_POLL
    deadline = asyncio.get_running_loop().time() + _SAVEPOINT_SECONDS
    while (raw := await manager.call("GET", poll))["status"]["id"] != "COMPLETED":
        if asyncio.get_running_loop().time() > deadline:
            raise EngineTimeoutError(f"{problem} within {_SAVEPOINT_SECONDS:g} s.", path=path)
        await asyncio.sleep(pause)
        pause = min(pause * 1.5, _LONGEST_POLL)
    operation: dict[str, Any] = raw.get("operation") or {}
    if cause := operation.get("failure-cause"):
        raise _failure(problem, str(cause.get("stack-trace") or cause.get("class")), path)
    return operation


def _failure(problem: str, trace: str, path: str) -> SavepointError:
    """Says the deepest cause of a Java trace, which is what went wrong."""
    causes = [line for line in trace.splitlines() if line.startswith("Caused by: ")] or trace.splitlines()[:1]
    reason = causes[-1].removeprefix("Caused by: ").split(": ", 1)[-1][:400] if causes else "no reason was given"
    hint = next((hint for words, hint in _HINTS if words in trace), "")
    error = SavepointError(f"{problem}: {reason}", hint=hint, path=path)
    error.add_note(trace)
    return error
