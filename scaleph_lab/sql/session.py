"""A SQL session on an engine: opened when it is first used, kept alive, opened anew when it was lost."""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING, Self

import httpx

from scaleph_lab.engines.model import ProgressListener, ignore_progress
from scaleph_lab.errors import EngineLostError, ScalephError
from scaleph_lab.sql.faults import SessionLostError
from scaleph_lab.sql.gateway import GatewayClient
from scaleph_lab.sql.local_zone import local_zone_name
from scaleph_lab.sql.scripts import split_script
from scaleph_lab.sql.statements import Operation, StatementResult
from scaleph_lab.sql.values import TimeZones, time_zone

if TYPE_CHECKING:
    from scaleph_lab.engines.jobmanager import JobManagerClient
    from scaleph_lab.engines.model import Engine, EngineEndpoint
    from scaleph_lab.sql.catalog import Catalog

__all__ = ["SqlSession"]

_HEARTBEAT_SECONDS = 60.0
_SILENCE_SECONDS = 0.2
_TIME_ZONE = "table.local-time-zone"
_JOB_ID = "$internal.pipeline.job-id"
"""Flink's ``PipelineOptionsInternal.PIPELINE_FIXED_JOB_ID``: read where a statement's job graph is made (seen
on 1.18, 1.20 and 2.3). It lets a job be stopped that was submitted a moment before its id was told."""
_WITHOUT_JOB_ID = frozenset({"CALL", "SET", "RESET"})
"""A procedure may submit several jobs, which cannot share an id."""
_READING = frozenset({"SELECT", "WITH", "VALUES", "SHOW", "DESCRIBE", "DESC", "EXPLAIN", "INSERT"})
"""Statements that leave the names of tables, columns and functions as they are."""
_LOST_NOTE = (
    "The session was lost and a new one was opened: temporary tables, views and functions and SET options "
    "of before are gone."
)


class SqlSession:
    """Statements run here one after the other or at once; all share catalogs, tables and options.

    Use it as an asynchronous context manager, or `close` it, within one event loop.
    """

    def __init__(self, engine: Engine, *, name: str = "scaleph", properties: dict[str, str] | None = None) -> None:
        self._engine = engine
        self._name = name
        self._properties = {_TIME_ZONE: local_zone_name(), **(properties or {})}
        self._gateway: GatewayClient | None = None
        self._jobmanager: JobManagerClient | None = None
        self._handle: str | None = None
        self._heartbeat: asyncio.Task[None] | None = None
        self._lost = False
        self._opening = asyncio.Lock()
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
    def handle(self) -> str | None:
        """The gateway's handle of the session, while it is open."""
        return self._handle

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def open(self, progress: ProgressListener = ignore_progress) -> tuple[str, ...]:
        """Opens the session where it is not open, starting the engine if need be.

        Returns what the user should know: that the session before was lost. Raises `PlatformError` and
        `EngineError`, as `Engine.ensure` does.
        """
        async with self._opening:
            if await self._is_there():
                return ()
            notes = (_LOST_NOTE,) if self._lost else ()
            await self._disconnect()
            endpoint = await asyncio.to_thread(self._engine.ensure, progress)
            await self._connect(endpoint)
            self._lost = False
            return notes

    async def execute(
        self,
        statement: str,
        *,
        config: dict[str, str] | None = None,
        keyword: str = "",
        progress: ProgressListener = ignore_progress,
    ) -> StatementResult:
        """Runs one statement; returns when the gateway accepted it and its columns are known.

        ``config`` holds for this statement only. ``keyword`` is the statement's first word, where it is
        known. Cancelling the call stops the statement. Raises `SqlError` when Flink refuses the
        statement, `EngineLostError` when the engine goes away under it, and what `open` raises.
        """
        notes = await self.open(progress)
        await asyncio.to_thread(self._engine.touch)
        keyword = keyword or _keyword(statement)
        fixed_id = keyword not in _WITHOUT_JOB_ID
        job_id = uuid.uuid4().hex if fixed_id else None
        options = {**({_JOB_ID: job_id} if job_id else {}), **(config or {})}
        try:
            result = await self._submit(statement, options, notes)
        except EngineLostError as error:
            self._lost = True
            if not _certainly_not_run(error):
                raise self._report_lost(error) from error
            # Nothing was submitted: the engine is started again, and the statement runs there.
            result = await self._submit(statement, options, await self.open(progress))
        try:
            await result.begin()
        except asyncio.CancelledError:
            await asyncio.shield(result.cancel())
            raise
        except ScalephError:
            await result.close()
            raise
        if keyword not in _READING:
            self.revision += 1
        return result

    async def complete(self, statement: str, position: int) -> list[str]:
        """What may stand at ``position`` of the statement, as the gateway's planner sees it."""
        await self.open()
        gateway, _, session = self._open_parts()
        return await gateway.complete(session, statement, position)

    async def properties(self) -> dict[str, str]:
        """The session's effective configuration."""
        await self.open()
        gateway, _, session = self._open_parts()
        return await gateway.session_properties(session)

    async def job_state(self, job_id: str) -> str:
        """The state of a job of this session's engine. Raises `EngineError`."""
        _, jobmanager, _ = self._open_parts()
        return await jobmanager.job_state(job_id)

    async def close(self) -> None:
        """Closes the session at the gateway, as far as it answers; its queries are cancelled by that."""
        if self._gateway is not None and self._handle is not None and not self._lost:
            with contextlib.suppress(ScalephError):
                await self._gateway.close_session(self._handle)
        await self._disconnect()
        self._lost = False

    async def _is_there(self) -> bool:
        """Whether the session is open; after a while of silence the gateway is asked.

        A statement cannot be sent again when the connection breaks under it, but this call can.
        """
        if self._gateway is None or self._handle is None or self._lost:
            return False
        if self._gateway.silent_for() > _SILENCE_SECONDS:
            try:
                await self._gateway.heartbeat(self._handle)
            except EngineLostError:
                self._lost = True
        return not self._lost

    async def _submit(self, statement: str, options: dict[str, str], notes: tuple[str, ...]) -> StatementResult:
        gateway, _, session = self._open_parts()
        submission = asyncio.create_task(gateway.execute(session, statement, options))
        try:
            handle = await asyncio.shield(submission)
        except asyncio.CancelledError:
            # The gateway may have the statement by now: only with its handle can it be taken back.
            with contextlib.suppress(ScalephError):
                await asyncio.shield(self._result(statement, await submission, options, notes).cancel())
            raise
        return self._result(statement, handle, options, notes)

    def _open_parts(self) -> tuple[GatewayClient, JobManagerClient, str]:
        if self._gateway is None or self._jobmanager is None or self._handle is None:
            raise SessionLostError("The session is closed.", hint="Open it again.")
        return self._gateway, self._jobmanager, self._handle

    def _result(self, statement: str, handle: str, options: dict[str, str], notes: tuple[str, ...]) -> StatementResult:
        gateway, jobmanager, session = self._open_parts()

        async def find_zones() -> TimeZones:
            name = (await gateway.session_properties(session)).get(_TIME_ZONE, "default")
            own = time_zone(local_zone_name() if name == "default" else name)
            local = time_zone(options[_TIME_ZONE]) if _TIME_ZONE in options else own
            return TimeZones.of(self.endpoint.flink_version if self.endpoint else "", own, local)

        return StatementResult(
            Operation(gateway, session, handle, statement),
            jobmanager,
            planned_job_id=options.get(_JOB_ID),
            find_zones=find_zones,
            report_lost=self._report_lost,
            notes=notes,
        )

    def _report_lost(self, error: EngineLostError) -> EngineLostError:
        """Remembers the loss, and says it with the engine's name."""
        self._lost = True
        hint = "The next statement starts a new one; temporary tables and SET options have to be made again."
        if isinstance(error, SessionLostError):
            message = f"The SQL Gateway of {self.engine_name} no longer knows the session."
            return SessionLostError(message, hint=hint.replace("starts", "opens"), path=error.path)
        message = f"The engine {self.engine_name} was killed or crashed while the statement ran."
        return EngineLostError(message, hint=hint, path=error.path)

    async def _connect(self, endpoint: EngineEndpoint) -> None:
        from scaleph_lab.engines.jobmanager import JobManagerClient

        gateway = GatewayClient(endpoint.gateway_url)
        try:
            self._handle = await gateway.open_session(self._name, self._properties)
        except BaseException:
            await gateway.close()
            raise
        self._gateway = gateway
        self._jobmanager = JobManagerClient(endpoint.jobmanager_url)
        self.endpoint = endpoint
        self._heartbeat = asyncio.create_task(self._beat(gateway, self._handle))

    async def _disconnect(self) -> None:
        if self._heartbeat is not None:
            self._heartbeat.cancel()
        for client in (self._gateway, self._jobmanager):
            if client is not None:
                await client.close()
        self._gateway = self._jobmanager = self._handle = self._heartbeat = None

    async def _beat(self, gateway: GatewayClient, session: str) -> None:
        """Keeps the session from being closed as idle, and the engine: what lives in the session would go with it."""
        while True:
            await asyncio.sleep(_HEARTBEAT_SECONDS)
            try:
                await gateway.heartbeat(session)
                await asyncio.to_thread(self._engine.touch)
            except EngineLostError:
                self._lost = True
                return
            except ScalephError:
                # The gateway is busy; the next beat is in time.
                continue


def _keyword(statement: str) -> str:
    return next((each.keyword for each in split_script(statement)), "")


def _certainly_not_run(error: EngineLostError) -> bool:
    """Whether the statement cannot have been accepted: nothing listened, or the session is unknown."""
    return isinstance(error, SessionLostError) or isinstance(error.__cause__, httpx.ConnectError)
