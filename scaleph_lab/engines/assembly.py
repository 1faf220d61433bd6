"""Assembles an engine: its jars from Maven Central, and the class-data archive that halves its start."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from scaleph_lab.engines.artifacts import Artifact, ArtifactFolder, lock_digest, read_lock
from scaleph_lab.engines.java import JavaRuntime
from scaleph_lab.engines.maven import fetch
from scaleph_lab.engines.model import ProgressListener
from scaleph_lab.engines.profiles import EngineProfile
from scaleph_lab.settings import get_settings

__all__ = ["FlinkAssembly"]


class FlinkAssembly:
    """The jars of one profile, in the cache. A changed lock is another folder, so that a running engine keeps its."""

    def __init__(self, profile: EngineProfile) -> None:
        self.profile = profile
        self.artifacts: tuple[Artifact, ...] = read_lock(profile.lock)
        self.root: Path = get_settings().cache_dir / "flink" / f"{profile.flink_version}-{lock_digest(self.artifacts)}"
        self.folder = ArtifactFolder(self.root / "lib")

    @property
    def installed(self) -> bool:
        """Whether all jars are there and whole."""
        return not self.folder.missing(self.artifacts)

    @property
    def classpath(self) -> list[str]:
        """The jars in the lock's order, which is part of the archive's identity."""
        return [str(self.folder.path / artifact.file) for artifact in self.artifacts]

    def ensure(self, listener: ProgressListener) -> None:
        """Fetches what lacks; see `scaleph_lab.engines.maven.fetch` for the errors."""
        fetch(self.artifacts, self.folder, listener, what=self.profile.title)

    def archive(self, java: JavaRuntime, classpath: Sequence[str]) -> Path:
        """The class-data archive for this Java and class path. The JVM itself refuses one that does not fit."""
        identity = hashlib.sha256(repr((str(java.home), java.version, *classpath)).encode()).hexdigest()[:8]
        return self.root / f"classes-{java.version}-{identity}.jsa"
