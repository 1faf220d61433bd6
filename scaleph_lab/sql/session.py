"""A SQL session on an engine: opened when it is first used, kept alive, made again when it was lost."""

from __future__ import annotations

import asyncio
import contextlib
import math
import re
import uuid
from collections.abc import Mapping
from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING, Self

import httpx

from scaleph_lab.engines.model import EngineKind, EngineState, ProgressListener, ignore_progress
from scaleph_lab.errors import EngineLostError, ScalephError, UserError
from scaleph_lab.sql.connection import Connection
from scaleph_lab.sql.dataflow import Dataflow
from scaleph_lab.sql.faults import SessionLostError, SqlError
from scaleph_lab.sql.journal import Journal, ctas_target
from scaleph_lab.sql.local_zone import local_zone_name
from scaleph_lab.sql.replay import SubmittedJob, adopt, replay
from scaleph_lab.sql.results import ResultKind
from scaleph_lab.sql.scripts import split_script
from scaleph_lab.sql.secret_references import Redactor, has_references, resolve_references
from scaleph_lab.sql.statements import Operation, StatementResult
from scaleph_lab.sql.traces import sql_error
from scaleph_lab.sql.values import TimeZones, time_zone
from scaleph_lab.sql.variables import FilledStatement

if TYPE_CHECKING:
    from scaleph_lab.engines.model import Engine, EngineEndpoint
    from scaleph_lab.sql.catalog import Catalog

__all__ = ["SqlSession"]

_TIME_ZONE = "table.local-time-zone"
_MODE = "execution.runtime-mode"
_OTHER_MODE = re.compile(r"failed to preserve datatypes.*\*ROWTIME\*", re.DOTALL)
_TWO_MODED = frozenset({"SELECT", "WITH", "VALUES", "INSERT", "EXECUTE", "EXPLAIN"})
_JOB_ID = "$internal.pipeline.job-id"
"""Flink's ``PipelineOptionsInternal.PIPELINE_FIXED_JOB_ID``: read where a statement's job graph is made (seen
on 1.18, 1.20 and 2.3). It lets a job be stopped that was submitted a moment before its id was told."""
_WITHOUT_JOB_ID = frozenset({"CALL", "SET", "RESET"})
"""A procedure may submit several jobs, which cannot share an id."""
_READING = frozenset({"SELECT", "WITH", "VALUES", "SHOW", "DESCRIBE", "DESC", "EXPLAIN", "INSERT"})
"""Statements that leave the names of tables, columns and functions as they are."""


class SqlSession:
    """Statements run here one after the other or at once; all share catalogs, tables and options.

    What makes the session (DDL, SET, USE, ADD JAR) is kept in `journal` and run again on a new one when the gateway
    loses it. Use it as an asynchronous context manager, or `close` it, within one event loop.
    """

    def __init__(self, engine: Engine, *, name: str = "scaleph", properties: Mapping[str, str] | None = None) -> None:
        self._engine = engine
        self.name = name
        """What the gateway, and the user, call it."""
        self._properties = {_TIME_ZONE: local_zone_name(), **(properties or {})}
        self._connection: Connection | None = None
        self._opening = asyncio.Lock()
        self._redactor = Redactor()
        self._advising = False
        self._twins: dict[str, SqlSession] = {}
        self._is_twin = False
        self._twin_of = -1
        self.journal = Journal()
        """The statements that made it what it is."""
        self.submitted_jobs: dict[str, SubmittedJob] = {}
        """The jobs of its INSERTs, by id; they go on when the session ends."""
        self.dataflow = Dataflow()
        """The statements that said what flows where: views, INSERTs, tables made from queries."""
        self.endpoint: EngineEndpoint | None = None
        self.revision = 0
        """Grows with each statement that may have changed what names there are."""

    @property
    def engine_name(self) -> str:
        """The engine's name, such as ``flink-1.20``."""
        return self._engine.name

    @cached_property
    def catalog(self) -> Catalog:
        """The names that the session sees."""
        from scaleph_lab.sql.catalog import Catalog

        return Catalog(self)

    @property
    def is_embedded(self) -> bool:
        """Whether the engine runs on this machine, as this user: then it sees the same files."""
        return self.endpoint is not None and self.endpoint.kind is EngineKind.EMBEDDED

    @property
    def handle(self) -> str | None:
        """The gateway's handle of the session, while it is open."""
        return self._connection.handle if self._connection else None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def open(self, progress: ProgressListener = ignore_progress) -> tuple[str, ...]:
        """Opens the session where it is not open, starting the engine if need be.

        Returns what the user should know: that the session before was lost, and what was made again. Raises
        `PlatformError` and `EngineError`, as `Engine.ensure` does.
        """
        async with self._opening:
            if self._connection is not None and await self._connection.is_there():
                return ()
            before = self._connection
            self.endpoint = await asyncio.to_thread(self._engine.ensure, progress)
            connection = await Connection.open(self.endpoint, self.name, self._properties)
            # From here on the one before is not needed to know that there was one.
            self._connection = connection
            if before is not None:
                await before.drop()
            notes = await self._make_again(connection) if before is not None or self._is_twin else ()
            connection.keep_alive(lambda: asyncio.to_thread(self._engine.touch))
            return notes

    async def execute(
        self,
        statement: str,
        *,
        config: Mapping[str, str] | None = None,
        keyword: str = "",
        progress: ProgressListener = ignore_progress,
    ) -> StatementResult:
        """Runs one statement; returns when the gateway accepted it and its columns are known.

        ``{{secret:NAME}}`` in it is resolved here. ``config`` holds for this statement only. ``keyword`` is the
        statement's first word, where it is known. Cancelling the call stops the statement. Raises `SqlError` when
        Flink refuses the statement, `EngineLostError` when the engine goes away under it, `SecretNotFoundError`, and
        what `open` raises.
        """
        filled = await self._filled(statement)
        notes = await self.open(progress)
        await asyncio.to_thread(self._engine.touch)
        keyword = keyword or _keyword(statement)
        fixed_id = keyword not in _WITHOUT_JOB_ID
        job_id = uuid.uuid4().hex if fixed_id else None
        options = {**({_JOB_ID: job_id} if job_id else {}), **(config or {})}
        try:
            result = await self._submit(self._connected(), filled, options, notes)
        except EngineLostError as error:
            lost = self._report_lost(error, self._connected())
            if not _certainly_not_run(error):
                raise lost from error
            # Nothing was submitted: the engine is started again, and the statement runs there.
            notes = await self.open(progress)
            result = await self._submit(self._connected(), filled, options, notes)
        try:
            await result.begin()
        except asyncio.CancelledError:
            await asyncio.shield(result.cancel())
            raise
        except ScalephError as error:
            await result.close()
            if isinstance(error, SqlError):
                if keyword in _TWO_MODED and (twin := await self._twin_for(error, options)) is not None:
                    return await twin.execute(statement, config=config, keyword=keyword)
                await self._advise(error, statement)
            raise
        await self._remember(statement, result, config or {})
        if keyword not in _READING:
            self.revision += 1
        return result

    async def complete(self, statement: str, position: int) -> list[str]:
        """What may stand at ``position`` of the statement, as the gateway's planner sees it."""
        await self.open()
        connection = self._connected()
        return await connection.gateway.complete(connection.handle, statement, position)

    async def properties(self) -> dict[str, str]:
        """The session's effective configuration, with references in the place of secrets."""
        await self.open()
        connection = self._connected()
        found = await connection.gateway.session_properties(connection.handle)
        return {key: self._redactor.text(value) for key, value in found.items()}

    async def watermark(self, job_id: str) -> float | None:
        """The slowest watermark of a job, see `JobManagerClient.watermark`. Raises `EngineError`."""
        return await self._connected().jobmanager.watermark(job_id)

    async def restart(self, job: SubmittedJob, savepoint: str, *, allow_non_restored: bool = False) -> tuple[str, str]:
        """Runs the statement of a job again, from a savepoint; the new job's id, and what it was restored from.

        Raises `SavepointError` where the new job was not restored, which is then cancelled: it would begin at the
        beginning. Raises what `execute` raises.
        """
        from scaleph_lab.engines.savepoints import SavepointError, recovery_options, restored_from

        if (table := ctas_target(job.statement)) is not None:
            raise UserError(
                f"The job of a CREATE TABLE … AS cannot be run again: the table {table} exists by now.",
                hint=f"INSERT INTO {table} with the same query goes on from the savepoint: "
                f"SET 'execution.savepoint.path' = '{savepoint}' before it.",
                path=job.job_id,
            )
        recovery = recovery_options(savepoint, allow_non_restored=allow_non_restored)
        result = await self.execute(job.statement, config={**job.config, **recovery})
        await result.rows()
        new_id = str(result.job_id)
        # A later restart names a savepoint of its own.
        self.submitted_jobs[new_id] = SubmittedJob(new_id, job.statement, job.config)
        jobmanager = self._connected().jobmanager
        try:
            return new_id, await restored_from(jobmanager, new_id)
        except SavepointError:
            with contextlib.suppress(ScalephError):
                await jobmanager.cancel(new_id)
            raise

    async def job_state(self, job_id: str) -> str:
        """The state of a job of this session's engine. Raises `EngineError`."""
        return await self._connected().jobmanager.job_state(job_id)

    async def finish_job(self, result: StatementResult) -> str:
        """Waits for the end of a job that a statement submitted and returns its state.

        Raises `SqlError` with the root cause when the job fails, and `EngineError`.
        """
        jobmanager = self._connected().jobmanager
        state = await jobmanager.wait(str(result.job_id), seconds=math.inf, longest_pause=0.1)
        if state == "FAILED":
            raise self._redactor.error(sql_error(await jobmanager.job_exceptions(str(result.job_id))))
        return state

    async def close(self) -> None:
        """Closes the session at the gateway, as far as it answers; its queries are cancelled by that."""
        for twin in self._twins.values():
            await twin.close()
        self._twins.clear()
        if self._connection is not None:
            await self._connection.close()
        self._connection = None

    async def _twin_for(self, error: SqlError, options: Mapping[str, str]) -> SqlSession | None:
        """The same session in the other runtime mode, where a statement failed for the lack of one.

        Flink takes a table's time attributes as the mode says that the gateway's session *began* with; a statement in
        the other mode that reads such a column fails, whatever SET says (seen on 1.18, 1.20 and 2.3).
        """
        if self._is_twin or not _OTHER_MODE.search(error.message):
            return None
        mode = options.get(_MODE) or (await self.properties()).get(_MODE, "streaming")
        twin = self._twins.get(mode)
        if twin is None or twin._twin_of != self.revision:
            if twin is not None:
                await twin.close()
            twin = SqlSession(self._engine, name=f"{self.name} ({mode})", properties={**self._properties, _MODE: mode})
            # What is made in either is made in both: the twin reads this journal when it opens.
            twin.journal, twin.submitted_jobs, twin._redactor = self.journal, self.submitted_jobs, self._redactor
            twin._is_twin, twin._twin_of = True, self.revision
            self._twins[mode] = twin
        return twin

    async def _filled(self, statement: str) -> FilledStatement:
        if not has_references(statement):
            return FilledStatement.as_written(statement)
        # A key ring may ask its user.
        return await asyncio.to_thread(resolve_references, statement, self._redactor)

    async def _make_again(self, connection: Connection) -> tuple[str, ...]:
        async def run(statement: str) -> None:
            result = await self._submit(connection, await self._filled(statement))
            try:
                await result.begin()
            finally:
                await result.close()

        try:
            notes = await replay(self.journal, run)
            notes += await adopt(self.submitted_jobs.values(), connection.jobmanager)
        except BaseException:
            # Half of a session is none: it is closed, and the next try begins at the beginning.
            connection.lost = True
            with contextlib.suppress(ScalephError):
                await asyncio.shield(connection.gateway.close_session(connection.handle))
            raise
        return tuple(notes)

    async def _advise(self, error: SqlError, statement: str) -> None:
        """Puts into the hint what may have been meant; what fails of the looking is no matter of the user's."""
        from scaleph_lab.sql.suggestions import suggest

        if not self._advising:
            self._advising = True
            try:
                await suggest(self, error, statement)
            finally:
                self._advising = False

    async def _remember(self, statement: str, result: StatementResult, config: Mapping[str, str]) -> None:
        if result.is_query:
            return
        with contextlib.suppress(ScalephError):
            await self.dataflow.note(statement, self.catalog)
        if result.job_id is not None:
            self.submitted_jobs[result.job_id] = SubmittedJob(result.job_id, statement, dict(config))
            if (table := ctas_target(statement)) is not None:
                await self._remember_table(table)
        elif result.kind is ResultKind.SUCCESS:
            self.journal.note(statement)

    async def _remember_table(self, table: str) -> None:
        """Keeps the DDL of a table that a query made: a replay must not run the query again."""
        with contextlib.suppress(ScalephError):
            result = await self._submit(self._connected(), FilledStatement.as_written(f"SHOW CREATE TABLE {table}"))
            await result.begin()
            ((ddl,),) = await result.rows()
            self.journal.note(ddl)

    async def _submit(
        self,
        connection: Connection,
        filled: FilledStatement,
        options: Mapping[str, str] | None = None,
        notes: tuple[str, ...] = (),
    ) -> StatementResult:
        config = dict(options or {})
        submission = asyncio.create_task(connection.gateway.execute(connection.handle, filled.statement.text, config))
        try:
            handle = await asyncio.shield(submission)
        except asyncio.CancelledError:
            # The gateway may have the statement by now: only with its handle can it be taken back.
            with contextlib.suppress(ScalephError):
                await asyncio.shield(self._result(connection, await submission, filled, config, notes).cancel())
            raise
        return self._result(connection, handle, filled, config, notes)

    def _result(
        self,
        connection: Connection,
        handle: str,
        filled: FilledStatement,
        options: dict[str, str],
        notes: tuple[str, ...],
    ) -> StatementResult:
        async def find_zones() -> TimeZones:
            name = (await connection.gateway.session_properties(connection.handle)).get(_TIME_ZONE, "default")
            own = time_zone(local_zone_name() if name == "default" else name)
            local = time_zone(options[_TIME_ZONE]) if _TIME_ZONE in options else own
            return TimeZones.of(connection.endpoint.flink_version, own, local)

        operation = Operation(
            connection.gateway,
            connection.handle,
            handle,
            filled.statement.text,
            as_written=lambda error: self._redactor.error(_relocated(error, filled)),
            is_gone=self._is_engine_gone,
        )
        return StatementResult(
            operation,
            connection.jobmanager,
            planned_job_id=options.get(_JOB_ID),
            find_zones=find_zones,
            report_lost=lambda error: self._report_lost(error, connection),
            redact=self._redactor.value,
            notes=notes,
        )

    async def _is_engine_gone(self) -> bool:
        """Whether it is certain that the engine will not answer again; of a remote one that cannot be known."""
        status = await asyncio.to_thread(self._engine.status)
        return status.kind is EngineKind.EMBEDDED and status.state is not EngineState.RUNNING

    def _report_lost(self, error: EngineLostError, connection: Connection) -> EngineLostError:
        """Remembers the loss, and says it with the engine's name."""
        connection.lost = True
        hint = "The next statement starts it again, and makes the session's tables and options anew."
        if isinstance(error, SessionLostError):
            message = f"The SQL Gateway of {self.engine_name} no longer knows the session."
            return SessionLostError(message, hint=hint.replace("starts it again", "opens another"), path=error.path)
        message = f"The engine {self.engine_name} was killed, crashed or went out of reach while the statement ran."
        return EngineLostError(message, hint=hint, path=error.path)

    def _connected(self) -> Connection:
        if self._connection is None:
            raise SessionLostError("The session is closed.", hint="Open it again.")
        return self._connection


def _keyword(statement: str) -> str:
    return next((each.keyword for each in split_script(statement)), "")


def _certainly_not_run(error: EngineLostError) -> bool:
    """Whether the statement cannot have been accepted: nothing listened, or the session is unknown."""
    return isinstance(error, SessionLostError) or isinstance(error.__cause__, httpx.ConnectError)


def _relocated(error: SqlError, filled: FilledStatement) -> SqlError:
    """The error at its place in the statement as it was written."""
    if error.line is None or error.column is None or not filled.cuts:
        return error
    end = filled.locate(error.end_line or error.line, error.end_column or error.column)
    return error.moved(*filled.locate(error.line, error.column), *end)
