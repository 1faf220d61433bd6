"""Supervises one Java engine of this user: starts it once for all processes, finds it, notices its death, stops it.

What is the same for Flink and for SeaTunnel's Zeta is here; what differs is in a subclass's `_prepare`.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
from filelock import FileLock, Timeout

from scaleph_lab.engines.artifacts import explain_os_error
from scaleph_lab.engines.launch import LaunchOrder
from scaleph_lab.engines.model import EngineState, Progress, ProgressListener, ignore_progress
from scaleph_lab.engines.runtime_file import RuntimeFile, RuntimeRecord, process_of
from scaleph_lab.errors import EngineStartError, ScalephError
from scaleph_lab.settings import get_settings

__all__ = ["ProcessSupervisor", "free_port"]

PORT_TRIES = 3
KILL_AFTER_SECONDS = 12.0
_NO_ROOM = 1_000_000


def free_port(wanted: int = 0) -> int:
    """A free loopback port, the wanted one if it is not 0.

    Raises `EngineStartError` when the wanted port is taken.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", wanted))
        except OSError as error:
            raise EngineStartError(
                f"Port {wanted} is taken by another process.",
                hint="Set gateway_port or jobmanager_port to another one, or to 0 for a free one at random.",
                path=str(wanted),
            ) from error
        return int(probe.getsockname()[1])


class ProcessSupervisor(ABC):
    """One engine by name, in ``<state_dir>/engines/<name>``."""

    def __init__(self, name: str) -> None:
        self._name = name
        self.home = get_settings().state_dir / "engines" / name
        self.runtime = RuntimeFile(self.home / "runtime.json")
        self.log_file = self.home / "engine.log"
        self._activity = self.home / "activity"

    @property
    def name(self) -> str:
        """The name it is chosen by."""
        return self._name

    @abstractmethod
    def _prepare(self, listener: ProgressListener) -> None:
        """Fetches what the engine needs. Called under the lock, before the first order."""

    @abstractmethod
    def _order(self, *, archive: Path | None = None) -> LaunchOrder:
        """Writes the configuration for fresh ports and returns the order for one start."""

    def _repair(self, listener: ProgressListener) -> bool:
        """Looks after a failed start whether a file is damaged, and mends it; whether there was one to mend."""
        return False

    def _environment(self) -> dict[str, str]:
        return {}

    def record(self) -> RuntimeRecord | None:
        """What the engine's process says of itself, if that process lives."""
        record = self.runtime.read()
        return record if process_of(record) else None

    def state(self) -> EngineState:
        """The state as seen now."""
        record = self.runtime.read()
        if record is None:
            return EngineState.STOPPED
        return EngineState(record.state) if process_of(record) else EngineState.LOST

    def touch(self) -> None:
        """Notes that the engine is in use."""
        with suppress(OSError):
            self.home.mkdir(parents=True, exist_ok=True)
            self._activity.touch()

    def ensure_running(self, listener: ProgressListener = ignore_progress) -> RuntimeRecord:
        """The record of the running engine, which is started if it has to be. One process starts it for all."""
        record = self.record()
        if record is None or record.state != "running":
            self._make_home()
            with self._locked(listener):
                record = self.record()
                if record is not None and record.state != "running":
                    self._finish(record)
                    record = None
                if record is None:
                    try:
                        record = self._start(listener)
                    except OSError as error:
                        raise explain_os_error(error, Path(error.filename or self.home)) from error
        self.touch()
        return record

    def stop(self) -> bool:
        """Stops the engine's process, by force if it does not end by itself; whether there was one."""
        process = process_of(record := self.runtime.read())
        if record is not None and process is not None:
            self._end(process)
        if record is not None:
            self.runtime.remove(record.instance)
        return process is not None

    def log_tail(self, lines: int = 200) -> str:
        """The last lines of the log."""
        try:
            with self.log_file.open("rb") as stream:
                stream.seek(max(0, stream.seek(0, os.SEEK_END) - 400 * lines))
                return b"\n".join(stream.read().splitlines()[-lines:]).decode(errors="replace")
        except OSError:
            return ""

    def _make_home(self) -> None:
        try:
            self.home.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise explain_os_error(error, self.home) from error

    @contextmanager
    def _locked(self, listener: ProgressListener) -> Iterator[None]:
        """Lets one process at a time start the engine; a process that is killed gives its lock back."""
        lock = FileLock(self.home / "start.lock")
        try:
            lock.acquire(timeout=0)
        except Timeout:
            listener(Progress("start", f"Waiting for {self._name}, which another process is starting"))
            lock.acquire()
        except OSError as error:
            raise explain_os_error(error, self.home) from error
        try:
            yield
        finally:
            lock.release()

    def _start(self, listener: ProgressListener) -> RuntimeRecord:
        self._prepare(listener)
        for left in reversed(range(PORT_TRIES)):
            listener(Progress("start", f"Starting {self._name}"))
            order = self._order()
            process = self._launch(order)
            try:
                return self._await(process, order)
            except EngineStartError as error:
                mended = "Address already in use" in error.log_tail or self._repair(listener)
                if left == 0 or not mended:
                    raise
        raise AssertionError("unreachable: the last try returns or raises")

    def _launch(self, order: LaunchOrder) -> subprocess.Popen[bytes]:
        try:
            shutil.rmtree(self.home / "tmp", ignore_errors=True)
            for folder in ("tmp", "upload", "savepoints"):
                (self.home / folder).mkdir(parents=True, exist_ok=True)
            if self.log_file.exists():
                self.log_file.replace(self.log_file.with_suffix(".log.1"))
            path = self.home / "launch.json"
            order.write(path)
            with self.log_file.open("wb") as log:
                return subprocess.Popen(
                    [sys.executable, "-m", "scaleph_lab.engines.child", str(path)],
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    cwd=self.home,
                    env={**os.environ, **self._environment()},
                    start_new_session=True,
                )
        except OSError as error:
            raise explain_os_error(error, self.home) from error

    def _await(self, process: subprocess.Popen[bytes], order: LaunchOrder) -> RuntimeRecord:
        # The process gives up by itself after `start_seconds`; the margin is for a machine that crawls.
        deadline = time.monotonic() + order.start_seconds + 15
        while process.poll() is None and time.monotonic() < deadline:
            record = self.runtime.read()
            if record is not None and record.instance == order.instance and record.state == "running":
                return record
            time.sleep(0.02)
        if process.poll() is None:
            process.kill()
        process.wait()
        self.runtime.remove(order.instance)
        raise self._diagnose(process.returncode)

    def _diagnose(self, code: int | None) -> ScalephError:
        tail = self.log_tail(400)
        # A full disk takes no log of its being full either.
        if "No space left on device" in tail or shutil.disk_usage(self.home).free < _NO_ROOM:
            return explain_os_error(OSError(errno.ENOSPC, ""), self.home)
        for pattern, message, hint in _CAUSES:
            if match := re.search(pattern, tail):
                return EngineStartError(
                    f"{self._name} did not start: {message.format(*match.groups())}.",
                    hint=hint,
                    path=str(self.log_file),
                    log_tail=tail,
                )
        last = next((line for line in reversed(tail.splitlines()) if "rror" in line or "xception" in line), "")
        return EngineStartError(
            f"{self._name} did not start (exit code {code}). {last.strip()[:300]}".rstrip(),
            hint=f"Read its log: {self.log_file}",
            path=str(self.log_file),
            log_tail=tail,
        )

    def _finish(self, record: RuntimeRecord) -> None:
        """A start whose starter died, or a stop that is still under way: it must be gone before the next start."""
        if process := process_of(record):
            self._end(process)
        self.runtime.remove(record.instance)

    def _end(self, process: psutil.Process) -> None:
        with suppress(psutil.NoSuchProcess):
            process.terminate()
            if not _ended(process, KILL_AFTER_SECONDS):
                process.kill()
                _ended(process, 5)


def _ended(process: psutil.Process, seconds: float) -> bool:
    """Waits for a process to end. Who started it may not have taken its exit code yet, as a kernel that idles: it
    has ended nonetheless."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process.status() == psutil.STATUS_ZOMBIE:
            with suppress(psutil.TimeoutExpired):
                process.wait(0)
            return True
        time.sleep(0.02)
    return False


_CAUSES = (
    (r"Address already in use", "a port was taken by another process", "Try again: it takes other ports."),
    (
        r"OutOfMemoryError: ([^\n]*)",
        "its memory is too small ({0})",
        "Raise the setting `heap` or `metaspace` (SCALEPH_LAB_HEAP=1g).",
    ),
    (
        r"(?:Could not reserve enough space|insufficient memory)",
        "this machine has too little memory left",
        "Close other programs, or lower the setting `heap`.",
    ),
    (
        r"UnsupportedClassVersionError",
        "the Java found is too old for it",
        "Set SCALEPH_LAB_JAVA_HOME to a newer one.",
    ),
    (
        r"did not answer within ([0-9.]+) s",
        "it did not answer within {0} s",
        "See the log, or raise start_timeout_seconds.",
    ),
)
