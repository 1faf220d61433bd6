"""Writes a syntax as text, in one style: two spaces a level, at most one blank line, comments and texts as written."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scaleph_lab.pipelines.hocon.parser import parse
from scaleph_lab.pipelines.hocon.syntax import Array, Concatenation, Entry, Include, Object, Reference, Scalar, Value

__all__ = ["format_text", "print_syntax"]

_INDENT = "  "
_BLOCKS_ABOVE = 2
"""Objects at these levels are blocks on lines of their own: the sections, and the plug-ins in them."""
_SIMPLE = re.compile(r"[\w.\-]+")


def format_text(text: str, name: str = "") -> str:
    """The text in the one style; formatting the result changes nothing. Raises `ConfigSyntaxError`."""
    return print_syntax(parse(text, name))


def print_syntax(root: Object) -> str:
    """The text of a whole configuration."""
    lines = [*_lines(root, 0)]
    return "\n".join(lines) + "\n" if lines else ""


def _lines(node: Object, level: int) -> Iterator[str]:
    indent = _INDENT * level
    first = True
    for entry in node.entries:
        yield from _comments(entry.before, indent, first=first)
        text = entry.raw if isinstance(entry, Include) else _entry(entry, level)
        yield f"{indent}{text}{_trailing(entry.after)}"
        first = False
    yield from _closing(node.closing, indent, first=first)


def _comments(lines: list[str], indent: str, *, first: bool) -> Iterator[str]:
    for line in lines:
        if line or not first:
            yield f"{indent}{line}" if line else ""
        first = False


def _closing(lines: list[str], indent: str, *, first: bool) -> Iterator[str]:
    kept = [*lines]
    while kept and not kept[-1]:
        kept.pop()
    yield from _comments(kept, indent, first=first)


def _trailing(comment: str) -> str:
    return f" {comment}" if comment else ""


def _entry(entry: Entry, level: int) -> str:
    key = entry.key
    if entry.append:
        return f"{key} += {_value(entry.value, level)}"
    if isinstance(entry.value, Object):
        return f"{key} {_value(entry.value, level)}"
    return f"{key} = {_value(entry.value, level)}"


def _value(value: Value, level: int) -> str:
    match value:
        case Scalar() | Reference():
            return value.raw
        case Object():
            return _object(value, level)
        case Array():
            return _array(value, level)
        case Concatenation():
            return _concatenation(value, level)


def _object(node: Object, level: int) -> str:
    if not node.entries and not any(node.closing):
        return "{}"
    if node.wide or level < _BLOCKS_ABOVE:
        return "\n".join(["{", *_lines(node, level + 1), f"{_INDENT * level}}}"])
    inner = ", ".join(e.raw if isinstance(e, Include) else _entry(e, level) for e in node.entries)
    return f"{{ {inner} }}"


def _array(node: Array, level: int) -> str:
    if not node.items and not any(node.closing):
        return "[]"
    if not node.wide:
        # Nothing in it has a line of its own, so the level only keeps objects from being taken for blocks.
        return f"[{', '.join(_value(item.value, _BLOCKS_ABOVE) for item in node.items)}]"
    indent = _INDENT * (level + 1)
    lines = ["["]
    for index, item in enumerate(node.items):
        lines += _comments(item.before, indent, first=index == 0)
        comma = "," if index < len(node.items) - 1 else ""
        lines.append(f"{indent}{_value(item.value, level + 1)}{comma}{_trailing(item.after)}")
    lines += _closing(node.closing, indent, first=not node.items)
    return "\n".join([*lines, f"{_INDENT * level}]"])


def _concatenation(node: Concatenation, level: int) -> str:
    text = ""
    glued = False
    for part in node.parts:
        simple = isinstance(part, Scalar | Reference)
        # Spaces between simple values are parts themselves; others need one.
        text += _value(part, level) if not text or (simple and glued) else f" {_value(part, level)}"
        glued = simple
    return text
