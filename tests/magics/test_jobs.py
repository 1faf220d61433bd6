"""Jobs, savepoints, jar programs, plans and lineage in a real kernel on real engines."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scaleph_lab.engines import Engine

WORD_COUNT = "org.apache.flink:flink-examples-streaming:1.20.0:jar:WordCount"
TABLES = """%%flinksql
CREATE TEMPORARY TABLE src (id BIGINT, item STRING) WITH (
  'connector' = 'datagen', 'rows-per-second' = '50', 'fields.item.length' = '1',
  'fields.id.kind' = 'sequence', 'fields.id.start' = '1', 'fields.id.end' = '20000');
CREATE TEMPORARY TABLE snk (item STRING, n BIGINT) WITH ('connector' = 'blackhole');
CREATE TEMPORARY VIEW items AS SELECT item, id FROM src"""
INSERT = "%flinksql INSERT INTO snk SELECT item, COUNT(id) FROM items GROUP BY item"
JOB = re.compile(r"[0-9a-f]{32}")


def job_of(text: str) -> str:
    found = JOB.search(text)
    assert found is not None, text
    return found.group()


def wait_for(notebook: Any, job: str, state: str) -> None:
    deadline = time.monotonic() + 30
    while not any(job in line and state in line for line in notebook.run("%flink jobs").text.splitlines()):
        assert time.monotonic() < deadline, notebook.run("%flink jobs").text
        time.sleep(0.2)


@pytest.mark.engine
@pytest.mark.parametrize("name", ["flink-1.18", "flink-1.20", "flink-2.3"])
def test_an_insert_goes_on_from_its_savepoint(notebook: Any, flink: Callable[[str], Engine], name: str) -> None:
    flink(name)
    notebook.run(f"%flink use {name}")
    assert notebook.run(TABLES).error is None
    job = job_of(notebook.run(INSERT).text)
    wait_for(notebook, job, "RUNNING")
    line = next(line for line in notebook.run("%flink jobs").text.splitlines() if job in line)
    assert "session main" in line and "insert-into" in line

    taken = notebook.run(f"%flink savepoint {job[:8]}")
    assert taken.error is None and "savepoint-" in taken.text
    stopped = notebook.run(f"%flink stop-job {job[:8]}")
    assert stopped.error is None, stopped.text
    savepoint = stopped.text.splitlines()[1]
    # The engine has no checkpoints to tell of a batch job.
    assert notebook.run("%flinksql --mode batch SELECT 1").error is None
    listed = next(line for line in notebook.run("%flink savepoints").text.splitlines() if savepoint in line)
    assert job[:8] in listed and "insert-into" in listed, "the engine tells it, whoever took it"
    wait_for(notebook, job, "FINISHED")

    again = notebook.run(f"%flink restart {job[:8]} {savepoint}")
    assert again.error is None, again.text
    assert f"restored from {savepoint}" in again.text
    second = job_of(again.text)
    assert second != job

    refused = notebook.run(f"%flink restart {job[:8]} {savepoint}-not-there")
    assert refused.error is not None and "savepoint-not-there" in refused.text.replace(savepoint, "savepoint")
    assert "CANCELED" in notebook.run(f"%flink cancel {second[:10]}").text
    assert notebook.run(f"%flink drop-savepoint {taken.text.strip()}").error is None
    assert taken.text.strip() not in notebook.run("%flink savepoints").text


@pytest.mark.engine
def test_a_job_of_a_ctas_says_how_it_goes_on(notebook: Any, flink: Callable[[str], Engine]) -> None:
    flink("flink-1.20")
    notebook.run(TABLES)
    made = notebook.run("%flinksql CREATE TABLE copied WITH ('connector' = 'blackhole') AS SELECT id FROM src")
    job = job_of(made.text)
    refused = notebook.run(f"%flink restart {job[:8]} file:/somewhere")
    assert refused.error is not None and "INSERT INTO copied" in refused.text + str(refused.error)
    notebook.run(f"%flink cancel {job[:8]}")


@pytest.mark.engine
def test_a_savepoint_that_fails_says_why(notebook: Any, flink: Callable[[str], Engine]) -> None:
    flink("flink-1.20")
    notebook.run(TABLES)
    job = job_of(notebook.run(INSERT).text)
    wait_for(notebook, job, "RUNNING")
    failed = notebook.run(f"%flink savepoint {job} /proc/nowhere")
    assert failed.error is not None and "took no savepoint" in failed.text
    notebook.run(f"%flink cancel {job}")
    ended = notebook.run(f"%flink stop-job {job}")
    assert ended.error is not None and "only a running job" in ended.text
    unknown = notebook.run("%flink cancel feedbeef")
    assert unknown.error is not None and "There is no job" in unknown.text


@pytest.mark.engine
def test_a_jar_runs_with_its_arguments_as_they_are(
    notebook: Any, flink: Callable[[str], Engine], tmp_path: Path
) -> None:
    flink("flink-1.20")
    folder = tmp_path / "two words"
    done = notebook.run(f'%flink run-jar {WORD_COUNT} --parallelism 1 -- --output "{folder}"')
    assert "Uploading WordCount" in done.text or "Uploading flink-examples" in done.text
    assert done.error is None, done.text
    wait_for(notebook, job_of(done.text), "FINISHED")
    assert folder.is_dir() and any(folder.rglob("*"))

    jar_id = done.text.split("The jar is ")[1].split(":")[0]
    plan = notebook.run(f"%flink plan-jar {jar_id}")
    assert plan.error is None, plan.text
    assert "tokenizer" in plan.text and "[HASH]" in plan.text
    assert "application/vnd.jupyter.widget-view+json" in plan.outputs[0]
    assert notebook.run("%flink run-jar no-such.jar").error is not None
    wrong = notebook.run(f"%flink run-jar {jar_id} --parallel 2")
    assert wrong.error is not None and "It is written" in wrong.text


@pytest.mark.engine
def test_plans_and_lineage_are_shown(notebook: Any, flink: Callable[[str], Engine]) -> None:
    flink("flink-1.20")
    notebook.run(TABLES)
    explained = notebook.run(
        "%%flinksql --explain\nSELECT COUNT(*) FROM src;\n"
        "EXECUTE STATEMENT SET BEGIN INSERT INTO snk SELECT item, id FROM src; INSERT INTO snk SELECT item, 1 FROM src;"
        " END"
    )
    assert explained.error is None, explained.text
    assert len(explained.outputs) == 2 and "GroupAggregate" in explained.text
    assert "TableSourceScan" in explained.html
    wrong = notebook.run("%%flinksql --explain\nSELECT nope\nFROM src")
    assert wrong.error is not None and "Line 2, column 8" in wrong.text

    job = job_of(notebook.run(INSERT).text)
    wait_for(notebook, job, "RUNNING")
    time.sleep(4)
    plan = notebook.run("%flink plan").text
    assert f"Job {job} is RUNNING" in plan
    records = re.search(r"TableSourceScan src .* ([\d,]+) out", plan)
    assert records is not None and int(records.group(1).replace(",", "")) > 0, plan

    lineage = notebook.run("%flink lineage")
    assert "items ← src" in lineage.text and "  n ← items.id" in lineage.text
    assert "snk.n" not in notebook.run("%flink lineage items.item").html
    assert notebook.run("%flink lineage nothing").error is not None
    notebook.run(f"%flink cancel {job}")
