"""What is said of the name under the cursor, which is ``|``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

pytestmark = pytest.mark.engine


@pytest.mark.parametrize(
    ("marked", "parts"),
    [
        ("SELECT * FROM cli|cks", ["clicks · temporary table", "CREATE TEMPORARY TABLE", "PRI(id)", "-- the key"]),
        ("SELECT * FROM clicks|", ["*ROWTIME*    ", "WATERMARK"]),
        ("SELECT c|.id FROM clicks AS c", ["clicks · temporary table"]),
        ("DESCRIBE attic.rel|ics", ["attic.relics · table", "age  INT"]),
        ("SELECT * FROM dear|", ["dear · temporary view", "id     BIGINT", "CREATE TEMPORARY VIEW"]),
        ("SELECT pri|ce FROM clicks", ["price · column of clicks\nDECIMAL(10, 2)"]),
        ("SELECT c.`odd na|me` FROM clicks AS c", ["odd name · column of c\nSTRING"]),
        ("SELECT q.x| FROM (SELECT id AS x FROM clicks) q", ["x · column of q\nBIGINT"]),
        ("SELECT q|.x FROM (SELECT id AS x FROM clicks) q", ["q · subquery\nx  BIGINT"]),
        ("WITH t AS (SELECT id FROM clicks) SELECT * FROM t|", ["t · subquery\nid  BIGINT"]),
        ("SELECT UPP|ER('a')", ["upper · built-in function"]),
        ("SELECT COUNT(|", ["· built-in function"]),
        ("CREATE TABLE x (a INT) WITH ('connector' = 'data|gen')", ["datagen · source", "rows-per-second"]),
        ("CREATE TABLE x (a INT) WITH ('connector' = 'datagen', 'rows-per-s|econd' = '1')",
         ["rows-per-second · option of datagen", "Long, default 10000", "control the emit rate"]),
        ("CREATE TABLE x (a INT) WITH ('connector' = 'filesystem', 'path' = '/a|bc')", ["path · option of filesystem"]),
        ("CREATE TABLE x (a INT) WITH ('format' = 'cs|v')", ["csv · format"]),
        ("EXPL|AIN SELECT 1", ["EXPLAIN [ESTIMATED_COST"]),
    ],
)  # fmt: skip
def test_what_is_said(typist: Any, marked: str, parts: list[str]) -> None:
    found = typist.inspect(marked)
    assert found is not None
    for part in parts:
        assert part.casefold() in found.text.casefold()


@pytest.mark.parametrize("marked", ["SELECT * FROM no|pe", "SELECT 'cli|cks'", "-- cli|cks", "|", "SELECT 1 +| 2"])
def test_of_what_is_not_known_nothing_is_said(typist: Any, marked: str) -> None:
    assert typist.inspect(marked) is None


def test_secrets_are_hidden(typist: Any) -> None:
    found = typist.inspect("SELECT * FROM orders|")
    assert "'password' = '******'" in found.text
    assert "hunter2" not in found.text and "hunter2" not in found.html


def test_html_is_escaped(typist: Any) -> None:
    typist.run("CREATE TEMPORARY TABLE `<img src=x>` (`<b>` INT) WITH ('connector' = 'datagen')")
    found = typist.inspect("SELECT * FROM `<img src=x>|`")
    assert "<img" not in found.html and "<b>I" not in found.html and "&lt;img src=x&gt;" in found.html


@pytest.mark.parametrize("engine", ["flink-1.18", "flink-2.3"])
def test_other_versions_of_flink(typists: Callable[..., Any], engine: str) -> None:
    typist = typists(engine)
    assert "CREATE TEMPORARY TABLE" in typist.inspect("SELECT * FROM cli|cks").text
    assert "built-in function" in typist.inspect("SELECT UPP|ER('a')").text
    assert "******" in typist.inspect("SELECT * FROM orders|").text
