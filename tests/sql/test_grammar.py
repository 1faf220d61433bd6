"""What Flink's grammar takes beside queries and DDL: plans, jobs, statement sets; and what an engine refuses."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scaleph_lab.engines import Engine
from scaleph_lab.sql import SqlError, SqlSession, split_script

PROFILES = ("flink-1.18", "flink-1.20", "flink-2.3")
TABLES = """
CREATE TABLE g (id BIGINT) WITH ('connector' = 'datagen', 'rows-per-second' = '10');
CREATE TABLE a (id BIGINT) WITH ('connector' = 'blackhole');
CREATE TABLE b (id BIGINT) WITH ('connector' = 'blackhole');
"""

pytestmark = [pytest.mark.engine, pytest.mark.parametrize("profile", PROFILES)]


async def run(session: SqlSession, script: str) -> tuple[list[tuple[Any, ...]], str | None]:
    """The rows and the job of the last statement."""
    rows: list[tuple[Any, ...]] = []
    job: str | None = None
    for statement in split_script(script):
        result = await session.execute(statement.sql, keyword=statement.keyword)
        rows, job = await result.rows(), result.job_id
    return rows, job


async def test_plans_are_compiled_and_executed(flink: Callable[[str], Engine], profile: str, tmp_path: Path) -> None:
    async with SqlSession(flink(profile)) as session:
        await run(session, TABLES)
        plan = tmp_path / "plan.json"
        await run(session, f"COMPILE PLAN 'file://{plan}' FOR INSERT INTO a SELECT id FROM g")
        assert "stream-exec" in plan.read_text()
        ((explained,),), _ = await run(session, "EXPLAIN PLAN FOR SELECT id FROM g")
        assert "Optimized Execution Plan" in explained
        _, job = await run(session, f"EXECUTE PLAN 'file://{plan}'")
        assert job is not None
        # A savepoint wants all tasks to run.
        for _ in range(50):
            if await session.job_state(job) == "RUNNING":
                break
        rows, _ = await run(session, f"STOP JOB '{job}'")
        assert rows == [("OK",)]
        listed, _ = await run(session, "SHOW JOBS")
        assert job in {row[0] for row in listed}


async def test_sets_of_statements_are_one_job(flink: Callable[[str], Engine], profile: str) -> None:
    inserts = "INSERT INTO a SELECT id FROM g; INSERT INTO b SELECT id + 1 FROM g;"
    async with SqlSession(flink(profile)) as session:
        await run(session, TABLES)
        for text in (f"EXECUTE STATEMENT SET BEGIN {inserts} END", f"BEGIN STATEMENT SET; {inserts} END"):
            result = await session.execute(split_script(text)[0].sql)
            await result.rows()
            assert await session.job_state(str(result.job_id)) in {"INITIALIZING", "CREATED", "RUNNING"}
            assert await result.cancel() == "CANCELED"
        ((explained,),), _ = await run(session, f"EXPLAIN STATEMENT SET BEGIN {inserts} END")
        assert explained.count("Sink(") >= 2


async def test_catalogs_and_modules_are_those_of_the_session(flink: Callable[[str], Engine], profile: str) -> None:
    async with SqlSession(flink(profile)) as session:
        await run(session, "CREATE CATALOG mine WITH ('type' = 'generic_in_memory'); USE CATALOG mine")
        assert await run(session, "SHOW CURRENT CATALOG") == ([("mine",)], None)
        assert [row[0] for row in (await run(session, "SHOW MODULES"))[0]] == ["core"]
        assert len(session.journal) == 2


@pytest.mark.parametrize(
    "statement",
    [
        "CALL nowhere.sys.compact('t')",
        "CREATE TEMPORARY FUNCTION f AS 'no_module.f' LANGUAGE PYTHON",
        "CREATE MATERIALIZED TABLE m FRESHNESS = INTERVAL '1' MINUTE AS SELECT id FROM g",
    ],
)
async def test_what_an_engine_cannot_do_is_said_in_a_line(
    flink: Callable[[str], Engine], profile: str, statement: str
) -> None:
    async with SqlSession(flink(profile)) as session:
        await run(session, TABLES)
        with pytest.raises(SqlError) as caught:
            await run(session, f"{statement}; SELECT f(1)")
        assert "\n" not in caught.value.message and len(caught.value.message) < 500
