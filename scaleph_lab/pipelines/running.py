"""Runs a pipeline document: engine and jars made ready, compiled, run, followed to its end."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from scaleph_lab.access.secrets import find_secret
from scaleph_lab.engines import get_engine
from scaleph_lab.engines.model import ProgressListener, ignore_progress
from scaleph_lab.engines.profiles import engine_profiles
from scaleph_lab.engines.seatunnel_home import SeaTunnelHome
from scaleph_lab.engines.zeta import ZetaServer
from scaleph_lab.errors import NotFoundError, UserError
from scaleph_lab.pipelines.compiler import compile_pipeline
from scaleph_lab.pipelines.connectors import connectors_of
from scaleph_lab.pipelines.datasources import datasource_names, with_secrets
from scaleph_lab.pipelines.document import Pipeline
from scaleph_lab.pipelines.errors import PipelineFailedError
from scaleph_lab.pipelines.flink_runner import run_on_flink
from scaleph_lab.pipelines.outcome import OutcomeListener, PipelineOutcome
from scaleph_lab.pipelines.zeta_runner import run_on_zeta

__all__ = ["RunnerName", "raise_for_failure", "run_pipeline"]

RunnerName = Literal["flink", "zeta"]


def _ignore_outcome(outcome: PipelineOutcome) -> None:
    """A listener for those who wait for the end only."""


async def run_pipeline(
    pipeline: Pipeline,
    *,
    runner: RunnerName = "flink",
    variables: Mapping[str, str] | None = None,
    engine: str | None = None,
    progress: ProgressListener = ignore_progress,
    listener: OutcomeListener = _ignore_outcome,
) -> PipelineOutcome:
    """Runs the pipeline and returns its last outcome, whose state may be ``FAILED``: see `raise_for_failure`.

    ``engine`` names the Flink to run on, by default the profile that serves SeaTunnel. Cancelling the coroutine cancels
    the job. Raises `PipelineInvalidError` before anything is started when the document is wrong, `UserError` where it
    still names data sources (`with_datasources` binds them), `SecretNotFoundError`, and what assembling and starting an
    engine raise.
    """
    if names := datasource_names(pipeline):
        raise UserError(
            f"The pipeline names the data source {names[0]}, and was not bound to it.",
            hint="Bind it by `scaleph_lab.pipelines.datasources.with_datasources` before.",
            path=names[0],
        )
    config = compile_pipeline(pipeline, variables)
    # From here on it holds secrets: it goes to the engine, and nowhere else.
    config = await asyncio.to_thread(with_secrets, config, find_secret)
    connectors = connectors_of(pipeline)
    if runner == "zeta":
        server = ZetaServer()
        await asyncio.to_thread(server.seatunnel.ensure, progress, connectors=connectors)
        url = await asyncio.to_thread(server.ensure, progress)
        return await run_on_zeta(config, url, server, listener)
    home = SeaTunnelHome()
    await asyncio.to_thread(home.ensure, progress, connectors=connectors)
    endpoint = await asyncio.to_thread(get_engine(engine or _seatunnel_engine()).ensure, progress)
    with tempfile.TemporaryDirectory(prefix="scaleph-pipeline-") as scratch:
        return await run_on_flink(config, endpoint, home, Path(scratch), listener)


def raise_for_failure(outcome: PipelineOutcome) -> PipelineOutcome:
    """The outcome itself if it is ``FINISHED``, else `PipelineFailedError` with the root cause."""
    if outcome.state == "FINISHED":
        return outcome
    raise PipelineFailedError(
        f"The pipeline {outcome.name} {outcome.state.lower()} on {outcome.runner}: {outcome.cause or 'no cause given'}",
        cause=outcome.cause,
        trace=outcome.trace,
        hint="The whole trace is in the engine's log.",
        path=outcome.name,
    )


def _seatunnel_engine() -> str:
    for profile in engine_profiles().values():
        if "seatunnel" in profile.roles:
            return profile.name
    raise NotFoundError("No engine profile runs SeaTunnel.", hint="Run on Zeta, or install a Flink 1.18 profile.")
