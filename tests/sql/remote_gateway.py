"""A SQL Gateway in a JVM of its own, on the JobManager of an embedded engine: what a team's Flink looks like."""

from __future__ import annotations

import os
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx

from scaleph_lab.engines.embedded import EmbeddedFlink
from scaleph_lab.engines.flink_conf import flink_options, jvm_options, write_configuration
from scaleph_lab.engines.java import find_java
from scaleph_lab.engines.supervisor import free_port
from scaleph_lab.settings import get_settings

SECONDS = 60


class RemoteGateway:
    """Started and killed by a test; its port, and so its URL, stays."""

    def __init__(self, engine: EmbeddedFlink, home: Path) -> None:
        self._engine = engine
        self.jobmanager_url = engine.ensure().jobmanager_url
        self._port = free_port()
        self.url = f"http://127.0.0.1:{self._port}"
        options = flink_options(
            home,
            get_settings(),
            gateway_port=self._port,
            jobmanager_port=int(self.jobmanager_url.rpartition(":")[2]),
        )
        self._conf = write_configuration(home, engine.profile, options)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        java = find_java(self._engine.profile.java_versions)
        command = [
            str(java.executable),
            *jvm_options(self._conf.parent, get_settings(), self._conf),
            *("-cp", os.pathsep.join(self._engine.assembly.classpath), "org.apache.flink.table.gateway.SqlGateway"),
        ]
        (self._conf.parent / "tmp").mkdir(exist_ok=True)
        self._process = subprocess.Popen(
            command,
            # Flink looks for a folder "plugins" where it is started.
            cwd=self._conf.parent,
            env={**os.environ, "FLINK_CONF_DIR": str(self._conf)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline:
            with suppress(httpx.HTTPError):
                httpx.get(f"{self.url}/v1/info", trust_env=False).raise_for_status()
                return
            time.sleep(0.1)
        raise TimeoutError(self.url)

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


class Wire:
    """A TCP connection between a client and a server that can be cut: bytes wait, and new ones do not get through."""

    def __init__(self, target: str) -> None:
        self._target = ("127.0.0.1", int(target.rpartition(":")[2]))
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._open: list[socket.socket] = []
        self._whole = threading.Event()
        self._whole.set()
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """Breaks what is open and refuses what comes."""
        self._whole.clear()
        for each in self._open:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
        self._open.clear()

    def mend(self) -> None:
        self._whole.set()

    def close(self) -> None:
        self._listener.close()
        self.cut()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                if not self._whole.is_set():
                    client.close()
                    continue
                server = socket.create_connection(self._target)
                self._open += [client, server]
                for source, sink in ((client, server), (server, client)):
                    threading.Thread(target=self._pump, args=(source, sink), daemon=True).start()

    @staticmethod
    def _pump(source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                sink.sendall(data)
        for each in (source, sink):
            with suppress(OSError):
                each.close()


@contextmanager
def remote_gateway(engine: EmbeddedFlink, home: Path) -> Iterator[RemoteGateway]:
    """A running gateway; killed at the end."""
    gateway = RemoteGateway(engine, home)
    gateway.start()
    try:
        yield gateway
    finally:
        gateway.kill()
