"""Settings in layers, and which layer each value came from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from scaleph_lab.deployments.model import Settings

__all__ = ["PLATFORM", "PLATFORM_DEFAULTS", "Layered", "Path", "leaves", "merge"]

Path = tuple[str, ...]
PLATFORM = "platform"
"""The origin of a value that nobody set."""

PLATFORM_DEFAULTS = Settings.model_validate(
    {
        "flink_version": "1.20",
        "image_pull_policy": "IfNotPresent",
        "service_account": "flink",
        "parallelism": 1,
        "upgrade_mode": "savepoint",
        "allow_non_restored_state": False,
        "job_manager": {"cpu": 1, "memory": "1024m", "replicas": 1},
        "task_manager": {"cpu": 1, "memory": "2048m"},
        "flink_configuration": {
            "execution.checkpointing.interval": "3 min",
            "execution.checkpointing.min-pause": "3 min",
            "execution.checkpointing.timeout": "18 min",
            "execution.checkpointing.externalized-checkpoint-retention": "RETAIN_ON_CANCELLATION",
            "restart-strategy.type": "failure-rate",
            "restart-strategy.failure-rate.max-failures-per-interval": "30",
            "restart-strategy.failure-rate.failure-rate-interval": "10 min",
            "restart-strategy.failure-rate.delay": "10 s",
            "taskmanager.numberOfTaskSlots": "1",
        },
    }
)
"""What holds where no template, deployment or run says otherwise."""


@dataclass(frozen=True)
class Layered:
    """Settings that were laid over each other."""

    values: Mapping[str, Any]
    origins: Mapping[Path, str]
    """The layer of each value; a list is one value."""

    def get(self, *path: str) -> Any:
        """The value at a path; None where no layer has one."""
        found: Any = self.values
        for part in path:
            found = found.get(part) if isinstance(found, Mapping) else None
        return found

    def origin(self, *path: str) -> str:
        """The layer of the value at a path."""
        return self.origins.get(path, PLATFORM)

    @property
    def settings(self) -> Settings:
        """All of them as one layer."""
        return Settings.model_validate(self.values)


def merge(*layers: tuple[str, Settings | None]) -> Layered:
    """Lays the named layers over the platform's defaults, the last on top. Lists are not mixed: the upper one holds."""
    values: dict[str, Any] = {}
    origins: dict[Path, str] = {}
    for name, layer in ((PLATFORM, PLATFORM_DEFAULTS), *layers):
        if layer is not None:
            _lay(values, origins, layer.model_dump(exclude_none=True), name)
    return Layered(values, origins)


def leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Each value that is no mapping, with its path; an empty mapping has none."""
    if not isinstance(value, Mapping):
        yield path, value
        return
    for key, each in value.items():
        yield from leaves(each, (*path, str(key)))


def _lay(values: dict[str, Any], origins: dict[Path, str], upper: Mapping[str, Any], name: str) -> None:
    for path, value in leaves(upper):
        place = values
        for depth, part in enumerate(path[:-1], 1):
            if not isinstance(place.get(part), dict):
                place[part] = {}
                origins.pop(path[:depth], None)
            place = place[part]
        if isinstance(place.get(path[-1]), dict):
            for below in [each for each in origins if each[: len(path)] == path]:
                del origins[below]
        place[path[-1]] = value
        origins[path] = name
