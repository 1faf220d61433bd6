"""What jars do not tell of connectors, as data of plug-ins: groups, summaries, secrets, editors.

A plug-in on the entry point group ``scaleph_lab.connectors`` is a folder with an ``overlays.yaml`` and with snapshots
of descriptors (``descriptors-RELEASE.json``). Which data sources fill a connector's options is told by their bindings.
"""

from __future__ import annotations

import logging
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import entry_points
from importlib.resources.abc import Traversable
from typing import Any

import yaml

from scaleph_lab.connectors.descriptor import ConnectorDescriptor, Dressing, OptionDescriptor
from scaleph_lab.datasources.types import datasource_types

__all__ = ["ENTRY_POINT_GROUP", "Overlays", "connector_folders", "overlays"]

ENTRY_POINT_GROUP = "scaleph_lab.connectors"
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Overlays:
    """The overlays of all plug-ins together."""

    groups: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Titles by language, by the group's key, in the order of the palette."""
    connectors: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    sensitive: re.Pattern[str] = re.compile(r"(?!)")
    editors: Mapping[str, str] = field(default_factory=dict)

    def dress(self, connector: ConnectorDescriptor, datasources: Mapping[tuple[str, str], list[str]]) -> Any:
        """The descriptor with what is known of it beside its rules."""
        known = {**self.connectors.get(connector.name, {})}
        types = tuple(sorted(datasources.get((connector.kind, connector.name.lower()), ())))
        options = tuple(self._option(option) for option in connector.options)
        dressing = Dressing(**{"group": connector.kind if connector.kind == "transform" else "other", **known})
        return connector.model_copy(
            update={"options": options, "dressing": dressing.model_copy(update={"datasources": types})}
        )

    def _option(self, option: OptionDescriptor) -> OptionDescriptor:
        secret = option.type == "string" and self.sensitive.search(option.key) is not None
        editor = self.editors.get(option.key, "")
        if not editor and option.type in {"object", "map", "list"}:
            items = option.items
            plain = items is not None and items.type not in {"object", "map", "list"}
            editor = "" if plain else "json"
        return option.model_copy(update={"sensitive": secret, "editor": editor})


@cache
def connector_folders() -> Mapping[str, Traversable]:
    """The folders of all plug-ins, those of the house first."""
    folders: dict[str, Traversable] = {}
    for entry in sorted(entry_points(group=ENTRY_POINT_GROUP), key=lambda each: (each.name != "scaleph", each.name)):
        try:
            folders[entry.name] = entry.load()
        except Exception as error:  # noqa: BLE001  a third party's module may fail in any way
            _LOG.warning("Connectors of %s left out: %s", entry.name, error)
    return folders


@cache
def overlays() -> Overlays:
    """The overlays of all plug-ins; what the house says comes first, and what others add is added."""
    return _joined(_read(folder) for folder in connector_folders().values())


def _joined(all_data: Iterable[Mapping[str, Any]]) -> Overlays:
    groups: dict[str, Mapping[str, str]] = {}
    connectors: dict[str, Mapping[str, Any]] = {}
    editors: dict[str, str] = {}
    sensitive: list[str] = []
    for data in all_data:
        groups = {**data.get("groups", {}), **groups}
        connectors = {**data.get("connectors", {}), **connectors}
        editors = {**data.get("editors", {}), **editors}
        sensitive += data.get("sensitive", [])
    pattern = re.compile("|".join(f"(?:{each})" for each in sensitive) or r"(?!)", re.IGNORECASE)
    return Overlays(groups, connectors, pattern, editors)


def _read(folder: Traversable) -> Mapping[str, Any]:
    file = folder / "overlays.yaml"
    if not file.is_file():
        return {}
    try:
        data = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        _LOG.warning("Overlays of connectors left out: %s", error)
        return {}
    return data if isinstance(data, dict) else {}


@cache
def bound_types() -> Mapping[tuple[str, str], list[str]]:
    """Types of data sources by the kind and the name, in small letters, of a connector that they fill."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for each in datasource_types().types.values():
        for binding in each.seatunnel:
            for kind in binding.kinds:
                names = found[kind, binding.connector.lower()]
                if each.name not in names:
                    names.append(each.name)
    return found
