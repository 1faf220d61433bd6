"""What a data source gives to a connector: options of SeaTunnel, options of a Flink table, files at run time.

Secrets stay references (``{{secret:NAME}}``); who runs the result resolves them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from scaleph_lab.datasources.derived import with_derived
from scaleph_lab.datasources.types import Binding, DataSourceType
from scaleph_lab.errors import NotFoundError, ValidationError

__all__ = ["RunFile", "bind_files", "bind_flink", "bind_seatunnel", "flink_binding", "seatunnel_binding"]

_EMPTY_TOO = frozenset({"params_or_nothing"})
_SLOT = re.compile(r"(?<!\{)\{(\w+)\}(?!\})")


@dataclass(frozen=True)
class RunFile:
    """A file that must be there at run time: either its text, or the path that a property refers to."""

    name: str
    text: str = ""
    source: str = ""


def seatunnel_binding(kind: DataSourceType, connector: str, version: str, role: str = "source") -> Binding:
    """The binding to a connector of SeaTunnel. ``role`` is ``source`` or ``sink``. Raises `NotFoundError`."""
    return _chosen(kind, kind.seatunnel, connector, version, role, "SeaTunnel")


def flink_binding(kind: DataSourceType, connector: str, version: str, role: str = "source") -> Binding:
    """The binding to a table connector of Flink; the first that fits where none is named. Raises `NotFoundError`."""
    return _chosen(kind, kind.flink, connector, version, role, "Flink")


def bind_seatunnel(
    kind: DataSourceType, properties: Mapping[str, Any], connector: str, version: str, role: str = "source"
) -> dict[str, Any]:
    """The options of a SeaTunnel connector that the checked properties fill, in order. Raises `NotFoundError`."""
    return _filled(seatunnel_binding(kind, connector, version, role).options, with_derived(properties))


def bind_flink(  # noqa: PLR0917
    kind: DataSourceType,
    properties: Mapping[str, Any],
    connector: str,
    version: str,
    table: Mapping[str, str] | None = None,
    role: str = "source",
) -> dict[str, str]:
    """The options of ``CREATE TABLE … WITH``, in order, as texts.

    ``table`` says ``database``, ``schema`` and ``table`` where the connector wants them. Raises `NotFoundError`, and
    `ValidationError` where the table lacks a part.
    """
    binding = flink_binding(kind, connector, version, role)
    properties = with_derived(properties)
    options = {"connector": binding.connector, **_filled(binding.options, properties)}
    if table is not None and binding.table:
        parts = {**properties, **table}
        for option, template in binding.table.items():
            if lacking := [name for name in _SLOT.findall(template) if not parts.get(name)]:
                raise ValidationError(f"The table's {lacking[0]} is missing: {option!r} needs it.", path=lacking[0])
            options[option] = _value(template, parts)
    return {name: _text(value) for name, value in options.items()}


def bind_files(kind: DataSourceType, properties: Mapping[str, Any]) -> list[RunFile]:
    """The files of the data source at run time. A keytab is referred to by its path, never read."""
    files = []
    properties = with_derived(properties)
    for name, content in kind.files.items():
        if isinstance(content, str):
            if source := _value(content, properties):
                files.append(RunFile(name, source=source))
        elif settings := _filled(content, properties):
            files.append(RunFile(name, text=_hadoop_xml(settings)))
    return files


def _chosen(  # noqa: PLR0917
    kind: DataSourceType, bindings: tuple[Binding, ...], connector: str, version: str, role: str, engine: str
) -> Binding:
    serving = [each for each in bindings if each.serves(version) and role in each.kinds]
    for each in serving:
        if not connector or each.connector.lower() == connector.lower():
            return each
    there_are = ", ".join(each.connector for each in serving) or "none"
    raise NotFoundError(
        f"A data source of type {kind.name!r} fits no {role} {connector!r} of {engine} {version}.",
        hint=f"It fits: {there_are}.",
        path="connector",
    )


def _filled(templates: Mapping[str, Any], properties: Mapping[str, Any]) -> dict[str, Any]:
    """The options whose templates have all they need; a ``*`` takes in a property that is a mapping."""
    options: dict[str, Any] = {}
    for name, template in templates.items():
        value = _value(template, properties)
        if value is None or value in ("", {}, []):
            continue
        if name.endswith("*"):
            options |= {f"{name[:-1]}{key}": each for key, each in value.items()}
        else:
            options[name] = value
    return options


def _value(template: Any, properties: Mapping[str, Any]) -> Any:
    if isinstance(template, Mapping):
        return _filled(template, properties)
    if isinstance(template, list):
        return [value for each in template if (value := _value(each, properties)) is not None]
    if not isinstance(template, str):
        return template
    names = _SLOT.findall(template)
    if any(name not in _EMPTY_TOO and properties.get(name) in (None, "") for name in names):
        return None
    if names and template == f"{{{names[0]}}}":
        # Alone it keeps its type: a port stays a number.
        return properties[names[0]]
    return _SLOT.sub(lambda match: _text(properties[match[1]]), template)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ",".join(_text(each) for each in value)
    return str(value)


def _hadoop_xml(settings: Mapping[str, Any]) -> str:
    rows = (
        f"  <property><name>{escape(name)}</name><value>{escape(_text(value))}</value></property>\n"
        for name, value in settings.items()
    )
    return f'<?xml version="1.0"?>\n<configuration>\n{"".join(rows)}</configuration>\n'
