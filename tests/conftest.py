"""What all tests share: a private state folder, real engines, and a closing count of what really ran."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from scaleph_lab.engines import Engine, get_engine
from scaleph_lab.engines.embedded import EmbeddedFlink
from scaleph_lab.engines.profiles import engine_profiles
from scaleph_lab.engines.zeta import ZetaServer
from scaleph_lab.settings import reload_settings

KINDS = ("engine", "browser")


@pytest.fixture(scope="session", autouse=True)
def private_state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The tests' engines are theirs alone: those of the user who runs the tests are neither used nor stopped.

    The cache is the user's own, since jars are the same for all.
    """
    state = tmp_path_factory.mktemp("state")
    before = {name: os.environ.get(name) for name in os.environ if name.startswith("SCALEPH_LAB_")}
    os.environ["SCALEPH_LAB_STATE_DIR"] = str(state)
    os.environ["SCALEPH_LAB_CONFIG"] = str(state / "no-such-file.toml")
    reload_settings()
    yield state
    for supervisor in (*(EmbeddedFlink(profile) for profile in engine_profiles().values()), ZetaServer()):
        supervisor.stop()
    for name in ("SCALEPH_LAB_STATE_DIR", "SCALEPH_LAB_CONFIG"):
        os.environ.pop(name, None)
        if before.get(name) is not None:
            os.environ[name] = str(before[name])
    reload_settings()


@pytest.fixture(scope="session")
def flink(private_state: Path) -> Callable[..., Engine]:
    """``flink(name)``: the real embedded engine of that profile, running. All are stopped with the state folder."""
    started: dict[str, Engine] = {}

    def start(name: str = "flink-1.20") -> Engine:
        engine = started.setdefault(name, get_engine(name))
        engine.ensure()
        return engine

    return start


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
