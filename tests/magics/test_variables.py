"""``{{name}}`` and ``--mode batch`` in a real kernel on a real engine."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scaleph_lab.engines import Engine

pytestmark = pytest.mark.engine


@pytest.fixture(autouse=True)
def engine(flink: Callable[[str], Engine]) -> Engine:
    return flink("flink-1.20")


def test_variables_of_the_notebook_are_in_the_statement(notebook: Any) -> None:
    assert notebook.run('import datetime\nname, least, days = "O\'Hare", 2, [datetime.date(2013, 1, 2)]').error is None
    reply = notebook.run(
        "%%flinksql --mode batch -o found\n"
        "SELECT name, '<{{name}}>' AS quoted, n FROM (VALUES ({{name}}, 1), ({{name}}, 2), ('x', 3)) AS t(name, n)\n"
        "WHERE name = {{name}} AND n >= {{ least }} AND DATE '2013-01-02' IN ({{days}}) -- {{nothing}}"
    )
    assert reply.error is None, reply.text
    assert notebook.run("print(found.to_dict('records'))").stream.strip() == str(
        [{"name": "O'Hare", "quoted": "<O'Hare>", "n": 2}]
    )


def test_a_variable_is_filled_on_a_line_and_after_the_statement_before_it(notebook: Any) -> None:
    notebook.run("n = 41")
    assert notebook.run("%flinksql -o one SELECT {{n}} + 1 AS n").error is None
    assert notebook.run("print(one.n[0])").stream.strip() == "42"


def test_an_unknown_variable_is_one_clear_line(notebook: Any) -> None:
    reply = notebook.run("%%flinksql\nSELECT {{nothing}}")
    assert reply.error is not None
    assert reply.error["ename"] == "FlinkSqlFailure"
    assert reply.error["traceback"] == ["UnknownVariableError: There is no variable 'nothing' for {{nothing}}."]
    assert "There is no variable 'nothing' for {{nothing}}." in reply.text
    assert "Assign it in a cell before." in reply.text
    odd = notebook.run("odd = {}\n%flinksql SELECT {{odd}}")
    assert odd.error is not None and "SQL has no literal for 'odd', a dict." in odd.text


def test_an_error_behind_a_value_is_placed_in_the_cell_as_written(notebook: Any) -> None:
    notebook.run("long = 'a value longer than its name'")
    reply = notebook.run("%%flinksql\nSELECT '{{long}}' AS a, nope FROM (VALUES (1)) AS t(n)")
    assert reply.error is not None
    assert reply.outputs[-1]["text/plain"].splitlines()[:3] == [
        "Line 2, column 25: Column 'nope' not found in any table",
        "2 | SELECT '{{long}}' AS a, nope FROM (VALUES (1)) AS t(n)",
        f"    {' ' * 24}^^^^",
    ]


def test_a_batch_insert_is_finished_when_the_cell_ends(notebook: Any, tmp_path: Path) -> None:
    notebook.run(f"folder = {str(tmp_path / 'out')!r}")
    reply = notebook.run(
        "%%flinksql --mode batch\n"
        "CREATE TEMPORARY TABLE g (n INT) WITH ('connector' = 'datagen', 'number-of-rows' = '300',\n"
        "  'rows-per-second' = '200');\n"
        "CREATE TEMPORARY TABLE f (n INT) WITH ('connector' = 'filesystem', 'path' = '{{folder}}', 'format' = 'csv');\n"
        "INSERT INTO f SELECT n FROM g"
    )
    assert reply.error is None, reply.text
    assert reply.outputs[-1]["text/plain"].startswith("FINISHED · INSERT INTO f · job ")
    # The files are in place: a batch sink shows them when its job commits them at the end.
    parts = [part for part in (tmp_path / "out").iterdir() if not part.name.startswith(".")]
    assert sum(len(part.read_text().splitlines()) for part in parts) == 300
    after = notebook.run("%%flinksql --mode batch -o total\nSELECT COUNT(*) AS c FROM f")
    assert after.error is None and notebook.run("print(total.c[0])").stream.strip() == "300"


def test_a_batch_insert_that_fails_fails_the_cell(notebook: Any) -> None:
    reply = notebook.run(
        "%%flinksql --mode batch\n"
        "CREATE TEMPORARY TABLE nowhere (n INT) WITH ('connector' = 'blackhole');\n"
        "INSERT INTO nowhere SELECT CAST(s AS INT) FROM (VALUES ('1'), ('no number')) AS t(s);\n"
        "SELECT 5 AS never"
    )
    assert reply.error is not None and reply.error["ename"] == "FlinkSqlFailure"
    assert "no number" in reply.text and "never" not in reply.text
