"""The connectors that a pipeline may use: of the user's SeaTunnel home, or of a release by its shipped snapshot."""

from __future__ import annotations

import difflib
import json
import re
from functools import cache
from importlib.resources.abc import Traversable

from scaleph_lab.connectors.descriptor import ConnectorDescriptor, Kind
from scaleph_lab.connectors.installed import read_home, read_release
from scaleph_lab.connectors.overlays import bound_types, connector_folders, overlays
from scaleph_lab.engines.model import ProgressListener, ignore_progress
from scaleph_lab.engines.seatunnel_home import SEATUNNEL_VERSION, seatunnel_home_path
from scaleph_lab.errors import NotFoundError
from scaleph_lab.settings import get_settings

__all__ = ["descriptors_of", "find_descriptor", "known_versions", "read_descriptors"]

_SNAPSHOT = re.compile(r"descriptors-(.+)\.json")


def known_versions() -> tuple[str, ...]:
    """Releases that have a snapshot, the default first."""
    versions = {match[1] for name in _snapshots() if (match := _SNAPSHOT.fullmatch(name))}
    return tuple(sorted(versions, key=lambda version: (version != SEATUNNEL_VERSION, version)))


def descriptors_of(version: str = "") -> tuple[ConnectorDescriptor, ...]:
    """The connectors of a release; without one those of the user's own home, or of the release that runs here.

    Nothing is fetched. Raises `NotFoundError` for a release without a snapshot, and `EngineError` where the jars of the
    user's home cannot be read.
    """
    if not version and get_settings().seatunnel_home is not None:
        return _dressed(read_home(seatunnel_home_path()))
    return _of_snapshot(version or SEATUNNEL_VERSION)


def read_descriptors(
    version: str = "", listener: ProgressListener = ignore_progress
) -> tuple[ConnectorDescriptor, ...]:
    """As `descriptors_of`, but straight from the jars, which are fetched where they lack."""
    if not version and get_settings().seatunnel_home is not None:
        return _dressed(read_home(seatunnel_home_path(), listener))
    return _dressed(read_release(version or SEATUNNEL_VERSION, listener))


def find_descriptor(kind: Kind, name: str, version: str = "") -> ConnectorDescriptor:
    """The connector of that kind and name, in any case of letters. Raises `NotFoundError`, with the nearest name."""
    found = {each.name.lower(): each for each in descriptors_of(version) if each.kind == kind}
    if name.lower() in found:
        return found[name.lower()]
    near = difflib.get_close_matches(name.lower(), found, n=1, cutoff=0.5)
    hint = f"Did you mean {found[near[0]].name}?" if near else "`jupyter scaleph connectors` lists them."
    raise NotFoundError(f"SeaTunnel {version or SEATUNNEL_VERSION} has no {kind} {name!r}.", hint=hint, path=name)


def _snapshots() -> dict[str, Traversable]:
    files: dict[str, Traversable] = {}
    for folder in connector_folders().values():
        for file in folder.iterdir():
            if _SNAPSHOT.fullmatch(file.name):
                files.setdefault(file.name, file)
    return files


@cache
def _of_snapshot(version: str) -> tuple[ConnectorDescriptor, ...]:
    file = _snapshots().get(f"descriptors-{version}.json")
    if file is None:
        raise NotFoundError(
            f"There are no descriptors of SeaTunnel {version}.",
            hint=f"There are: {', '.join(known_versions())}; or set seatunnel_home to a home of that release.",
            path=version,
        )
    plain = json.loads(file.read_text(encoding="utf-8"))
    return _dressed(tuple(ConnectorDescriptor.model_validate(each) for each in plain))


def _dressed(plain: tuple[ConnectorDescriptor, ...]) -> tuple[ConnectorDescriptor, ...]:
    types = bound_types()
    return tuple(overlays().dress(each, types) for each in plain)
