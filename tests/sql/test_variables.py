"""Python's values in statements: quoted for their place, and errors that still point at the text as written."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scaleph_lab.sql.scripts import TOKEN, split_script
from scaleph_lab.sql.variables import FilledStatement, UnknownVariableError, fill_variables


def fill(text: str, **values: Any) -> FilledStatement:
    return fill_variables(split_script(text)[0], values.__getitem__)


@pytest.mark.parametrize(
    ("text", "value", "filled"),
    [
        ("SELECT '{{x}}/a'", "it's", "SELECT 'it''s/a'"),
        ("SELECT `{{x}}`", "a`b", "SELECT `a``b`"),
        ("SELECT {{x}}", "it's", "SELECT 'it''s'"),
        ("SELECT {{ x }}", 7, "SELECT 7"),
        ("SELECT {{x}}", True, "SELECT TRUE"),
        ("SELECT {{x}}", None, "SELECT NULL"),
        ("SELECT {{x}}", Decimal("1.50"), "SELECT 1.50"),
        ("SELECT {{x}}", 0.5, "SELECT CAST('0.5' AS DOUBLE)"),
        ("SELECT {{x}}", 1e300, "SELECT 1e+300"),
        ("SELECT {{x}}", date(2013, 1, 2), "SELECT DATE '2013-01-02'"),
        ("SELECT {{x}}", datetime(2013, 1, 2, 3, 4), "SELECT TIMESTAMP '2013-01-02 03:04:00'"),
        ("SELECT a IN ({{x}})", ["a", 1], "SELECT a IN ('a', 1)"),
        ("SELECT 1 /* {{x}} */ + 1", 2, "SELECT 1 /* {{x}} */ + 1"),
    ],
)
def test_a_value_is_quoted_for_its_place(text: str, value: Any, filled: str) -> None:
    assert fill(text, x=value).statement.text == filled


def test_an_unknown_variable_and_an_odd_value_are_named() -> None:
    with pytest.raises(UnknownVariableError, match="no variable 'x'"):
        fill("SELECT {{x}}")
    with pytest.raises(UnknownVariableError, match="no literal for 'x', a dict"):
        fill("SELECT {{x}}", x={})


@given(st.text())
def test_no_value_ends_the_literal_that_it_stands_in(value: str) -> None:
    filled = fill("SELECT '{{x}}' AS a", x=value).statement.text
    kinds = [match.lastgroup for match in TOKEN.finditer(filled)]
    assert kinds == ["word", "blank", "quoted", "blank", "word", "blank", "word"]


def test_places_after_a_value_are_those_of_the_text_as_written() -> None:
    filled = fill("SELECT '{{x}}',\n  {{y}}, oops, {{x}}, oops", x="a\nlong value", y=1)
    written = filled.written.text
    for name in ("oops",):
        for occurrence in (filled.statement.text.index(name), filled.statement.text.rindex(name)):
            before = filled.statement.text[:occurrence]
            place = filled.locate(before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1)
            line, column = place
            assert written.split("\n")[line - 1][column - 1 :].startswith(name)
    # A place inside of a value is its variable's: line 2 of the filled text is the value's second line.
    assert filled.locate(2, 3) == (1, 9)
