"""The Flink SQL kernel as an installed kernelspec starts it, driven by a client of its own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager

from scaleph_lab.engines import Engine
from scaleph_lab.engines.jobmanager import TERMINAL_STATES, JobManagerClient


@dataclass
class Reply:
    """What a cell left: its outputs in their last form, the error on the page, and the reply to the client."""

    outputs: list[dict[str, Any]] = field(default_factory=list)
    error: dict[str, Any] | None = None
    updates: int = 0
    content: dict[str, Any] = field(default_factory=dict)

    @property
    def text(self) -> str:
        return "\n".join(output.get("text/plain", "") for output in self.outputs)


class Session:
    """A kernel and its client. ``act`` is done once, half a second after an output says ``when``."""

    def __init__(self) -> None:
        self.manager = KernelManager(kernel_name="flinksql")
        self.manager.start_kernel()
        self.client: BlockingKernelClient = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=60)
        self._open = True

    def run(self, code: str, *, when: str = "", act: Callable[[], Any] | None = None, silent: bool = False) -> Reply:
        sent = self.client.execute(code, silent=silent)
        reply, places = Reply(), {}
        while True:
            message = self.client.get_iopub_msg(timeout=90)
            if message["parent_header"].get("msg_id") != sent:
                continue
            kind, content = message["msg_type"], message["content"]
            if kind == "display_data":
                reply.outputs.append(content["data"])
                places[content["transient"].get("display_id")] = content["data"]
            elif kind == "update_display_data":
                places[content["transient"]["display_id"]].update(content["data"])
                reply.updates += 1
            elif kind == "error":
                reply.error = content
            elif kind == "status" and content["execution_state"] == "idle":
                break
            if act is not None and "data" in content and when in content["data"].get("text/plain", ""):
                threading.Timer(0.5, act).start()
                act = None
        while True:
            answer = self.client.get_shell_msg(timeout=30)
            if answer["parent_header"].get("msg_id") == sent:
                reply.content = answer["content"]
                return reply

    def ask(self, verb: str, *arguments: Any) -> dict[str, Any]:
        """The reply's content to ``complete``, ``is_complete`` or ``kernel_info``."""
        sent = getattr(self.client, verb)(*arguments)
        while True:
            answer = self.client.get_shell_msg(timeout=30)
            if answer["parent_header"].get("msg_id") == sent:
                return dict(answer["content"])

    def close(self) -> None:
        if self._open:
            self._open = False
            self.client.stop_channels()
            self.manager.shutdown_kernel()


@pytest.fixture
def engine(flink: Callable[..., Engine]) -> Engine:
    return flink()


@pytest.fixture
def kernel(engine: Engine) -> Iterator[Session]:
    """A kernel of its own, beside a running engine."""
    session = Session()
    yield session
    session.close()


@pytest.fixture(scope="session")
def completing(flink: Callable[..., Engine]) -> Iterator[Session]:
    """A kernel with the tables ``gauges`` and ``odd name``, for tests that only ask it."""
    flink()
    session = Session()
    for name in ("gauges", "`odd name`"):
        assert not session.run(f"CREATE TEMPORARY TABLE {name} (id BIGINT) WITH ('connector' = 'datagen')").error
    yield session
    session.close()


@pytest.fixture
def running_jobs(engine: Engine) -> Callable[[], list[str]]:
    """The ids of the jobs that have not ended, as the JobManager says now."""

    async def ask() -> list[str]:
        client = JobManagerClient(engine.ensure().jobmanager_url)
        try:
            # The list of jobs may be a little old, the state of one is not.
            known = [job.id for job in await client.jobs()]
            return [each for each in known if await client.job_state(each) not in TERMINAL_STATES]
        finally:
            await client.close()

    return lambda: asyncio.run(ask())
