"""``jupyter scaleph sql`` on a real engine: rows, places of errors, limits, Ctrl-C."""

from __future__ import annotations

import csv
import io
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from scaleph_lab.engines import Engine

ENDLESS = "CREATE TEMPORARY TABLE g (id BIGINT) WITH ('connector' = 'datagen', 'rows-per-second' = '100');\n"
BAD_SCRIPT = "-- a script\nSELECT 1 AS n;\n\nSELECT n,\n       nope\nFROM (VALUES (1)) AS t(n);\nSELECT 2"


@pytest.fixture
def engine(flink: Callable[..., Engine]) -> Engine:
    return flink("flink-1.20")


def unfinished_jobs(engine: Engine) -> list[str]:
    reply = httpx.get(f"{engine.ensure().jobmanager_url}/jobs/overview", trust_env=False).json()
    return [job["name"] for job in reply["jobs"] if job["state"] not in {"CANCELED", "FINISHED", "FAILED"}]


@pytest.mark.engine
def test_rows_are_printed_as_json(scaleph: Any, engine: Engine) -> None:
    answer = scaleph("sql", "-e", "SELECT 1", "--format", "json")
    assert (answer.code, answer.json) == (0, [{"EXPR$0": 1}]), answer.err


@pytest.mark.engine
def test_json_keeps_what_json_has_no_word_for_as_text(scaleph: Any, engine: Engine) -> None:
    text = "SELECT CAST(1.10 AS DECIMAL(5, 2)) AS d, DATE '2013-01-02' AS d1, CAST(NULL AS INT) AS n, 'ä' AS s"
    assert scaleph("sql", "-e", text, "--format", "json").json == [
        {"d": "1.10", "d1": "2013-01-02", "n": None, "s": "ä"}
    ]


@pytest.mark.engine
def test_rows_are_printed_as_csv(scaleph: Any, engine: Engine) -> None:
    answer = scaleph("sql", "-e", "SELECT * FROM (VALUES (1, 'a,\"b'), (2, 'c')) AS t(n, s)", "--format", "csv")
    assert answer.code == 0, answer.err
    assert list(csv.reader(io.StringIO(answer.out))) == [["n", "s"], ["1", 'a,"b'], ["2", "c"]]


@pytest.mark.engine
def test_a_table_goes_to_standard_output_and_all_else_to_standard_error(scaleph: Any, engine: Engine) -> None:
    answer = scaleph("sql", "-e", f"{ENDLESS}; SELECT 7 AS n")
    assert [line.strip() for line in answer.out.splitlines()] == ["n", "7"]
    assert "OK" in answer.err and "1 row" in answer.err


@pytest.mark.engine
def test_an_error_has_message_line_and_column(scaleph: Any, engine: Engine) -> None:
    answer = scaleph("sql", "-e", "SELECT 1 FRM t")
    assert (answer.code, answer.out) == (2, "")
    assert "Error:" in answer.err and "(line 1, column 14)" in answer.err
    assert "Traceback" not in answer.err


@pytest.mark.engine
def test_an_error_is_placed_in_the_whole_script(scaleph: Any, engine: Engine, tmp_path: Path) -> None:
    script = tmp_path / "script.sql"
    script.write_text(BAD_SCRIPT)
    answer = scaleph("sql", "-f", script)
    assert answer.code == 2
    assert "Column 'nope' not found in any table (line 5, column 8)" in answer.err
    # The statement before it has run, the one behind it has not.
    assert [line.strip() for line in answer.out.splitlines()] == ["n", "1"]


@pytest.mark.engine
def test_an_error_is_json_where_json_was_asked_for(scaleph: Any, engine: Engine) -> None:
    answer = scaleph("sql", "-e", BAD_SCRIPT.replace("SELECT 1 AS n;", ""), "--format", "json")
    assert answer.code == 2
    error = answer.json["error"]
    assert {"code": "sql", "message": "Column 'nope' not found in any table", "line": 5, "column": 8}.items() <= (
        error.items()
    )
    assert error["hint"] and "(line 5, column 8)" in answer.err


def test_statements_come_from_one_place(scaleph: Any, tmp_path: Path) -> None:
    script = tmp_path / "script.sql"
    script.write_text("-- nothing here\n")
    for arguments in ((), ("-e", "SELECT 1", "-f", script)):
        answer = scaleph("sql", *arguments)
        assert answer.code == 2
        assert "either by -e or by -f" in answer.err
    empty = scaleph("sql", "-f", script, "--format", "json")
    assert (empty.code, empty.json["error"]["code"]) == (2, "bad_request")
    assert scaleph("sql", "-f", tmp_path / "none.sql").code == 2
    assert "There is no engine 'nope'" in scaleph("sql", "-e", "SELECT 1", "--engine", "nope").err


@pytest.mark.engine
def test_a_limit_ends_a_stream_and_its_job(scaleph: Any, engine: Engine) -> None:
    answer = scaleph("sql", "-e", f"{ENDLESS} SELECT id FROM g", "--limit", "5", "--format", "json")
    assert answer.code == 0, answer.err
    assert len(answer.json) == 5
    assert unfinished_jobs(engine) == []


@pytest.fixture
def streaming(script: Path, engine: Engine) -> Iterator[subprocess.Popen[str]]:
    """A query without end, whose job runs."""
    command = [script, "sql", "-e", f"{ENDLESS} SELECT id FROM g", "--format", "json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        deadline = time.monotonic() + 60
        while not unfinished_jobs(engine) and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.2)
        # Some rows shall have come.
        time.sleep(2)
        yield process
        if process.poll() is None:
            process.kill()


@pytest.mark.engine
def test_ctrl_c_cancels_the_job_and_prints_the_rows_so_far(streaming: subprocess.Popen[str], engine: Engine) -> None:
    os.kill(streaming.pid, signal.SIGINT)
    out, err = streaming.communicate(timeout=20)
    assert unfinished_jobs(engine) == []
    assert streaming.returncode == 130, err
    assert "the job is CANCELED" in err and "Traceback" not in err
    assert out.startswith('[{"id": ')


def mixed_script(folder: Path) -> Path:
    """The script of thirty statements, with its tables in a folder of the test's."""
    text = (Path(__file__).parent / "data" / "mixed.sql").read_text(encoding="utf-8")
    script = folder / "mixed.sql"
    script.write_text(text.replace("FOLDER", str(folder)))
    return script


@pytest.mark.engine
@pytest.mark.parametrize("profile", ["flink-1.18", "flink-1.20", "flink-2.3"])
def test_a_script_of_mixed_statements_is_reported_whole(
    scaleph: Any, flink: Callable[..., Engine], tmp_path: Path, profile: str
) -> None:
    flink(profile)
    script = mixed_script(tmp_path)
    answer = scaleph("sql", "-f", script, "--format", "json", "--keep-going", "--engine", profile)
    report = answer.json
    assert answer.code == 2
    assert [entry["statement"] for entry in report] == list(range(1, 31))
    letters = {"ok": ".", "query": "q", "listing": "l", "job": "j", "error": "E"}
    kinds = "".join(letters[each["kind"]] for each in report)
    assert kinds == ".....jqq.qllllEEEjq..jjE...lEl", report
    by_line = {entry["line"]: entry for entry in report}
    text = script.read_text().splitlines()
    assert by_line[12]["rows"] == [{"n": 3, "total": "321.75"}]
    assert by_line[13]["rows"] == [{"item": "it's"}]
    errors = [(each["error"]["line"], each["error"]["column"]) for each in report if each["kind"] == "error"]
    places = [(text.index("SELECT nope FROM orders;") + 1, 8), (text.index("  nowhere;") + 1, 3)]
    places += [(text.index("CREATE TEMPORARY FUNCTION shout AS 'no.such.Class';") + 1, 36)]
    places += [(text.index("SELEC 1;") + 1, 1), (None, None)]
    assert errors == places
    assert "NumberFormatException" in report[-2]["error"]["message"]
    assert report[-1]["rows"] == [{"current database name": "shop"}]


@pytest.mark.engine
def test_a_script_ends_with_its_first_error_and_says_what_was_not_run(
    scaleph: Any, engine: Engine, tmp_path: Path
) -> None:
    script = tmp_path / "script.sql"
    script.write_text(BAD_SCRIPT)
    answer = scaleph("sql", "-f", script, "--format", "json")
    assert answer.code == 2
    assert [entry["kind"] for entry in answer.json] == ["query", "error", "skipped"]
    assert (answer.json[1]["error"]["line"], answer.json[1]["error"]["column"]) == (5, 8)


@pytest.mark.engine
def test_a_timeout_ends_a_stream_and_its_job(scaleph: Any, engine: Engine) -> None:
    query = f"{ENDLESS} SELECT COUNT(*) AS n FROM g"
    answer = scaleph("sql", "-e", query, "--timeout", "4", "--format", "json", "--set", "pipeline.name=bounded")
    assert answer.code == 0, answer.err
    assert answer.json[0]["n"] > 0 and "--timeout" in answer.err
    assert unfinished_jobs(engine) == []
