"""Types of data sources: plug-ins that are declared by data.

A plug-in on the entry point group ``scaleph_lab.datasource_types`` is a folder (or one file) of YAML, one type a file.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import entry_points
from importlib.resources.abc import Traversable
from typing import Any

import yaml
from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError

from scaleph_lab.errors import NotFoundError

__all__ = ["Binding", "DataSourceType", "Registry", "datasource_types", "load_types", "parse_type"]

ENTRY_POINT_GROUP = "scaleph_lab.datasource_types"
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Binding:
    """How a type fills the options of one connector."""

    connector: str
    """The connector's own name: ``Jdbc`` of SeaTunnel, ``postgres-cdc`` of Flink."""
    options: Mapping[str, Any]
    """Templates by option, in order: ``{host}`` is a property's value."""
    kinds: tuple[str, ...] = ("source", "sink")
    versions: tuple[str, ...] = ()
    """Versions it is for (SeaTunnel's, or Flink's minor ones); none: all."""
    table: Mapping[str, str] = field(default_factory=dict)
    """Templates of what names one table: ``{database}``, ``{schema}`` and ``{table}`` of it."""

    def serves(self, version: str) -> bool:
        """Whether it is for that version."""
        return not self.versions or any(version == each or version.startswith(f"{each}.") for each in self.versions)


@dataclass(frozen=True)
class DataSourceType:
    """One type, as its file declares it."""

    name: str
    label: Mapping[str, str]
    """By language: ``en`` and ``zh``."""
    group: str
    icon: str
    schema: Mapping[str, Any]
    """JSON Schema 2020-12 of the properties; ``x-secret`` marks those that are references to secrets."""
    ui: tuple[Mapping[str, Any], ...]
    """Groups of the form in their order: ``title`` and ``fields``."""
    test: Mapping[str, Any]
    """``tester``, and what it needs to know; ``proof`` is the most that it can prove."""
    browse: str
    """The dialect that lists its tables; empty where there is none."""
    seatunnel: tuple[Binding, ...]
    flink: tuple[Binding, ...]
    files: Mapping[str, Any]
    """Files at run time: by file name the properties of a Hadoop configuration, or a template of the file's path."""

    @property
    def secret_fields(self) -> tuple[str, ...]:
        """Names of the properties that only references to secrets may fill."""
        return tuple(name for name, each in self.schema["properties"].items() if each.get("x-secret"))


@dataclass(frozen=True)
class Registry:
    """The types by name, and what could not be read."""

    types: Mapping[str, DataSourceType]
    broken: Mapping[str, str]
    """Why, by the file or plug-in that could not be read."""

    def get(self, name: str) -> DataSourceType:
        """The type of that name. Raises `NotFoundError`, with what there is."""
        if name not in self.types:
            raise NotFoundError(
                f"There is no data source type {name!r}.", hint=f"There are: {', '.join(self.types)}.", path="type"
            )
        return self.types[name]


def parse_type(text: str) -> DataSourceType:
    """The type that a file declares. Raises `ValueError`, which says what is wrong with it."""
    try:
        data = yaml.safe_load(text)
        Draft202012Validator.check_schema(data["schema"])
        properties = data["schema"]["properties"]
        fields = [name for group in data["ui"] for name in group["fields"]]
        bind = data.get("bind", {})
        found = DataSourceType(
            name=data["name"],
            label=data["label"],
            group=data["group"],
            icon=data["icon"],
            schema=data["schema"],
            ui=tuple(data["ui"]),
            test=data["test"],
            browse=data.get("browse", ""),
            seatunnel=tuple(_binding(each) for each in bind.get("seatunnel", ())),
            flink=tuple(_binding(each) for each in bind.get("flink", ())),
            files=bind.get("files", {}),
        )
    except KeyError as error:
        raise ValueError(f"{error.args[0]!r} is missing") from error
    except SchemaError as error:
        raise ValueError(f"its schema is none: {error.message}") from error
    except (yaml.YAMLError, TypeError, AttributeError) as error:
        raise ValueError(f"it is no declaration of a type: {error}") from error
    if sorted(fields) != sorted(properties):
        odd = sorted(set(fields) ^ set(properties))
        raise ValueError(f"its form and its schema differ in {', '.join(odd) or 'a field named twice'}")
    return found


def _binding(data: Mapping[str, Any]) -> Binding:
    return Binding(
        connector=data["connector"],
        options=data.get("options", {}),
        kinds=tuple(data.get("kinds", ("source", "sink"))),
        versions=tuple(data.get("versions", ())),
        table=data.get("table", {}),
    )


def load_types(places: Mapping[str, Traversable]) -> Registry:
    """Reads the files of folders by the plug-in's name. A broken file is told and left out.

    The first of a name wins.
    """
    types: dict[str, DataSourceType] = {}
    broken: dict[str, str] = {}
    for plugin, place in places.items():
        try:
            found = list(_files(place))
        except OSError as error:
            broken[plugin] = f"it cannot be read: {error}"
            continue
        for file in found:
            try:
                each = parse_type(file.read_text(encoding="utf-8"))
                if each.name in types:
                    raise ValueError(f"there is a type {each.name!r} already")
                types[each.name] = each
            except (ValueError, OSError) as error:
                broken[f"{plugin}: {file.name}"] = str(error)
                _LOG.warning("Data source type left out: %s of %s: %s", file.name, plugin, error)
    return Registry(types, broken)


def _files(place: Traversable) -> Iterator[Traversable]:
    if place.is_file():
        yield place
        return
    yield from sorted((each for each in place.iterdir() if each.name.endswith(".yaml")), key=lambda each: each.name)


@cache
def datasource_types() -> Registry:
    """All installed types; those of the house come first."""
    places: dict[str, Traversable] = {}
    broken: dict[str, str] = {}
    for entry in sorted(entry_points(group=ENTRY_POINT_GROUP), key=lambda each: (each.name != "scaleph", each.name)):
        try:
            places[entry.name] = entry.load()
        except Exception as error:  # noqa: BLE001  a third party's module may fail in any way
            broken[entry.name] = f"{type(error).__name__}: {error}"
            _LOG.warning("Data source types of %s left out: %s", entry.name, error)
    registry = load_types(places)
    return Registry(registry.types, {**broken, **registry.broken})
