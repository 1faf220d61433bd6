"""Values without an engine: exact decimals, local times, plain text, names, pages."""

from __future__ import annotations

import gc
import json
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scaleph_lab.errors import EngineError
from scaleph_lab.sql import frames
from scaleph_lab.sql.collector import paused_collector
from scaleph_lab.sql.frames import to_pandas
from scaleph_lab.sql.logical_types import LogicalType
from scaleph_lab.sql.pages import PageParser, next_token
from scaleph_lab.sql.plain_text import AmbiguousTextError, parse_plain_text
from scaleph_lab.sql.results import Column, convert_rows, unique_names
from scaleph_lab.sql.values import TimeZones, ValueConversionError, converter, time_zone

BERLIN = ZoneInfo("Europe/Berlin")
INT, STRING = LogicalType("INTEGER"), LogicalType("VARCHAR", length=2**31 - 1)


def page(columns: list[dict[str, Any]], rows: list[str]) -> bytes:
    """A page as Flink writes it; rows are JSON, since a DECIMAL is no Python number yet."""
    described = [{"name": name["name"], "logicalType": name["logicalType"], "comment": None} for name in columns]
    data = ", ".join(f'{{"kind": "INSERT", "fields": {row}}}' for row in rows)
    return (
        '{"resultType":"PAYLOAD","isQueryResult":true,"jobID":"j","resultKind":"SUCCESS_WITH_CONTENT","results":'
        f'{{"columns":{json.dumps(described)},"rowFormat":"JSON","data":[{data}]}},'
        '"nextResultUri":"/v3/sessions/s/operations/o/result/7?rowFormat=JSON"}'
    ).encode()


def decimal_type(precision: int, scale: int) -> dict[str, Any]:
    return {"name": "d", "logicalType": {"type": "DECIMAL", "precision": precision, "scale": scale}}


@given(st.data(), st.integers(1, 38))
def test_decimals_come_back_exactly(data: st.DataObject, precision: int) -> None:
    scale = data.draw(st.integers(0, precision))
    unscaled = data.draw(st.integers(-(10**precision) + 1, 10**precision - 1))
    value = Decimal(unscaled).scaleb(-scale) if precision <= 28 else Decimal(f"{unscaled}E-{scale}")
    parser = PageParser()
    parsed = parser.parse(page([decimal_type(precision, scale)], [f"[{value:f}]"]))
    ((result,),) = convert_rows(parser.columns, parsed.rows, TimeZones())
    assert result == value
    assert result.as_tuple().exponent == -scale


def test_the_next_token_is_read_from_the_end_of_a_page() -> None:
    body = page([decimal_type(5, 2)], ["[1.5]"] * 3)
    assert next_token(body) == PageParser().parse(body).next_token == 7
    last = body.replace(b"PAYLOAD", b"EOS")
    assert next_token(last) is None
    text = json.dumps('","nextResultUri":"/result/99"}')
    tricky = page([{"name": "s", "logicalType": {"type": "VARCHAR"}}], [f"[{text}]"])
    assert next_token(tricky) == 7
    cut = tricky.rpartition(b',"nextResultUri"')[0] + b"}"
    assert next_token(cut) is None


@pytest.mark.parametrize("body", [b"<html>", b"[]", b"{}", b'{"resultType":"PAYLOAD"}'])
def test_what_is_no_page_is_said(body: bytes) -> None:
    with pytest.raises(EngineError, match="cannot be read"):
        PageParser().parse(body)


@pytest.mark.parametrize(
    ("version", "sent"), [("1.18.1", UTC), ("1.19.0", BERLIN), ("1.20.3", BERLIN), ("2.3.0", BERLIN), ("", BERLIN)]
)
def test_local_times_stand_in_the_zone_of_the_version(version: str, sent: Any) -> None:
    assert TimeZones.of(version, BERLIN, BERLIN).sent == sent


def test_a_statement_in_another_zone_shows_the_same_moment() -> None:
    zones = TimeZones.of("1.20.3", UTC, BERLIN)
    kind = LogicalType("TIMESTAMP_WITH_LOCAL_TIME_ZONE", precision=3)
    convert = converter(kind, zones)
    assert convert is not None
    assert convert("2024-07-02T01:04:05Z").isoformat() == "2024-07-02T03:04:05+02:00"
    assert convert("2024-07-02T03:04:05").isoformat() == "2024-07-02T03:04:05+02:00"
    frame = to_pandas([Column("t", kind)], [["2024-07-02T01:04:05Z"], [None]], zones)
    assert frame["t"].iloc[0].isoformat() == "2024-07-02T03:04:05+02:00"
    assert frame["t"].isna().tolist() == [False, True]


@pytest.mark.parametrize(
    ("name", "offset"),
    [("UTC", 0), ("GMT+08:00", 480), ("GMT-3", -180), ("UTC+0530", 330), ("Asia/Shanghai", 480)],
)
def test_zones_are_known_by_name_or_offset(name: str, offset: int) -> None:
    assert time_zone(name).utcoffset(datetime(2024, 1, 1)) == timedelta(minutes=offset)
    assert time_zone("GMT+08:00") == timezone(timedelta(hours=8))


def test_an_unknown_zone_and_an_impossible_date_are_said() -> None:
    with pytest.raises(ValueConversionError, match="no time zone 'Mars/Base'"):
        time_zone("Mars/Base")
    with pytest.raises(ValueConversionError) as caught:
        convert_rows([Column("far", LogicalType("DATE"))], [["+12024-01-01"]], TimeZones())
    assert caught.value.path == "far"


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        (LogicalType("MAP", key=INT, value=STRING), "{2=b, 1=a}", {2: "b", 1: "a"}),
        (LogicalType("MULTISET", element=INT), "{1=2, 2=1}", {1: 2, 2: 1}),
        (LogicalType("ARRAY", element=INT), "[]", []),
        (LogicalType("ARRAY", element=INT), "[1, NULL]", [1, None]),
        (LogicalType("ROW", fields=(("a", INT), ("b", STRING))), "(1, x y)", {"a": 1, "b": "x y"}),
        (STRING, "NULL", "NULL"),
        (INT, None, None),
        (LogicalType("INTERVAL_DAY_TIME"), "-1 02:03:04.567", -93784567),
        (LogicalType("INTERVAL_YEAR_MONTH"), "+1-02", 14),
        (LogicalType("BOOLEAN"), "TRUE", True),
    ],
)
def test_plain_text_is_read_back(kind: LogicalType, text: str | None, value: Any) -> None:
    assert parse_plain_text(kind, text) == value


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (LogicalType("MAP", key=INT, value=STRING), "{1=a, b}"),
        (LogicalType("MAP", key=INT, value=STRING), "{1=a=b}"),
        (LogicalType("MAP", key=INT, value=STRING), "{1=NULL}"),
        (LogicalType("MAP", key=INT, value=STRING), "{1=[}"),
        (LogicalType("ROW", fields=(("a", INT), ("b", STRING))), "(1, a, b)"),
        (LogicalType("MAP", key=INT, value=INT), "{1=1, 1=2}"),
    ],
)
def test_text_with_two_readings_is_not_guessed(kind: LogicalType, text: str) -> None:
    with pytest.raises(AmbiguousTextError):
        parse_plain_text(kind, text)


def test_names_are_made_distinct() -> None:
    names = ["a", "a", "a_1", "b", "a"]
    assert unique_names([Column(name, INT) for name in names]) == ["a", "a_2", "a_1", "b", "a_3"]


def test_an_empty_result_keeps_its_types() -> None:
    frame = to_pandas([Column("n", INT), Column("s", STRING)], [], TimeZones())
    assert (len(frame), frame.dtypes.astype(str).to_dict()) == (0, {"n": "Int32", "s": "string"})


def test_a_frame_made_in_pieces_is_the_one_made_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    kinds = [
        *(INT, STRING, LogicalType("DOUBLE"), LogicalType("BOOLEAN"), LogicalType("DATE")),
        LogicalType("TIMESTAMP_WITHOUT_TIME_ZONE", precision=3),
        LogicalType("TIMESTAMP_WITH_LOCAL_TIME_ZONE", precision=3),
        LogicalType("DECIMAL", precision=10, scale=2),
    ]
    day = "2024-07-02"
    columns = [Column("same", kind) for kind in kinds]
    rows = [[n, f"s{n}", n / 3, n % 2 == 0, day, f"{day}T01:00:0{n}", f"{day}T01:00:0{n}Z", n] for n in range(7)]
    rows[3] = [None] * len(kinds)
    zones = TimeZones(sent=BERLIN, local=BERLIN)
    whole = to_pandas(columns, rows, zones)
    monkeypatch.setattr(frames, "_PIECE", 2)
    pd.testing.assert_frame_equal(to_pandas(columns, rows, zones), whole)


def test_pieces_of_nanoseconds_become_microseconds_where_that_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    kind = LogicalType("TIMESTAMP_WITHOUT_TIME_ZONE", precision=9)
    texts = ["2024-07-02T01:04:05.123456", None, "0001-01-01T00:00:00"]
    monkeypatch.setattr(frames, "_PIECE", 1)
    frame = to_pandas([Column("t", kind)], [[text] for text in texts], TimeZones())
    assert str(frame["t"].dtype) == "datetime64[us]"
    assert [stamp.year for stamp in frame["t"] if not pd.isna(stamp)] == [2024, 1]
    with pytest.raises(ValueConversionError, match="no nanoseconds"):
        to_pandas([Column("t", kind)], [[text] for text in ["2024-07-02T01:04:05.123456789", texts[2]]], TimeZones())


def test_the_collector_is_on_again_after_rows_were_made() -> None:
    with pytest.raises(ZeroDivisionError), paused_collector():
        assert not gc.isenabled()
        raise ZeroDivisionError
    assert gc.isenabled()


@pytest.mark.parametrize(
    ("raw", "sql"),
    [
        ({"type": "DECIMAL", "precision": 10, "scale": 2, "nullable": False}, "DECIMAL(10, 2) NOT NULL"),
        ({"type": "VARCHAR", "length": 2147483647}, "STRING"),
        ({"type": "MAP", "keyType": {"type": "INTEGER"}, "valueType": {"type": "DATE"}}, "MAP<INT, DATE>"),
        ({"type": "ROW", "fields": [{"name": "a b", "fieldType": {"type": "BIGINT"}}]}, "ROW<`a b` BIGINT>"),
        ({"type": "TIMESTAMP_WITH_LOCAL_TIME_ZONE", "precision": 3}, "TIMESTAMP_LTZ(3)"),
    ],
)
def test_types_are_written_as_sql(raw: dict[str, Any], sql: str) -> None:
    assert LogicalType.of(raw).sql == sql
