"""Sessions on real engines: rows, errors, cancelling that is seen at the JobManager, loss and return."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Callable

import pytest

from scaleph_lab.engines import Engine, JobManagerClient
from scaleph_lab.errors import EngineLostError
from scaleph_lab.settings import get_settings
from scaleph_lab.sql import ResultKind, SessionLostError, SqlError, SqlSession

PROFILES = ("flink-1.18", "flink-1.20", "flink-2.3")
ENDLESS = "CREATE TEMPORARY TABLE g (id BIGINT) WITH ('connector' = 'datagen', 'rows-per-second' = '100')"
SINK = "CREATE TEMPORARY TABLE nowhere (id BIGINT) WITH ('connector' = 'blackhole')"

pytestmark = pytest.mark.engine
Flink = Callable[[str], Engine]


async def running_jobs(engine: Engine) -> list[str]:
    async with JobManagerClient(engine.ensure().jobmanager_url) as jobmanager:
        return [job.name for job in await jobmanager.jobs() if not job.done]


async def job_state(engine: Engine, job_id: str | None) -> str:
    assert job_id
    async with JobManagerClient(engine.ensure().jobmanager_url) as jobmanager:
        return await jobmanager.job_state(job_id)


async def close_behind_its_back(session: SqlSession) -> None:
    """The gateway loses the session, as after a restart of it."""
    connection = session._connection
    assert connection is not None
    await connection.gateway.close_session(connection.handle)


@pytest.mark.parametrize("profile", PROFILES)
async def test_statements_of_every_kind(flink: Flink, profile: str) -> None:
    engine = flink(profile)
    async with SqlSession(engine) as session:
        query = await session.execute("SELECT 1 AS n")
        assert (query.is_query, [column.type.sql for column in query.columns]) == (True, ["INT NOT NULL"])
        assert await query.rows() == [(1,)]
        assert query.exhausted
        ddl = await session.execute(ENDLESS)
        assert (ddl.kind, ddl.is_query, await ddl.rows()) == (ResultKind.SUCCESS, False, [("OK",)])
        await (await session.execute(SINK)).rows()
        listing = await session.execute("SHOW TABLES")
        assert await listing.rows() == [("g",), ("nowhere",)]
        insert = await session.execute("INSERT INTO nowhere SELECT id FROM g")
        assert await insert.rows() == [(insert.job_id,)]
        assert await job_state(engine, insert.job_id) in {"INITIALIZING", "CREATED", "RUNNING"}
        assert await insert.cancel() == "CANCELED"
        candidates = await session.complete("SELECT * FROM ", 14)
        assert any(candidate.endswith(("g", "`g`")) for candidate in candidates)
        with pytest.raises(SqlError) as caught:
            await session.execute("SELECT *\nFROM nope")
        assert (caught.value.line, caught.value.column, caught.value.end_column) == (2, 6, 9)


@pytest.mark.parametrize("profile", PROFILES)
async def test_cancelling_leaves_no_job(flink: Flink, profile: str) -> None:
    engine = flink(profile)
    async with SqlSession(engine) as session:
        await (await session.execute(ENDLESS)).rows()
        result = await session.execute("SELECT * FROM g")
        async for batch in result:
            assert len(batch) > 0
            break
        assert await result.cancel() == "CANCELED"
        assert await job_state(engine, result.job_id) == "CANCELED"


async def test_cancelling_from_beside_ends_the_iteration(flink: Flink) -> None:
    engine = flink("flink-1.20")
    async with SqlSession(engine) as session:
        await (await session.execute(ENDLESS)).rows()
        result = await session.execute("SELECT * FROM g")
        reader = asyncio.create_task(result.rows())
        await asyncio.sleep(1)
        assert await result.cancel() == "CANCELED"
        assert len(await reader) > 0
        assert not result.exhausted
        assert await job_state(engine, result.job_id) == "CANCELED"


@pytest.mark.parametrize("after", [0.0, 0.01, 0.05, 0.1, 0.2, 0.4])
async def test_a_statement_cancelled_on_its_way_leaves_no_job(flink: Flink, after: float) -> None:
    engine = flink("flink-1.20")
    async with SqlSession(engine) as session:
        await (await session.execute(ENDLESS)).rows()

        async def read() -> None:
            result = await session.execute("SELECT * FROM g")
            try:
                await result.rows()
            except asyncio.CancelledError:
                await asyncio.shield(result.cancel())
                raise

        task = asyncio.create_task(read())
        await asyncio.sleep(after)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await asyncio.sleep(0.5)
        assert await running_jobs(engine) == []


async def test_a_limit_stops_the_job(flink: Flink) -> None:
    engine = flink("flink-1.20")
    async with SqlSession(engine) as session:
        await (await session.execute(ENDLESS)).rows()
        result = await session.execute("SELECT * FROM g")
        assert len(await result.rows(limit=7)) == 7
        assert await job_state(engine, result.job_id) == "CANCELED"


async def test_a_job_that_fails_says_its_root_cause(flink: Flink) -> None:
    async with SqlSession(flink("flink-1.20")) as session:
        sql = "SELECT CAST(s AS INT) FROM (VALUES ('1'), ('x')) AS t(s)"
        with pytest.raises(SqlError, match="NumberFormatException"):
            await (await session.execute(sql, config={"execution.runtime-mode": "batch"})).rows()


async def test_a_session_that_is_gone_is_opened_anew(flink: Flink) -> None:
    async with SqlSession(flink("flink-1.20")) as session:
        await (await session.execute(ENDLESS)).rows()
        await close_behind_its_back(session)
        result = await session.execute("SHOW TABLES")
        assert await result.rows() == [("g",)]
        assert result.notes == ("The session was lost and opened anew; made again: 1 temporary table.",)


async def test_a_session_lost_under_a_stream_is_named(flink: Flink) -> None:
    async with SqlSession(flink("flink-1.20")) as session:
        await (await session.execute(ENDLESS)).rows()
        result = await session.execute("SELECT * FROM g")
        await close_behind_its_back(session)
        with pytest.raises(SessionLostError, match="no longer knows the session"):
            await result.rows()


async def test_a_killed_engine_is_named_and_comes_back(flink: Flink) -> None:
    engine = flink("flink-1.20")
    async with SqlSession(engine) as session:
        await (await session.execute(ENDLESS)).rows()
        result = await session.execute("SELECT * FROM g")
        pid = engine.status().pid
        assert pid
        os.kill(pid, signal.SIGKILL)
        with pytest.raises(EngineLostError, match=r"The engine flink-1\.20 was killed, crashed"):
            await result.rows()
        again = await session.execute("SELECT 1")
        assert await again.rows() == [(1,)]
        assert "session was lost" in again.notes[0]
        # And when it dies while nothing runs, the next statement does not notice but by its note.
        pid = engine.status().pid
        assert pid
        os.kill(pid, signal.SIGKILL)
        await asyncio.sleep(0.5)
        quiet = await session.execute("SELECT 2")
        assert await quiet.rows() == [(2,)]
        assert "session was lost" in quiet.notes[0]


async def test_two_statements_share_a_session_at_once(flink: Flink) -> None:
    async with SqlSession(flink("flink-1.20")) as session:
        first, second = await asyncio.gather(session.execute("SELECT 1"), session.execute("SELECT 2"))
        assert await asyncio.gather(first.rows(), second.rows()) == [[(1,)], [(2,)]]


async def test_a_listing_takes_no_longer_than_it_must(flink: Flink) -> None:
    async with SqlSession(flink("flink-1.20")) as session:
        await (await session.execute("SHOW TABLES")).rows()
        times: list[float] = []
        for _ in range(10):
            start = time.perf_counter()
            await (await session.execute("SHOW TABLES")).rows()
            times.append(time.perf_counter() - start)
        assert min(times) < 0.2


@pytest.mark.parametrize("profile", PROFILES)
async def test_a_statement_in_the_other_mode_reads_time_attributes(flink: Flink, profile: str) -> None:
    """Flink alone fails there: it keeps the mode that the gateway's session began with."""
    orders = (
        "CREATE TABLE orders (id BIGINT, ordered TIMESTAMP(3), WATERMARK FOR ordered AS ordered) WITH ('connector' = "
        "'datagen', 'number-of-rows' = '3')"
    )
    batch = {"execution.runtime-mode": "batch"}
    engine = flink(profile)
    leases = get_settings().leases_dir
    before = set(leases.glob("*.json"))
    async with SqlSession(engine) as session:
        await (await session.execute(orders)).rows()
        assert len(await (await session.execute("SELECT * FROM orders")).rows()) == 3
        assert len(await (await session.execute("SELECT * FROM orders ORDER BY id", config=batch)).rows()) == 3
        # What is made later is there too.
        await (await session.execute("CREATE TEMPORARY VIEW v AS SELECT ordered FROM orders")).rows()
        assert len(await (await session.execute("SELECT * FROM v", config=batch)).rows()) == 3
        await (await session.execute("SET 'execution.runtime-mode' = 'batch'")).rows()
        assert len(await (await session.execute("SELECT * FROM orders")).rows()) == 3
        assert len(session.journal) == 3
        assert len(set(leases.glob("*.json")) - before) == 2, "the session and its twin"
    assert set(leases.glob("*.json")) == before
