"""Which connectors, formats and catalogs an engine has, and what options they take: told by the jars themselves.

The jars are read once, by a process of its own (see ``factory_reader``), and what they say is kept beside them in the
cache. Reading takes a few seconds, so that nobody waits for it: the first who asks gets nothing.
"""

from __future__ import annotations

import hashlib
import json
import logging
import subprocess
import sys
import threading
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from scaleph_lab.engines.assembly import FlinkAssembly
from scaleph_lab.engines.java import find_java
from scaleph_lab.engines.profiles import EngineProfile, engine_profiles
from scaleph_lab.errors import EngineError, ScalephError

__all__ = ["FactoryOption", "TableFactories", "TableFactory", "known_factories", "read_factories"]

_FORM = 1
"""Of the kept file: grows with each change of it."""
_SECONDS = 120
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class FactoryOption:
    """One option, as its ``ConfigOption`` tells it."""

    key: str
    type: str = "String"
    """A word for its Java class, such as ``Duration``."""
    default: str = ""
    """As text; empty where there is none."""
    description: str = ""
    required: bool = False
    values: tuple[str, ...] = ()
    """The values of a boolean or an enumeration."""

    def renamed(self, key: str) -> FactoryOption:
        """The same option under another key. What belongs to a format is never required by itself."""
        return replace(self, key=key)


@dataclass(frozen=True)
class TableFactory:
    """What an identifier stands for."""

    identifier: str
    kinds: tuple[str, ...]
    """Some of ``source``, ``sink``, ``format``, ``catalog``."""
    options: tuple[FactoryOption, ...] = ()


class TableFactories:
    """All factories of an engine."""

    def __init__(self, factories: Iterable[TableFactory]) -> None:
        # A format has a factory for tables and one for files, with the same options.
        unique = {(each.identifier, each.kinds): each for each in factories}
        self.all = tuple(sorted(unique.values(), key=lambda each: each.identifier))

    def of(self, *kinds: str) -> list[TableFactory]:
        """Those of one of the kinds, by name."""
        return [each for each in self.all if set(kinds) & set(each.kinds)]

    def named(self, identifier: str, *, catalog: bool = False) -> list[TableFactory]:
        """The connector of that identifier, or the catalog."""
        kinds = ("catalog",) if catalog else ("source", "sink")
        return [each for each in self.of(*kinds) if each.identifier == identifier]

    def formats_named(self, identifier: str) -> list[TableFactory]:
        """The format of that identifier."""
        return [each for each in self.of("format") if each.identifier == identifier]

    def identity(self, key: str) -> FactoryOption:
        """The option that names the connector (``connector``) or the catalog (``type``)."""
        return self._identities[key]

    @cached_property
    def _identities(self) -> Mapping[str, FactoryOption]:
        connectors = tuple(each.identifier for each in self.of("source", "sink"))
        catalogs = tuple(each.identifier for each in self.of("catalog"))
        return {
            "connector": FactoryOption(
                "connector",
                description="The connector that reads or writes the table.",
                required=True,
                values=connectors,
            ),
            "type": FactoryOption("type", description="The kind of the catalog.", required=True, values=catalogs),
        }


_LOCK = threading.Lock()
_READ: dict[Path, TableFactories] = {}
_ASKED: set[Path] = set()


def known_factories(engine: str, flink_version: str = "") -> TableFactories | None:
    """What is known of an engine by name; of a remote one, what the profile of its minor version of Flink has.

    It never waits: where nothing is known yet the jars are read in the background, and this is ``None``. It is
    ``None`` too for an engine whose jars are not on this machine.
    """
    profile = engine_profiles().get(engine) or _profile_like(flink_version)
    if profile is None:
        return None
    assembly = FlinkAssembly(profile)
    kept = _kept_file(assembly)
    with _LOCK:
        if kept in _READ:
            return _READ[kept]
        if kept.exists():
            try:
                _READ[kept] = _parsed(json.loads(kept.read_text(encoding="utf-8")))
                return _READ[kept]
            except (ValueError, TypeError, KeyError):
                # Half a file, of a full disk: it is made anew.
                kept.unlink(missing_ok=True)
        if kept in _ASKED or not assembly.root.exists():
            return None
        _ASKED.add(kept)
    threading.Thread(target=_read_quietly, args=(profile,), name="scaleph-factories", daemon=True).start()
    return None


def read_factories(profile: EngineProfile) -> TableFactories:
    """Reads the jars of an assembled profile, and keeps what they say.

    Raises `EngineError` when they cannot be read, and `JavaNotFoundError`.
    """
    assembly = FlinkAssembly(profile)
    request = {"libjvm": str(find_java(profile.java_versions).libjvm), "classpath": assembly.classpath}
    try:
        answer = subprocess.run(
            [sys.executable, "-m", "scaleph_lab.engines.factory_reader"],
            input=json.dumps(request),
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise EngineError(f"The connectors of {profile.title} could not be read in {_SECONDS} s.") from error
    lines = [line for line in answer.stdout.splitlines() if line.startswith("[{")]
    if answer.returncode or not lines:
        raise EngineError(
            f"The connectors of {profile.title} could not be read: {answer.stderr.strip()[-500:]}",
            hint="A jar may be broken: delete the engine's folder in the cache and start it again.",
            path=str(assembly.root),
        )
    kept = _kept_file(assembly)
    partial = kept.with_suffix(f".{uuid.uuid4().hex[:8]}")
    partial.write_text(lines[-1], encoding="utf-8")
    partial.replace(kept)
    return _parsed(json.loads(lines[-1]))


def _read_quietly(profile: EngineProfile) -> None:
    try:
        read_factories(profile)
    except (ScalephError, OSError) as error:
        _LOG.warning("No completion of connector options: %s", error)


def _kept_file(assembly: FlinkAssembly) -> Path:
    identity = hashlib.sha256(repr((_FORM, *assembly.classpath)).encode()).hexdigest()[:8]
    return assembly.root / f"factories-{identity}.json"


def _profile_like(version: str) -> EngineProfile | None:
    minor = version.split(".")[:2]
    return next((each for each in engine_profiles().values() if each.flink_version.split(".")[:2] == minor), None)


def _parsed(entries: list[dict[str, Any]]) -> TableFactories:
    return TableFactories(
        TableFactory(
            entry["identifier"],
            tuple(entry["kinds"]),
            tuple(FactoryOption(**{**option, "values": tuple(option["values"])}) for option in entry["options"]),
        )
        for entry in entries
    )
