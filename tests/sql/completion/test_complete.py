"""What is offered where: ``|`` is the cursor."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scaleph_lab.sql.completion.complete import complete
from scaleph_lab.sql.completion.inspect import inspect
from scaleph_lab.sql.completion.model import Kind

CLICKS = ["id", "price", "`odd name`", "`😀`", "`user`", "ts"]

COLUMNS = [
    ("SELECT c.| FROM clicks AS c", CLICKS),
    ("SELECT c.| FROM clicks c WHERE c.id = 1; SELECT 2", CLICKS),
    ("SELECT 1; SELECT clicks.| FROM clicks", CLICKS),
    ("SELECT default_database.clicks.| FROM default_database.clicks", CLICKS),
    ("SELECT c.`odd| FROM clicks AS c", ["`odd name`"]),
    ("SELECT '😀', c.`😀|` FROM clicks AS c", ["`😀`"]),
    ("SELECT * FROM clicks AS c JOIN orders AS o ON c.id = o.|", ["id", "item"]),
    ("SELECT * FROM clicks AS c LEFT JOIN orders o ON c.id = o.id WHERE o.it|", ["item"]),
    ("SELECT * FROM clicks c, orders o WHERE o.|", ["id", "item"]),
    ("SELECT c.`user`.| FROM clicks AS c", ["name", "age"]),
    ("SELECT q.u.| FROM (SELECT `user` AS u FROM clicks) AS q", ["name", "age"]),
    ("WITH t AS (SELECT id AS x, price * 2 AS y FROM clicks) SELECT t.| FROM t", ["x", "y"]),
    ("WITH t (a, b) AS (SELECT id, price FROM clicks) SELECT t.| FROM t", ["a", "b"]),
    ("WITH t AS (SELECT id FROM clicks), u AS (SELECT * FROM t) SELECT u.| FROM u", ["id"]),
    ("SELECT q.| FROM (SELECT id, ts AS t FROM clicks) AS q", ["id", "t"]),
    ("SELECT q.| FROM (SELECT c.*, 1 AS first_one FROM clicks AS c) AS q", [*CLICKS, "first_one"]),
    ("SELECT q.| FROM (SELECT id FROM clicks UNION ALL SELECT 1) q", ["id"]),
    ("SELECT v.| FROM (VALUES (1, 'a')) AS v(n, s)", ["n", "s"]),
    ("SELECT * FROM clicks WHERE id IN (SELECT o.| FROM orders o)", ["id", "item"]),
    ("SELECT * FROM clicks c WHERE EXISTS (SELECT 1 FROM orders o WHERE o.id = c.|)", CLICKS),
    ("SELECT id FROM orders UNION ALL SELECT c.| FROM clicks c", CLICKS),
    ("SELECT t.| FROM TABLE(TUMBLE(TABLE clicks, DESCRIPTOR(ts), INTERVAL '1' MINUTE)) AS t",
     [*CLICKS, "window_start", "window_end", "window_time"]),
    ("SELECT o.| FROM clicks AS c JOIN orders FOR SYSTEM_TIME AS OF c.ts AS o ON TRUE", ["id", "item"]),
    ("SELECT c.| -- a comment FROM nothing\nFROM clicks AS c", CLICKS),
    ("EXECUTE STATEMENT SET BEGIN INSERT INTO orders SELECT c.| FROM clicks c; END", CLICKS),
    ("INSERT INTO orders (|", ["id", "item"]),
    ("CREATE TABLE x (a INT, `b c` STRING, PRIMARY KEY (|", ["a", "`b c`"]),
    ("CREATE TABLE x (a INT, b TIMESTAMP(3), WATERMARK FOR | AS b", ["a", "b"]),
]  # fmt: skip

OFFERED = [
    ("SELECT pri| FROM clicks", "price", Kind.COLUMN, "pri"),
    ("SELECT odd| FROM clicks", "`odd name`", Kind.COLUMN, "odd"),
    ("SELECT * FROM clicks WHERE pr|", "price", Kind.COLUMN, "pr"),
    ("SELECT item, COUNT(*) FROM orders GROUP BY i|", "item", Kind.COLUMN, "i"),
    ("SELECT window_s| FROM TABLE(TUMBLE(TABLE clicks, DESCRIPTOR(ts), INTERVAL '1' MINUTE))",
     "window_start", Kind.COLUMN, "window_s"),
    ("SELECT cl| FROM clicks", "clicks", Kind.ALIAS, "cl"),
    ("SELECT * FROM cl|", "clicks", Kind.TABLE, "cl"),
    ("SELECT * FROM clicks c JOIN |", "orders", Kind.TABLE, ""),
    ("SELECT * FROM de|", "dear", Kind.TABLE, "de"),
    ("SELECT * FROM att|", "attic", Kind.DATABASE, "att"),
    ("SELECT * FROM attic.|", "relics", Kind.TABLE, ""),
    ("SELECT * FROM default_catalog.|", "attic", Kind.DATABASE, ""),
    ("SELECT * FROM default_catalog.attic.re|", "relics", Kind.TABLE, "re"),
    ("SELECT * FROM `default_catalog`.`attic`.`re|`", "`relics`", Kind.TABLE, "`re`"),
    ("WITH mine AS (SELECT 1) SELECT * FROM mi|", "mine", Kind.TABLE, "mi"),
    ("INSERT INTO or|", "orders", Kind.TABLE, "or"),
    ("DESCRIBE or|", "orders", Kind.TABLE, "or"),
    ("DROP TABLE IF EXISTS or|", "orders", Kind.TABLE, "or"),
    ("SHOW CREATE TABLE or|", "orders", Kind.TABLE, "or"),
    ("SHOW TABLES IN at|", "attic", Kind.DATABASE, "at"),
    ("USE at|", "attic", Kind.DATABASE, "at"),
    ("USE CATALOG |", "default_catalog", Kind.CATALOG, ""),
    ("SELECT upp| FROM clicks", "upper", Kind.FUNCTION, "upp"),
    ("SELECT UPP| FROM clicks", "UPPER", Kind.FUNCTION, "UPP"),
    ("SELECT * FROM clicks WH|", "WHERE", Kind.KEYWORD, "WH"),
    ("SELECT * FROM clicks w|", "where", Kind.KEYWORD, "w"),
    ("CREATE TABLE x (a BIG|", "BIGINT", Kind.KEYWORD, "BIG"),
    ("CREATE TABLE x (a INT) WITH ('conn|", "'connector'", Kind.OPTION, "'conn"),
    ("CREATE TABLE x (a INT) WITH ('conn|')", "'connector'", Kind.OPTION, "'conn'"),
    ("CREATE TABLE x (a INT) WITH (|)", "'connector'", Kind.OPTION, ""),
    ("CREATE TABLE x (a INT) WITH ('connector' = '|')", "'datagen'", Kind.VALUE, "''"),
    ("CREATE TABLE x (a INT) WITH ('connector' = |", "'filesystem'", Kind.VALUE, ""),
    ("CREATE TABLE x (a INT) WITH ('connector' = 'datagen', 'rows|')", "'rows-per-second'", Kind.OPTION, "'rows'"),
    ("CREATE TABLE x (abc INT) WITH ('connector' = 'datagen', 'fields.a|')",
     "'fields.abc.kind'", Kind.OPTION, "'fields.a'"),
    ("CREATE TABLE x (a INT) WITH ('|', 'connector' = 'filesystem')", "'path'", Kind.OPTION, "''"),
    ("CREATE TABLE x (a INT) WITH ('connector' = 'filesystem', 'format' = '|')", "'json'", Kind.VALUE, "''"),
    ("CREATE TABLE x (a INT) WITH ('format' = 'csv', 'csv.ignore|')",
     "'csv.ignore-parse-errors'", Kind.OPTION, "'csv.ignore'"),
    ("CREATE TABLE x (a INT) WITH ('value.format' = 'json', 'value.json.|')",
     "'value.json.ignore-parse-errors'", Kind.OPTION, "'value.json.'"),
    ("CREATE TABLE x (a INT) WITH ('format' = 'csv', 'csv.ignore-parse-errors' = '|')", "'true'", Kind.VALUE, "''"),
    ("CREATE CATALOG c WITH ('type' = '|')", "'generic_in_memory'", Kind.VALUE, "''"),
]  # fmt: skip

NOTHING = [
    "SELECT 'cli| FROM clicks",
    "SELECT 'cli|' FROM clicks",
    "-- SELECT cli|",
    "// cli|",
    "/* SELECT\n cli|",
    "SELECT /* cli| */ 1",
    "SELECT nope.| FROM clicks AS c",
    "CREATE TABLE x (a INT) WITH ('connector' = 'nope', 'zz|')",
]


@pytest.mark.engine
@pytest.mark.parametrize(("marked", "columns"), COLUMNS, ids=[case[0] for case in COLUMNS])
def test_columns_in_scope(typist: Any, marked: str, columns: list[str]) -> None:
    found = typist.complete(marked)
    assert [each.text for each in found.matches if each.kind is Kind.COLUMN] == columns


@pytest.mark.engine
@pytest.mark.parametrize(("marked", "text", "kind", "replaced"), OFFERED, ids=[case[0] for case in OFFERED])
def test_what_is_offered(typist: Any, marked: str, text: str, kind: Kind, replaced: str) -> None:
    found = typist.complete(marked)
    assert (text, kind) in {(each.text, each.kind) for each in found.matches}
    assert marked.replace("|", "", 1)[found.start : found.end] == replaced
    assert len(set(found.texts)) == len(found.texts)
    assert "(" not in found.texts


@pytest.mark.engine
@pytest.mark.parametrize("marked", NOTHING)
def test_where_nothing_is_offered(typist: Any, marked: str) -> None:
    assert typist.complete(marked).matches == ()


@pytest.mark.engine
def test_a_column_comes_with_its_type_and_its_table(typist: Any) -> None:
    [found] = [each for each in typist.complete("SELECT pri| FROM clicks c").matches if each.text == "price"]
    assert found.detail == "DECIMAL(10, 2), c"


@pytest.mark.engine
def test_keys_that_are_given_are_not_offered_again(typist: Any) -> None:
    marked = "CREATE TABLE x (a INT) WITH ('connector' = 'datagen', '|', 'rows-per-second' = '1')"
    texts = typist.complete(marked).texts
    assert "'number-of-rows'" in texts and "'rows-per-second'" not in texts and "'connector'" not in texts


@pytest.mark.engine
def test_a_statement_changes_what_is_known(typist: Any) -> None:
    assert "brand_new" not in typist.complete("SELECT * FROM br|").texts
    typist.run("CREATE TEMPORARY TABLE brand_new (only_one INT) WITH ('connector' = 'datagen')")
    assert "brand_new" in typist.complete("SELECT * FROM br|").texts
    assert "only_one" in typist.complete("SELECT | FROM brand_new").texts
    typist.run("DROP TEMPORARY TABLE brand_new")
    assert "brand_new" not in typist.complete("SELECT * FROM br|").texts


@pytest.mark.engine
@pytest.mark.parametrize("engine", ["flink-1.18", "flink-2.3"])
def test_other_versions_of_flink(typists: Callable[..., Any], engine: str) -> None:
    typist = typists(engine)
    for marked, columns in COLUMNS[:12]:
        found = typist.complete(marked)
        assert [each.text for each in found.matches if each.kind is Kind.COLUMN] == columns, marked
    for marked, text, kind, _ in OFFERED:
        found = typist.complete(marked)
        assert (text, kind) in {(each.text, each.kind) for each in found.matches}, marked


def test_variables_are_offered_anywhere() -> None:
    for marked in ("SELECT {{ca|", "SELECT '{{ ca|}}'"):
        script, at = marked.replace("|", ""), marked.index("|")
        found = asyncio.run(complete(script, at, variables=["carrier", "city"]))
        assert [(each.text, each.kind) for each in found.matches] == [("carrier", Kind.VARIABLE)]
        assert script[found.start : found.end] == "ca"


def test_without_an_engine_words_and_the_statement_itself_are_there() -> None:
    words = asyncio.run(complete("SELE", 4))
    assert words.texts == ("SELECT",)
    marked = "WITH t AS (SELECT 1 AS x) SELECT t.| FROM t"
    found = asyncio.run(complete(marked.replace("|", ""), marked.index("|")))
    assert found.texts == ("x",)


PIECES = st.sampled_from(
    [
        *"(),.;'`\"=* \n",
        *("--", "/*", "*/", "/*+", "{{", "SELECT ", "FROM ", "JOIN ", "WITH ", "AS ", "TABLE ", "UNION ", "CREATE "),
        *("INSERT INTO ", "t", "😀", "'connector'", "BEGIN STATEMENT SET;", "TUMBLE(", "VALUES ", "1", "OF "),
    ]
)


@given(st.lists(PIECES, max_size=40).map("".join) | st.text(max_size=60), st.integers(0, 100))
@settings(max_examples=400, deadline=None)
def test_it_answers_any_text(script: str, at: int) -> None:
    position = at % (len(script) + 1)
    found = asyncio.run(complete(script, position, variables=["x"]))
    assert 0 <= found.start <= position <= found.end <= len(script)
    asyncio.run(inspect(script, position))


def test_deep_nesting_is_borne() -> None:
    script = "SELECT * FROM " + "(SELECT * FROM " * 300 + "t"
    assert asyncio.run(complete(script, len(script))).start == len(script) - 1
