"""``%%flinksql`` in a real kernel on a real engine: outputs, hand-over, errors, interrupt, a killed engine."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from scaleph_lab.engines import Engine

pytestmark = pytest.mark.engine
Flink = Callable[[str], Engine]

ENDLESS = "CREATE TEMPORARY TABLE g (id BIGINT) WITH ('connector' = 'datagen', 'rows-per-second' = '100')"
COUNTS = "SELECT x, COUNT(*) AS c FROM (VALUES ('a'), ('<b>'), ('a')) AS t(x) GROUP BY x"


def running_jobs(engine: Engine) -> list[str]:
    reply = httpx.get(f"{engine.ensure().jobmanager_url}/jobs/overview", trust_env=False).json()
    return [job["name"] for job in reply["jobs"] if job["state"] not in {"CANCELED", "FINISHED", "FAILED"}]


@pytest.fixture
def engine(flink: Flink) -> Engine:
    return flink("flink-1.20")


def test_statements_of_a_cell_run_in_order(notebook: Any, engine: Engine) -> None:
    reply = notebook.run(f"%%flinksql\n{ENDLESS};\nSET 'pipeline.name' = 'x';\n-- rows\nSELECT 1 AS n;\nSHOW TABLES")
    assert reply.error is None
    create, option, rows, tables = reply.outputs[-4:]
    assert create["text/plain"] == "OK · CREATE TEMPORARY TABLE"
    assert option["text/plain"].splitlines() == ["pipeline.name: (not set) → x", "OK · SET 'pipeline.name' ="]
    assert rows["text/plain"].splitlines()[0:3] == ["n", "─", "1"]
    assert "FINISHED (complete) · 1 row" in rows["text/plain"]
    assert "INT NOT NULL" in rows["text/html"]
    assert "g" in tables["text/plain"].splitlines()


def test_a_changelog_folds_and_keeps_its_kinds(notebook: Any, engine: Engine) -> None:
    reply = notebook.run(f"%%flinksql -o counts\n{COUNTS}")
    assert "4 changes folded" in reply.text
    assert "&lt;b&gt;" in reply.html and "<b>" not in reply.html.replace("<b style=", "")
    frame = notebook.run("print(counts.to_dict('list'), counts.dtypes.astype(str).to_dict())").stream
    assert "{'x': ['a', '<b>'], 'c': [2, 1]}" in frame
    assert "{'x': 'string', 'c': 'Int64'}" in frame
    changes = notebook.run(f"%%flinksql --changelog -o changes --as changelog\n{COUNTS}")
    assert "-U  a    1" in changes.text and "+U  a    2" in changes.text
    assert "var(--jp-warn-color1)" in changes.html
    assert "['+I', '+I', '-U', '+U']" in notebook.run("print(list(changes.row_kind))").stream


def test_an_error_stands_in_the_cell_and_stops_it(notebook: Any, engine: Engine) -> None:
    reply = notebook.run("%%flinksql\nSELECT 1;\n\n  SELECT *\n  FROM nope;\nSELECT 2")
    assert reply.error is not None
    assert (reply.error["ename"], reply.error["traceback"]) == (
        "FlinkSqlFailure",
        ["SqlError: Object 'nope' not found (line 5, column 8)"],
    )
    message = reply.outputs[-1]
    assert message["text/plain"].splitlines()[:3] == [
        "Line 5, column 8: Object 'nope' not found",
        "5 |   FROM nope;",
        "           ^^^^",
    ]
    assert "<details" in message["text/html"] and "SqlValidatorException" in message["text/html"]
    assert "\n2\n" not in reply.text


def test_an_insert_gives_its_job(notebook: Any, engine: Engine) -> None:
    sink = "CREATE TEMPORARY TABLE nowhere (id BIGINT) WITH ('connector' = 'blackhole')"
    reply = notebook.run(f"%%flinksql\n{ENDLESS};{sink};INSERT INTO nowhere SELECT * FROM g")
    state, _, job = reply.outputs[-1]["text/plain"].partition(" · INSERT INTO nowhere · job ")
    assert state in {"INITIALIZING", "CREATED", "RUNNING"}
    stopped = httpx.patch(f"{engine.ensure().jobmanager_url}/jobs/{job}", trust_env=False)
    assert stopped.is_success


def test_limits_and_timeouts_are_said(notebook: Any, engine: Engine) -> None:
    assert notebook.run(f"%%flinksql\n{ENDLESS}").error is None
    timed = notebook.run("%%flinksql --timeout 2 -o part\nSELECT * FROM g")
    assert "STOPPED after 2 s (--timeout) (partial)" in timed.text
    assert timed.updates >= 2
    assert int(notebook.run("print(len(part))").stream) > 0
    assert "STOPPED at 7 rows (--limit) (partial) · 7 rows" in notebook.run("%flinksql --limit 7 SELECT * FROM g").text
    many = "CREATE TEMPORARY TABLE m (id BIGINT) WITH ('connector' = 'datagen', 'number-of-rows' = '3000')"
    shown = notebook.run(f"%%flinksql --mode batch\n{many};SELECT * FROM m").text
    assert "STOPPED at 1,000 rows (--limit)" in shown and "the first 20 and last 20 shown" in shown
    assert notebook.run("%%flinksql --mode batch -o all_of_it\nSELECT * FROM m").error is None
    assert int(notebook.run("print(len(all_of_it))").stream) == 3000
    assert running_jobs(engine) == []


def test_an_interrupt_stops_the_job_and_keeps_the_rows(notebook: Any, engine: Engine) -> None:
    notebook.run(f"%%flinksql\n{ENDLESS}")
    interrupted: list[float] = []

    def interrupt() -> None:
        interrupted.append(time.monotonic())
        notebook.manager.interrupt_kernel()

    reply = notebook.run("%%flinksql -o part\nSELECT * FROM g;\nSELECT 2", when="RUNNING", act=interrupt)
    assert time.monotonic() - interrupted[0] < 5
    assert running_jobs(engine) == []
    assert reply.error is not None and reply.error["ename"] == "StatementCanceled"
    assert len(reply.error["traceback"]) == 1
    assert "CANCELED (partial)" in reply.text and "\n2\n" not in reply.text
    assert int(notebook.run("print(len(part))").stream) > 0
    assert notebook.run("%%flinksql\nSELECT 3 AS n").error is None


def test_a_killed_engine_is_said_and_the_next_cell_works(notebook: Any, engine: Engine) -> None:
    notebook.run(f"%%flinksql\n{ENDLESS}")
    pid = engine.status().pid
    assert pid
    reply = notebook.run("%%flinksql\nSELECT * FROM g", when="RUNNING", act=lambda: os.kill(pid, signal.SIGKILL))
    assert reply.error is not None
    assert "The engine flink-1.20 was killed, crashed or went out of reach while the statement ran." in reply.text
    again = notebook.run("%%flinksql\nSELECT 1 AS n")
    assert again.error is None
    assert "The session was lost and opened anew; made again: 1 temporary table" in again.text
    assert "FINISHED (complete) · 1 row" in again.text


def test_the_end_of_the_kernel_ends_its_queries(notebook: Any, engine: Engine) -> None:
    notebook.run(f"%%flinksql\n{ENDLESS}")
    table = notebook.run("%flink status").text.splitlines()
    session = next(line for line in table if line.startswith("*")).split()[-1]
    gateway = engine.ensure().gateway_url
    assert httpx.get(f"{gateway}/v1/sessions/{session}", trust_env=False).is_success
    notebook.close()
    assert not httpx.get(f"{gateway}/v1/sessions/{session}", trust_env=False).is_success


def test_engines_are_chosen_and_shown(notebook: Any, engine: Engine) -> None:
    assert "*  flink-1.20" in notebook.run("%flink status").text
    assert notebook.run("%flink use flink-1.18").text == "Cells run on flink-1.18 from now on."
    assert "*  flink-1.18" in notebook.run("%flink").text
    unknown = notebook.run("%flink use nothing")
    assert unknown.error is not None and "There is no engine 'nothing'." in unknown.text
    assert "There is no %flink dance" in notebook.run("%flink dance").text
