"""The Flink SQL kernel on a real engine: rows, errors, interrupt, shutdown, completion, a notebook."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import nbclient
import nbformat
import pytest

pytestmark = pytest.mark.engine

ENDLESS = "CREATE TEMPORARY TABLE gauges (id BIGINT) WITH ('connector' = 'datagen', 'rows-per-second' = '100')"
COUNTS = "SELECT x, COUNT(*) AS c FROM (VALUES ('a'), ('<b>'), ('a')) AS t(x) GROUP BY x"
SPEC = {"name": "flinksql", "display_name": "Flink SQL"}


def test_the_kernel_says_what_it_speaks(kernel: Any) -> None:
    info = kernel.ask("kernel_info")
    assert info["language_info"]["name"] == "flinksql"
    assert info["language_info"]["mimetype"] == "text/x-flinksql"
    assert info["language_info"]["file_extension"] == ".sql"


def test_statements_of_a_cell_run_in_order_and_show_rows(kernel: Any) -> None:
    reply = kernel.run(f"{ENDLESS};\n-- folded\n{COUNTS};\nSHOW TABLES")
    assert reply.content["status"] == "ok" and reply.content["execution_count"] == 1
    create, counts, tables = reply.outputs[-3:]
    assert create["text/plain"] == "OK · CREATE TEMPORARY TABLE"
    assert counts["text/plain"].splitlines()[2:4] == ["a    2", "<b>  1"]
    assert "4 changes folded" in counts["text/plain"]
    assert "&lt;b&gt;" in counts["text/html"]
    assert "gauges" in tables["text/plain"].splitlines()


def test_an_error_has_its_place_and_no_traceback(kernel: Any) -> None:
    reply = kernel.run("%flink status\nSELECT 1;\n\n  SELECT *\n  FROM nope;\nSELECT 2")
    expected = {"ename": "SqlError", "evalue": "Object 'nope' not found (line 5, column 8)"}
    assert {key: reply.content[key] for key in ("status", *expected)} == {"status": "error", **expected}
    assert reply.error is not None and {key: reply.error[key] for key in expected} == expected
    assert reply.error["traceback"] == reply.content["traceback"]
    assert reply.error["traceback"][:3] == [
        "Line 5, column 8: Object 'nope' not found",
        "5 |   FROM nope;",
        "           ^^^^",
    ]
    assert not any("Traceback" in line or ".java" in line for line in reply.error["traceback"])
    assert "<details" in reply.outputs[-1]["text/html"] and "SqlValidatorException" in reply.outputs[-1]["text/html"]
    assert "\n2\n" not in reply.text
    assert kernel.run("SELECT 3 AS n").content["status"] == "ok"


@pytest.mark.parametrize("by", ["signal", "message"])
def test_an_interrupt_stops_the_job_and_keeps_the_rows(kernel: Any, running_jobs: Callable[..., Any], by: str) -> None:
    kernel.run(ENDLESS)
    interrupted: list[float] = []

    def interrupt() -> None:
        assert len(running_jobs()) == 1
        interrupted.append(time.monotonic())
        if by == "signal":
            kernel.manager.interrupt_kernel()
        else:
            control = kernel.client.control_channel
            control.send(kernel.client.session.msg("interrupt_request", {}))

    reply = kernel.run("SELECT * FROM gauges;\nSELECT 2", when="RUNNING", act=interrupt)
    assert time.monotonic() - interrupted[0] < 5
    assert running_jobs() == []
    assert reply.content["status"] == "error" and reply.content["ename"] == "StatementCanceled"
    assert reply.updates >= 1
    assert "CANCELED (partial)" in reply.text and "\n2\n" not in reply.text
    assert int(reply.text.partition("CANCELED (partial) · ")[2].split()[0]) > 0
    assert "FINISHED" in kernel.run("SELECT 3 AS n").text


def test_an_interrupt_between_cells_does_nothing(kernel: Any) -> None:
    kernel.manager.interrupt_kernel()
    assert "FINISHED" in kernel.run("SELECT 1 AS n").text


def test_the_shutdown_stops_what_runs(kernel: Any, running_jobs: Callable[..., Any]) -> None:
    kernel.run(ENDLESS)
    control = kernel.client.control_channel

    def shut_down() -> None:
        assert len(running_jobs()) == 1
        control.send(kernel.client.session.msg("shutdown_request", {"restart": False}))

    reply = kernel.run("SELECT * FROM gauges", when="RUNNING", act=shut_down)
    assert reply.content["ename"] == "StatementCanceled"
    assert running_jobs() == []


def test_a_batch_query_stops_at_a_thousand_rows(kernel: Any) -> None:
    many = "CREATE TEMPORARY TABLE m (id BIGINT) WITH ('connector' = 'datagen', 'number-of-rows' = '3000')"
    reply = kernel.run(f"SET 'execution.runtime-mode' = 'batch';\n{many};\nSELECT * FROM m")
    assert "STOPPED at 1,000 rows (partial)" in reply.text


def test_a_silent_request_shows_nothing(kernel: Any) -> None:
    assert kernel.run("SELECT 1", silent=True).outputs == []
    assert kernel.run("SELECT * FROM nope", silent=True).error is None


def test_lines_at_the_top_are_for_the_engine(kernel: Any) -> None:
    assert "*  flink-1.20" in kernel.run("%flink status").text
    reply = kernel.run("%flink use flink-1.20\n\nSELECT 1 AS n")
    assert reply.outputs[0]["text/plain"] == "Cells run on flink-1.20 from now on."
    assert "FINISHED" in reply.outputs[-1]["text/plain"]
    for wrong, message in [
        ("%flink dance", "There is no %flink dance."),
        ("%%sql\nSELECT 1", "This kernel has no %%sql."),
        ("%flink use nothing", "There is no engine 'nothing'."),
    ]:
        assert message in kernel.run(wrong).content["evalue"]


@pytest.mark.parametrize(
    ("code", "match", "replaced"),
    [
        ("SELECT * FROM gau|", "gauges", "gau"),
        ("SELECT 1;\nSELECT * FROM  |", "gauges", ""),
        ("SELECT '😀', i| FROM gauges", "id", "i"),
        ("SELECT g.| FROM gauges AS g; SELECT 2", "id", ""),
        ("SELECT * FROM default_database.ga|", "gauges", "ga"),
        ("SELECT * FROM def|", "default_database", "def"),
        ("SELECT * FROM `gau|`", "`gauges`", "`gau`"),
        ("SELECT * FROM `odd|", "`odd name`", "`odd"),
        ("SEL|", "SELECT", "SEL"),
        ("%flink status\nsel|", "select", "sel"),
        ("SELECT 1;\nDESCRIBE gauges;\nCREATE TEMP|", "TEMPORARY", "TEMP"),
    ],
)
def test_completion(completing: Any, code: str, match: str, replaced: str) -> None:
    cursor = code.index("|")
    found = completing.ask("complete", code.replace("|", "", 1), cursor)
    assert match in found["matches"]
    assert code.replace("|", "", 1)[found["cursor_start"] : found["cursor_end"]] == replaced
    assert "(" not in found["matches"]


@pytest.mark.parametrize("code", ["SELECT 'gau|", "-- gau|", "SELECT 1 /* gau|"])
def test_nothing_is_offered_within_text(completing: Any, code: str) -> None:
    assert completing.ask("complete", code[:-1], len(code) - 1)["matches"] == []


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("", "complete"),
        ("SELECT 1;", "complete"),
        ("SELECT 1; -- done", "complete"),
        ("%flink status", "complete"),
        ("SELECT 1", "incomplete"),
        ("SELECT ';", "incomplete"),
        ("SELECT 1; /* and", "incomplete"),
        ("SELECT 1; SELECT", "incomplete"),
        ("EXECUTE STATEMENT SET BEGIN INSERT INTO a SELECT 1;", "incomplete"),
        ("EXECUTE STATEMENT SET BEGIN INSERT INTO a SELECT 1; END;", "complete"),
        ("BEGIN STATEMENT SET; INSERT INTO a SELECT 1;", "incomplete"),
        ("BEGIN STATEMENT SET; INSERT INTO a SELECT 1; END;", "complete"),
        ("%%sql", "invalid"),
    ],
)
def test_what_a_console_runs(completing: Any, code: str, status: str) -> None:
    assert completing.ask("is_complete", code)["status"] == status


def test_a_notebook_runs_headless(engine: Any) -> None:
    cells = [nbformat.v4.new_code_cell(code) for code in (ENDLESS, f"{COUNTS};", "SHOW TABLES")]
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": SPEC})
    nbclient.NotebookClient(notebook, timeout=120).execute()
    last = [cell.outputs[-1] for cell in notebook.cells]
    assert [output.output_type for output in last] == ["display_data"] * 3
    assert "FINISHED (complete) · 2 rows" in last[1].data["text/plain"]
    assert "gauges" in last[2].data["text/plain"]
    broken = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("SELECT nope")])
    with pytest.raises(nbclient.exceptions.CellExecutionError, match="Line 1, column 8"):
        nbclient.NotebookClient(broken, timeout=120, kernel_name="flinksql").execute()
