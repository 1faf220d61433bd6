"""The main job, end to end: what `make demo` runs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest

from scaleph_lab.demo import FLIGHTS, notebook_path, prepare
from scaleph_lab.engines.zeta import ZetaServer


@pytest.mark.engine
def test_the_demonstration_agrees_with_pandas(tmp_path: Path) -> None:
    command = [str(Path(sys.executable).parent / "jupyter-scaleph"), "demo", "--json"]
    environment = {**os.environ, "SCALEPH_LAB_DEMO_DIR": str(tmp_path)}
    try:
        answer = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=900, check=False)
    finally:
        ZetaServer().stop()
    assert answer.returncode == 0, answer.stderr
    told = json.loads(answer.stdout)
    assert told["ok"]
    assert told["pipeline"]["read"] == FLIGHTS
    assert {check["what"] for check in told["checks"]} >= {"rows in SQLite", "delays", "busiest", "days", "top_five"}
    assert all(check["ok"] for check in told["checks"])
    assert set(told["seconds"]) >= {"Flink runs", "Notebook executed"}
    assert_executed(nbformat.read(told["notebook"], as_version=4))


def assert_executed(notebook: Any) -> None:
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(cell.outputs for cell in code)
    wrong = next(cell for cell in code if "raises-exception" in cell.metadata.get("tags", []))
    shown = "".join(str(output.get("data", "")) for output in wrong.outputs)
    assert "carier" in shown
    assert "Traceback" not in shown


def test_the_notebook_is_kept_without_results() -> None:
    notebook = nbformat.read(notebook_path(), as_version=4)
    nbformat.validate(notebook)
    assert all(not cell.outputs and cell.execution_count is None for cell in notebook.cells if cell.cell_type == "code")


def test_preparing_twice_clears_what_an_earlier_run_wrote(tmp_path: Path) -> None:
    files = prepare(tmp_path)
    with (files.data / "flights.csv").open("rb") as stream:
        assert sum(1 for _ in stream) == FLIGHTS + 1
    (files.out / "left-over").touch()
    unpacked = (files.data / "flights.csv").stat().st_mtime_ns
    again = prepare(tmp_path)
    assert sorted(path.name for path in again.out.iterdir()) == ["flights.sqlite"]
    assert (files.data / "flights.csv").stat().st_mtime_ns == unpacked
