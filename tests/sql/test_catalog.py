"""What a session sees, and the sample of a table, on a real engine."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from scaleph_lab.engines import Engine
from scaleph_lab.engines.jobmanager import TERMINAL_STATES, JobManagerClient
from scaleph_lab.sql.catalog import Column, Table
from scaleph_lab.sql.catalog_tree import children, sample
from scaleph_lab.sql.faults import SqlError
from scaleph_lab.sql.session import SqlSession

pytestmark = pytest.mark.engine


async def run(session: SqlSession, *statements: str) -> None:
    for statement in statements:
        await (await session.execute(statement)).rows()


@pytest.mark.parametrize("name", ["flink-1.18", "flink-1.20", "flink-2.3"])
async def test_the_tree(flink: Callable[..., Engine], name: str) -> None:
    async with SqlSession(flink(name)) as session:
        await run(
            session,
            "CREATE CATALOG other WITH ('type' = 'generic_in_memory')",
            "CREATE DATABASE other.attic",
            "CREATE TABLE other.attic.relics (age INT NOT NULL) WITH ('connector' = 'datagen')",
            "CREATE VIEW other.attic.antiques AS SELECT age FROM other.attic.relics WHERE age > 9",
            "CREATE TEMPORARY TABLE `a b` (x INT, y AS x + 1) WITH ('connector' = 'datagen')",
        )
        catalog = session.catalog
        tops = await children(catalog)
        assert {(each.name, each.current) for each in tops} == {("default_catalog", True), ("other", False)}
        assert {each.name for each in await children(catalog, ["other"])} == {"attic", "default"}
        assert await catalog.tables(["other", "attic"]) == [Table("antiques", "view"), Table("relics")]
        [mine] = await children(catalog, ["default_catalog", "default_database"])
        assert (mine.sql, mine.kind, mine.temporary) == ("`a b`", "table", True)
        assert [each.sql for each in await children(catalog, ["other", "attic"])] == [
            "other.attic.antiques",
            "other.attic.relics",
        ]
        [age] = await children(catalog, ["other", "attic", "relics"])
        assert (age.name, age.detail) == ("age", "INT NOT NULL")
        _, computed = await catalog.columns(["a b"])
        assert computed == Column("y", "INT", extras="AS `x` + 1")
        await run(session, "USE CATALOG other", "USE attic")
        assert [each.sql for each in await children(catalog, ["other", "attic"])] == ["antiques", "relics"]


async def test_what_was_asked_is_remembered_until_a_statement_changes_it(flink: Callable[..., Engine]) -> None:
    async with SqlSession(flink()) as session:
        await session.open()
        before = session.catalog.revision
        assert await session.catalog.table_names() == []
        await run(session, "SHOW TABLES", "SELECT 1")
        assert session.catalog.revision == before
        await run(session, "CREATE TABLE t (x INT) WITH ('connector' = 'datagen')")
        assert session.catalog.revision != before
        assert await session.catalog.table_names() == ["t"]


async def test_a_sample_of_a_stream_leaves_no_job(flink: Callable[..., Engine]) -> None:
    engine = flink()
    async with SqlSession(engine) as session:
        stream = "CREATE TABLE s (id BIGINT) WITH ('connector' = 'datagen', 'rows-per-second' = '100')"
        await run(session, "SET 'execution.runtime-mode' = 'batch'", stream)
        found = await sample(session, "s")
        assert len(found.rows) == 10 and not found.timed_out
        assert (found.columns, found.types) == (("id",), ("BIGINT",))
        jobmanager = JobManagerClient(engine.ensure().jobmanager_url)
        states = [await jobmanager.job_state(job.id) for job in await jobmanager.jobs()]
        await jobmanager.close()
        assert set(states) <= TERMINAL_STATES


async def test_a_sample_of_what_cannot_be_read_says_why(flink: Callable[..., Engine]) -> None:
    async with SqlSession(flink()) as session:
        await run(session, "CREATE TABLE p (id BIGINT) WITH ('connector' = 'print')")
        with pytest.raises(SqlError):
            await sample(session, "p")


async def test_a_sample_of_updates_is_the_table(flink: Callable[..., Engine]) -> None:
    async with SqlSession(flink()) as session:
        await run(
            session,
            "CREATE VIEW v AS SELECT x, COUNT(*) AS c FROM (VALUES ('a'), ('a'), ('b')) AS t(x) GROUP BY x",
        )
        assert sorted((await sample(session, "v")).rows) == [("a", 2), ("b", 1)]
