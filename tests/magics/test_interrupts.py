"""An interrupt, at whatever moment: within two seconds the job of the cell is gone at the JobManager."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any, Self

import httpx
import pytest

from scaleph_lab.engines import Engine
from scaleph_lab.engines.jobmanager import TERMINAL_STATES

pytestmark = pytest.mark.engine

TABLE = "CREATE TEMPORARY TABLE g (id BIGINT) WITH ('connector' = 'datagen', 'rows-per-second' = '1000')"
MOMENTS = (0.02, 0.05, 0.08, 0.1, 0.15, 0.2, 0.3, 0.5, 0.8, 1.5)
"""Seconds after the cell was sent: from the submission over the start of the job to the flow of rows."""
PROMISED = 2.0


def running_jobs(jobmanager: str) -> list[str]:
    jobs = httpx.get(f"{jobmanager}/jobs", trust_env=False).json()["jobs"]
    return [job["id"] for job in jobs if job["status"] not in TERMINAL_STATES]


class Watch:
    """Looks all the time whether a job runs."""

    def __init__(self, jobmanager: str) -> None:
        self._jobmanager = jobmanager
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look)
        self.seen_at = 0.0
        """When a job was last seen running."""

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(0.02):
            if running_jobs(self._jobmanager):
                self.seen_at = time.monotonic()


def test_an_interrupted_query_is_gone_within_two_seconds(notebook: Any, flink: Callable[[], Engine]) -> None:
    jobmanager = flink().ensure().jobmanager_url
    assert notebook.run(f"%%flinksql\n{TABLE}").error is None
    for moment in MOMENTS:
        sent = notebook.client.execute("%%flinksql\nSELECT id FROM g")
        time.sleep(moment)
        if moment == MOMENTS[-1]:
            assert running_jobs(jobmanager)
        with Watch(jobmanager) as watch:
            begun = time.monotonic()
            notebook.manager.interrupt_kernel()
            # Where the job may still be on its way, the cell looks for it for two seconds before it ends.
            assert ended(notebook.client, sent) in {"StatementCanceled", "KeyboardInterrupt"}
            time.sleep(0.1)
        assert watch.seen_at - begun < PROMISED, f"interrupted after {moment} s: the job still ran"
        assert running_jobs(jobmanager) == []
    assert notebook.run("%flinksql SELECT 1").error is None


def ended(client: Any, sent: str) -> str:
    """Waits for the end of a cell; the name of its error, if any."""
    error = ""
    while True:
        message = client.get_iopub_msg(timeout=60)
        if message["parent_header"].get("msg_id") != sent:
            continue
        if message["msg_type"] == "error":
            error = message["content"]["ename"]
        if message["content"].get("execution_state") == "idle":
            return error
