"""What all tests share: a private state folder, real engines, and a closing count of what really ran."""

from __future__ import annotations

import json
import os
import queue
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from jupyter_client.blocking.client import BlockingKernelClient

from scaleph_lab.engines import Engine, get_engine
from scaleph_lab.engines.embedded import EmbeddedFlink
from scaleph_lab.engines.model import EngineState
from scaleph_lab.engines.profiles import engine_profiles
from scaleph_lab.engines.zeta import ZetaServer
from scaleph_lab.settings import get_settings, reload_settings

KINDS = ("engine", "browser")
LEFT: list[str] = []
"""Jobs that were still running, and sessions still open, when their file of tests had ended."""
TOLD: list[str] = []
"""Lines that tests want to be read at the end."""


@pytest.fixture(scope="session", autouse=True)
def private_state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The tests' engines are theirs alone: those of the user who runs the tests are neither used nor stopped.

    The cache is the user's own, since jars are the same for all.
    """
    state = tmp_path_factory.mktemp("state")
    before = {name: os.environ.get(name) for name in os.environ if name.startswith("SCALEPH_LAB_")}
    os.environ["SCALEPH_LAB_STATE_DIR"] = str(state)
    os.environ["SCALEPH_LAB_CONFIG"] = str(state / "no-such-file.toml")
    os.environ["SCALEPH_LAB_SECRETS_FILE"] = str(state / "secrets.json")
    reload_settings()
    yield state
    for supervisor in (*(EmbeddedFlink(profile) for profile in engine_profiles().values()), ZetaServer()):
        supervisor.stop()
    for name in ("SCALEPH_LAB_STATE_DIR", "SCALEPH_LAB_CONFIG", "SCALEPH_LAB_SECRETS_FILE"):
        os.environ.pop(name, None)
        if before.get(name) is not None:
            os.environ[name] = str(before[name])
    reload_settings()


@pytest.fixture(scope="session")
def told() -> list[str]:
    """What is put in here is printed when all tests have ended."""
    return TOLD


def _programs() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    named = shutil.which("initdb")
    return found[-1].parent if found else Path(named).parent if named else None


@pytest.fixture(scope="session")
def postgres() -> Iterator[int]:
    """The port of a PostgreSQL server on loopback, with a superuser ``scaleph`` and the password ``pw-of-the-test``."""
    programs = _programs()
    if programs is None:
        pytest.skip("no PostgreSQL server on this machine (initdb); install the package postgresql")
    # Not below pytest's own folder, which only its owner may enter: the server has another user.
    with tempfile.TemporaryDirectory(prefix="scaleph-postgres-") as folder:
        yield from _serve(programs, Path(folder))


def _serve(programs: Path, home: Path) -> Iterator[int]:
    password = home / "password"
    password.write_text("pw-of-the-test")
    as_postgres: list[str] = []
    if os.geteuid() == 0:
        # The server refuses to run as root.
        shutil.chown(home, "postgres")
        shutil.chown(password, "postgres")
        as_postgres = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = int(probe.getsockname()[1])
    data = home / "data"
    subprocess.run(
        [*as_postgres, programs / "initdb", "-D", data, "-U", "scaleph", "--pwfile", password, "-A", "scram-sha-256"],
        check=True,
        capture_output=True,
    )
    control = [*as_postgres, str(programs / "pg_ctl"), "-D", str(data), "-w"]
    options = f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={home} -c fsync=off"
    subprocess.run([*control, "-l", str(home / "log"), "-o", options, "start"], check=True, capture_output=True)
    yield port
    subprocess.run([*control, "-m", "immediate", "stop"], check=True, capture_output=True)


class GridPage:
    """A page that watches a result grid, at the level of the protocol: as JupyterLab it asks for a subshell, so that
    the kernel hears it while a cell runs."""

    def __init__(self, client: BlockingKernelClient, grid: str) -> None:
        self._client = client
        self._id = secrets.token_hex(8)
        self._subshell = self._ask_for_subshell()
        self.rows: dict[int, list[str | None]] = {}
        self.messages: list[dict[str, Any]] = []
        self.closed = False
        self.others: list[dict[str, Any]] = []
        self._send("comm_open", {"target_name": "scaleph.result", "data": {"id": grid}})

    def ask(self, **request: str) -> None:
        """Says something to the kernel."""
        self._send("comm_msg", {"data": request})

    def listen(self, until: Callable[[], bool], seconds: float = 20) -> None:
        """Takes what the kernel says until this holds; what is not for this page is in `others`."""
        end = time.monotonic() + seconds
        while not until():
            assert time.monotonic() < end, "the kernel does not say it"
            try:
                message = self._client.get_iopub_msg(timeout=0.2)
            except queue.Empty:
                continue
            if message["content"].get("comm_id") != self._id:
                self.others.append(message)
            elif message["msg_type"] == "comm_close":
                self.closed = True
            else:
                self._take(message["content"]["data"])

    @property
    def facts(self) -> dict[str, Any]:
        """What the kernel last said of the result."""
        return dict(self.messages[-1]["facts"]) if self.messages else {"done": False}

    def _take(self, patch: dict[str, Any]) -> None:
        assert patch["sequence"] == len(self.messages)
        self.messages.append(patch)
        if "reset" in patch:
            self.rows.clear()
        for slot in [slot for slot in self.rows if slot < patch["low"] or slot in patch["gone"]]:
            del self.rows[slot]
        self.rows.update(zip(patch["slots"], patch["rows"], strict=True))

    def _send(self, kind: str, content: dict[str, Any]) -> None:
        message = self._client.session.msg(kind, {"comm_id": self._id, **content})
        message["header"]["subshell_id"] = self._subshell
        self._client.shell_channel.send(message)

    def _ask_for_subshell(self) -> str:
        asked = self._client.session.msg("create_subshell_request", {})
        self._client.control_channel.send(asked)
        while True:
            reply = self._client.get_control_msg(timeout=20)
            if reply["parent_header"].get("msg_id") == asked["header"]["msg_id"]:
                return str(reply["content"]["subshell_id"])


@pytest.fixture
def grid_page() -> type[GridPage]:
    """``grid_page(client, id)`` opens a page on a result grid."""
    return GridPage


@pytest.fixture(scope="session")
def flink(private_state: Path) -> Callable[..., Engine]:
    """``flink(name)``: the real embedded engine of that profile, running. All are stopped with the state folder."""
    started: dict[str, Engine] = {}

    def start(name: str = "flink-1.20") -> Engine:
        engine = started.setdefault(name, get_engine(name))
        engine.ensure()
        return engine

    return start


def open_sessions() -> set[str]:
    """The handles of the sessions that this process holds; those of kernels end with them."""
    leases = get_settings().leases_dir.glob("*.json")
    return {file.stem for file in leases if json.loads(file.read_text())["pid"] == os.getpid()}


@pytest.fixture(scope="module", autouse=True)
def free_slots(request: pytest.FixtureRequest, private_state: Path) -> Iterator[None]:
    """A file of tests leaves no job: those after it would wait for its slots. What it left is told at the end."""
    before = open_sessions()
    yield
    LEFT.extend(f"{request.node.name}: session {name}" for name in sorted(open_sessions() - before))
    for profile in engine_profiles().values():
        status = EmbeddedFlink(profile).status()
        if status.state is not EngineState.RUNNING:
            continue
        try:
            jobs = httpx.get(f"{status.jobmanager_url}/jobs/overview", trust_env=False, timeout=10).json()["jobs"]
            for job in jobs:
                if job["state"] in {"RUNNING", "CREATED", "INITIALIZING", "RESTARTING"}:
                    LEFT.append(f"{request.node.name}: {job['name']} on {profile.name}")
                    httpx.patch(f"{status.jobmanager_url}/jobs/{job['jid']}?mode=cancel", trust_env=False, timeout=10)
        except httpx.HTTPError:
            # A test of that file killed it a moment ago.
            continue


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Counts the tests on real engines and in a real browser, so that a run that skipped them cannot look whole."""
    for kind in KINDS:
        ran = sum(
            1
            for outcome in ("passed", "failed")
            for report in terminalreporter.stats.get(outcome, [])
            if kind in getattr(report, "keywords", {}) and report.when == "call"
        )
        skipped = [r for r in terminalreporter.stats.get("skipped", []) if kind in getattr(r, "keywords", {})]
        reasons = {report.longrepr[2] for report in skipped if isinstance(report.longrepr, tuple)}
        because = f" ({'; '.join(sorted(reasons))})" if reasons else ""
        terminalreporter.write_line(f"{kind} tests: {ran} run, {len(skipped)} skipped{because}")
    for line in TOLD:
        terminalreporter.write_line(line)
    for job in LEFT:
        terminalreporter.write_line(f"left behind: {job}")
