"""Writes the tree of a configuration as HOCON or as JSON, in a stable order and one style."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from scaleph_lab.pipelines.config import Comments, Config, Note
from scaleph_lab.pipelines.document import NodeKind
from scaleph_lab.pipelines.hocon import print_syntax
from scaleph_lab.pipelines.hocon.evaluation import Path
from scaleph_lab.pipelines.hocon.syntax import Array, Concatenation, Entry, Item, Object, Reference, Scalar, Value
from scaleph_lab.pipelines.hocon.values import SpelledFloat, SpelledInt, Template, Tree

__all__ = ["config_tree", "lost_in_json", "quote", "to_hocon", "to_json", "write_reference"]

_PLAIN_KEY = re.compile(r"(?!true|false|null|include$)[A-Za-z_][\w.\-]*", re.ASCII)
_INLINE = 100
"""Lists of simple values that need no more characters stand on one line."""


def to_hocon(config: Config) -> str:
    """The HOCON text; comments are kept, and reading it gives the same tree."""
    comments = config.comments
    root = Object()
    for key, value in config.others.items():
        root.entries.append(_entry(key, value, comments, (key,)))
    for section in config.sections:
        if section == "env":
            root.entries.append(_entry("env", config.env, comments, ("env",)))
        else:
            root.entries.append(_section(config, NodeKind(section)))
    for entry in root.entries[1:]:
        entry.before.insert(0, "")
    header = comments.get((), [])
    if header and root.entries:
        root.entries[0].before[:0] = [*header, ""]
    root.closing = [*([] if root.entries else header), *comments.get(("-",), [])]
    return print_syntax(root)


def to_json(config: Config) -> str:
    """The JSON text, which SeaTunnel reads from a ``*.json`` file; see `lost_in_json` for what it cannot hold."""
    return json.dumps(_within(config_tree(config)), indent=2, ensure_ascii=False) + "\n"


def config_tree(config: Config) -> dict[str, Any]:
    """The configuration as plain lists and dicts, each plug-in with its ``plugin_name``."""
    tree: dict[str, Any] = {**config.others}
    for section in config.sections:
        if section == "env":
            tree["env"] = config.env
        else:
            plugins = config.plugins_of(NodeKind(section))
            tree[section] = [{"plugin_name": plugin.name, **plugin.options} for plugin in plugins]
    return tree


def lost_in_json(config: Config) -> list[Note]:
    """What the JSON text would not hold: comments, and references that only a run answers."""
    comments = sum(len(found) for found in [config.comments, *(plugin.comments for plugin in config.plugins)])
    notes = [Note("comments_lost", f"JSON holds no comments: {comments} are left out.")] if comments else []
    for path, template in _templates(config_tree(config), ()):
        place = "/".join(map(str, path))
        message = f"In JSON, SeaTunnel never replaces {template.references[0].raw}: it stays as a text."
        notes.append(Note("open_reference", message, place))
    return notes


def _templates(value: Tree, path: Path) -> Iterator[tuple[Path, Template]]:
    if isinstance(value, Template):
        yield path, value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _templates(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _templates(item, (*path, index))


def _section(config: Config, kind: NodeKind) -> Entry:
    block = Object(closing=config.comments.get((kind.value, "-"), []))
    for index, plugin in enumerate(config.plugins_of(kind)):
        entry = _entry(plugin.name, plugin.options, plugin.comments, ())
        if not entry.key:
            # An empty name would be no key of a block.
            entry.key = '""'
        if index:
            entry.before.insert(0, "")
        block.entries.append(entry)
    return Entry((kind.value,), block, key=kind.value, before=_comment(config.comments, (kind.value,)))


def _entry(key: str, value: Tree, comments: Comments, path: Path) -> Entry:
    written = _value(value, comments, path)
    return Entry((key,), written, key=quote_key(key), before=_comment(comments, path))


def _comment(comments: Comments, path: Path) -> list[str]:
    return [*comments.get(path, [])]


def _value(value: Tree, comments: Comments, path: Path) -> Value:
    if isinstance(value, dict):
        entries = [_entry(key, item, comments, (*path, key)) for key, item in value.items()]
        return Object([*entries], closing=_comment(comments, (*path, "-")))
    if isinstance(value, list):
        return _array(value, comments, path)
    if isinstance(value, Template):
        parts: list[Value] = [
            part if isinstance(part, Reference) else Scalar(quote(part), part) for part in value.parts if part != ""
        ]
        return parts[0] if len(parts) == 1 else Concatenation(parts)
    return Scalar(_spelled(value), value)


def _array(values: list[Tree], comments: Comments, path: Path) -> Array:
    items = [
        Item(_value(value, comments, (*path, index)), _comment(comments, (*path, index)))
        for index, value in enumerate(values)
    ]
    closing = _comment(comments, (*path, "-"))
    simple = all(isinstance(item.value, Scalar | Reference) and not item.before for item in items)
    width = sum(len(item.value.raw) + 2 for item in items if isinstance(item.value, Scalar | Reference))
    broken = any("\n" in item.value.raw for item in items if isinstance(item.value, Scalar | Reference))
    return Array(items, closing, wide=bool(closing) or broken or not simple or width > _INLINE)


def _within(value: Tree) -> Tree:
    """Whole numbers of more than 64 bits are texts for SeaTunnel: its JSON has no larger ones."""
    if isinstance(value, dict):
        return {key: _within(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_within(item) for item in value]
    large = isinstance(value, int) and not -(2**63) <= value < 2**63
    return str(value) if large else value


def _spelled(value: Tree) -> str:
    value = _within(value)
    if isinstance(value, SpelledInt | SpelledFloat):
        return value.text
    if isinstance(value, str):
        return quote(value)
    return json.dumps(value)


def quote_key(key: str) -> str:
    """A key, with quotes where it needs them."""
    return key if _PLAIN_KEY.fullmatch(key) and "->" not in key else quote_line(key)


def quote(text: str) -> str:
    """A text in quotes: three of them when it has several lines."""
    if "\n" in text and '"""' not in text and not text.endswith('"') and not re.search(r"[\x00-\x08\x0b-\x1f]", text):
        return f'"""{text}"""'
    return quote_line(text)


def quote_line(text: str) -> str:
    """A text in double quotes, on one line."""
    written = json.dumps(text, ensure_ascii=False)
    # Half a pair of surrogates has no UTF-8.
    return re.sub("[\ud800-\udfff]", lambda found: f"\\u{ord(found[0]):04x}", written)


def write_reference(name: str, *, optional: bool = False) -> Reference:
    """A reference to one key of the root."""
    raw = "${" + ("?" if optional else "") + quote_key(name) + "}"
    return Reference((name,), optional, raw)
