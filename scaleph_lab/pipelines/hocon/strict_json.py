"""A ``*.json`` configuration is strict JSON: SeaTunnel reads it without its rules for blocks."""

from __future__ import annotations

import json

from scaleph_lab.pipelines.hocon.source import Source
from scaleph_lab.pipelines.hocon.syntax import Array, Entry, Object, Scalar, Value

__all__ = ["check_json", "check_keys"]


def check_json(source: Source) -> None:
    """Raises `ConfigSyntaxError` for what is no JSON object."""
    try:
        found = json.loads(source.text)
    except json.JSONDecodeError as error:
        raise source.error(f"This is no JSON: {error.msg}.", error.pos) from error
    except RecursionError as error:
        raise source.error("The JSON is nested too deep.", 0) from error
    if not isinstance(found, dict):
        raise source.error("A configuration is an object, not a list or a value.", 0)


def check_keys(source: Source, node: Value) -> None:
    """Raises `ConfigSyntaxError` for a key that an object has twice, and for a number of more than 64 bits."""
    if isinstance(node, Array):
        for item in node.items:
            check_keys(source, item.value)
    if isinstance(node, Scalar) and isinstance(node.value, str) and not node.raw.startswith('"'):
        raise source.error("The number is too large for SeaTunnel.", node.start, "Write it in quotes.")
    if not isinstance(node, Object):
        return
    seen: set[tuple[str, ...]] = set()
    for entry in node.entries:
        if not isinstance(entry, Entry):
            continue
        if entry.path in seen:
            raise source.error(f"The key {entry.path[0]!r} is there twice, which JSON forbids.", entry.start)
        seen.add(entry.path)
        check_keys(source, entry.value)
