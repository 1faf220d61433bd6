"""Engines: Java, Maven assembly, the embedded Flink, remote ones, SeaTunnel homes, supervision.

Everything here is loaded when it is first used, so that importing the room costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scaleph_lab.engines.jobmanager import Job, JobManagerClient
    from scaleph_lab.engines.model import (
        Engine,
        EngineEndpoint,
        EngineKind,
        EngineState,
        EngineStatus,
        Progress,
        ProgressListener,
    )
    from scaleph_lab.engines.profiles import EngineProfile
    from scaleph_lab.engines.registry import get_engine, list_engines

__all__ = [
    "Engine",
    "EngineEndpoint",
    "EngineKind",
    "EngineProfile",
    "EngineState",
    "EngineStatus",
    "Job",
    "JobManagerClient",
    "Progress",
    "ProgressListener",
    "get_engine",
    "list_engines",
]

_HOMES = {
    "EngineProfile": "profiles",
    "Job": "jobmanager",
    "JobManagerClient": "jobmanager",
    "get_engine": "registry",
    "list_engines": "registry",
}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(name)
    return getattr(import_module(f"{__name__}.{_HOMES.get(name, 'model')}"), name)
