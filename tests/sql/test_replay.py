"""A session that was lost is made again: on an embedded engine, and on a gateway whose cluster lives on."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from scaleph_lab.engines import Engine, JobManagerClient
from scaleph_lab.engines.remote import RemoteFlink
from scaleph_lab.settings import RemoteEngine, get_settings
from scaleph_lab.sql import SqlSession, job_watch
from scaleph_lab.sql.faults import JobLostError, SessionLostError

from .remote_gateway import RemoteGateway, Wire, remote_gateway

pytestmark = pytest.mark.engine

PROFILES = ("flink-1.18", "flink-1.20", "flink-2.3")
ENDLESS = "CREATE TEMPORARY TABLE g (id BIGINT) WITH ('connector' = 'datagen', 'rows-per-second' = '100')"
COUNTED = f"{ENDLESS[:-1]}, 'fields.id.kind' = 'sequence', 'fields.id.start' = '1', 'fields.id.end' = '100000')"
SINK = "CREATE TABLE nowhere (id BIGINT) WITH ('connector' = 'blackhole')"
SETUP = (
    ENDLESS,
    SINK,
    "CREATE DATABASE shop",
    "USE shop",
    "CREATE TABLE orders (id INT, `price in €` DECIMAL(10, 2)) WITH ('connector' = 'datagen', 'number-of-rows' = '3')",
    "CREATE VIEW dear AS SELECT * FROM orders WHERE `price in €` > 10",
    "CREATE TEMPORARY VIEW gone AS SELECT 1 AS n",
    "DROP TEMPORARY VIEW gone",
    "SET 'execution.runtime-mode' = 'batch'",
    "ALTER TABLE orders SET ('number-of-rows' = '5')",
)


async def run(session: SqlSession, *statements: str) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = []
    for statement in statements:
        rows = await (await session.execute(statement)).rows()
    return rows


async def kill(engine: Engine) -> None:
    """As the kernel's out-of-memory killer does; then a moment passes, in which nobody asks."""
    pid = engine.status().pid
    assert pid
    os.kill(pid, signal.SIGKILL)
    await asyncio.sleep(0.5)


@pytest.fixture
def remote(flink: Callable[[str], Engine], tmp_path: Path) -> Iterator[RemoteGateway]:
    with remote_gateway(flink("flink-1.20"), tmp_path) as gateway:  # type: ignore[arg-type]
        yield gateway


@pytest.mark.parametrize("profile", PROFILES)
async def test_after_a_kill_the_next_statement_works_with_all_tables(
    flink: Callable[[str], Engine], profile: str
) -> None:
    engine = flink(profile)
    async with SqlSession(engine) as session:
        await run(session, *SETUP)
        await kill(engine)
        again = await session.execute("SELECT COUNT(*) FROM orders")
        assert await again.rows() == [(5,)]
        assert again.notes == (
            "The session was lost and opened anew; made again: 1 temporary table, 2 tables, 1 database, 1 view, "
            "1 option.",
        )
        assert sorted(await run(session, "SHOW TABLES")) == [("dear",), ("orders",)]
        assert (await run(session, "SHOW CURRENT DATABASE")) == [("shop",)]


async def test_a_table_made_from_a_query_comes_back_without_its_job(
    flink: Callable[[str], Engine], tmp_path: Path
) -> None:
    engine = flink("flink-1.20")
    made = f"""CREATE TABLE kept WITH ('connector' = 'filesystem', 'path' = '{tmp_path}', 'format' = 'csv')
        AS SELECT 1 AS n, 'x' AS s"""
    async with SqlSession(engine) as session:
        await run(session, "SET 'execution.runtime-mode' = 'batch'", "SET 'table.dml-sync' = 'true'", made)
        await kill(engine)
        assert await run(session, "SELECT * FROM kept") == [(1, "x")]


async def test_jobs_outlive_the_gateway_and_are_adopted(remote: RemoteGateway) -> None:
    engine = RemoteFlink("team", RemoteEngine(gateway_url=remote.url, jobmanager_url=remote.jobmanager_url))  # type: ignore[arg-type]
    async with SqlSession(engine) as session:
        await run(session, ENDLESS, SINK)
        insert = await session.execute("INSERT INTO nowhere SELECT id FROM g")
        await insert.rows()
        assert list(session.submitted_jobs) == [insert.job_id]
        await asyncio.to_thread(remote.kill)
        await asyncio.to_thread(remote.start)
        again = await session.execute("SHOW TABLES")
        assert await again.rows() == [("g",), ("nowhere",)]
        assert again.notes[-1] == f"Its job {insert.job_id} is RUNNING: INSERT INTO nowhere SELECT id FROM g"
        assert await session.job_state(str(insert.job_id)) == "RUNNING"
    async with JobManagerClient(remote.jobmanager_url) as jobmanager:
        assert await jobmanager.job_state(str(insert.job_id)) == "RUNNING"
        await jobmanager.cancel(str(insert.job_id))
        await jobmanager.wait(str(insert.job_id))


async def test_a_gateway_killed_mid_fetch_is_named_and_the_next_statement_works(remote: RemoteGateway) -> None:
    engine = RemoteFlink("team", RemoteEngine(gateway_url=remote.url, jobmanager_url=remote.jobmanager_url))  # type: ignore[arg-type]
    async with SqlSession(engine) as session:
        await run(session, ENDLESS)
        result = await session.execute("SELECT id FROM g")
        with pytest.raises(SessionLostError, match="The SQL Gateway of team no longer knows the session"):
            async for _ in result:
                await asyncio.to_thread(remote.kill)
                await asyncio.to_thread(remote.start)
        assert await run(session, "SHOW TABLES") == [("g",)]
    async with JobManagerClient(remote.jobmanager_url) as jobmanager:
        # Nobody fetches the query's rows any more; it is stopped, and not left to fill a slot.
        assert await jobmanager.wait(str(result.job_id), seconds=10) == "CANCELED"


async def test_a_jobmanager_lost_alone_is_named(
    flink: Callable[[str], Engine], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job_watch, "_PATIENCE_SECONDS", 5.0)
    cluster = flink("flink-1.20")
    with remote_gateway(cluster, tmp_path) as gateway:  # type: ignore[arg-type]
        engine = RemoteFlink("team", RemoteEngine(gateway_url=gateway.url, jobmanager_url=gateway.jobmanager_url))  # type: ignore[arg-type]
        async with SqlSession(engine) as session:
            await run(session, ENDLESS)
            result = await session.execute("SELECT id FROM g")
            with pytest.raises(JobLostError, match="The JobManager does not answer"):
                async for _ in result:
                    await kill(cluster)
            assert result.silence[0] == "JobManager"
            assert await run(session, "SHOW TABLES") == [("g",)]


async def test_a_statement_that_cannot_be_made_again_is_named(flink: Callable[[str], Engine], tmp_path: Path) -> None:
    engine = flink("flink-1.20")
    jar = tmp_path / "some.jar"
    with zipfile.ZipFile(jar, "w") as made:
        made.writestr("a.txt", "nothing")
    async with SqlSession(engine) as session:
        await run(session, f"ADD JAR '{jar}'", ENDLESS)
        jar.unlink()
        await kill(engine)
        again = await session.execute("SHOW TABLES")
        assert await again.rows() == [("g",)]
        assert "Not made again: ADD JAR" in again.notes[1]


async def test_a_stream_goes_on_after_the_network_was_cut(flink: Callable[[str], Engine]) -> None:
    endpoint = flink("flink-1.20").ensure()
    wire = Wire(endpoint.gateway_url)
    engine = RemoteFlink("far", RemoteEngine(gateway_url=wire.url, jobmanager_url=endpoint.jobmanager_url))  # type: ignore[arg-type]
    try:
        async with SqlSession(engine) as session:
            await run(session, COUNTED)
            result = await session.execute("SELECT id FROM g")
            ids: list[int] = []
            cut_at: float | None = None
            async for batch in result:
                ids += [row[0] for row in batch.rows]
                if len(ids) > 100 and cut_at is None:
                    cut_at = time.monotonic()
                    wire.cut()
                    asyncio.get_running_loop().call_later(4, wire.mend)
                if cut_at is not None and time.monotonic() - cut_at > 6:
                    break
            await result.cancel()
        assert ids == list(range(1, len(ids) + 1))
        assert len(ids) > 400
    finally:
        wire.close()


def test_a_killed_process_leaves_no_session_and_no_query(flink: Callable[[str], Engine]) -> None:
    engine = flink("flink-1.20")
    script = f"""
import asyncio
from scaleph_lab.engines import get_engine
from scaleph_lab.sql import SqlSession, job_watch
from scaleph_lab.sql.faults import JobLostError, SessionLostError
async def main():
    session = SqlSession(get_engine("flink-1.20"))
    await (await session.execute({ENDLESS!r})).rows()
    async for batch in await session.execute("SELECT * FROM g"):
        print("a batch", session.handle, flush=True)
asyncio.run(main())
"""
    with subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        handle = process.stdout.readline().split()[-1]
        process.kill()
    lease = get_settings().leases_dir / f"{handle}.json"
    assert lease.exists()
    url = engine.ensure().jobmanager_url
    deadline = time.monotonic() + 20
    jobs: list[str] = ["?"]
    while jobs and time.monotonic() < deadline:
        time.sleep(0.3)
        found = httpx.get(f"{url}/jobs/overview", trust_env=False).json()["jobs"]
        jobs = [job["name"] for job in found if job["state"] not in {"CANCELED", "FINISHED", "FAILED"}]
    assert jobs == []
    assert not lease.exists()
    gateway = engine.ensure().gateway_url
    assert httpx.post(f"{gateway}/v1/sessions/{handle}/heartbeat", trust_env=False).status_code != 200
