"""Engine profiles: which Flink, with which jars, for what. Each is a plug-in.

A distribution offers its own profile on the entry point group ``scaleph_lab.engine_profiles``; the built-in
ones (``scaleph_plugins.engines``) use the same door.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib.metadata import entry_points
from importlib.resources.abc import Traversable

from scaleph_lab.errors import NotFoundError

__all__ = ["EngineProfile", "engine_profiles", "get_profile"]

ENTRY_POINT_GROUP = "scaleph_lab.engine_profiles"


@dataclass(frozen=True)
class EngineProfile:
    """A Flink that can be assembled and run here."""

    name: str
    """What a user chooses it by, such as ``flink-1.20``."""
    title: str
    flink_version: str
    java_versions: tuple[int, ...]
    """Major versions of Java that it runs on, the best first."""
    lock: Traversable
    """The lock file that names its jars, see `scaleph_lab.engines.artifacts.read_lock`."""
    config_file: str = "config.yaml"
    """The name Flink reads its configuration from: ``flink-conf.yaml`` up to 1.18."""
    roles: tuple[str, ...] = ("sql", "jar")
    """What it is used for: ``sql``, ``jar``, ``seatunnel``."""


@cache
def engine_profiles() -> dict[str, EngineProfile]:
    """All profiles that are installed, by name."""
    found = [entry.load() for entry in entry_points(group=ENTRY_POINT_GROUP)]
    return {profile.name: profile for profile in sorted(found, key=lambda profile: str(profile.name))}


def get_profile(name: str) -> EngineProfile:
    """The profile of that name, or `NotFoundError` with the names there are."""
    profiles = engine_profiles()
    if name not in profiles:
        raise NotFoundError(
            f"There is no engine profile {name!r}.", hint=f"There are: {', '.join(profiles)}.", path=name
        )
    return profiles[name]
