"""Rows by files are the same rows as by pages, for every type that files hold."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import httpx
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from scaleph_lab.engines import Engine
from scaleph_lab.engines.remote import RemoteFlink
from scaleph_lab.settings import RemoteEngine, get_settings, reload_settings
from scaleph_lab.sql import SqlError, SqlSession
from scaleph_lab.sql.bulk import BulkRefusedError, fetch_bulk
from scaleph_lab.sql.frames import from_arrow, to_pandas
from scaleph_lab.sql.results import Batch

from .type_table import TYPES, ZONE

pytestmark = pytest.mark.engine

PROFILES = ("flink-1.18", "flink-1.20", "flink-2.3")
BATCH = {"execution.runtime-mode": "batch"}
NESTED = {"array", "array_of_times", "array_of_bytes", "map", "map_of_decimals", "row", "null_row"}
NOT_IN_FILES = NESTED | {"time", "interval_days", "interval_back", "interval_months"}


async def by_pages(session: SqlSession, sql: str) -> Batch:
    result = await session.execute(sql, config=BATCH)
    batches = [batch async for batch in result]
    return Batch(result.columns, [row for batch in batches for row in batch.raw], None, result.zones)


@pytest.mark.parametrize("profile", PROFILES)
async def test_every_type_that_files_hold_is_the_same_as_by_pages(flink: Callable[[str], Engine], profile: str) -> None:
    chosen = {name: expression for name, (expression, _, _) in TYPES.items() if name not in NOT_IN_FILES}
    sql = f"SELECT {', '.join(f'{expression} AS `{name}`' for name, expression in chosen.items())}"
    async with SqlSession(flink(profile), properties={"table.local-time-zone": str(ZONE)}) as session:
        pages = await by_pages(session, sql)
        rows = await fetch_bulk(session, sql, "SELECT")
        assert session.submitted_jobs == {} and len(session.journal) == 0
    expected = to_pandas(pages.columns, pages.raw, pages.zones)
    frame = from_arrow("pandas", rows.table)
    assert {name: str(dtype) for name, dtype in frame.dtypes.items()} == {
        name: str(dtype) for name, dtype in expected.dtypes.items()
    }
    assert_frame_equal(frame, expected)
    assert Batch(rows.probe.columns, rows.head(5), None, rows.probe.zones).rows == pages.rows
    assert from_arrow("polars", rows.table).shape == (1, len(chosen))
    assert list((get_settings().state_dir / "bulk").iterdir()) == []


@pytest.mark.parametrize("profile", PROFILES)
async def test_null_empty_text_quotes_and_lines_stay_apart(flink: Callable[[str], Engine], profile: str) -> None:
    values = "('a'), (''), (CAST(NULL AS STRING)), ('NULL'), ('\"q\", ''s'''), ('two\nlines'), (' '), ('ä😀'), ('\\N')"
    sql = f"SELECT s, s IS NULL AS n FROM (VALUES {values}) AS t(s)"
    async with SqlSession(flink(profile)) as session:
        batch = await by_pages(session, sql)
        rows = from_arrow("pandas", (await fetch_bulk(session, sql, "SELECT")).table)
    pages = to_pandas(batch.columns, batch.raw, batch.zones)
    assert list(pages.sort_values("s")["s"].fillna("∅")) == list(rows.sort_values("s")["s"].fillna("∅"))
    assert list(rows[rows["n"]]["s"].isna()) == [True]


async def test_many_rows_with_a_limit_an_order_and_a_comment(flink: Callable[[str], Engine]) -> None:
    table = "CREATE TEMPORARY TABLE g (id BIGINT, s STRING) WITH ('connector' = 'datagen', 'number-of-rows' = '50000', "
    table += "'rows-per-second' = '10000000', "
    table += "'fields.id.kind' = 'sequence', 'fields.id.start' = '1', 'fields.id.end' = '50000')"
    async with SqlSession(flink("flink-1.20")) as session:
        await (await session.execute(table)).rows()
        rows = (
            await fetch_bulk(session, "SELECT id FROM g -- all of them", "SELECT", {"parallelism.default": "2"})
        ).table
        assert sorted(rows["id"].to_pylist()) == list(range(1, 50001))
        top = (await fetch_bulk(session, "SELECT id FROM g ORDER BY id DESC LIMIT 3", "SELECT")).table
        assert top["id"].to_pylist() == [50000, 49999, 49998]
        none = (await fetch_bulk(session, "SELECT id, s FROM g WHERE id < 0", "SELECT")).table
        assert (none.num_rows, [str(field.type) for field in none.schema]) == (0, ["int64", "string"])
        union = "WITH q AS (SELECT 1 AS a UNION ALL SELECT 2) SELECT a, a AS b FROM q"
        assert sorted((await fetch_bulk(session, union, "WITH")).table["b"].to_pylist()) == [1, 2]


async def test_mistakes_failures_and_refusals_are_named(flink: Callable[[str], Engine]) -> None:
    async with SqlSession(flink("flink-1.20")) as session:
        with pytest.raises(SqlError) as caught:
            await fetch_bulk(session, "SELECT\n  nope", "SELECT")
        assert (caught.value.line, caught.value.column) == (2, 3)
        with pytest.raises(SqlError, match="For input string"):
            await fetch_bulk(session, "SELECT CAST(s AS INT) FROM (VALUES ('1'), ('x')) AS t(s)", "SELECT")
        with pytest.raises(BulkRefusedError, match="which no CSV file holds"):
            await fetch_bulk(session, "SELECT ARRAY[1] AS a", "SELECT")
        with pytest.raises(BulkRefusedError):
            await fetch_bulk(session, "SHOW TABLES", "SHOW")
        assert (await (await session.execute("SHOW TABLES")).rows()) == []


async def test_cancelling_cancels_the_job_and_removes_the_files(flink: Callable[[str], Engine]) -> None:
    engine = flink("flink-1.20")
    table = "CREATE TEMPORARY TABLE g (id BIGINT) WITH ('connector' = 'datagen', 'number-of-rows' = '100000000')"
    async with SqlSession(engine) as session:
        await (await session.execute(table)).rows()
        task = asyncio.create_task(fetch_bulk(session, "SELECT id FROM g", "SELECT"))
        await asyncio.sleep(3)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    jobs = httpx.get(f"{engine.ensure().jobmanager_url}/jobs/overview", trust_env=False).json()["jobs"]
    assert [job for job in jobs if job["state"] not in {"CANCELED", "FINISHED", "FAILED"}] == []
    assert list((get_settings().state_dir / "bulk").iterdir()) == []


async def test_a_remote_engine_needs_a_folder_that_both_see(
    flink: Callable[[str], Engine], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    endpoint = flink("flink-1.20").ensure()
    urls = {"gateway_url": endpoint.gateway_url, "jobmanager_url": endpoint.jobmanager_url}
    async with SqlSession(RemoteFlink("team", RemoteEngine.model_validate(urls))) as session:
        await session.open()
        with pytest.raises(BulkRefusedError, match="shares no folder"):
            await fetch_bulk(session, "SELECT 1 AS n", "SELECT")
        monkeypatch.setenv("SCALEPH_LAB_BULK_DIR", str(tmp_path))
        reload_settings()
        rows = await fetch_bulk(session, "SELECT 1 AS n", "SELECT")
        assert isinstance(from_arrow("pandas", rows.table), pd.DataFrame) and rows.table["n"].to_pylist() == [1]
    monkeypatch.undo()
    reload_settings()
