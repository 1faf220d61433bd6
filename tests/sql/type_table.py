"""Every logical type: a SQL expression, the Python value, and the pandas dtype of its column."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

ZONE = ZoneInfo("Europe/Berlin")
MOMENT = "TIMESTAMP '2024-07-02 03:04:05.123'"

TYPES: dict[str, tuple[str, Any, str]] = {
    "tinyint": ("CAST(-128 AS TINYINT)", -128, "Int8"),
    "smallint": ("CAST(32767 AS SMALLINT)", 32767, "Int16"),
    "int": ("CAST(2147483647 AS INT)", 2147483647, "Int32"),
    "bigint": ("CAST(9223372036854775807 AS BIGINT)", 9223372036854775807, "Int64"),
    "bigint_past_double": ("CAST(9007199254740993 AS BIGINT)", 9007199254740993, "Int64"),
    "float": ("CAST(1.5 AS FLOAT)", 1.5, "Float32"),
    "double": ("CAST(0.1 AS DOUBLE)", 0.1, "Float64"),
    "infinity": ("LN(CAST(0 AS DOUBLE))", float("-inf"), "Float64"),
    "decimal": ("CAST(1.10 AS DECIMAL(10, 2))", Decimal("1.10"), "object"),
    "decimal_38": (
        "CAST('12345678901234567890.123456789012345678' AS DECIMAL(38, 18))",
        Decimal("12345678901234567890.123456789012345678"),
        "object",
    ),
    "decimal_whole": (
        "CAST('12345678901234567890123456789012345678' AS DECIMAL(38, 0))",
        Decimal("12345678901234567890123456789012345678"),
        "object",
    ),
    "decimal_small": ("CAST(0.000000001 AS DECIMAL(20, 10))", Decimal("0.0000000010"), "object"),
    "boolean": ("TRUE", True, "boolean"),
    "char": ("CAST('ab' AS CHAR(5))", "ab   ", "string"),
    "string": ("'a \"b\" <c> \U0001f600'", 'a "b" <c> \U0001f600', "string"),
    "binary": ("CAST(X'01' AS BINARY(3))", b"\x01\x00\x00", "object"),
    "bytes": ("CAST(X'00FF' AS BYTES)", b"\x00\xff", "object"),
    "date": ("DATE '2024-07-02'", date(2024, 7, 2), "datetime64[s]"),
    "date_far": ("DATE '9999-12-31'", date(9999, 12, 31), "datetime64[s]"),
    "time": ("TIME '03:04:05'", time(3, 4, 5), "object"),
    "timestamp_0": ("CAST('2024-07-02 03:04:05' AS TIMESTAMP(0))", datetime(2024, 7, 2, 3, 4, 5), "datetime64[s]"),
    "timestamp_3": (MOMENT, datetime(2024, 7, 2, 3, 4, 5, 123000), "datetime64[ms]"),
    "timestamp_6": (
        "CAST('2024-07-02 03:04:05.123456' AS TIMESTAMP(6))",
        datetime(2024, 7, 2, 3, 4, 5, 123456),
        "datetime64[us]",
    ),
    "timestamp_9": (
        "CAST('2024-07-02 03:04:05.123456789' AS TIMESTAMP(9))",
        pd.Timestamp("2024-07-02 03:04:05.123456789"),
        "datetime64[ns]",
    ),
    "timestamp_old": ("TIMESTAMP '0001-01-01 00:00:00'", datetime(1, 1, 1), "datetime64[s]"),
    "timestamp_ltz": (
        f"CAST({MOMENT} AS TIMESTAMP_LTZ(3))",
        datetime(2024, 7, 2, 3, 4, 5, 123000, tzinfo=ZONE),
        "datetime64[ms, Europe/Berlin]",
    ),
    "interval_days": ("INTERVAL '1 02:03:04.567' DAY TO SECOND(3)", timedelta(1, 7384, 567000), "timedelta64[ms]"),
    "interval_back": ("INTERVAL '-1' DAY", timedelta(-1), "timedelta64[ms]"),
    "interval_months": ("INTERVAL '1-2' YEAR TO MONTH", 14, "Int64"),
    "array": ("ARRAY[1, 2, CAST(NULL AS INT)]", [1, 2, None], "object"),
    "array_of_times": (f"ARRAY[{MOMENT}]", [datetime(2024, 7, 2, 3, 4, 5, 123000)], "object"),
    "array_of_bytes": ("ARRAY[X'01']", [b"\x01"], "object"),
    "map": ("MAP['a', 1]", {"a": 1}, "object"),
    "map_of_decimals": ("MAP['a', CAST(1.50 AS DECIMAL(5, 2))]", {"a": Decimal("1.50")}, "object"),
    "row": (
        "CAST(ROW(1, 2.50) AS ROW<x INT, `y z` DECIMAL(5, 2)>)",
        {"x": 1, "y z": Decimal("2.50")},
        "object",
    ),
    "null_int": ("CAST(NULL AS INT)", None, "Int32"),
    "null_string": ("CAST(NULL AS STRING)", None, "string"),
    "null_row": ("CAST(NULL AS ROW<a INT>)", None, "object"),
    "null_time": ("CAST(NULL AS TIMESTAMP(3))", None, "datetime64[ms]"),
    "null_decimal": ("CAST(NULL AS DECIMAL(5, 2))", None, "object"),
}
"""Each goes through the gateway's JSON."""

BY_TEXT: dict[str, tuple[str, Any]] = {
    "map_by_int": ("MAP[1, 'a', 2, 'b']", {1: "a", 2: "b"}),
    "map_by_date": ("MAP[DATE '2024-07-02', CAST(1.5 AS DECIMAL(5, 2))]", {date(2024, 7, 2): Decimal("1.50")}),
    "map_by_timestamp": (f"MAP[{MOMENT}, X'0102']", {datetime(2024, 7, 2, 3, 4, 5, 123000): b"\x01\x02"}),
    "map_of_intervals": ("MAP[1, INTERVAL '-1' DAY]", {1: timedelta(-1)}),
    "map_of_rows": ("MAP[1, ROW(1, TRUE, ARRAY[1, 2])]", {1: {"EXPR$0": 1, "EXPR$1": True, "EXPR$2": [1, 2]}}),
}
"""These the gateway cannot write as JSON; they come as Flink's text."""

ARROW: dict[str, str] = {
    "tinyint": "int8",
    "smallint": "int16",
    "int": "int32",
    "bigint": "int64",
    "bigint_past_double": "int64",
    "float": "float",
    "double": "double",
    "infinity": "double",
    "decimal": "decimal128(10, 2)",
    "decimal_38": "decimal128(38, 18)",
    "decimal_whole": "decimal128(38, 0)",
    "decimal_small": "decimal128(20, 10)",
    "boolean": "bool",
    "char": "string",
    "string": "string",
    "binary": "binary",
    "bytes": "binary",
    "date": "date32[day]",
    "date_far": "date32[day]",
    "time": "time32[s]",
    "timestamp_0": "timestamp[s]",
    "timestamp_3": "timestamp[ms]",
    "timestamp_6": "timestamp[us]",
    "timestamp_9": "timestamp[ns]",
    "timestamp_old": "timestamp[s]",
    "timestamp_ltz": "timestamp[ms, tz=Europe/Berlin]",
    "interval_days": "duration[ms]",
    "interval_back": "duration[ms]",
    "interval_months": "int32",
    "array": "list<item: int32>",
    "array_of_times": "list<item: timestamp[ms]>",
    "array_of_bytes": "list<item: binary>",
    "map": "map<string, int32>",
    "map_of_decimals": "map<string, decimal128(5, 2)>",
    "row": "struct<x: int32, y z: decimal128(5, 2)>",
    "null_int": "int32",
    "null_string": "string",
    "null_row": "struct<a: int32>",
    "null_time": "timestamp[ms]",
    "null_decimal": "decimal128(5, 2)",
    "map_by_int": "map<int32, string>",
    "map_by_date": "map<date32[day], decimal128(5, 2)>",
    "map_by_timestamp": "map<timestamp[ms], binary>",
    "map_of_intervals": "map<int32, duration[ms]>",
    "map_of_rows": "map<int32, struct<EXPR$0: int32, EXPR$1: bool, EXPR$2: list<item: int32>>>",
}
"""The Arrow type of each."""
