"""Jars by name: the lock that pins them, and a folder that holds exactly what its lock says.

A lock is JSON: ``{"artifacts": [{"coordinate", "file", "bytes", "sha256", "groups"?}]}``. It is made once by
``python -m scaleph_lab.engines.locking`` and ships with the plug-in, so that an assembly is the same everywhere, knows
its size before it begins, and trusts no mirror.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from scaleph_lab.errors import BrokenArtifactError, DiskFullError, PlatformError, ScalephError

__all__ = ["Artifact", "ArtifactFolder", "explain_os_error", "file_sha256", "lock_digest", "read_lock"]


@dataclass(frozen=True)
class Artifact:
    """One file of Maven Central, pinned."""

    coordinate: str
    """``group:artifact:version`` or ``group:artifact:version:jar:classifier``."""
    file: str
    """Its name in the folder."""
    bytes: int
    sha256: str
    groups: tuple[str, ...] = ()
    """Which parts of an assembly it belongs to; empty for all."""

    @property
    def parts(self) -> tuple[str, str, str, str]:
        """Group, artifact, version, and classifier (or an empty string)."""
        group, name, version, *rest = self.coordinate.split(":")
        return group, name, version, rest[1] if len(rest) > 1 else ""


def read_lock(lock: Traversable) -> tuple[Artifact, ...]:
    """The artifacts of a lock file, in its order."""
    raw = json.loads(lock.read_text(encoding="utf-8"))
    return tuple(Artifact(**{**entry, "groups": tuple(entry.get("groups", ()))}) for entry in raw["artifacts"])


def lock_digest(artifacts: Iterable[Artifact]) -> str:
    """Eight hexadecimal digits that change whenever an artifact does."""
    return hashlib.sha256("".join(artifact.sha256 for artifact in artifacts).encode()).hexdigest()[:8]


def file_sha256(path: Path) -> str:
    """The checksum of a file's content."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


class ArtifactFolder:
    """A folder of jars, checked against a lock.

    Hashing 126 MB at each start would cost more than the start may; a file whose size and time of change are those
    that were noted when it was hashed is taken as whole. `verify` hashes them all.
    """

    _NOTES = ".verified.json"

    def __init__(self, path: Path) -> None:
        self.path = path

    def missing(self, artifacts: Iterable[Artifact], *, deep: bool = False) -> list[Artifact]:
        """Those that are absent, broken or half-written. ``deep`` hashes every file again."""
        notes = {} if deep else self._read_notes()
        fresh: dict[str, list[int]] = {}
        missing = []
        for artifact in artifacts:
            stamp = self._stamp(artifact)
            if stamp is None or stamp[0] != artifact.bytes:
                missing.append(artifact)
            elif notes.get(artifact.file) == stamp or file_sha256(self.path / artifact.file) == artifact.sha256:
                fresh[artifact.file] = stamp
            else:
                missing.append(artifact)
        if fresh and fresh != {name: notes.get(name) for name in fresh}:
            self._write_notes({**notes, **fresh})
        return missing

    def verify(self, artifacts: Iterable[Artifact]) -> None:
        """Hashes every file. Raises `BrokenArtifactError` for the first that is not what the lock says."""
        for artifact in self.missing(artifacts, deep=True):
            raise BrokenArtifactError(
                f"{artifact.file} is missing or broken.",
                hint="The next start fetches it again.",
                path=str(self.path / artifact.file),
            )

    def adopt(self, artifact: Artifact, source: Path) -> bool:
        """Takes a fetched file in if its checksum is right, atomically; else leaves it and returns False."""
        if source.stat().st_size != artifact.bytes or file_sha256(source) != artifact.sha256:
            return False
        target = self.path / artifact.file
        partial = target.with_name(f".{target.name}.{os.getpid()}")
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, partial)
            partial.replace(target)
        except OSError as error:
            partial.unlink(missing_ok=True)
            raise explain_os_error(error, self.path) from error
        return True

    def _stamp(self, artifact: Artifact) -> list[int] | None:
        try:
            status = (self.path / artifact.file).stat()
        except FileNotFoundError:
            return None
        return [status.st_size, status.st_mtime_ns]

    def _read_notes(self) -> dict[str, Any]:
        try:
            return dict(json.loads((self.path / self._NOTES).read_text(encoding="utf-8")))
        except (OSError, ValueError):
            return {}

    def _write_notes(self, notes: dict[str, Any]) -> None:
        partial = self.path / f"{self._NOTES}.{os.getpid()}"
        try:
            partial.write_text(json.dumps(notes), encoding="utf-8")
            partial.replace(self.path / self._NOTES)
        except OSError:
            # The notes only save time: a read-only cache must still serve.
            partial.unlink(missing_ok=True)


def explain_os_error(error: OSError, path: Path) -> ScalephError:
    """Turns what the operating system says into an error of the tree, with a way out."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DiskFullError(
            f"The disk is full: {path} cannot be written.",
            hint="Free some space (an engine needs about 600 MB), or set SCALEPH_LAB_CACHE_DIR and "
            "SCALEPH_LAB_STATE_DIR to folders on another disk.",
            path=str(path),
        )
    reason = os.strerror(error.errno) if error.errno else str(error)
    return PlatformError(
        f"{path} cannot be written: {reason}.",
        hint="Mend its rights, or set SCALEPH_LAB_CACHE_DIR and SCALEPH_LAB_STATE_DIR to folders of yours.",
        path=str(path),
    )
