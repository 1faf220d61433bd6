"""A statement that runs: its metadata, its rows as they arrive, and its end."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from typing import Any

from scaleph_lab.engines.jobmanager import TERMINAL_STATES, JobManagerClient
from scaleph_lab.errors import EngineError, EngineLostError, EngineTimeoutError, NotFoundError, ScalephError
from scaleph_lab.sql.faults import JobLostError, SessionLostError, SqlError
from scaleph_lab.sql.gateway import GatewayClient, ResultNotJsonError
from scaleph_lab.sql.job_watch import JobWatch
from scaleph_lab.sql.logical_types import LogicalType
from scaleph_lab.sql.pages import Page, PageParser, next_token
from scaleph_lab.sql.results import Batch, Column, ResultKind
from scaleph_lab.sql.values import TimeZones

__all__ = ["Operation", "StatementResult", "stop_job"]

_SHORTEST_POLL = 0.005
_LONGEST_POLL = 0.1
_PREFETCH_BYTES = 4096
_PATIENCE_SECONDS = 60.0
"""How long a result is waited for while nothing answers, before the engine is given up."""
_RETRY_SECONDS = 0.5
_CANCEL_SECONDS = 10.0
_CLOSE_GRACE_SECONDS = 1.0
_SUBMIT_GRACE_SECONDS = 2.0
_START_SECONDS = 1.0
"""How long a stop waits for a job that only just starts, see `JobManagerClient.wait_for_start`."""


class Operation:
    """The pages of one operation of the gateway, in order.

    There is no long polling: an empty page answers at once. The pause before the next call is a twentieth
    of the time waited so far, between 5 and 100 ms, so that waiting costs 5 % at most and an idle stream
    ten calls a second.
    """

    def __init__(
        self,
        gateway: GatewayClient,
        session: str,
        handle: str,
        statement: str,
        *,
        as_written: Callable[[SqlError], SqlError],
        is_gone: Callable[[], Awaitable[bool]],
    ) -> None:
        self._gateway = gateway
        self._session = session
        self._handle = handle
        self._statement = statement
        self._as_written = as_written
        self._is_gone = is_gone
        self._format = "JSON"
        self._silent_since: float | None = None
        self.parser = PageParser()

    @property
    def silent_seconds(self) -> float:
        """For how long the gateway has not answered; 0 while it does."""
        return 0.0 if self._silent_since is None else time.monotonic() - self._silent_since

    async def pages(self) -> AsyncGenerator[Page]:
        """All pages that are ready, empty ones too, until the last. A full page's follower is on its way
        while the page is parsed and handled."""
        token: int | None = 0
        ahead: asyncio.Task[bytes] | None = None
        since = time.monotonic()
        try:
            while token is not None:
                body = await (ahead or self._fetch(token))
                ahead = None
                following = next_token(body) if len(body) > _PREFETCH_BYTES else None
                if following is not None:
                    ahead = asyncio.create_task(self._fetch(following))
                    # The request leaves before the parser takes the thread.
                    await asyncio.sleep(0)
                page = self.parser.parse(body)
                token = page.next_token
                if page.ready:
                    yield page
                if page.rows:
                    since = time.monotonic()
                elif not page.last:
                    await asyncio.sleep(_pause(time.monotonic() - since))
        finally:
            if ahead is not None:
                ahead.cancel()
                with contextlib.suppress(asyncio.CancelledError, ScalephError):
                    await ahead

    async def close(self) -> None:
        """Closes the operation at the gateway."""
        await self._gateway.close_operation(self._session, self._handle)

    async def _fetch(self, token: int) -> bytes:
        try:
            return await self._patiently(token)
        except SqlError as error:
            raise self._as_written(error) from None
        except ResultNotJsonError:
            if self._format != "JSON":
                raise
            self._format = "PLAIN_TEXT"
            return await self._fetch(token)

    async def _patiently(self, token: int) -> bytes:
        """A page, through a network that is cut for a while: a token can be asked for again."""
        asked_at = time.monotonic()
        while True:
            try:
                body = await self._gateway.fetch(self._session, self._handle, token, self._format, self._statement)
                self._silent_since = None
                return body
            except SessionLostError:
                raise
            except (EngineLostError, EngineTimeoutError):
                self._silent_since = asked_at
                if time.monotonic() - asked_at > _PATIENCE_SECONDS or await self._is_gone():
                    raise
                await asyncio.sleep(_RETRY_SECONDS)


def _is_local_time(kind: LogicalType) -> bool:
    return kind.root == "TIMESTAMP_WITH_LOCAL_TIME_ZONE"


def _pause(waited: float) -> float:
    return min(max(waited * 0.05, _SHORTEST_POLL), _LONGEST_POLL)


class StatementResult:
    """What a statement gives. Iterate it for batches of rows, or take its `rows`.

    It is closed when its rows are read to the end; otherwise `close` or `cancel` it: a query's job runs
    until then. Iterating raises `SqlError` when the job fails and `EngineLostError` when the engine goes
    away; after `cancel` it just ends.
    """

    def __init__(
        self,
        operation: Operation,
        jobmanager: JobManagerClient,
        *,
        planned_job_id: str | None,
        find_zones: Callable[[], Awaitable[TimeZones]],
        report_lost: Callable[[EngineLostError], EngineLostError],
        redact: Callable[[Any], Any],
        notes: tuple[str, ...] = (),
    ) -> None:
        self._operation = operation
        self._jobmanager = jobmanager
        self._planned_job_id = planned_job_id
        self._find_zones = find_zones
        self._report_lost = report_lost
        self._redact = redact
        self._pages = operation.pages()
        self._first: Page | None = None
        self._begun_at: float | None = None
        self._row_seen = False
        self._watch: JobWatch | None = None
        self._closed = False
        self.notes = notes
        """What the user should know, such as that the session was opened anew."""
        self.columns: tuple[Column, ...] = ()
        self.kind = ResultKind.SUCCESS_WITH_CONTENT
        self.is_query = False
        """Whether the rows come from a job of the statement's own: a SELECT, not SHOW or INSERT."""
        self.job_id: str | None = None
        """The job that the statement runs, where it runs one."""
        self.zones = TimeZones()
        """Of TIMESTAMP_LTZ values: as they are sent, and the session's."""
        self.exhausted = False
        """Whether the last row was read."""

    @property
    def silence(self) -> tuple[str, float]:
        """Which part of the engine has not answered, and for how many seconds; 0 while all do."""
        if self._watch is not None and self._watch.silent_seconds > self._operation.silent_seconds:
            return "JobManager", self._watch.silent_seconds
        return "gateway", self._operation.silent_seconds

    @property
    def ambiguous_columns(self) -> set[str]:
        """Columns whose values stay Flink's text, because the text can be read in two ways."""
        return self._operation.parser.ambiguous

    async def begin(self) -> None:
        """Waits until the gateway accepted the statement and its columns are known."""
        try:
            page = await anext(self._pages)
            self.columns, self.kind = page.columns, page.kind
            self.is_query, self.job_id = page.is_query, page.job_id
            if any(column.type.any(_is_local_time) for column in self.columns):
                self.zones = await self._find_zones()
        except EngineLostError as error:
            raise self._report_lost(error) from error
        self._first = page
        self._begun_at = time.monotonic()
        if self.is_query and self.job_id is not None:
            self._watch = JobWatch(self._jobmanager, self.job_id)

    async def __aiter__(self) -> AsyncIterator[Batch]:
        try:
            if self._first is not None:
                first, self._first = self._first, None
                if first.rows:
                    yield self._batch(first)
            async for page in self._pages:
                if page.rows:
                    yield self._batch(page)
                elif self._watch is not None and not page.last:
                    await self._watch.look()
        except ScalephError as error:
            if self._closed and not isinstance(error, EngineLostError):
                return
            explained = await self._explained(error)
            if explained is error:
                raise
            raise explained from error
        if not self._closed:
            self.exhausted = True
            await self.close()

    async def _explained(self, error: ScalephError) -> ScalephError:
        """The error as the user shall see it, when rows cannot be fetched any more."""
        if isinstance(error, EngineLostError):
            if self._watch is not None:
                await self._watch.stop()
            return self._report_lost(error)
        if isinstance(error, SqlError) and self._watch is not None:
            try:
                await self._watch.look(at_once=True)
            except JobLostError as lost:
                error = lost
        # A gateway that closes an operation without a JobManager holds the session for a minute: the session's own end
        # closes it.
        self._closed = self._closed or isinstance(error, JobLostError)
        return error

    def _batch(self, page: Page) -> Batch:
        self._row_seen = True
        if self._watch is not None:
            self._watch.row_came()
        if self.is_query:
            return Batch(self.columns, list(page.rows), page.row_kinds, self.zones)
        # A listing, such as SHOW CREATE TABLE, would show the secrets that a statement put in.
        rows = [[self._redact(value) for value in row] for row in page.rows]
        return Batch(self.columns, rows, page.row_kinds, self.zones)

    async def rows(self, limit: int | None = None) -> list[tuple[Any, ...]]:
        """The rows as Python values, at most ``limit``; what is left of the statement is then stopped.

        For a changelog query these are changes; fold them with `MaterializedTable` to get the table.
        """
        rows: list[tuple[Any, ...]] = []
        async for batch in self:
            rows.extend(batch.rows)
            if limit is not None and len(rows) >= limit:
                break
        if limit is None or len(rows) < limit:
            return rows
        await self.cancel()
        return rows[:limit]

    async def close(self) -> None:
        """Closes the operation; a query's job is cancelled by it, an INSERT's job goes on."""
        if self._closed:
            return
        self._closed = True
        await self._see_it_started()
        # A gateway that is gone has closed it in its way, a session that is gone too.
        with contextlib.suppress(ScalephError):
            await self._operation.close()
        # Refused while another task iterates: there the closed operation ends the pages.
        with contextlib.suppress(RuntimeError):
            await self._pages.aclose()

    async def cancel(self, *, seconds: float = _CANCEL_SECONDS) -> str | None:
        """Stops the statement and waits until the JobManager says that its job has ended.

        Returns the job's last state, or ``None`` where there was no job. The job of an INSERT is stopped
        too. Raises `EngineTimeoutError` when the job does not end in time.
        """
        await self.close()
        begun = self._begun_at is not None
        if begun and self.job_id is None:
            return None
        job_id = self.job_id or self._planned_job_id
        if job_id is None:
            return None
        return await stop_job(self._jobmanager, job_id, seconds, known=begun)

    async def _see_it_started(self) -> None:
        """A query that begins to run is not stopped in the middle of that: a row shows that its sink is open."""
        if self._begun_at is None or self._row_seen or self.exhausted or not (self.is_query and self.job_id):
            return
        left = self._begun_at + _START_SECONDS - time.monotonic()
        if left > 0:
            with contextlib.suppress(ScalephError):
                await self._jobmanager.wait_for_start(self.job_id, seconds=left)


async def stop_job(jobmanager: JobManagerClient, job_id: str, seconds: float, *, known: bool) -> str | None:
    """Waits for a job to end after its operation was closed, and cancels it where that did not do it.

    Returns its last state. A job that is not ``known`` may still be on its way to the JobManager, so that
    it is looked for a while; ``None`` where there is none. Raises `EngineTimeoutError`.
    """
    deadline = time.monotonic() + (_CLOSE_GRACE_SECONDS if known else _SUBMIT_GRACE_SECONDS)
    state: str | None = None
    while time.monotonic() < deadline:
        state = await _state(jobmanager, job_id)
        if state in TERMINAL_STATES or (state is None and known):
            return state
        if state is not None and not known:
            break
        await asyncio.sleep(0.02)
    if state is None:
        return None
    with contextlib.suppress(EngineError, NotFoundError):
        if not known:
            await jobmanager.wait_for_start(job_id, seconds=_START_SECONDS)
        await jobmanager.cancel(job_id)
    return await jobmanager.wait(job_id, seconds=seconds)


async def _state(jobmanager: JobManagerClient, job_id: str) -> str | None:
    try:
        return await jobmanager.job_state(job_id)
    except NotFoundError:
        return None
