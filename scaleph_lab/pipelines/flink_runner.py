"""Runs a pipeline on the embedded Flink, as a jar job: SeaTunnel's Flink starter with the configuration.

SeaTunnel 2.3.4 runs on Flink 1.15 to 1.18. ``env.jars`` must name the starter's jar, so that the TaskManager finds
SeaTunnel's classes.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

from scaleph_lab.engines.job_jars import JarRun, run_jar, upload_jar
from scaleph_lab.engines.jobmanager import TERMINAL_STATES, JobManagerClient
from scaleph_lab.engines.model import EngineEndpoint
from scaleph_lab.engines.seatunnel_home import SeaTunnelHome
from scaleph_lab.errors import EngineError, ScalephError
from scaleph_lab.pipelines.compiler import render_config
from scaleph_lab.pipelines.outcome import OutcomeListener, PipelineOutcome, root_cause

__all__ = ["ENTRY_CLASS", "run_on_flink"]

ENTRY_CLASS = "org.apache.seatunnel.core.starter.flink.SeaTunnelFlink"
POLL_SECONDS = 0.5


async def run_on_flink(
    config: Mapping[str, Any],
    endpoint: EngineEndpoint,
    home: SeaTunnelHome,
    scratch: Path,
    listener: OutcomeListener,
) -> PipelineOutcome:
    """Runs the configuration and returns its outcome, a failed one too; when cancelled, cancels the job.

    ``scratch`` is a private folder for the configuration file: it may hold credentials, and it is removed after the
    submission. Raises `EngineError` when the engine is lost.
    """
    name = str(config["env"]["job.name"])
    begun = time.monotonic()
    outcome = PipelineOutcome(name, "flink", "", "CREATED", None, None, 0.0)
    async with JobManagerClient(endpoint.jobmanager_url, timeout=120) as manager:
        try:
            job_id = await _submit(manager, config, home, scratch)
        except EngineError as error:
            trace = "\n".join([str(error), *getattr(error, "__notes__", [])])
            return replace(
                outcome, state="FAILED", seconds=time.monotonic() - begun, cause=root_cause(trace), trace=trace
            )
        outcome = replace(outcome, job_id=job_id)
        async with _cancelled_with(manager, job_id):
            while not outcome.done:
                outcome = await _look(manager, outcome, begun)
                listener(outcome)
                if not outcome.done:
                    await asyncio.sleep(POLL_SECONDS)
    return outcome


async def _submit(manager: JobManagerClient, config: Mapping[str, Any], home: SeaTunnelHome, scratch: Path) -> str:
    env = {**config["env"], "jars": home.starter_for_flink.as_uri()}
    # By its ending SeaTunnel chooses a parser: the one for .conf refuses the array form in JSON.
    path = scratch / "pipeline.json"
    path.touch(mode=0o600)
    path.write_text(render_config({**config, "env": env}), encoding="utf-8")
    jar_id = await upload_jar(manager, home.starter_for_flink)
    try:
        return await run_jar(manager, jar_id, JarRun(ENTRY_CLASS, ["--config", str(path)], parallelism=1))
    finally:
        path.unlink(missing_ok=True)
        # The job keeps its own copy; an upload left behind at each run would fill the disk.
        with suppress(ScalephError):
            await manager.delete_jar(jar_id)


@asynccontextmanager
async def _cancelled_with(manager: JobManagerClient, job_id: str) -> AsyncIterator[None]:
    try:
        yield
    except asyncio.CancelledError:
        await manager.cancel(job_id)
        await manager.wait(job_id)
        raise


async def _look(manager: JobManagerClient, outcome: PipelineOutcome, begun: float) -> PipelineOutcome:
    state = await manager.job_state(outcome.job_id)
    if state in TERMINAL_STATES:
        # The state is fresh, but the counts come from a cache that may hold those of before the end.
        await asyncio.sleep(await manager.cache_seconds() + 0.1)
    counts = await manager.job_accumulators(outcome.job_id)
    seen = replace(
        outcome,
        state=state if state in TERMINAL_STATES else "RUNNING",
        read=_count(counts, "SourceReceivedCount"),
        written=_count(counts, "SinkWriteCount"),
        seconds=time.monotonic() - begun,
    )
    if state != "FAILED":
        return seen
    trace = await manager.job_exceptions(outcome.job_id)
    return replace(seen, cause=root_cause(trace), trace=trace)


def _count(accumulators: Mapping[str, str], name: str) -> int | None:
    value = accumulators.get(name)
    return int(value) if value is not None else None
