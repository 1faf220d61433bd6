"""What a kernel leaves behind at the engine, however it ends: the jobs of its INSERTs, and nothing else."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from scaleph_lab.engines import Engine
from scaleph_lab.engines.jobmanager import TERMINAL_STATES
from scaleph_lab.settings import get_settings

pytestmark = pytest.mark.engine

SETUP = """%%flinksql
CREATE TEMPORARY TABLE g (id BIGINT) WITH ('connector' = 'datagen', 'rows-per-second' = '100');
CREATE TEMPORARY TABLE n (id BIGINT) WITH ('connector' = 'blackhole');
INSERT INTO n SELECT id FROM g"""


def running_jobs(engine: Engine) -> set[str]:
    jobs = httpx.get(f"{engine.ensure().jobmanager_url}/jobs", trust_env=False).json()["jobs"]
    return {job["id"] for job in jobs if job["status"] not in TERMINAL_STATES}


def restart(notebook: Any) -> None:
    notebook.manager.restart_kernel()


def kill(notebook: Any) -> None:
    os.kill(int(notebook.run("import os; print(os.getpid())").stream), signal.SIGKILL)


def close(notebook: Any) -> None:
    notebook.close()


@pytest.mark.parametrize("end", [restart, kill, close])
def test_nothing_is_left_but_the_inserts(
    notebook: Any, flink: Callable[[], Engine], end: Callable[[Any], None]
) -> None:
    engine = flink()
    leases = get_settings().leases_dir
    before = set(leases.glob("*.json"))
    assert notebook.run(SETUP).error is None
    inserts = running_jobs(engine)
    assert notebook.run("%%flinksql --detach\nSELECT id FROM g").error is None
    assert len(inserts) == 1 and len(running_jobs(engine) - inserts) == 1
    (lease,) = set(leases.glob("*.json")) - before
    session = f"{engine.ensure().gateway_url}/v1/sessions/{lease.stem}"
    assert httpx.post(f"{session}/heartbeat", trust_env=False).status_code == 200
    end(notebook)
    deadline = time.monotonic() + 20
    while (running_jobs(engine) != inserts or lease.exists()) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert running_jobs(engine) == inserts
    assert not lease.exists()
    # A session that is gone has no operations.
    assert httpx.post(f"{session}/heartbeat", trust_env=False).status_code != 200
    (job,) = inserts
    httpx.patch(f"{engine.ensure().jobmanager_url}/jobs/{job}?mode=cancel", trust_env=False)
    while running_jobs(engine) and time.monotonic() < deadline + 20:
        time.sleep(0.2)
