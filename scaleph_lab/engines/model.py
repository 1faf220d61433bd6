"""What an engine is to the rest of the house: its endpoint, its state, its status."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, Protocol

__all__ = [
    "Engine",
    "EngineEndpoint",
    "EngineKind",
    "EngineState",
    "EngineStatus",
    "Progress",
    "ProgressListener",
    "ignore_progress",
]


class EngineKind(StrEnum):
    """Where an engine runs."""

    EMBEDDED = "embedded"
    """A supervised child process on this machine, assembled from Maven Central."""
    REMOTE = "remote"
    """A SQL Gateway and a JobManager that somebody else runs, known by their URLs."""


class EngineState(StrEnum):
    """The state of an engine, as seen now."""

    STOPPED = "stopped"
    STARTING = "starting"
    RUNNING = "running"
    STOPPING = "stopping"
    LOST = "lost"
    """It was started, and its process is dead or does not answer."""


@dataclass(frozen=True)
class EngineEndpoint:
    """Where a running engine answers. URLs have no trailing slash."""

    name: str
    flink_version: str
    gateway_url: str
    """Base URL of the Flink SQL Gateway's REST endpoint, without an API version."""
    jobmanager_url: str
    """Base URL of the JobManager's REST endpoint (which serves the web UI too)."""
    kind: EngineKind = EngineKind.EMBEDDED
    """Where it runs; an embedded one sees the files of this user."""
    instance: str = ""
    """Identity of this run of the engine: it changes when the engine is started anew."""


@dataclass(frozen=True)
class EngineStatus:
    """All that the panel, the CLI and ``doctor`` show of an engine."""

    name: str
    title: str
    kind: EngineKind
    state: EngineState
    flink_version: str
    installed: bool
    """Whether all its jars are in the cache; a remote engine always is."""
    gateway_url: str | None = None
    jobmanager_url: str | None = None
    pid: int | None = None
    started_at: float | None = None
    """Seconds since the epoch."""
    memory_bytes: int | None = None
    """Resident memory of the engine's process."""
    java: str | None = None
    log_file: str | None = None
    message: str = ""
    """For a person: why it is in this state, or what it is doing now."""
    default: bool = False
    roles: tuple[str, ...] = field(default=())
    """What the engine is used for: ``sql``, ``jar``, ``seatunnel``."""

    def as_dict(self) -> dict[str, Any]:
        """A JSON-ready form, the same as the REST contract's ``Engine``."""
        return asdict(self)


@dataclass(frozen=True)
class Progress:
    """One step of a long work. Bytes and files are zero where they are not known."""

    step: str
    """The field's word for the phase: ``resolve``, ``download``, ``verify``, ``archive``, ``start``."""
    message: str
    done_bytes: int = 0
    total_bytes: int = 0
    done_files: int = 0
    total_files: int = 0


ProgressListener = Callable[[Progress], None]


def ignore_progress(progress: Progress) -> None:
    """A listener for those who do not show progress."""


class Engine(Protocol):
    """An engine by name. All calls block; an event loop runs them in a thread."""

    @property
    def name(self) -> str:
        """The name it is chosen by, such as ``flink-1.20``."""

    def status(self) -> EngineStatus:
        """The state as seen now; never raises for an engine that is down."""

    def ensure(self, progress: ProgressListener = ignore_progress) -> EngineEndpoint:
        """The endpoint of the running engine, which is assembled and started if it has to be.

        Raises `PlatformError` when the machine lacks something and `EngineError` when it does not come up.
        """

    def touch(self) -> None:
        """Notes that the engine is in use, so that it is not stopped as idle."""

    def stop(self) -> bool:
        """Stops the engine and waits for its process to end; whether there was one."""

    def log_tail(self, lines: int = 200) -> str:
        """The last lines of the engine's log, empty where there is none."""
