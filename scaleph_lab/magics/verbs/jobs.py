"""Jobs of the engine: listed, cancelled, stopped with a savepoint, and begun again from one."""

from __future__ import annotations

import argparse
import re
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, NoReturn

from scaleph_lab.errors import NotFoundError, UserError
from scaleph_lab.magics.answers import Answer, sentence, table
from scaleph_lab.magics.verbs import Request, Verb

if TYPE_CHECKING:
    from scaleph_lab.engines.jobmanager import Job, JobManagerClient
    from scaleph_lab.magics.workbench import Workbench
    from scaleph_lab.sql.replay import SubmittedJob
    from scaleph_lab.sql.session import SqlSession

__all__ = ["VERBS", "VerbParser", "find_job", "jobmanager_of", "submitted"]

_HEAD = ("job", "name", "state", "since", "took", "tasks", "of")
_SHOWN = 50
_QUERY = re.compile(r"q\d+")
_CANCEL_SECONDS = 30.0


class VerbParser(argparse.ArgumentParser):
    """The options of one verb; what is wrong with them is a `UserError`."""

    def __init__(self, form: str) -> None:
        self._form = form
        super().__init__(prog=f"%flink {form.split(maxsplit=1)[0]}", add_help=False, allow_abbrev=False)

    def error(self, message: str) -> NoReturn:
        """Raises, in the place of ending the kernel."""
        raise UserError(f"{self.prog}: {message}.", hint=f"It is written: %flink {self._form}")


@asynccontextmanager
async def jobmanager_of(bench: Workbench) -> AsyncIterator[JobManagerClient]:
    """A client of the chosen engine's JobManager. An engine is started if it does not run."""
    import asyncio

    from scaleph_lab.engines.jobmanager import JobManagerClient

    endpoint = await asyncio.to_thread(bench.engine().ensure)
    async with JobManagerClient(endpoint.jobmanager_url, timeout=120) as manager:
        yield manager


async def find_job(bench: Workbench, manager: JobManagerClient, name: str) -> Job:
    """The job of that id, of an id that begins so, or of the query of that name. Raises `NotFoundError`."""
    query = bench.queries.find(name)
    wanted = (query.job_id if query is not None else None) or name
    jobs = await manager.jobs()
    found = [job for job in jobs if job.id.startswith(wanted)]
    if len(found) > 1:
        raise UserError(f"{len(found)} jobs begin with {name}.", hint="Write more of the id.", path=name)
    if not found:
        if _QUERY.fullmatch(name):
            # No hexadecimal id: the name of a query was meant.
            bench.queries.get(name)
        running = ", ".join(job.id[:8] for job in jobs if not job.done) or "none"
        raise NotFoundError(f"There is no job {name!r}.", hint=f"Running: {running}. %flink jobs lists all.", path=name)
    return found[0]


def submitted(bench: Workbench, job_id: str) -> tuple[SqlSession, SubmittedJob] | None:
    """The session that started the job, and the statement that did."""
    for session in bench.sessions.values():
        if (job := session.submitted_jobs.get(job_id)) is not None:
            return session, job
    return None


def list_jobs(request: Request) -> Answer:
    """The jobs that the engine remembers, the newest first, and whose they are."""
    from scaleph_lab.engines.model import EngineState

    bench = request.workbench
    if bench.engine().status().state is not EngineState.RUNNING:
        return sentence(f"{bench.engine().name} does not run: it has no jobs.")

    async def ask() -> list[Job]:
        async with jobmanager_of(bench) as manager:
            return await manager.jobs()

    jobs = request.wait(ask())
    rows = [_row(bench, job) for job in jobs[:_SHOWN]]
    return table(_HEAD, rows, empty="No job has run since the engine was started.")


def cancel_job(request: Request) -> Answer:
    """Stops a detached query, or any job; it is gone before this returns."""
    bench, name = request.workbench, request.arguments[0]
    query = bench.queries.find(name)
    if query is not None:
        query.stop()
        return sentence(f"{query.name} is {query.state}.")

    async def cancel() -> str:
        async with jobmanager_of(bench) as manager:
            job = await find_job(bench, manager, name)
            if job.done:
                return f"Job {job.id} was {job.state} already."
            await manager.cancel(job.id)
            return f"Job {job.id} is {await manager.wait(job.id, seconds=_CANCEL_SECONDS)}."

    return sentence(request.wait(cancel()))


def stop_job(request: Request) -> Answer:
    """Stops a job with a savepoint."""
    parser = VerbParser(_STOP)
    parser.add_argument("job")
    parser.add_argument("folder", nargs="?", default="")
    parser.add_argument("--drain", action="store_true")
    given = parser.parse_args(request.arguments)

    async def stop() -> str:
        from scaleph_lab.engines import savepoints

        async with jobmanager_of(request.workbench) as manager:
            job = await find_job(request.workbench, manager, given.job)
            savepoint = await savepoints.stop_job(manager, job.id, given.folder, drain=given.drain)
            request.workbench.savepoints.append((savepoint, job.id, job.name))
            known = submitted(request.workbench, job.id)
            again = f"\n%flink restart {job.id[:8]} {savepoint} goes on from there." if known else ""
            return f"Job {job.id} has stopped. Its savepoint:\n{savepoint}{again}"

    return sentence(request.wait(stop()))


def take_savepoint(request: Request) -> Answer:
    """Takes a savepoint of a job that goes on."""
    name, *folder = request.arguments

    async def take() -> str:
        from scaleph_lab.engines import savepoints

        async with jobmanager_of(request.workbench) as manager:
            job = await find_job(request.workbench, manager, name)
            savepoint = await savepoints.take_savepoint(manager, job.id, "".join(folder))
            request.workbench.savepoints.append((savepoint, job.id, job.name))
            return savepoint

    return sentence(request.wait(take()))


def list_savepoints(request: Request) -> Answer:
    """Those of the jobs that the engine remembers, the newest first; of jobs before, those that this notebook took."""
    from scaleph_lab.engines.model import EngineState
    from scaleph_lab.engines.savepoints import Savepoint
    from scaleph_lab.engines.savepoints import list_savepoints as listed

    bench = request.workbench

    async def ask() -> list[Savepoint]:
        async with jobmanager_of(bench) as manager:
            return await listed(manager)

    runs = bench.engine().status().state is EngineState.RUNNING
    found: list[Savepoint] = [each for each in request.wait(ask()) if each.path not in bench.dropped] if runs else []
    rows = [(each.path, each.job_id[:8], each.job_name, _clock(each.taken), _bytes(each.size)) for each in found]
    known = {each.path for each in found}
    # What was taken a moment ago is not in the engine's answer yet: it caches (``web.refresh-interval``).
    rows += [(path, job[:8], name, "", "") for path, job, name in reversed(bench.savepoints) if path not in known]
    return table(
        ("savepoint", "of job", "name", "taken", "state"),
        rows,
        empty="None was taken: %flink savepoint JOB and %flink stop-job JOB take one.",
    )


def drop_savepoint(request: Request) -> Answer:
    """Removes a savepoint and its state."""
    path = request.arguments[0]

    async def drop() -> None:
        from scaleph_lab.engines.savepoints import dispose_savepoint

        async with jobmanager_of(request.workbench) as manager:
            await dispose_savepoint(manager, path)

    request.wait(drop())
    taken = request.workbench.savepoints
    taken[:] = [each for each in taken if each[0] != path]
    request.workbench.dropped.add(path)
    return sentence(f"{path} is removed.")


def restart_job(request: Request) -> Answer:
    """Runs the statement of a job again, from a savepoint, and says what it was restored from."""
    parser = VerbParser(_RESTART)
    parser.add_argument("job")
    parser.add_argument("savepoint")
    parser.add_argument("--allow-non-restored", action="store_true")
    given = parser.parse_args(request.arguments)
    found = [
        (session, job)
        for session in request.workbench.sessions.values()
        for job in session.submitted_jobs.values()
        if job.job_id.startswith(given.job)
    ]
    if len(found) != 1:
        raise NotFoundError(
            f"No INSERT of this notebook is job {given.job}." if not found else f"Several jobs begin with {given.job}.",
            hint="%flink jobs lists them. A jar's job is run again by %flink run-jar FILE --from SAVEPOINT.",
            path=given.job,
        )
    session, job = found[0]
    new_id, restored = request.wait(session.restart(job, given.savepoint, allow_non_restored=given.allow_non_restored))
    return sentence(f"Job {new_id} runs, restored from {restored}.")


def _row(bench: Workbench, job: Job) -> tuple[str, ...]:
    tasks = f"{job.tasks_running}/{job.tasks_total}"
    return (job.id, job.name, job.state, _clock(job.start_time), _took(job.duration), tasks, _owner(bench, job.id))


def _owner(bench: Workbench, job_id: str) -> str:
    query = bench.queries.find(job_id)
    if query is not None:
        return f"query {query.name}"
    for (_, name), session in bench.sessions.items():
        if job_id in session.submitted_jobs:
            return f"session {name}"
    return ""


def _clock(milliseconds: int) -> str:
    return time.strftime("%H:%M:%S", time.localtime(milliseconds / 1000))


def _bytes(size: int) -> str:
    return f"{size:,} B" if size < 10_000 else f"{size / 1e3:,.0f} kB" if size < 1e7 else f"{size / 1e6:,.0f} MB"


def _took(milliseconds: int) -> str:
    seconds = milliseconds / 1000
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}"


_STOP = "stop-job JOB [DIR] [--drain]"
_RESTART = "restart JOB SAVEPOINT [--allow-non-restored]"
VERBS: Sequence[Verb] = (
    Verb("jobs", "lists the jobs of the engine, the newest first", list_jobs, most=0),
    Verb("cancel JOB", "stops a query in the background, or a job by the beginning of its id", cancel_job,
         least=1, most=1),
    Verb(_STOP, "stops a job with a savepoint, and says where it is", stop_job, least=1),
    Verb("savepoint JOB [DIR]", "takes a savepoint of a job that goes on", take_savepoint, least=1, most=2),
    Verb("savepoints", "lists the savepoints of the engine's jobs, the newest first", list_savepoints, most=0),
    Verb("drop-savepoint PATH", "removes a savepoint and its state", drop_savepoint, least=1, most=1),
    Verb(_RESTART, "runs the INSERT of a job again, from a savepoint", restart_job, least=2),
)  # fmt: skip
