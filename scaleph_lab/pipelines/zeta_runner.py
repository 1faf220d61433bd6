"""Runs a pipeline on SeaTunnel's own engine, Zeta, through its REST: the quick runner."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import httpx

from scaleph_lab.engines.zeta import ZetaServer
from scaleph_lab.errors import EngineLostError
from scaleph_lab.pipelines.outcome import OutcomeListener, PipelineOutcome, root_cause

__all__ = ["run_on_zeta"]

POLL_SECONDS = 0.3
_LOG_LOOKS = 7
_ENDED = ("FINISHED", "FAILED", "CANCELED")


async def run_on_zeta(
    config: Mapping[str, Any], url: str, server: ZetaServer, listener: OutcomeListener
) -> PipelineOutcome:
    """Runs the configuration and returns its outcome, a failed one too; when cancelled, stops the job.

    Raises `EngineLostError` when the server is gone.
    """
    name = str(config["env"]["job.name"])
    begun = time.monotonic()
    outcome = PipelineOutcome(name, "zeta", "", "CREATED", None, None, 0.0)
    log_size = _size(server)
    async with httpx.AsyncClient(base_url=f"{url}/hazelcast/rest/maps", timeout=120, trust_env=False) as http:
        try:
            reply = await http.post("/submit-job", params={"jobName": name}, json=dict(config))
            if not reply.is_success:
                # The reason mostly stands in the log that this submission wrote, and REST says only that it failed.
                trace = await _reason(server, log_size) or _said(reply)
                return replace(
                    outcome, state="FAILED", seconds=time.monotonic() - begun, cause=root_cause(trace), trace=trace
                )
            outcome = replace(outcome, job_id=str(reply.json()["jobId"]))
            return await _follow(http, outcome, begun, listener)
        except httpx.TransportError as error:
            raise EngineLostError(
                "The Zeta server does not answer any more: it was killed or it crashed.",
                hint="Run the pipeline again: a new one is started. See `jupyter scaleph logs zeta`.",
                path=url,
            ) from error


async def _follow(
    http: httpx.AsyncClient, outcome: PipelineOutcome, begun: float, listener: OutcomeListener
) -> PipelineOutcome:
    try:
        while not outcome.done:
            outcome = replace(await _look(http, outcome), seconds=time.monotonic() - begun)
            listener(outcome)
            if not outcome.done:
                await asyncio.sleep(POLL_SECONDS)
    except asyncio.CancelledError:
        await http.post("/stop-job", json={"jobId": int(outcome.job_id), "isStopWithSavePoint": False})
        while not outcome.done:
            await asyncio.sleep(POLL_SECONDS)
            outcome = await _look(http, outcome)
        raise
    return outcome


async def _look(http: httpx.AsyncClient, outcome: PipelineOutcome) -> PipelineOutcome:
    running = (await http.get(f"/running-job/{outcome.job_id}")).json()
    if running.get("jobStatus") not in (None, *_ENDED):
        return _counted(replace(outcome, state="RUNNING"), running)
    for state in _ENDED:
        for job in (await http.get(f"/finished-jobs/{state}")).json():
            if job["jobId"] == outcome.job_id:
                message = job.get("errorMsg") or ""
                cause = root_cause(message) if state == "FAILED" else ""
                return _counted(replace(outcome, state=state, cause=cause, trace=message), job)
    # Between the two lists for a moment.
    return replace(outcome, state="RUNNING")


def _counted(outcome: PipelineOutcome, job: Mapping[str, Any]) -> PipelineOutcome:
    metrics = job.get("metrics") or {}
    read, written = metrics.get("SourceReceivedCount"), metrics.get("SinkWriteCount")
    if read is None or written is None:
        return outcome
    return replace(outcome, read=int(read), written=int(written))


def _said(reply: httpx.Response) -> str:
    """The words of a refusal, of which some are told by REST alone."""
    try:
        return str(reply.json()["message"])
    except (ValueError, KeyError, TypeError):
        return reply.text


async def _reason(server: ZetaServer, offset: int) -> str:
    """What the log says of a refusal; empty where it tells nothing. The answer may be here a moment before it."""
    for _ in range(_LOG_LOOKS):
        text = await asyncio.to_thread(_log_since, server, offset)
        if re.search(r"^[\w$.]+(?:Exception|Error)\b", text, re.MULTILINE):
            return text
        await asyncio.sleep(POLL_SECONDS)
    return ""


def _size(server: ZetaServer) -> int:
    return server.log_file.stat().st_size if server.log_file.exists() else 0


def _log_since(server: ZetaServer, offset: int) -> str:
    with server.log_file.open("rb") as stream:
        stream.seek(offset)
        # log4j appends the jar to each frame; what a person needs are the causes and the first frames.
        return re.sub(r" ~?\[[^\]]*\]$", "", stream.read().decode(errors="replace"), flags=re.MULTILINE)
