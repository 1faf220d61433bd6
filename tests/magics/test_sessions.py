"""Sessions by name, background queries and options, in a real kernel on a real engine."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from scaleph_lab.engines import Engine
from scaleph_lab.magics.cells import changed_options
from scaleph_lab.sql.secrets import mask_secrets

ENDLESS = "CREATE TEMPORARY TABLE g (id BIGINT) WITH ('connector' = 'datagen', 'rows-per-second' = '100')"


@pytest.fixture
def engine(flink: Callable[[str], Engine]) -> Engine:
    return flink("flink-1.20")


def running_jobs(engine: Engine) -> list[dict[str, Any]]:
    reply = httpx.get(f"{engine.ensure().jobmanager_url}/jobs/overview", trust_env=False).json()
    return [job for job in reply["jobs"] if job["state"] not in {"CANCELED", "FINISHED", "FAILED"}]


@pytest.mark.engine
def test_a_named_session_has_tables_of_its_own(notebook: Any, engine: Engine) -> None:
    assert "No session yet" in notebook.run("%flink sessions").text
    notebook.run(f"%%flinksql\n{ENDLESS}")
    assert "a new session other" in notebook.run("%flink session other execution.runtime-mode=batch").text
    assert (
        "Empty" in notebook.run("%flinksql SHOW TABLES").text or "0 rows" in notebook.run("%flinksql SHOW TABLES").text
    )
    assert notebook.run("%flinksql SELECT 1").error is None
    listed = notebook.run("%flink sessions").text
    assert "main" in listed and "1 temporary table" in listed and "* " in listed
    assert "in its session main" in notebook.run("%flink use main").text
    assert "g" in notebook.run("%flinksql SHOW TABLES").text.split()
    assert notebook.run("%flink close other").error is None
    assert "other" not in notebook.run("%flink sessions").text
    refused = notebook.run("%flink use nonsense")
    assert refused.error is not None and "%flink session NAME makes one" in refused.text


@pytest.mark.engine
def test_set_says_what_it_changed(notebook: Any, engine: Engine) -> None:
    reply = notebook.run(
        "%%flinksql\nSET 'pipeline.name' = 'mine';\nSET 'pipeline.name' = 'yours'; RESET 'pipeline.name'"
    )
    assert "pipeline.name: (not set) → mine" in reply.text
    assert "pipeline.name: mine → yours" in reply.text
    assert "pipeline.name: yours → (not set)" in reply.text


def test_what_holds_a_secret_is_not_shown() -> None:
    assert changed_options({}, {"s3.secret-key": "x"}) == ("s3.secret-key: (not set) → ******",)
    ddl = "CREATE TABLE t (a INT) WITH ('password' = 'x''y', 'user' = 'u', 'token'='{{secret:t}}')"
    assert (
        mask_secrets(ddl) == "CREATE TABLE t (a INT) WITH ('password' = '******', 'user' = 'u', 'token'='{{secret:t}}')"
    )


@pytest.mark.engine
def test_options_of_the_cell_hold_for_its_statements_alone(notebook: Any, engine: Engine) -> None:
    notebook.run(f"%%flinksql\n{ENDLESS}; CREATE TEMPORARY TABLE n (id BIGINT) WITH ('connector' = 'blackhole')")
    notebook.run("%%flinksql --parallelism 2 --set pipeline.name=named\nINSERT INTO n SELECT id FROM g")
    (job,) = running_jobs(engine)
    assert job["name"] == "named"
    details = httpx.get(f"{engine.ensure().jobmanager_url}/jobs/{job['jid']}", trust_env=False).json()
    assert {vertex["parallelism"] for vertex in details["vertices"]} == {2}
    httpx.patch(f"{engine.ensure().jobmanager_url}/jobs/{job['jid']}?mode=cancel", trust_env=False)
    assert "named" not in notebook.run("%flinksql SET").text


@pytest.mark.engine
def test_queries_stream_side_by_side_and_stop_alone(notebook: Any, engine: Engine) -> None:
    notebook.run(f"%%flinksql\n{ENDLESS}")
    first = notebook.run("%%flinksql --detach -o first\nSELECT COUNT(*) AS n FROM g")
    assert first.error is None and "q1 goes on in the background" in first.text
    notebook.run("%%flinksql --detach\nSELECT id FROM g")
    assert len(running_jobs(engine)) == 2
    # Another statement runs beside them.
    assert "FINISHED" in notebook.run("%flinksql SELECT 1").text
    time.sleep(1)
    listed = notebook.run("%flink queries").text
    assert "q1" in listed and "q2" in listed and "RUNNING" in listed
    assert int(notebook.run("print(first.to_pandas()['n'].iloc[0])").stream) > 0
    assert "q2 is CANCELED" in notebook.run("%flink cancel q2").text
    assert len(running_jobs(engine)) == 1
    assert notebook.run("first.stop(); print(first)").stream.startswith("<q1: CANCELED")
    assert running_jobs(engine) == []
    unknown = notebook.run("%flink cancel q9")
    assert unknown.error is not None and "There is no query 'q9'" in unknown.text


@pytest.mark.engine
def test_a_detached_query_that_fails_says_so_below_its_cell(notebook: Any, engine: Engine) -> None:
    notebook.run(
        "%%flinksql\nCREATE TEMPORARY TABLE s (n INT) WITH ('connector' = 'datagen', 'rows-per-second' = '1', "
        "'fields.n.kind' = 'sequence', 'fields.n.start' = '-2', 'fields.n.end' = '9')"
    )
    notebook.run("%%flinksql --detach -o failing\nSELECT 10 / n FROM s")
    assert notebook.run("print(failing.wait(20), failing.state)").stream.strip() == "True FAILED"


@pytest.mark.engine
def test_a_killed_kernel_leaves_no_query(notebook: Any, engine: Engine) -> None:
    notebook.run(f"%%flinksql\n{ENDLESS}")
    notebook.run("%%flinksql --detach\nSELECT id FROM g")
    assert len(running_jobs(engine)) == 1
    pid = int(notebook.run("import os; print(os.getpid())").stream)
    os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + 20
    while running_jobs(engine) and time.monotonic() < deadline:
        time.sleep(0.3)
    assert running_jobs(engine) == []


@pytest.mark.engine
def test_a_gateway_is_used_by_its_url(notebook: Any, engine: Engine) -> None:
    url = engine.ensure().gateway_url
    assert notebook.run(f"%flink use {url}").error is None
    reply = notebook.run("%flinksql SELECT 7 AS n")
    assert reply.error is None and "7" in reply.text
    refused = notebook.run("%flink use http://")
    assert refused.error is not None and "no URL" in refused.text


@pytest.mark.engine
def test_after_a_kill_the_next_cell_works_with_all_tables(notebook: Any, engine: Engine) -> None:
    notebook.run(f"%%flinksql\n{ENDLESS}; SET 'execution.runtime-mode' = 'batch'; CREATE VIEW v AS SELECT 1 AS n")
    pid = engine.status().pid
    assert pid
    os.kill(pid, signal.SIGKILL)
    time.sleep(0.5)
    reply = notebook.run("%flinksql SELECT * FROM v")
    assert reply.error is None
    assert "made again: 1 temporary table, 1 option, 1 view" in reply.text
