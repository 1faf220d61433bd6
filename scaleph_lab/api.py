"""Flink from Python, without cells: ``from scaleph_lab import Flink``.

Every call blocks, in scripts and in notebooks alike; what runs asynchronously does so on a loop in a thread of its own.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

from scaleph_lab.engines import get_engine
from scaleph_lab.engines.job_jars import JarRun, jar_plan, run_jar, upload_jar
from scaleph_lab.engines.jobmanager import JobManagerClient
from scaleph_lab.engines.savepoints import dispose_savepoint, restored_from, stop_job, take_savepoint
from scaleph_lab.errors import ConflictError, NotFoundError, UserError
from scaleph_lab.sql.background import BackgroundLoop
from scaleph_lab.sql.changelog import MaterializedTable
from scaleph_lab.sql.frames import to_frame
from scaleph_lab.sql.plans import Plan, explain, job_plan, running_plan
from scaleph_lab.sql.scripts import split_script
from scaleph_lab.sql.session import SqlSession

if TYPE_CHECKING:
    from collections.abc import Coroutine

    import pandas as pd
    import polars
    import pyarrow

    from scaleph_lab.engines.jobmanager import Job
    from scaleph_lab.sql.results import Column
    from scaleph_lab.sql.scripts import Statement
    from scaleph_lab.sql.statements import StatementResult
    from scaleph_lab.sql.values import TimeZones

__all__ = ["Flink", "FlinkJob", "Rows"]

T = TypeVar("T")

_FAREWELL_SECONDS = 10.0


@dataclass(frozen=True)
class Rows:
    """What a statement gave: the table that its changes add up to."""

    columns: tuple[Column, ...]
    raw: list[Sequence[Any]]
    """As the gateway sent them."""
    zones: TimeZones
    job: FlinkJob | None
    """The job of an INSERT, which goes on."""

    def to_pandas(self) -> pd.DataFrame:
        """A DataFrame with exact types, as ``%%flinksql -o`` gives it."""
        frame: pd.DataFrame = to_frame("pandas", self.columns, self.raw, self.zones)
        return frame

    def to_arrow(self) -> pyarrow.Table:
        """An Arrow table, as ``--as arrow`` gives it. Raises `PlatformError` where pyarrow is not installed."""
        table: pyarrow.Table = to_frame("arrow", self.columns, self.raw, self.zones)
        return table

    def to_polars(self) -> polars.DataFrame:
        """A Polars frame, as ``--as polars`` gives it. Raises `PlatformError` where polars is not installed."""
        frame: polars.DataFrame = to_frame("polars", self.columns, self.raw, self.zones)
        return frame


class Flink:
    """A session on an engine: ``flink-1.20``, the name of a remote engine, or a gateway's URL.

    The engine is assembled and started with the first call, if need be, and stays when the session is closed. Use it as
    a context manager, or `close` it. All calls raise `ScalephError`: `SqlError`, `EngineError`, `UserError` …
    """

    def __init__(self, engine: str | None = None, *, properties: Mapping[str, str] | None = None) -> None:
        self._engine = get_engine(engine)
        self._loop = BackgroundLoop()
        self._session = SqlSession(self._engine, name="python", properties=properties)
        self._files: list[Path] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Closes the session: its queries end, the jobs of its INSERTs go on."""
        with contextlib.suppress(TimeoutError):
            self._loop.start(self._session.close()).finish(_FAREWELL_SECONDS)
        for file in self._files:
            file.unlink(missing_ok=True)

    def sql(self, statement: str, *, config: Mapping[str, str] | None = None, limit: int | None = None) -> Rows:
        """Runs one statement and waits for its rows; an INSERT's job goes on.

        A streaming query ends at ``limit`` changes, or never. ``config`` holds for this statement alone.
        """
        one = _single(statement)
        return self._wait(self._rows(one.sql, one.keyword, config, limit))

    def register(self, name: str, frame: Any) -> int:
        """Makes a temporary table of a pandas or Polars frame or an Arrow table; its number of rows.

        Its file stays until `close`. Raises `UserError` for what is no frame, `BulkRefusedError` for an engine that
        shares no folder with this process.
        """
        from scaleph_lab.sql.registration import register_frame

        rows, file = self._wait(register_frame(self._session, name, frame))
        self._files.append(file)
        return rows

    def explain(self, statement: str) -> Plan:
        """The plan of a query, an INSERT or a set of INSERTs, which is not run."""
        return self._wait(explain(self._session, _single(statement)))

    def jobs(self) -> list[FlinkJob]:
        """The jobs that the engine remembers, the newest first."""
        return [FlinkJob(self, job.id, job.name) for job in self._ask(lambda manager: manager.jobs())]

    def job(self, job_id: str) -> FlinkJob:
        """The job of that id. Raises `NotFoundError`."""
        found = next((job for job in self.jobs() if job.id == job_id), None)
        if found is None:
            raise NotFoundError(f"There is no job {job_id}.", hint="jobs() lists them.", path=job_id)
        return found

    def upload_jar(self, path: str | Path, progress: Callable[[int, int], None] | None = None) -> str:
        """Uploads a jar and returns its id; ``progress`` is told the bytes sent and all of them."""
        listener = [progress] if progress is not None else []
        return self._ask(lambda manager: upload_jar(manager, Path(path).expanduser(), *listener))

    def run_jar(
        self,
        jar: str | Path,
        args: Sequence[str] = (),
        *,
        entry_class: str = "",
        parallelism: int | None = None,
        savepoint: str = "",
        allow_non_restored: bool = False,
    ) -> FlinkJob:
        """Runs a DataStream program: a jar's path, or the id of an upload. Arguments keep their spaces.

        With a ``savepoint`` it returns when the job was restored. Raises `SavepointError` where it was not.
        """
        run = JarRun(entry_class, args, parallelism, savepoint, allow_non_restored)

        async def submit(manager: JobManagerClient) -> str:
            job_id = await run_jar(manager, await _uploaded(manager, jar), run)
            if savepoint:
                await restored_from(manager, job_id)
            return job_id

        return self.job(self._ask(submit))

    def plan_jar(self, jar: str | Path, args: Sequence[str] = (), *, entry_class: str = "") -> Plan:
        """The plan that a DataStream program would submit; it is not run."""

        async def look(manager: JobManagerClient) -> Plan:
            run = JarRun(entry_class, args)
            return job_plan(await jar_plan(manager, await _uploaded(manager, jar), run))

        return self._ask(look)

    def restart(self, job: FlinkJob, savepoint: str, *, allow_non_restored: bool = False) -> FlinkJob:
        """Runs the INSERT of a job of this session again, from a savepoint. Raises `SavepointError`."""
        known = self._session.submitted_jobs.get(job.id)
        if known is None:
            raise ConflictError(
                f"Job {job.id} is of no INSERT of this session.", hint="run_jar(…, savepoint=…) begins a jar's job."
            )
        new_id, _ = self._wait(self._session.restart(known, savepoint, allow_non_restored=allow_non_restored))
        return self.job(new_id)

    def drop_savepoint(self, savepoint: str) -> None:
        """Removes a savepoint and its state."""
        self._ask(lambda manager: dispose_savepoint(manager, savepoint))

    async def _rows(self, statement: str, keyword: str, config: Mapping[str, str] | None, limit: int | None) -> Rows:
        result = await self._session.execute(statement, config=config, keyword=keyword)
        table = MaterializedTable()
        seen = 0
        async for batch in result:
            kept = batch.head(limit - seen) if limit else batch
            table.apply(kept.kinds, kept.raw)
            seen += len(kept.raw)
            if limit and seen >= limit:
                break
        if not result.exhausted:
            await result.cancel()
        return Rows(tuple(result.columns), list(table.rows()), result.zones, self._job_of(result))

    def _job_of(self, result: StatementResult) -> FlinkJob | None:
        if result.is_query or result.job_id is None:
            return None
        return FlinkJob(self, result.job_id, "")

    def _wait(self, work: Coroutine[Any, Any, T]) -> T:
        call = self._loop.start(work)
        try:
            return call.wait(lambda: None, 0.1)
        except KeyboardInterrupt:
            call.cancel(_FAREWELL_SECONDS)
            raise

    def _ask(self, question: Callable[[JobManagerClient], Coroutine[Any, Any, T]]) -> T:
        url = self._engine.ensure().jobmanager_url

        async def ask() -> T:
            async with JobManagerClient(url, timeout=120) as manager:
                return await question(manager)

        return self._wait(ask())


@dataclass(frozen=True)
class FlinkJob:
    """A job of an engine. Each call asks the engine anew."""

    flink: Flink
    id: str
    name: str

    def __repr__(self) -> str:
        return f"<job {self.id} {self.name}>"

    @property
    def state(self) -> str:
        """``RUNNING``, ``FINISHED``, ``FAILED`` …, as Flink's ``JobStatus`` has it."""
        return self.flink._ask(lambda manager: manager.job_state(self.id))

    def details(self) -> Job:
        """Name, state, times and tasks, as the engine lists them."""
        return next(job for job in self.flink._ask(lambda manager: manager.jobs()) if job.id == self.id)

    def wait(self, seconds: float = 3600) -> str:
        """Waits for its end and returns its state. Raises `EngineTimeoutError`."""
        return self.flink._ask(lambda manager: manager.wait(self.id, seconds=seconds))

    def cancel(self) -> str:
        """Cancels it, and waits until it is gone; its last state."""

        async def cancel(manager: JobManagerClient) -> str:
            await manager.cancel(self.id)
            return await manager.wait(self.id)

        return self.flink._ask(cancel)

    def savepoint(self, folder: str = "") -> str:
        """Takes a savepoint while it goes on; its URI. Raises `SavepointError`."""
        return self.flink._ask(lambda manager: take_savepoint(manager, self.id, folder))

    def stop(self, folder: str = "", *, drain: bool = False) -> str:
        """Stops it with a savepoint; its URI. Raises `SavepointError`."""
        return self.flink._ask(lambda manager: stop_job(manager, self.id, folder, drain=drain))

    def restored_from(self) -> str:
        """The savepoint that it began from. Raises `SavepointError` where it began without one."""
        return self.flink._ask(lambda manager: restored_from(manager, self.id))

    def plan(self) -> Plan:
        """Its plan, with what its vertices do now."""
        return self.flink._ask(lambda manager: running_plan(manager, self.id))


def _single(statement: str) -> Statement:
    statements = split_script(statement)
    if len(statements) != 1:
        raise UserError(f"One statement at a time, not {len(statements)}.", hint="Call it for each of them.")
    return statements[0]


async def _uploaded(manager: JobManagerClient, jar: str | Path) -> str:
    """The id of a jar that is uploaded now, where it is a file, or was before."""
    path = _file(jar)
    return await upload_jar(manager, path) if path is not None else str(jar)


def _file(jar: str | Path) -> Path | None:
    path = Path(jar).expanduser()
    return path if path.is_file() else None
