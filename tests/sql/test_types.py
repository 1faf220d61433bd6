"""Every logical type from the engine to Python and pandas, on each profile."""

from __future__ import annotations

import math
from collections.abc import Callable

import pandas as pd
import pytest

from scaleph_lab.engines import Engine
from scaleph_lab.sql import SqlSession
from scaleph_lab.sql.changelog import RowKind
from scaleph_lab.sql.frames import to_pandas
from scaleph_lab.sql.results import Batch

from .type_table import BY_TEXT, TYPES, ZONE

PROFILES = ("flink-1.18", "flink-1.20", "flink-2.3")
BATCH = {"execution.runtime-mode": "batch"}
ROOT_TYPES_ASKED = 40

pytestmark = [pytest.mark.engine, pytest.mark.parametrize("profile", PROFILES)]


async def only_batch(session: SqlSession, sql: str) -> Batch:
    (batch,) = [batch async for batch in await session.execute(sql, config=BATCH)]
    return batch


async def test_every_type_has_its_python_value_and_dtype(flink: Callable[[str], Engine], profile: str) -> None:
    assert len(TYPES) >= ROOT_TYPES_ASKED
    selected = ", ".join(f"{expression} AS `{name}`" for name, (expression, _, _) in TYPES.items())
    async with SqlSession(flink(profile), properties={"table.local-time-zone": str(ZONE)}) as session:
        batch = await only_batch(session, f"SELECT {selected}")
    values = dict(zip(TYPES, batch.rows[0], strict=True))
    expected = {name: value for name, (_, value, _) in TYPES.items()}
    assert values == expected
    assert {name: type(value) for name, value in values.items()} == {
        name: type(value) for name, value in expected.items()
    }
    frame = to_pandas(batch.columns, batch.raw, batch.zones)
    assert {name: str(dtype) for name, dtype in frame.dtypes.items()} == {
        name: dtype for name, (_, _, dtype) in TYPES.items()
    }
    assert int(frame["bigint_past_double"].iloc[0]) == 9007199254740993
    assert frame["timestamp_ltz"].iloc[0].isoformat() == "2024-07-02T03:04:05.123000+02:00"
    assert frame["null_int"].iloc[0] is pd.NA


async def test_nan_is_no_null(flink: Callable[[str], Engine], profile: str) -> None:
    sql = "SELECT SQRT(x) FROM (VALUES (CAST(-1 AS DOUBLE)), (CAST(NULL AS DOUBLE))) AS t(x)"
    async with SqlSession(flink(profile)) as session:
        batch = await only_batch(session, sql)
    null, number = sorted((row[0] for row in batch.rows), key=lambda value: value is not None)
    assert null is None
    assert math.isnan(number)
    column = to_pandas(batch.columns, batch.raw, batch.zones).iloc[:, 0]
    assert list(column.isna()) == [row[0] is None for row in batch.rows]


async def test_maps_with_keys_that_json_lacks_come_as_text(flink: Callable[[str], Engine], profile: str) -> None:
    selected = ", ".join(f"{expression} AS `{name}`" for name, (expression, _) in BY_TEXT.items())
    json_too = ", ".join(f"{expression} AS `{name}`" for name, (expression, _, _) in TYPES.items())
    async with SqlSession(flink(profile), properties={"table.local-time-zone": str(ZONE)}) as session:
        batch = await only_batch(session, f"SELECT {selected}, {json_too}")
    values = dict(zip([*BY_TEXT, *TYPES], batch.rows[0], strict=True))
    assert values == {name: value for name, (_, value) in BY_TEXT.items()} | {
        name: value for name, (_, value, _) in TYPES.items()
    }


async def test_text_that_can_be_read_in_two_ways_stays_text(flink: Callable[[str], Engine], profile: str) -> None:
    async with SqlSession(flink(profile)) as session:
        result = await session.execute("SELECT MAP[1, 'a, b=c'] AS m", config=BATCH)
        assert await result.rows() == [("{1=a, b=c}",)]
        assert result.ambiguous_columns == {"m"}


async def test_a_multiset_counts_its_elements(flink: Callable[[str], Engine], profile: str) -> None:
    sql = "SELECT COLLECT(x) FROM (VALUES ('a'), ('b'), ('a')) AS t(x)"
    numbers = "SELECT COLLECT(x) FROM (VALUES (1), (2), (1)) AS t(x)"
    async with SqlSession(flink(profile)) as session:
        assert (await only_batch(session, sql)).rows == [({"a": 2, "b": 1},)]
        assert (await only_batch(session, numbers)).rows == [({1: 2, 2: 1},)]


async def test_a_changelog_keeps_its_row_kinds(flink: Callable[[str], Engine], profile: str) -> None:
    sql = "SELECT x, COUNT(*) FROM (VALUES ('a'), ('a')) AS t(x) GROUP BY x"
    async with SqlSession(flink(profile)) as session:
        changes = [
            (kind, row)
            async for batch in await session.execute(sql)
            for kind, row in zip(batch.row_kinds(), batch.rows, strict=True)
        ]
    assert changes == [
        (RowKind.INSERT, ("a", 1)),
        (RowKind.UPDATE_BEFORE, ("a", 1)),
        (RowKind.UPDATE_AFTER, ("a", 2)),
    ]
