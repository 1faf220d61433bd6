"""A value as text: from the gateway's JSON by its type, and the same as from Python's value."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from scaleph_lab.sql.logical_types import LogicalType
from scaleph_lab.sql.texts import formatter, is_number, on_one_line, text_of
from scaleph_lab.sql.values import TimeZones, converter

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("kind", "raw", "text"),
    [
        (LogicalType("BIGINT"), 2**63 - 1, "9223372036854775807"),
        (LogicalType("DECIMAL", precision=38, scale=2), 12, "12.00"),
        (LogicalType("DECIMAL", precision=10, scale=8), 1e-8, "0.00000001"),
        (LogicalType("DOUBLE"), "NaN", "nan"),
        (LogicalType("DOUBLE"), 1.5, "1.5"),
        (LogicalType("BOOLEAN"), True, "True"),
        (LogicalType("VARCHAR"), "<b>", "<b>"),
        (LogicalType("VARBINARY"), "aGk=", "x'6869'"),
        (LogicalType("DATE"), "2024-02-29", "2024-02-29"),
        (LogicalType("TIMESTAMP_WITHOUT_TIME_ZONE", precision=3), "2024-02-29T01:02:03.5", "2024-02-29 01:02:03.5"),
        (LogicalType("INTERVAL_DAY_TIME"), 90_061_000, "1 day, 1:01:01"),
        (LogicalType("ARRAY", element=LogicalType("INTEGER")), [1, None], "[1, NULL]"),
        (LogicalType("ROW", fields=(("a", LogicalType("INTEGER")),)), {"a": 1}, "{a=1}"),
        # What Python cannot hold is shown as Flink wrote it.
        (LogicalType("DATE"), "+12024-01-01", "+12024-01-01"),
    ],
)
def test_a_value_is_shown_by_its_type(kind: LogicalType, raw: Any, text: str) -> None:
    assert formatter(kind, TimeZones())(raw) == text


@pytest.mark.parametrize(
    ("zones", "text"),
    [(TimeZones(BERLIN, BERLIN), "2024-07-01 10:00:00"), (TimeZones(local=BERLIN), "2024-07-01 12:00:00")],
)
def test_local_time_is_the_sessions(zones: TimeZones, text: str) -> None:
    kind = LogicalType("TIMESTAMP_WITH_LOCAL_TIME_ZONE", precision=3)
    assert formatter(kind, zones)("2024-07-01T10:00:00Z") == text
    convert = converter(kind, zones)
    assert convert is not None and text_of(convert("2024-07-01T10:00:00Z")) == text


def test_numbers_are_ordered_as_numbers() -> None:
    assert is_number(LogicalType("DECIMAL")) and not is_number(LogicalType("VARCHAR"))


def test_a_line_is_cut_and_has_no_breaks() -> None:
    assert on_one_line("a\nb", 9) == "a⏎b"
    assert on_one_line("abcdef", 4) == "abc…"
