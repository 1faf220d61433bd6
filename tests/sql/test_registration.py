"""A frame becomes a table of Flink's and comes back the same."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from zoneinfo import ZoneInfo

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from scaleph_lab.engines import Engine
from scaleph_lab.errors import UserError
from scaleph_lab.sql import SqlSession
from scaleph_lab.sql.arrow import to_arrow
from scaleph_lab.sql.registration import register_frame

PROFILES = ("flink-1.18", "flink-1.20", "flink-2.3")
MOMENT = dt.datetime(2024, 7, 2, 3, 4, 5, 123000)
FIELDS: list[tuple[str, pa.DataType, list[object]]] = [
    ("n", pa.int64(), [9007199254740993, None]),
    ("small", pa.int8(), [-128, 127]),
    ("x", pa.float64(), [0.1, float("inf")]),
    ("b", pa.bool_(), [True, None]),
    ("text", pa.string(), ["", "two\nlines \"q\" 'a' 😀"]),
    ("price in €", pa.decimal128(38, 18), [Decimal("12345678901234567890.123456789012345678"), None]),
    ("raw", pa.binary(), [b"\x00\xff", b""]),
    ("day", pa.date32(), [dt.date(2024, 7, 2), None]),
    ("ts", pa.timestamp("ms"), [MOMENT, None]),
    ("moment", pa.timestamp("ms", tz="Europe/Berlin"), [MOMENT.replace(tzinfo=ZoneInfo("Europe/Berlin")), None]),
    ("list", pa.list_(pa.int32()), [[1, None, 3], []]),
    ("map", pa.map_(pa.string(), pa.int32()), [[("a", 1)], None]),
    ("row", pa.struct([("y z", pa.decimal128(5, 2))]), [{"y z": Decimal("2.50")}, None]),
]


@pytest.mark.engine
@pytest.mark.parametrize("profile", PROFILES)
async def test_every_type_comes_back(flink: Callable[[str], Engine], profile: str) -> None:
    table = pa.table([pa.array(values, kind) for _, kind, values in FIELDS], names=[name for name, _, _ in FIELDS])
    async with SqlSession(flink(profile), properties={"table.local-time-zone": "Europe/Berlin"}) as session:
        rows, file = await register_frame(session, "my frame", table)
        assert (rows, file.stat().st_mode & 0o777) == (2, 0o600)
        result = await session.execute("SELECT * FROM `my frame`", config={"execution.runtime-mode": "batch"})
        raw = [row async for batch in result for row in batch.raw]
        back = to_arrow(result.columns, raw, result.zones)
    assert back.to_pydict() == table.to_pydict()
    assert [str(field.type) for field in back.schema] == [str(kind) for _, kind, _ in FIELDS]
    file.unlink()


@pytest.mark.engine
async def test_pandas_and_polars_serve_and_a_name_is_taken_over(flink: Callable[[str], Engine]) -> None:
    frame = pd.DataFrame({"a": [1, 2], "s": ["x", None], "when": pd.to_datetime(["2024-01-01", "2024-01-02"])})
    async with SqlSession(flink("flink-1.20")) as session:
        await register_frame(session, "t", frame)
        later = "SELECT a, s FROM t WHERE `when` > TIMESTAMP '2020-01-01 00:00:00'"
        assert sorted(await (await session.execute(later)).rows()) == [
            (1, "x"),
            (2, None),
        ]
        await register_frame(session, "t", pl.DataFrame({"b": [[1, 2]]}))
        assert await (await session.execute("SELECT * FROM t")).rows() == [([1, 2],)]
        with pytest.raises(UserError, match="no type for the duration"):
            await register_frame(session, "t", pd.DataFrame({"d": [pd.Timedelta(1)]}))
        with pytest.raises(UserError, match="A list is no frame"):
            await register_frame(session, "t", [1, 2])
        with pytest.raises(UserError, match="several types"):
            await register_frame(session, "t", pd.DataFrame({"m": [1, "a", b"c"]}))
