"""Errors of the real gateways of three Flink versions, shortened to the lines that carry meaning."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scaleph_lab.sql.traces import sql_error

DATA = Path(__file__).parent / "data"
VERSIONS = ("1.18", "1.20", "2.3")

# name: (line, column, end column, words of the message, words of the hint)
EXPECTED: dict[str, tuple[int | None, int | None, int | None, str, str]] = {
    "syntax": (1, 10, 10, 'Encountered "+ FROM"', ""),
    "syntax_word": (1, 1, 5, "Non-query expression", "Did you mean SELECT?"),
    "unknown_table": (2, 6, 9, "Object 'nope' not found", "SHOW TABLES"),
    "unknown_column": (2, 3, 5, "Column 'nam' not found in any table", "DESCRIBE"),
    "unknown_function": (1, 8, 14, "No match found for function signature foo", "SHOW FUNCTIONS"),
    "type_mismatch": (1, 8, 29, "Cannot apply '+' to arguments of type '<BIGINT> + <DATE>'", ""),
    "bad_arg": (1, 8, 19, "Invalid number of arguments to function 'UPPER'", ""),
    "unknown_connector": (None, None, None, "identifier 'kafka2'", "This engine has no connector 'kafka2'"),
    "missing_option": (None, None, None, "Missing required options are: format, path", ""),
    "bad_option": (None, None, None, "Unsupported options: nope", ""),
    "sink_mismatch": (None, None, None, "do not match", ""),
    "group_by": (1, 12, 12, "Expression 's' is not being grouped", "GROUP BY"),
    "table_exists": (None, None, None, "already exists", ""),
    "drop_unknown": (None, None, None, "does not exist", ""),
    "use_unknown": (None, None, None, "nope", ""),
    "runtime": (None, None, None, "NumberFormatException: For input string", ""),
    "div0": (None, None, None, "Division by zero", ""),
    "missing_path": (None, None, None, "File /nonexistent/x does not exist", ""),
    "bad_format": (None, None, None, "identifier 'avro2'", "format"),
    "two": (None, None, None, "only single statement supported", "semicolons"),
    "unsupported": (None, None, None, "Sort on a non-time-attribute field is not supported", "batch"),
    "lex": (1, 8, None, 'Encountered "\'"', ""),
    "lex2": (1, 8, 8, "Lexical error", ""),
    "comment_only": (1, 5, None, "Encountered", ""),
    "window": (None, None, None, "time attribute type", "WATERMARK"),
    "badset": (None, None, None, "Expected one of", ""),
}


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", EXPECTED)
def test_a_trace_gives_message_place_and_hint(version: str, name: str) -> None:
    recorded = json.loads((DATA / f"traces-{version}.json").read_text(encoding="utf-8")).get(name)
    if recorded is None:
        pytest.skip(f"Flink {version} takes this statement")
    line, column, end_column, words, hint = EXPECTED[name]
    error = sql_error(recorded["trace"], recorded["statement"])
    assert words in error.message
    assert hint in error.hint
    assert (error.line, error.column) == (line, column)
    if end_column is not None:
        assert error.end_column == end_column
    assert "\n" not in error.message
    assert len(error.message) <= 620
    assert error.trace == recorded["trace"]
    assert error.cause


def test_a_trace_without_java_is_said_as_it_is() -> None:
    assert sql_error("Not found: /v9/nothing").message == "Not found: /v9/nothing"
    assert sql_error("").message == "The statement failed."


def test_the_wire_format_has_the_place() -> None:
    error = sql_error(
        "Caused by: org.apache.flink.table.api.ValidationException: SQL validation failed. "
        "From line 2, column 6 to line 2, column 9: Object 'nope' not found"
    )
    raw = error.as_dict()
    assert (raw["code"], raw["line"], raw["column"], raw["end_line"], raw["end_column"]) == ("sql", 2, 6, 2, 9)
