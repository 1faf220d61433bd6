"""``up``, ``down``, ``status``, ``logs``, and what the command line costs before it does anything."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from scaleph_lab.engines import Engine


def processes_of(folder: Path) -> list[str]:
    """The commands of all processes that name the folder."""
    commands = [" ".join(process.info["cmdline"] or ()) for process in psutil.process_iter(["cmdline"])]
    return [command for command in commands if str(folder) in command]


@pytest.fixture
def alone(scaleph: Any, tmp_path: Path) -> Iterator[Path]:
    """A state folder for one test."""
    yield tmp_path / "state"
    scaleph("down", env={"SCALEPH_LAB_STATE_DIR": str(tmp_path / "state")})


@pytest.mark.engine
def test_up_status_and_down_leave_no_process(scaleph: Any, alone: Path) -> None:
    env = {"SCALEPH_LAB_STATE_DIR": str(alone)}
    up = scaleph("up", "--json", env=env)
    assert up.code == 0, up.err
    assert {"name": "flink-1.20", "state": "running", "default": True}.items() <= up.json.items()
    zeta = scaleph("up", "zeta", "--json", env=env)
    assert (zeta.code, zeta.json["state"]) == (0, "running"), zeta.err
    assert len(processes_of(alone)) == 2

    status = scaleph("status", "--json", env=env).json
    states = {engine["name"]: engine["state"] for engine in status["engines"]}
    assert states == {"flink-1.18": "stopped", "flink-1.20": "running", "flink-2.3": "stopped"}
    assert status["zeta"]["state"] == "running"
    assert all(psutil.pid_exists(pid) for pid in (up.json["pid"], status["zeta"]["pid"]))
    shown = scaleph("status", env=env).out
    assert "flink-1.20 (default)" in shown and up.json["jobmanager_url"] in shown

    assert scaleph("up", "--json", env=env).json["pid"] == up.json["pid"]
    down = scaleph("down", "--json", env=env)
    assert down.code == 0 and sorted(down.json["stopped"]) == ["flink-1.20", "zeta"]
    assert processes_of(alone) == []
    assert scaleph("down", "--json", env=env).json == {"stopped": []}
    assert "No engine was running." in scaleph("down", env=env).out


@pytest.mark.engine
def test_logs_end_where_they_are_asked_to_and_follow(
    scaleph: Any, script: Path, flink: Callable[..., Engine], tmp_path: Path
) -> None:
    flink("flink-1.20")
    answer = scaleph("logs", "flink-1.20", "-n", "3")
    assert answer.code == 0 and len(answer.out.splitlines()) == 3
    assert "scaleph-lab: flink-1.20 answers on" in scaleph("logs", "-n", "100000").out
    never = scaleph("logs", "flink-2.3", env={"SCALEPH_LAB_STATE_DIR": str(tmp_path)})
    assert "was never started" in never.err
    with subprocess.Popen([script, "logs", "-n", "2", "-f"], stdout=subprocess.PIPE, text=True) as following:
        assert following.stdout is not None and following.stdout.readline()
        following.send_signal(2)
        assert following.wait(10) == 130


def test_an_unknown_engine_is_wrong_input(scaleph: Any) -> None:
    for command in (("up", "nope", "--json"), ("down", "nope", "--json")):
        answer = scaleph(*command)
        assert (answer.code, answer.json["error"]["code"]) == (2, "not_found")
        assert "flink-1.20" in answer.json["error"]["hint"]
    assert scaleph("logs", "nope").code == 2


def test_a_wrong_setting_is_named(scaleph: Any) -> None:
    answer = scaleph("status", "--json", env={"SCALEPH_LAB_SLOTS": "many"})
    assert (answer.code, answer.json["error"]["path"]) == (2, "slots")
    assert "SCALEPH_LAB_SLOTS" in answer.json["error"]["hint"]


HEAVY = ("pandas", "jpype", "pyarrow", "jgo", "IPython", "jupyter_server")


@pytest.mark.parametrize(
    ("command", "heavy"),
    [("", (*HEAVY, "httpx", "pydantic")), *((name, HEAVY) for name in ("up", "pipeline run", "sql", "doctor", "lab"))],
)
def test_help_is_quick_and_imports_nothing_heavy(command: str, heavy: tuple[str, ...]) -> None:
    program = f"""
import sys
from scaleph_lab.cli import main
try:
    main([*sys.argv[1:], "--help"])
except SystemExit as end:
    assert not end.code
heavy = {set(heavy)} & set(sys.modules)
assert not heavy, heavy
"""
    begun = time.monotonic()
    answer = subprocess.run(
        [sys.executable, "-c", program, *command.split()], capture_output=True, text=True, timeout=60, check=False
    )
    assert answer.returncode == 0, answer.stderr
    assert "Usage:" in answer.stdout
    assert time.monotonic() - begun < 5


def test_help_names_every_command_and_the_exit_codes(scaleph: Any) -> None:
    shown = scaleph("--help").out
    for name in ("demo", "doctor", "down", "lab", "logs", "pipeline", "sql", "status", "up"):
        assert f"  {name} " in shown
    assert "Exit codes" in shown
    assert scaleph("nope").code == 2
