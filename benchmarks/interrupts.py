"""How soon a query's job is gone at the JobManager after its cell was interrupted, at many different moments.

The moments spread from the submission of the statement over the start of its job to the flow of its rows. The time is
that from the interrupt until the JobManager last had a job that runs, as seen a hundred times a second until the cell
has ended. The cell itself may end later: a job that may still be on its way is looked for.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager

from scaleph_lab.engines import get_engine
from scaleph_lab.engines.jobmanager import TERMINAL_STATES
from scaleph_lab.settings import reload_settings

TABLE = """%%flinksql
CREATE TEMPORARY TABLE g (id BIGINT) WITH ('connector' = 'datagen', 'rows-per-second' = '1000')"""
QUERY = "%%flinksql\nSELECT id FROM g"
LONGEST_DELAY = 1.5
PROMISED = 2.0
PATIENCE = 20.0
STOPPED = {"StatementCanceled", "KeyboardInterrupt"}
"""How an interrupted cell ends; the latter where it had not come to its statement yet."""


def main() -> None:
    """Prints what was measured, as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tries", type=int, default=100)
    tries = parser.parse_args().tries
    with tempfile.TemporaryDirectory() as folder:
        os.environ["SCALEPH_LAB_STATE_DIR"] = f"{folder}/state"
        reload_settings()
        engine = get_engine("flink-1.20")
        jobmanager = engine.ensure().jobmanager_url
        manager = KernelManager(kernel_name="python3")
        manager.start_kernel()
        client = manager.client()
        client.start_channels()
        try:
            client.wait_for_ready(timeout=60)
            for cell in ("%load_ext scaleph_lab", TABLE):
                if error := wait_for_idle(client, client.execute(cell)):
                    raise SystemExit(f"A cell failed: {error}")
            tried = [one_try(manager, client, jobmanager, LONGEST_DELAY * n / tries) for n in range(tries)]
        finally:
            client.stop_channels()
            manager.shutdown_kernel()
            engine.stop()
    found = [seconds for seconds, _ in tried]
    print(
        json.dumps(
            {
                "tries": len(found),
                f"gone within {PROMISED:g} s": sum(seconds <= PROMISED for seconds in found),
                "a job ran at the interrupt": sum(ran for _, ran in tried),
                "median, s": round(statistics.median(found), 3),
                "median where a job ran, s": round(statistics.median(seconds for seconds, ran in tried if ran), 3),
                "longest, s": round(max(found), 3),
            },
            indent=2,
        )
    )


def one_try(manager: KernelManager, client: BlockingKernelClient, jobmanager: str, delay: float) -> tuple[float, bool]:
    """Seconds from the interrupt until a job was last seen running, and whether one ran at the interrupt."""
    sent = client.execute(QUERY)
    time.sleep(delay)
    ran = bool(running(jobmanager))
    with ThreadPoolExecutor(1) as pool:
        begun = time.monotonic()
        manager.interrupt_kernel()
        ending = pool.submit(wait_for_idle, client, sent)
        gone = begun
        while not ending.done() or running(jobmanager):
            if running(jobmanager):
                gone = time.monotonic()
            if gone - begun > PATIENCE:
                return float("inf"), ran
            time.sleep(0.01)
    if (error := ending.result()) not in STOPPED:
        raise SystemExit(f"The cell was not interrupted: {error or 'it has ended'}")
    return gone - begun, ran


def running(jobmanager: str) -> list[str]:
    """The jobs that have not ended; the list may be old, the state of one is not."""
    jobs = httpx.get(f"{jobmanager}/jobs", trust_env=False).json()["jobs"]
    return [job["id"] for job in jobs if job["status"] not in TERMINAL_STATES]


def wait_for_idle(client: BlockingKernelClient, sent: str) -> str:
    """Returns when the cell has ended: the name of its error, if any."""
    error = ""
    while True:
        message = client.get_iopub_msg(timeout=60)
        if message["parent_header"].get("msg_id") == sent and message["msg_type"] == "error":
            error = message["content"]["ename"]
        if message["parent_header"].get("msg_id") == sent and message["content"].get("execution_state") == "idle":
            return error


if __name__ == "__main__":
    main()
