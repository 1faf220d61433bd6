"""Real pipelines on both runners: counts, causes, cancel."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from scaleph_lab.engines import Engine, JobManagerClient
from scaleph_lab.engines.seatunnel_home import DEFAULT_CONNECTORS, SeaTunnelHome
from scaleph_lab.engines.zeta import ZetaServer
from scaleph_lab.errors import NotFoundError
from scaleph_lab.pipelines import PipelineFailedError, PipelineOutcome, raise_for_failure, run_pipeline
from scaleph_lab.pipelines.document import Edge, Node, Pipeline
from scaleph_lab.pipelines.outcome import root_cause

pytestmark = pytest.mark.engine
RUNNERS = ("flink", "zeta")
ROWS = 1_000


@pytest.fixture(scope="module", autouse=True)
def runners(flink: Callable[..., Engine]) -> Iterator[None]:
    flink("flink-1.18")
    yield
    ZetaServer().stop()


def chain(*nodes: Node, **env: Any) -> Pipeline:
    edges = [Edge(source=a.id, target=b.id) for a, b in pairwise(nodes)]
    return Pipeline(name="test", nodes=list(nodes), edges=edges, env=env)


def fake(rows: int = ROWS) -> Node:
    return Node(
        id="people",
        kind="source",
        connector="FakeSource",
        options={"row.num": rows, "schema": {"fields": {"name": "string", "age": "int"}}},
    )


def older() -> Node:
    query = "SELECT name, age + 1 AS older FROM people"
    return Node(id="older", kind="transform", connector="Sql", options={"query": query})


@pytest.mark.parametrize("runner", RUNNERS)
async def test_rows_are_counted_and_reach_the_file(runner: Any, tmp_path: Path) -> None:
    sink = Node(
        id="out",
        kind="sink",
        connector="LocalFile",
        options={"path": "${out}", "tmp_path": "${out}-tmp", "file_format_type": "csv", "field_delimiter": ","},
    )
    seen: list[PipelineOutcome] = []
    outcome = await run_pipeline(
        chain(fake(), older(), sink), runner=runner, variables={"out": str(tmp_path / "out")}, listener=seen.append
    )
    assert (outcome.state, outcome.read, outcome.written) == ("FINISHED", ROWS, ROWS), outcome.cause
    assert seen[-1] == outcome
    lines = [line for path in (tmp_path / "out").glob("*.csv") for line in path.read_text().splitlines()]
    assert len(lines) == ROWS
    assert raise_for_failure(outcome) is outcome


@pytest.mark.parametrize("runner", RUNNERS)
async def test_a_source_that_is_not_there_is_the_cause(runner: Any, tmp_path: Path) -> None:
    schema = {"fields": {"name": "string"}}
    source = Node(
        id="people",
        kind="source",
        connector="LocalFile",
        options={"path": str(tmp_path / "none.csv"), "file_format_type": "csv", "schema": schema},
    )
    sink = Node(id="out", kind="sink", connector="Console")
    outcome = await run_pipeline(chain(source, sink), runner=runner)
    assert outcome.state == "FAILED"
    assert outcome.cause == f"FileNotFoundException: File {tmp_path / 'none.csv'} does not exist"
    with pytest.raises(PipelineFailedError, match="does not exist"):
        raise_for_failure(outcome)


@pytest.mark.parametrize("runner", RUNNERS)
async def test_a_failure_while_rows_flow_is_the_cause(runner: Any, tmp_path: Path) -> None:
    """The database file is there, the table is not."""
    url = f"jdbc:sqlite:{tmp_path / 'empty.sqlite'}"
    sqlite3.connect(tmp_path / "empty.sqlite").close()
    options = {"url": url, "driver": "org.sqlite.JDBC", "query": "INSERT INTO nowhere (a, b) VALUES (?, ?)"}
    outcome = await run_pipeline(
        chain(fake(10), Node(id="out", kind="sink", connector="Jdbc", options=options)), runner=runner
    )
    assert outcome.state == "FAILED"
    assert "no such table: nowhere" in outcome.cause


@pytest.mark.parametrize("runner", RUNNERS)
async def test_a_table_of_postgresql_is_filled_and_its_password_stays_out_of_the_log(
    runner: Any, postgres: int, flink: Callable[..., Engine]
) -> None:
    table = f"people_{runner}"
    run_psql(postgres, f"CREATE TABLE {table} (name TEXT, age INT)")
    options = {
        "url": f"jdbc:postgresql://127.0.0.1:{postgres}/postgres",
        "driver": "org.postgresql.Driver",
        "user": "scaleph",
        "password": "pw-of-the-test",
        "query": f"INSERT INTO {table} (name, age) VALUES (?, ?)",
    }
    outcome = await run_pipeline(
        chain(fake(), Node(id="out", kind="sink", connector="Jdbc", options=options)), runner=runner
    )
    assert outcome.state == "FINISHED", outcome.cause
    assert run_psql(postgres, f"SELECT COUNT(*) FROM {table}") == str(ROWS)
    log = ZetaServer().log_tail(100_000) if runner == "zeta" else flink("flink-1.18").log_tail(100_000)
    assert "pw-of-the-test" not in log


@pytest.mark.parametrize("runner", RUNNERS)
async def test_cancelling_stops_the_job(runner: Any, flink: Callable[..., Engine]) -> None:
    endless = fake(1_000_000)
    endless.options |= {"split.num": 100_000, "split.read-interval": 1_000}
    running = asyncio.Event()
    task = asyncio.create_task(
        run_pipeline(
            chain(endless, Node(id="out", kind="sink", connector="Console"), **{"job.mode": "STREAMING"}),
            runner=runner,
            listener=lambda outcome: running.set() if outcome.state == "RUNNING" else None,
        )
    )
    await asyncio.wait_for(running.wait(), 60)
    begun = time.monotonic()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert time.monotonic() - begun < 30
    assert await running_jobs(runner, flink) == []


async def running_jobs(runner: str, flink: Callable[..., Engine]) -> list[Any]:
    if runner == "flink":
        async with JobManagerClient(flink("flink-1.18").ensure().jobmanager_url) as manager:
            return [job for job in await manager.jobs() if not job.done]
    import httpx

    url = await asyncio.to_thread(ZetaServer().ensure)
    async with httpx.AsyncClient() as http:
        return list((await http.get(f"{url}/hazelcast/rest/maps/running-jobs")).json())


async def test_many_runs_do_not_fill_the_engine(flink: Callable[..., Engine]) -> None:
    """Each jar job brings a class loader of its own; what it leaks adds up in the metaspace."""
    for _ in range(6):
        outcome = await run_pipeline(chain(fake(10), Node(id="out", kind="sink", connector="Console")))
        assert outcome.state == "FINISHED", outcome.cause
    async with JobManagerClient(flink("flink-1.18").ensure().jobmanager_url) as manager:
        assert (await manager.call("GET", "/jars"))["files"] == []


def test_the_mapping_is_generated_from_the_jars() -> None:
    home = SeaTunnelHome()
    path = home.ensure(connectors=DEFAULT_CONNECTORS)
    mapping = (path / "connectors" / "plugin-mapping.properties").read_text().splitlines()
    assert {
        "seatunnel.source.FakeSource = connector-fake",
        "seatunnel.source.Jdbc = connector-jdbc",
        "seatunnel.sink.Jdbc = connector-jdbc",
        "seatunnel.sink.Console = connector-console",
        "seatunnel.source.LocalFile = connector-file-local",
        "seatunnel.sink.Assert = connector-assert",
    } <= set(mapping)
    assert len(home.available_connectors) == 20


def test_a_connector_that_is_not_published_is_an_error() -> None:
    with pytest.raises(NotFoundError, match="publishes no connector 'mongodb'"):
        SeaTunnelHome().ensure(connectors=["mongodb"])


def test_the_root_cause_is_the_last_link_that_says_something() -> None:
    causes = ["a.b.Middle: half\n\tat y", "a.b.Root: deep", "a.b.Mute"]
    trace = "\nCaused by: ".join(["java.lang.RuntimeException: top\n\tat x", *causes])
    assert root_cause(trace) == "Root: deep"
    assert root_cause("just words\nmore") == "just words"
    log = (
        "2026-11-24 INFO a.b.C add common jar\n2026-11-24 ERROR a.b.D\na.b.TransformException: SQL parse failed\n\tat x"
    )
    assert root_cause(log) == "TransformException: SQL parse failed"


def run_psql(port: int, statement: str) -> str:
    command = ["psql", "-h", "127.0.0.1", "-p", str(port), "-U", "scaleph", "-d", "postgres", "-tAc", statement]
    answer = subprocess.run(
        command,
        env={"PGPASSWORD": "pw-of-the-test", "PATH": "/usr/bin:/bin"},
        check=True,
        capture_output=True,
        text=True,
    )
    return answer.stdout.strip()
