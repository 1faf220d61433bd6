"""The order that a supervisor gives to the engine's process: one JSON file, read once at its start."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

__all__ = ["LaunchOrder"]


@dataclass(frozen=True)
class LaunchOrder:
    """All that the process needs to know; it reads no settings of its own."""

    runner: Literal["flink", "zeta"]
    name: str
    instance: str
    version: str
    java: str
    libjvm: str
    jvm_options: list[str]
    classpath: list[str]
    conf: str
    """The configuration folder."""
    ports: dict[str, int]
    runtime_file: str
    activity_file: str
    """Its time of change is the last time that a client used the engine."""
    idle_seconds: float
    """Stop when nobody used the engine for so long; 0 never."""
    start_seconds: float
    """Give up when the engine does not answer within this time."""
    archive: str = ""
    """Not empty: a training run, that writes the class-data archive to this file and ends."""

    leases: str = ""
    """The folder of session leases; the process closes the sessions of those that are gone."""

    @property
    def gateway_url(self) -> str:
        """Base URL of the SQL Gateway, for an engine that has one."""
        return f"http://127.0.0.1:{self.ports['gateway']}"

    def write(self, path: Path) -> None:
        """Writes the order, readable by its owner only."""
        path.touch(mode=0o600)
        path.write_text(json.dumps(asdict(self), indent=1), encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> LaunchOrder:
        """Reads an order that `write` wrote."""
        return cls(**json.loads(path.read_text(encoding="utf-8")))
