"""Splitting: comments, quotes, statement sets, and places that map back to the script."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scaleph_lab.sql.scripts import split_script


def texts(script: str) -> list[str]:
    return [statement.text for statement in split_script(script)]


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("", []),
        ("  ;; -- nothing\n/* at all */;", []),
        ("SELECT 1", ["SELECT 1"]),
        ("SELECT 1;SELECT 2;", ["SELECT 1", "SELECT 2"]),
        ("SELECT ';' ; SELECT 'it''s;'", ["SELECT ';'", "SELECT 'it''s;'"]),
        ("SELECT `a;b` FROM `t``;`", ["SELECT `a;b` FROM `t``;`"]),
        ("-- a;\nSELECT 1 -- b;\n; // c;\nSELECT 2", ["SELECT 1", "SELECT 2"]),
        ("/* a; */ SELECT /* b; */ 1 /* c", ["SELECT /* b; */ 1"]),
        ("SELECT * FROM t /*+ OPTIONS('a'=';') */;", ["SELECT * FROM t /*+ OPTIONS('a'=';') */"]),
        ("SELECT 'open; SELECT 2", ["SELECT 'open; SELECT 2"]),
        (
            "EXECUTE STATEMENT SET BEGIN INSERT INTO a SELECT CASE WHEN TRUE THEN 1 END; INSERT INTO b SELECT 2; END;"
            "SELECT 1",
            [
                "EXECUTE STATEMENT SET BEGIN INSERT INTO a SELECT CASE WHEN TRUE THEN 1 END; "
                "INSERT INTO b SELECT 2; END",
                "SELECT 1",
            ],
        ),
        (
            "EXPLAIN STATEMENT SET BEGIN INSERT INTO a SELECT 1; END; SELECT 1",
            ["EXPLAIN STATEMENT SET BEGIN INSERT INTO a SELECT 1; END", "SELECT 1"],
        ),
        (
            "begin statement set; INSERT INTO a SELECT 1; INSERT INTO b SELECT 2; end; SELECT 1",
            ["begin statement set; INSERT INTO a SELECT 1; INSERT INTO b SELECT 2; end", "SELECT 1"],
        ),
        # A set that goes on in another cell stays in pieces.
        ("BEGIN STATEMENT SET; INSERT INTO a SELECT 1;", ["BEGIN STATEMENT SET", "INSERT INTO a SELECT 1"]),
    ],
)
def test_a_script_is_cut_at_its_own_semicolons(script: str, expected: list[str]) -> None:
    assert texts(script) == expected


def test_a_begun_set_is_sent_as_one_executed_set() -> None:
    (statement,) = split_script("\n BEGIN STATEMENT\nSET; INSERT INTO a SELECT x;\n INSERT INTO b SELECT y;\nEND;")
    assert statement.sql == ("EXECUTE STATEMENT SET BEGIN\n INSERT INTO a SELECT x;\n INSERT INTO b SELECT y;\nEND")
    script_lines = ["", " BEGIN STATEMENT", "SET; INSERT INTO a SELECT x;", " INSERT INTO b SELECT y;"]
    sent = statement.sql.splitlines()
    for word, line in (("x;", 2), ("y;", 3)):
        found_line, found_column = statement.locate(line, sent[line - 1].index(word) + 1)
        assert script_lines[found_line - 1][found_column - 1 :].startswith(word)


def test_a_set_on_one_line_maps_its_columns_back() -> None:
    script = "SELECT 1; BEGIN STATEMENT SET; INSERT INTO a SELECT nope; END;"
    statement = split_script(script)[1]
    line, column = statement.locate(1, statement.sql.index("nope") + 1)
    assert (line, script[column - 1 : column + 3]) == (1, "nope")


def test_statements_know_their_place_and_keyword() -> None:
    first, second = split_script("-- first\nselect 1;\n\n  SHOW TABLES")
    assert (first.line, first.column, first.offset, first.keyword) == (2, 1, 9, "SELECT")
    assert (second.line, second.column, second.keyword) == (4, 3, "SHOW")
    assert second.locate(1, 1) == (4, 3)
    assert first.locate(2, 5) == (3, 5)


PIECES = st.sampled_from(
    ["SELECT 1", "'a;b'", "`c;d`", "-- e;\n", "/* f; */", " ", "\n", ";", "x", "END", "BEGIN", '"g;h"', "/*+ i; */"]
)


@given(st.lists(PIECES, max_size=30).map("".join))
def test_nothing_but_blanks_comments_and_semicolons_is_lost(script: str) -> None:
    statements = split_script(script)
    rest = script
    for statement in reversed(statements):
        end = statement.offset + len(statement.text)
        assert script[statement.offset : end] == statement.text
        assert script.splitlines(keepends=True)[statement.line - 1][statement.column - 1 :]
        rest = rest[: statement.offset] + rest[end:]
    assert split_script(rest) == []


@given(st.lists(st.sampled_from(["SELECT 'a;'", "SHOW TABLES", "SET 'x' = ';;'", "SELECT `;`"]), max_size=10))
def test_joined_statements_come_back(statements: list[str]) -> None:
    assert texts(" ;\n-- ; \n".join(statements)) == statements
