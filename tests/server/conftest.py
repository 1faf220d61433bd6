"""A Jupyter server with the extension, and engines whose every state a test can choose.

The fixtures of pytest-jupyter are taken one by one: as a plugin it would run all async tests of the house itself,
and pytest-asyncio does that.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import pytest_asyncio
from jupyter_server.auth.authorizer import AllowAllAuthorizer
from pytest_jupyter.jupyter_core import (  # noqa: F401
    echo_kernel_spec,
    jp_config_dir,
    jp_data_dir,
    jp_env_config_path,
    jp_env_jupyter_path,
    jp_environ,
    jp_home_dir,
    jp_kernel_dir,
    jp_runtime_dir,
    jp_system_config_path,
    jp_system_jupyter_path,
)
from pytest_jupyter.jupyter_server import (  # noqa: F401
    jp_argv,
    jp_auth_header,
    jp_base_url,
    jp_configurable_serverapp,
    jp_extension_environ,
    jp_fetch,
    jp_http_port,
    jp_logging_stream,
    jp_nbconvert_templates,
    jp_root_dir,
    jp_server_cleanup,
    jp_serverapp,
    jp_template_dir,
    jp_web_app,
)
from pytest_jupyter.pytest_tornasync import http_server, http_server_client, http_server_port  # noqa: F401

from scaleph_lab.engines.model import (
    EngineEndpoint,
    EngineKind,
    EngineState,
    EngineStatus,
    Progress,
    ProgressListener,
    ignore_progress,
)
from scaleph_lab.errors import NotFoundError, ScalephError
from scaleph_lab.server.base import SERVICE_KEY
from scaleph_lab.server.service import EngineService


class FakeEngine:
    """An engine in memory, for what a real one does not do on demand: fail, dawdle, get lost."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.now = EngineStatus(
            name=name,
            title=name.title(),
            kind=EngineKind.EMBEDDED,
            state=EngineState.STOPPED,
            flink_version="1.20.3",
            installed=False,
            roles=("sql",),
        )
        self.may_go_on = threading.Event()
        self.may_go_on.set()
        self.progress: list[Progress] = []
        self.failure: Exception | None = None
        self.starts = 0
        self.touched = 0
        self.log = ""

    def becomes(self, state: EngineState, **changes: object) -> None:
        self.now = replace(self.now, state=state, **changes)

    def status(self) -> EngineStatus:
        return self.now

    def ensure(self, progress: ProgressListener = ignore_progress) -> EngineEndpoint:
        self.starts += 1
        for step in self.progress:
            progress(step)
        self.may_go_on.wait(10)
        if self.failure is not None:
            raise self.failure
        self.becomes(EngineState.RUNNING, installed=True, pid=4711)
        return EngineEndpoint(self.name, "1.20.3", "http://127.0.0.1:1", "http://127.0.0.1:1")

    def touch(self) -> None:
        self.touched += 1

    def stop(self) -> bool:
        if isinstance(self.failure, ScalephError):
            raise self.failure
        was = self.now.state is EngineState.RUNNING
        self.becomes(EngineState.STOPPED, pid=None)
        return was

    def log_tail(self, lines: int = 200) -> str:
        return "\n".join(self.log.splitlines()[-lines:])


class Recorder(BaseHTTPRequestHandler):
    """A JobManager that writes down what it is asked, and answers with headers that must not pass."""

    def _answer(self) -> None:
        length = int(self.headers.get("Content-Length", 0))
        body = self.rfile.read(length)
        self.server.asked.append((self.command, self.path, dict(self.headers), body))
        reply = b"<title>Flink</title>"
        self.send_response(404 if "missing" in self.path else 200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(reply)))
        self.send_header("Set-Cookie", "theirs=1")
        self.send_header("Access-Control-Expose-Headers", "*")
        self.send_header("Server", "secret")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(reply)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = _answer

    def log_message(self, *_: object) -> None:
        pass


class ChoosyAuthorizer(AllowAllAuthorizer):
    """Allows what the test names, and remembers what it was asked."""

    def is_authorized(self, handler, user, action, resource):
        self.parent.scaleph_asked.append((action, resource))
        return f"{action} {resource}" not in self.parent.scaleph_denied


@pytest_asyncio.fixture
async def jp_asyncio_loop() -> AsyncIterator[asyncio.AbstractEventLoop]:
    """The loop of the test itself, on which the server runs too."""
    yield asyncio.get_running_loop()


@pytest.fixture
def jp_server_config() -> dict[str, object]:
    return {
        "ServerApp": {
            "jpserver_extensions": {"scaleph_lab": True},
            "allow_unauthenticated_access": False,
            "authorizer_class": ChoosyAuthorizer,
        }
    }


@pytest.fixture
def engines(jp_serverapp) -> Iterator[dict[str, FakeEngine]]:  # noqa: F811
    """The engines of the server, by name."""
    jp_serverapp.scaleph_asked = []
    jp_serverapp.scaleph_denied = set()
    known = {name: FakeEngine(name) for name in ("one", "two")}

    def get(name: str) -> FakeEngine:
        try:
            return known[name]
        except KeyError:
            raise NotFoundError(f"There is no engine {name!r}.", path=name) from None

    jp_serverapp.web_app.settings[SERVICE_KEY] = EngineService(get, known.values)
    yield known
    for engine in known.values():
        engine.may_go_on.set()


@pytest.fixture
def jobmanager() -> Iterator[ThreadingHTTPServer]:
    """A server on loopback that plays the JobManager, with ``asked`` and ``url``."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Recorder)
    server.asked = []
    server.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
