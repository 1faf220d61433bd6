"""A real IPython kernel, driven by its own client as a notebook's front end would."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager


@dataclass
class Reply:
    """What a cell left: its outputs in their last form, and its error."""

    outputs: list[dict[str, Any]] = field(default_factory=list)
    stream: str = ""
    error: dict[str, Any] | None = None
    updates: int = 0
    seconds: float = 0.0

    @property
    def text(self) -> str:
        return "\n".join(output["text/plain"] for output in self.outputs)

    @property
    def html(self) -> str:
        return "\n".join(output.get("text/html", "") for output in self.outputs)


class Notebook:
    """Cells are run one after the other; ``when`` acts once when an output says a word."""

    def __init__(self) -> None:
        self.closed = False
        self.manager = KernelManager(kernel_name="python3")
        self.manager.start_kernel()
        self.client: BlockingKernelClient = self.manager.client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=60)

    def run(self, code: str, *, when: str = "", act: Callable[[], Any] | None = None, timeout: float = 90) -> Reply:
        sent = self.client.execute(code)
        reply, places = Reply(), {}
        start = time.monotonic()
        while True:
            message = self.client.get_iopub_msg(timeout=timeout)
            if message["parent_header"].get("msg_id") != sent:
                continue
            content = message["content"]
            kind = message["msg_type"]
            if kind in {"display_data", "update_display_data", "execute_result"}:
                place = content.get("transient", {}).get("display_id")
                if kind == "update_display_data":
                    places[place].clear()
                    places[place].update(content["data"])
                    reply.updates += 1
                else:
                    reply.outputs.append(content["data"])
                    places[place] = content["data"]
                if act is not None and when in content["data"].get("text/plain", ""):
                    threading.Timer(0.5, act).start()
                    act = None
            elif kind == "stream":
                reply.stream += content["text"]
            elif kind == "error":
                reply.error = content
            elif kind == "status" and content["execution_state"] == "idle":
                reply.seconds = time.monotonic() - start
                return reply

    def close(self) -> None:
        if self.closed:
            return
        self.closed = True
        self.client.stop_channels()
        self.manager.shutdown_kernel()


@pytest.fixture
def notebook() -> Iterator[Notebook]:
    """A fresh kernel with the extension loaded."""
    notebook = Notebook()
    assert notebook.run("%load_ext scaleph_lab").error is None
    yield notebook
    notebook.close()
