"""Types and values: each type with its parameters, as SQL writes and reads it."""

from __future__ import annotations

import pytest

from scaleph_lab.errors import ValidationError
from scaleph_lab.standard.types import FlinkType, TypeName, check_type, parse_type
from scaleph_lab.standard.values import literal, read_value


@pytest.mark.parametrize(
    ("text", "sql"),
    [
        ("VARCHAR(20)", "VARCHAR(20)"),
        ("char varying ( 20 )", "VARCHAR(20)"),
        ("character(3)", "CHAR(3)"),
        ("CHAR", "CHAR(1)"),
        ("VARCHAR(2147483647)", "VARCHAR(2147483647)"),
        ("string", "STRING"),
        ("numeric(10,2)", "DECIMAL(10, 2)"),
        ("DEC(5)", "DECIMAL(5, 0)"),
        ("DECIMAL", "DECIMAL(10, 0)"),
        ("integer", "INT"),
        ("DOUBLE PRECISION", "DOUBLE"),
        ("TIMESTAMP", "TIMESTAMP(6)"),
        ("TIMESTAMP(3) WITHOUT TIME ZONE", "TIMESTAMP(3)"),
        ("TIMESTAMP(9) WITH LOCAL TIME ZONE", "TIMESTAMP_LTZ(9)"),
        ("TIMESTAMP(3) WITH TIME ZONE", None),
        ("TIME(3)", "TIME(3)"),
        ("ARRAY<INT>", None),
        ("DECIMAL(39, 2)", None),
        ("INT(5)", None),
        ("", None),
    ],
)
def test_a_type_is_read_as_flink_writes_it(text, sql):
    found = parse_type(text)
    assert (found.sql if found else None) == sql


@pytest.mark.parametrize("name", TypeName)
def test_each_type_is_written_and_read_back(name):
    kind = check_type(name, 5 if name.has_length else None, None, None)
    assert parse_type(kind.sql) == kind


@pytest.mark.parametrize(
    ("kind", "text", "sql"),
    [
        (FlinkType(TypeName.STRING), "it's", "'it''s'"),
        (FlinkType(TypeName.INT), "007", "CAST('7' AS INT)"),
        (FlinkType(TypeName.DECIMAL, precision=5, scale=2), "1e2", "CAST('100' AS DECIMAL(5, 2))"),
        (FlinkType(TypeName.DATE), "2024-02-29", "DATE '2024-02-29'"),
        (FlinkType(TypeName.TIMESTAMP, precision=3), "2024-02-29T01:02:03.123", "TIMESTAMP '2024-02-29 01:02:03.123'"),
        (FlinkType(TypeName.BOOLEAN), "True", "TRUE"),
        (FlinkType(TypeName.BYTES), "00ff", "X'00ff'"),
    ],
)
def test_a_value_becomes_a_literal(kind, text, sql):
    assert literal(kind, text) == sql


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (FlinkType(TypeName.DECIMAL, precision=5, scale=2), "1000"),
        (FlinkType(TypeName.DECIMAL, precision=5, scale=2), "1.001"),
        (FlinkType(TypeName.DOUBLE), "1e999999"),
        (FlinkType(TypeName.DOUBLE), "inf"),
        (FlinkType(TypeName.INT), "1_000"),
        (FlinkType(TypeName.INT), "１"),
        (FlinkType(TypeName.BIGINT), "9223372036854775808"),
        (FlinkType(TypeName.DATE), "2023-02-29"),
        (FlinkType(TypeName.TIMESTAMP, precision=0), "2024-01-01 00:00:00.5"),
        (FlinkType(TypeName.BOOLEAN), "yes"),
        (FlinkType(TypeName.BINARY, length=1), "0000"),
        (FlinkType(TypeName.BYTES), "0"),
    ],
)
def test_what_is_no_value_of_a_type_says_so(kind, text):
    with pytest.raises(ValueError, match=r".+"):
        read_value(kind, text)


def test_a_parameter_that_a_type_does_not_take_is_named():
    with pytest.raises(ValidationError, match="STRING has no length") as refused:
        check_type(TypeName.STRING, 5, None, None)
    assert refused.value.path == "length"
