"""A SeaTunnel home: a folder with starters, transforms, connectors and the plug-in mapping.

Its layout is the one of SeaTunnel's own distribution, which no package registry serves; what is published there are
the jars. ``plugin-mapping.properties`` is not, so it is generated from what the jars themselves say they hold.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path

from filelock import FileLock

from scaleph_lab.engines.artifacts import Artifact, ArtifactFolder, explain_os_error, read_lock
from scaleph_lab.engines.factories import list_factories
from scaleph_lab.engines.java import find_java
from scaleph_lab.engines.jdbc_drivers import driver_jars
from scaleph_lab.engines.maven import fetch
from scaleph_lab.engines.model import Progress, ProgressListener, ignore_progress
from scaleph_lab.errors import NotFoundError, PlatformError
from scaleph_lab.settings import get_settings

__all__ = [
    "DEFAULT_CONNECTORS",
    "SEATUNNEL_JAVA",
    "SEATUNNEL_VERSION",
    "SeaTunnelHome",
    "release_lock",
    "seatunnel_home_path",
]

SEATUNNEL_VERSION = "2.3.4"
"""The newest release whose Flink starter and Zeta starter are both published."""
SEATUNNEL_JAVA = (17, 21)
"""Java versions that it was tried with, the best first."""
DEFAULT_CONNECTORS = ("assert", "console", "fake", "file-local", "jdbc")
_DRIVERS = ("postgresql", "sqlite")
_PLACES = {"seatunnel-starter": "starter", "seatunnel-flink-15-starter": "starter"}


def seatunnel_home_path() -> Path:
    """Where the home is, assembled or not: the user's own, or one in the cache."""
    settings = get_settings()
    return settings.seatunnel_home or settings.cache_dir / "seatunnel" / SEATUNNEL_VERSION


def release_lock(version: str) -> tuple[Artifact, ...]:
    """What is published of a release of SeaTunnel. Raises `NotFoundError` for one that is not known here."""
    lock = files("scaleph_plugins.seatunnel") / f"seatunnel-{version}.lock.json"
    if not lock.is_file():
        raise NotFoundError(
            f"SeaTunnel {version} is not known here.",
            hint="Set seatunnel_home to a home of that release: any release is read from there.",
            path=version,
        )
    return read_lock(lock)


class SeaTunnelHome:
    """The home that pipelines run from."""

    def __init__(self) -> None:
        self.path = seatunnel_home_path()
        self.own = get_settings().seatunnel_home is not None
        """Whether the home is the user's: it is then used as it is, and nothing is fetched."""
        self.artifacts = release_lock(SEATUNNEL_VERSION)
        self._folder = ArtifactFolder(self.path / ".jars")

    @property
    def available_connectors(self) -> list[str]:
        """Names of all connectors that can be fetched."""
        groups = {group for artifact in self.artifacts for group in artifact.groups}
        return sorted(groups - set(_DRIVERS))

    @property
    def installed_connectors(self) -> list[str]:
        """Names of the connectors whose jars are in place."""
        jars = (self.path / "connectors").glob("connector-*.jar")
        return sorted(jar.name.removeprefix("connector-").rsplit("-", 1)[0] for jar in jars)

    @property
    def starter_for_flink(self) -> Path:
        """The jar whose main class turns a configuration into a Flink job (Flink 1.15 to 1.18)."""
        return self.path / "starter" / "seatunnel-flink-15-starter.jar"

    @property
    def starter_for_zeta(self) -> Path:
        """The jar of SeaTunnel's own engine."""
        return self.path / "starter" / "seatunnel-starter.jar"

    def ensure(
        self, listener: ProgressListener = ignore_progress, *, connectors: Iterable[str] = DEFAULT_CONNECTORS
    ) -> Path:
        """The home, with at least these connectors in place.

        Raises `NotFoundError` for a connector that is not published, `PlatformError` when the user's own home lacks
        something, and what `scaleph_lab.engines.maven.fetch` raises.
        """
        wanted = sorted({*connectors})
        if self.own:
            self._check_own(wanted)
            return self.path
        for name in wanted:
            if name not in self.available_connectors:
                raise NotFoundError(
                    f"SeaTunnel {SEATUNNEL_VERSION} publishes no connector {name!r}.",
                    hint=f"There are: {', '.join(self.available_connectors)}; or set seatunnel_home to yours.",
                    path=name,
                )
        with self._locked():
            self._assemble({*wanted, *DEFAULT_CONNECTORS, *_DRIVERS}, listener)
        return self.path

    def repair(self, listener: ProgressListener = ignore_progress) -> bool:
        """Hashes the jars in place and fetches the damaged ones again; whether there were any."""
        there = [artifact for artifact in self.artifacts if (self._folder.path / artifact.file).exists()]
        if self.own or not self._folder.missing(there, deep=True):
            return False
        with self._locked():
            fetch(there, self._folder, listener, what=f"SeaTunnel {SEATUNNEL_VERSION}")
            for artifact in there:
                self._place(artifact)
        return True

    def ensure_drivers(self, listener: ProgressListener = ignore_progress) -> list[Path]:
        """The home's JDBC drivers, which the engine needs when it starts; much less than the home."""
        if not self.own:
            wanted = [artifact for artifact in self.artifacts if {*artifact.groups} & {*_DRIVERS}]
            with self._locked():
                fetch(wanted, self._folder, listener, what="JDBC drivers")
                (self.path / "lib").mkdir(exist_ok=True)
                for artifact in wanted:
                    self._place(artifact)
        return driver_jars(self.path / "lib")

    @contextmanager
    def _locked(self) -> Iterator[None]:
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            with FileLock(self.path / ".lock"):
                yield
        except OSError as error:
            raise explain_os_error(error, self.path) from error

    def _check_own(self, connectors: list[str]) -> None:
        lacking = [name for name in connectors if name not in self.installed_connectors]
        if not self.starter_for_zeta.exists() or lacking:
            what = f"the connectors {', '.join(lacking)}" if lacking else str(self.starter_for_zeta)
            raise PlatformError(
                f"Your SeaTunnel home lacks {what}.",
                hint="Add the jars there, or unset the setting seatunnel_home.",
                path=str(self.path),
            )

    def _assemble(self, groups: set[str], listener: ProgressListener) -> None:
        wanted = [artifact for artifact in self.artifacts if not artifact.groups or groups & {*artifact.groups}]
        fetch(wanted, self._folder, listener, what=f"SeaTunnel {SEATUNNEL_VERSION}")
        for folder in ("starter", "lib", "connectors", "plugins", "config"):
            (self.path / folder).mkdir(exist_ok=True)
        placed = [self._place(artifact) for artifact in wanted]
        mapping = self.path / "connectors" / "plugin-mapping.properties"
        if any(placed) or not mapping.exists():
            listener(Progress("index", "Reading which plug-ins the connectors hold"))
            self._write_mapping(mapping)

    def _place(self, artifact: Artifact) -> bool:
        """Links a jar to where SeaTunnel looks for it; whether that changed anything."""
        name = artifact.parts[1]
        if name in _PLACES:
            target = self.path / _PLACES[name] / f"{name}.jar"
        elif name.startswith("connector-"):
            target = self.path / "connectors" / artifact.file
        else:
            # Names without a version and classifier, as in the distribution: a second version would clash silently.
            target = self.path / "lib" / f"{name}.jar"
        source = self._folder.path / artifact.file
        if target.exists() and target.samefile(source):
            return False
        target.unlink(missing_ok=True)
        try:
            os.link(source, target)
        except OSError:
            if target.exists() or not source.exists():
                raise
            shutil.copyfile(source, target)
            return True
        return True

    def _write_mapping(self, mapping: Path) -> None:
        jars = sorted(
            (self.path / "connectors").glob("connector-*.jar"), key=lambda jar: ("-cdc-" in jar.name, jar.name)
        )
        factories = list_factories(
            find_java(SEATUNNEL_JAVA), [self.starter_for_zeta, *sorted((self.path / "lib").glob("*.jar"))], jars
        )
        lines: dict[str, str] = {}
        for factory in factories:
            # CDC jars bundle Jdbc's classes: the plain connector comes first and keeps the name.
            artifact = factory.jar.rsplit("-", 1)[0]
            lines.setdefault(f"seatunnel.{factory.kind}.{factory.identifier}", artifact)
        partial = mapping.with_suffix(".partial")
        partial.write_text("".join(f"{key} = {lines[key]}\n" for key in sorted(lines)), encoding="utf-8")
        partial.replace(mapping)
