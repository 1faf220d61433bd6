"""Making a session again after it was lost: its statements run once more, its jobs are looked for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from scaleph_lab.errors import EngineError, EngineLostError, NotFoundError, ScalephError
from scaleph_lab.sql.faults import SqlError

if TYPE_CHECKING:
    from scaleph_lab.engines.jobmanager import JobManagerClient
    from scaleph_lab.sql.journal import Journal

__all__ = ["SubmittedJob", "adopt", "replay"]

_LONGEST_EXCERPT = 60


@dataclass(frozen=True)
class SubmittedJob:
    """A job that a statement of the session started, and that goes on without it."""

    job_id: str
    statement: str
    """As written, with references in the place of secrets."""
    config: Mapping[str, str] = field(default_factory=dict)
    """Flink's options that held for this statement alone."""


async def replay(journal: Journal, run: Callable[[str], Awaitable[object]]) -> list[str]:
    """Runs the journal's statements; returns notes for the user.

    What exists already (in a catalog that persists) is no failure. Raises `EngineLostError` when the gateway goes away
    again meanwhile.
    """
    failures: list[str] = []
    for entry in journal.entries:
        try:
            await run(entry.statement)
        except EngineLostError:
            raise
        except ScalephError as error:
            if not (isinstance(error, SqlError) and _exists(error)):
                failures.append(f"Not made again: {excerpt(entry.statement)} ({error.message})")
    made = journal.summary()
    done = f"made again: {made}." if made else "there was nothing in it to make again."
    return [f"The session was lost and opened anew; {done}", *failures]


async def adopt(jobs: Iterable[SubmittedJob], jobmanager: JobManagerClient) -> list[str]:
    """Looks for the session's jobs at the JobManager; returns a note for the user on each that is not done."""
    notes: list[str] = []
    for job in jobs:
        try:
            state = await jobmanager.job_state(job.job_id)
        except NotFoundError:
            notes.append(f"Its job {job.job_id} is gone with the engine: {excerpt(job.statement)}")
            continue
        except EngineError:
            notes.append(f"Its job {job.job_id} is not known to run: the JobManager does not answer.")
            continue
        notes.append(f"Its job {job.job_id} is {state}: {excerpt(job.statement)}")
    return notes


def excerpt(statement: str) -> str:
    """The beginning of a statement on one line."""
    text = " ".join(statement.split())
    return text if len(text) <= _LONGEST_EXCERPT else f"{text[: _LONGEST_EXCERPT - 1]}…"


def _exists(error: SqlError) -> bool:
    return "already exist" in error.message or "AlreadyExist" in error.cause
