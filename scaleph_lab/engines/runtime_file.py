"""The runtime file: how the processes of a user find a running engine.

One JSON file an engine, written atomically by the engine's own process. It is believed only while the process that it
names lives *and* is the same one: a pid alone may have been given to somebody else.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

import psutil

__all__ = ["RuntimeFile", "RuntimeRecord", "process_of"]


@dataclass(frozen=True)
class RuntimeRecord:
    """What a running engine says of itself."""

    name: str
    instance: str
    """Identity of this run."""
    version: str
    """The engine's own version, such as Flink's ``1.20.3``."""
    pid: int
    process_started: float
    """The process's creation time, seconds since the epoch: with the pid it names one process for ever."""
    state: Literal["starting", "running", "stopping"]
    ports: dict[str, int]
    """Loopback ports: ``gateway`` and ``jobmanager``, or ``zeta``."""
    java: str
    started_at: float


class RuntimeFile:
    """Reads and writes the record of one engine."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> RuntimeRecord | None:
        """The record, or None where there is none or an older version wrote what cannot be read."""
        try:
            return RuntimeRecord(**json.loads(self.path.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None

    def write(self, record: RuntimeRecord) -> None:
        """Replaces the record in one step; only its owner may read it."""
        partial = self.path.with_suffix(f".{os.getpid()}")
        partial.touch(mode=0o600)
        partial.write_text(json.dumps(asdict(record)), encoding="utf-8")
        partial.replace(self.path)

    def remove(self, instance: str) -> None:
        """Removes the record if it is still that run's."""
        record = self.read()
        if record is not None and record.instance == instance:
            with suppress(FileNotFoundError):
                self.path.unlink()


def process_of(record: RuntimeRecord | None) -> psutil.Process | None:
    """The living process that a record names, or None."""
    if record is None:
        return None
    try:
        process = psutil.Process(record.pid)
        if abs(process.create_time() - record.process_started) < 1 and process.status() != psutil.STATUS_ZOMBIE:
            return process
    except psutil.Error:
        pass
    return None
