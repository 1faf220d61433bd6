"""References in a document's texts: ``${name}`` is a variable, ``${?name}`` one that may be absent."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from scaleph_lab.pipelines.config_writer import write_reference
from scaleph_lab.pipelines.hocon.syntax import Reference
from scaleph_lab.pipelines.hocon.values import Template, Tree

__all__ = ["REFERENCE", "names_in", "open_references", "shown", "with_values"]

REFERENCE = re.compile(r"\$\{(\??)([A-Za-z_][A-Za-z0-9_.-]*)\}")


def names_in(text: str) -> list[str]:
    """The names that a text refers to."""
    return [name for _, name in REFERENCE.findall(text)]


def open_references(value: Any, keep: Callable[[str], bool]) -> Tree:
    """The value with its references made real, as HOCON writes them; those of names to ``keep`` stay texts."""
    if isinstance(value, dict):
        return {key: open_references(item, keep) for key, item in value.items()}
    if isinstance(value, list):
        return [open_references(item, keep) for item in value]
    if not isinstance(value, str):
        return value
    parts: list[str | Reference] = []
    end = 0
    for found in REFERENCE.finditer(value):
        if keep(found[2]):
            continue
        parts += [value[end : found.start()], write_reference(found[2], optional=bool(found[1]))]
        end = found.end()
    parts.append(value[end:])
    return Template(tuple(part for part in parts if part != "")) if len(parts) > 1 else value


def with_values(value: Any, variables: Mapping[str, str]) -> Any:
    """The value with those references replaced that have a value."""
    if isinstance(value, dict):
        return {key: with_values(item, variables) for key, item in value.items()}
    if isinstance(value, list):
        return [with_values(item, variables) for item in value]
    if isinstance(value, str):
        return REFERENCE.sub(lambda found: variables.get(found[2], found[0]), value)
    return value


def shown(reference: Reference) -> bool:
    """Whether a document can write the reference in its texts."""
    found = REFERENCE.fullmatch(reference.raw)
    return found is not None and (found[2],) == reference.path
