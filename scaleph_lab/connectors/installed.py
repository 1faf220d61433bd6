"""Descriptors straight from jars: of a release that is fetched, or of the user's own SeaTunnel home."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any

from scaleph_lab.connectors.descriptor import ConnectorDescriptor
from scaleph_lab.engines.artifacts import ArtifactFolder, lock_digest
from scaleph_lab.engines.java import find_java
from scaleph_lab.engines.maven import fetch
from scaleph_lab.engines.model import Progress, ProgressListener, ignore_progress
from scaleph_lab.engines.option_rules import read_option_rules
from scaleph_lab.engines.seatunnel_home import SEATUNNEL_JAVA, release_lock
from scaleph_lab.errors import EngineError
from scaleph_lab.settings import get_settings

__all__ = ["chosen", "read_home", "read_release"]

_FORMAT = "1"
"""Part of the cache's key: grows with what the reader writes."""


def read_release(
    version: str, listener: ProgressListener = ignore_progress, *, connectors: Collection[str] | None = None
) -> tuple[ConnectorDescriptor, ...]:
    """The connectors of a release, from the jars that are published, which are fetched first.

    ``connectors`` names the jars to read, such as ``file-local``; all of them without it. Raises `NotFoundError` for a
    release that has no lock, and what fetching and `read_option_rules` raise.
    """
    artifacts = [
        artifact
        for artifact in release_lock(version)
        if connectors is None or not artifact.groups or {*connectors} & {*artifact.groups}
    ]
    folder = ArtifactFolder(get_settings().cache_dir / "seatunnel" / version / ".jars")
    kept = _kept(lock_digest(artifacts))
    if kept.exists():
        return _load(kept)
    fetch(artifacts, folder, listener, what=f"SeaTunnel {version}")
    paths = [folder.path / artifact.file for artifact in artifacts]
    holders = [path for path in paths if _holds_plugins(path)]
    # Both starters bundle SeaTunnel's classes; one of them is enough.
    api = [path for path in paths if path not in holders and "flink-15-starter" not in path.name]
    return _read(api, holders, kept, listener)


def read_home(home: Path, listener: ProgressListener = ignore_progress) -> tuple[ConnectorDescriptor, ...]:
    """The connectors of a SeaTunnel home of any release; a jar that is dropped there is found with the next call.

    Raises `EngineError` where the folder is none, and what `read_option_rules` raises.
    """
    jars = sorted((home / "connectors").glob("connector-*.jar")) + sorted((home / "lib").glob("*transforms*.jar"))
    api = sorted((home / "starter").glob("seatunnel-starter*.jar")) + sorted((home / "lib").glob("*.jar"))
    if not jars or not api:
        raise EngineError(
            f"{home} holds no connectors of SeaTunnel.",
            hint="Set seatunnel_home to a folder with starter/, lib/ and connectors/, or unset it.",
            path=str(home),
        )
    facts = [(path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in (*api, *jars)]
    kept = _kept(hashlib.sha256(repr(facts).encode()).hexdigest()[:16])
    return _load(kept) if kept.exists() else _read(api, jars, kept, listener)


def chosen(plugins: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """One plug-in of each kind and name.

    CDC jars bundle Jdbc, the Hive jar bundles S3File: the jar that holds the fewest is the plug-in's own.
    """
    found = list(plugins)
    sizes = Counter(plugin["jar"] for plugin in found)
    own: dict[tuple[str, str], dict[str, Any]] = {}
    for plugin in sorted(found, key=lambda plugin: (sizes[plugin["jar"]], plugin["jar"])):
        own.setdefault((plugin["kind"], plugin["name"].lower()), plugin)
    order = {"source": 0, "transform": 1, "sink": 2}
    return sorted(own.values(), key=lambda plugin: (order[plugin["kind"]], plugin["name"].lower()))


def _holds_plugins(path: Path) -> bool:
    return path.name.startswith(("connector-", "seatunnel-transforms"))


def _kept(digest: str) -> Path:
    return get_settings().cache_dir / "seatunnel" / "descriptors" / f"{_FORMAT}-{digest}.json"


def _load(kept: Path) -> tuple[ConnectorDescriptor, ...]:
    return tuple(ConnectorDescriptor.model_validate(plugin) for plugin in json.loads(kept.read_text(encoding="utf-8")))


def _read(api: list[Path], jars: list[Path], kept: Path, listener: ProgressListener) -> tuple[ConnectorDescriptor, ...]:
    listener(Progress("index", f"Reading the option rules of {len(jars)} jars"))
    plugins = chosen(read_option_rules(find_java(SEATUNNEL_JAVA), api, jars))
    kept.parent.mkdir(parents=True, exist_ok=True)
    partial = kept.with_suffix(".partial")
    partial.write_text(json.dumps(plugins, ensure_ascii=False), encoding="utf-8")
    partial.replace(kept)
    return _load(kept)
