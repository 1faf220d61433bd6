"""Every logical type from the engine to Python and pandas, on each profile."""

from __future__ import annotations

import math
from collections.abc import Callable

import pandas as pd
import pyarrow as pa
import pytest

from scaleph_lab.engines import Engine
from scaleph_lab.sql import SqlSession
from scaleph_lab.sql.arrow import to_arrow, to_polars
from scaleph_lab.sql.changelog import RowKind
from scaleph_lab.sql.frames import to_pandas
from scaleph_lab.sql.results import Batch
from scaleph_lab.sql.values import ValueConversionError

from .type_table import ARROW, BY_TEXT, TYPES, ZONE

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


async def test_every_type_has_its_arrow_type_and_value(flink: Callable[[str], Engine], profile: str) -> None:
    """Those that come as text too."""
    expressions = {name: expression for name, (expression, _, _) in TYPES.items()}
    by_text = {name: expression for name, (expression, _) in BY_TEXT.items()}
    expected = {name: value for name, (_, value, _) in TYPES.items()} | {n: v for n, (_, v) in BY_TEXT.items()}
    assert ARROW.keys() == expected.keys()
    async with SqlSession(flink(profile), properties={"table.local-time-zone": str(ZONE)}) as session:
        for chosen in (expressions, by_text):
            selected = ", ".join(f"{expression} AS `{name}`" for name, expression in chosen.items())
            batch = await only_batch(session, f"SELECT {selected}")
            table = to_arrow(batch.columns, batch.raw, batch.zones)
            assert {field.name: str(field.type).replace(" not null", "") for field in table.schema} == {
                name: ARROW[name] for name in chosen
            }
            for name, (value,) in zip(chosen, table.to_pydict().values(), strict=True):
                is_map = pa.types.is_map(table.schema.field(name).type)
                assert (dict(value) if is_map else value) == expected[name], name
            frame = to_polars(batch.columns, batch.raw, batch.zones)
            assert frame.shape == (1, len(chosen))
            assert frame.columns == list(chosen)
    assert table.schema.field("map_by_int").metadata == {b"flink.type": b"MAP<INT NOT NULL, CHAR(1) NOT NULL> NOT NULL"}


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


async def test_what_cannot_be_read_back_is_refused_by_arrow(flink: Callable[[str], Engine], profile: str) -> None:
    async with SqlSession(flink(profile)) as session:
        batch = await only_batch(session, "SELECT 1 AS n, MAP[1, 'a, b=c'] AS m")
    with pytest.raises(ValueConversionError, match="in two ways") as caught:
        to_arrow(batch.columns, batch.raw, batch.zones)
    assert caught.value.path == "m"


async def test_a_multiset_reaches_arrow_and_polars(flink: Callable[[str], Engine], profile: str) -> None:
    sql = "SELECT COLLECT(x) AS a FROM (VALUES ('a'), ('b'), ('a')) AS t(x)"
    async with SqlSession(flink(profile)) as session:
        batch = await only_batch(session, sql)
    table = to_arrow(batch.columns, batch.raw, batch.zones)
    assert dict(table.to_pydict()["a"][0]) == {"a": 2, "b": 1}
    frame = to_polars(batch.columns, batch.raw, batch.zones)
    assert frame["a"].to_list() == [{"a": 2, "b": 1}]
