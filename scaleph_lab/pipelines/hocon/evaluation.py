"""Evaluates a syntax: merges objects, joins values, follows references within the file.

A reference that the file does not answer stays open, as SeaTunnel itself leaves it to the run's variables. Source: the
HOCON specification, and SeaTunnel's own parser where it differs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from scaleph_lab.pipelines.hocon.source import ConfigSyntaxError, Source
from scaleph_lab.pipelines.hocon.syntax import Array, Concatenation, Entry, Include, Object, Reference, Scalar, Value
from scaleph_lab.pipelines.hocon.values import (
    MISSING,
    Missing,
    SpelledFloat,
    SpelledInt,
    Template,
    Tree,
    size_of,
    text_of,
)

__all__ = ["MAX_CHARACTERS_OF_VALUES", "Evaluator", "Path"]

MAX_CHARACTERS_OF_VALUES = 6_000_000
"""What all values may add up to after references are followed: a few lines could else grow without end."""
Path: TypeAlias = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class _Layer:
    """One of the definitions of a key: an entry's value below ``entry.path[depth:]``."""

    entry: Entry
    depth: int


@dataclass(frozen=True, slots=True)
class _Known:
    """A definition whose value is known already."""

    value: Tree


_Definition: TypeAlias = _Layer | _Known
_Definitions: TypeAlias = list[_Definition]


class Evaluator:
    """The values of one file. ``starts`` and ``comments`` tell of every path that was evaluated."""

    def __init__(self, source: Source, root: Object) -> None:
        self._source = source
        self._root = root
        self._members: dict[int, dict[str, _Definitions]] = {}
        self._found: dict[Path, Tree] = {}
        self._following: list[Path] = []
        self._characters = 0
        self._noted: set[tuple[Path, int]] = set()
        self.followed: dict[int, Reference] = {}
        """References that the file answers, by where they stand."""
        self.starts: dict[Path, int] = {}
        self.comments: dict[Path, list[str]] = {}

    def root_keys(self) -> list[str]:
        """The root's keys."""
        return [*self._members_of(self._root)]

    def root_value(self, key: str) -> Tree:
        """The value of one of the root's keys. Raises `ConfigSyntaxError`."""
        return self._lookup((key,), self._root.start)

    def root_definitions(self, key: str) -> list[Entry]:
        """All entries of the root that begin with this key."""
        return [layer.entry for layer in self._members_of(self._root)[key] if isinstance(layer, _Layer)]

    def value_below(self, entry: Entry, depth: int, path: Path) -> Tree:
        """The value of an entry below its first keys, noted at ``path``."""
        return self._fold([_Layer(entry, depth)], path)

    def note(self, path: Path, entry: Entry) -> None:
        """Keeps where the path was written, and its comments."""
        self.starts[path] = entry.start
        self._comment(path, [*entry.before, entry.after], entry.start)

    def note_closing(self, path: Path, node: Object | Array) -> None:
        """Keeps the comments below the last entry."""
        self._comment((*path, "-"), node.closing, node.start)

    def _comment(self, path: Path, lines: list[str], start: int) -> None:
        if (path, start) in self._noted:
            # Evaluated once more for a reference to it.
            return
        self._noted.add((path, start))
        kept = [*lines]
        while kept and not kept[-1]:
            kept.pop()
        while kept and not kept[0]:
            kept.pop(0)
        if kept:
            self.comments.setdefault(path, []).extend(kept)

    # Definitions

    def _members_of(self, node: Object) -> dict[str, _Definitions]:
        if (known := self._members.get(id(node))) is not None:
            return known
        members: dict[str, _Definitions] = {}
        for entry in node.entries:
            if isinstance(entry, Include):
                raise self._source.error(
                    "An include cannot be shown in a pipeline: the other file is not read.",
                    entry.start,
                    "Put the text of that file here.",
                )
            members.setdefault(entry.path[0], []).append(_Layer(entry, 1))
        self._members[id(node)] = members
        return members

    def _inner(self, definition: _Definition) -> dict[str, _Definitions] | None:
        """The members of a definition that is an object for sure."""
        if isinstance(definition, _Known):
            value = definition.value
            return {key: [_Known(item)] for key, item in value.items()} if isinstance(value, dict) else None
        entry, depth = definition.entry, definition.depth
        if depth < len(entry.path):
            return {entry.path[depth]: [_Layer(entry, depth + 1)]}
        if isinstance(entry.value, Object) and not entry.append:
            return self._members_of(entry.value)
        return None

    def _fold(self, definitions: _Definitions, path: Path) -> Tree:
        """The value of a key that was defined again and again."""
        merged: list[tuple[dict[str, _Definitions], _Definition]] = []
        value: Tree = MISSING
        for definition in definitions:
            if isinstance(definition, _Layer) and definition.depth == len(definition.entry.path):
                self.note(path, definition.entry)
        for definition in definitions[_first_that_counts(definitions) :]:
            inner, layer = self._inner(definition), definition
            if inner is None:
                prior = self._merge(merged, path) if merged else value
                found = self._alone(definition, path, prior)
                if isinstance(found, Missing):
                    continue
                if not (isinstance(found, dict) and isinstance(prior, dict)):
                    merged, value = [], found
                    continue
                inner, layer = _known_members(found), _Known(found)
            if not merged:
                self._refuse_open(value, layer)
                if isinstance(value, dict):
                    merged.append((_known_members(value), _Known(value)))
            merged.append((inner, layer))
        return self._merge(merged, path) if merged else value

    def _merge(self, layers: list[tuple[dict[str, _Definitions], _Definition]], path: Path) -> dict[str, Tree]:
        members: dict[str, _Definitions] = {}
        for inner, definition in layers:
            for key, definitions in inner.items():
                members.setdefault(key, []).extend(definitions)
            # Merging again and again is work too.
            self._charge(2 * len(inner), definition.entry.start if isinstance(definition, _Layer) else 0)
            if isinstance(definition, _Layer) and isinstance(definition.entry.value, Object):
                self._closing_once(path, definition)
        values = {key: self._fold(definitions, (*path, key)) for key, definitions in members.items()}
        return {key: value for key, value in values.items() if not isinstance(value, Missing)}

    def _closing_once(self, path: Path, layer: _Layer) -> None:
        if layer.depth == len(layer.entry.path) and isinstance(layer.entry.value, Object):
            self.note_closing(path, layer.entry.value)

    def _alone(self, definition: _Definition, path: Path, prior: Tree) -> Tree:
        if isinstance(definition, _Known):
            return definition.value
        entry = definition.entry
        if not entry.append:
            return self._value(entry.value, path, prior)
        if not isinstance(prior, Missing | list):
            raise self._source.error("'+=' adds to a list, and this is none.", entry.start, "Use '='.")
        added = self._value(entry.value, path, prior)
        return [*(prior if isinstance(prior, list) else []), *([] if isinstance(added, Missing) else [added])]

    def _refuse_open(self, value: Tree, definition: _Definition) -> None:
        if isinstance(value, Template) and isinstance(definition, _Layer):
            raise self._open_merge(value.references[0], definition.entry.start)

    def _open_merge(self, reference: Reference, start: int) -> ConfigSyntaxError:
        return self._source.error(
            f"This is merged with {reference.raw}, which nothing in the file defines.",
            start,
            "Define it in this file, or write the values out.",
        )

    # Values

    def _value(self, node: Value, path: Path, prior: Tree) -> Tree:
        match node:
            case Scalar():
                return self._scalar(node)
            case Reference():
                return self._referred(node, path, prior)
            case Array():
                return self._array(node, path)
            case Object():
                return self._fold([_Layer(Entry((), node, start=node.start), 0)], path)
            case Concatenation():
                return self._joined(node, path, prior)

    def _scalar(self, node: Scalar) -> Tree:
        value = node.value
        self._charge(len(node.raw), node.start)
        if isinstance(value, bool) or not isinstance(value, int | float) or str(value) == node.raw:
            return value
        return SpelledInt(node.raw) if isinstance(value, int) else SpelledFloat(node.raw)

    def _array(self, node: Array, path: Path) -> list[Tree]:
        values: list[Tree] = []
        for item in node.items:
            place = (*path, len(values))
            self._comment(place, [*item.before, item.after], item.value.start)
            self.starts[place] = item.value.start
            value = self._value(item.value, place, MISSING)
            if not isinstance(value, Missing):
                values.append(value)
        self.note_closing(path, node)
        return values

    def _joined(self, node: Concatenation, path: Path, prior: Tree) -> Tree:
        values = [(part, self._value(part, path, prior)) for part in node.parts]
        values = [(part, value) for part, value in values if not isinstance(value, Missing)]
        if len(values) < 2:
            return values[0][1] if values else MISSING
        kinds = {type(value) if isinstance(value, dict | list) else str for _, value in values}
        if kinds == {dict}:
            return self._fold([_Known(value) for _, value in values], path)
        if kinds == {list}:
            return [item for _, value in values for item in value]
        if kinds != {str}:
            for part, value in values:
                if isinstance(part, Reference) and isinstance(value, Template):
                    raise self._open_merge(part, node.start)
            raise self._source.error("Objects, lists and texts cannot be joined.", node.start, "Is a comma missing?")
        return _text([value for _, value in values])

    # References

    def _referred(self, node: Reference, path: Path, prior: Tree) -> Tree:
        if node.path == path:
            found = prior
            if isinstance(found, Missing) and not node.optional:
                raise self._source.error(f"{node.raw} refers to itself.", node.start)
        else:
            found = self._lookup(node.path, node.start)
        if isinstance(found, Missing):
            return MISSING if node.optional else Template((node,))
        self._charge(size_of(found), node.start)
        if node.path != path:
            self.followed[node.start] = node
        return found

    def _lookup(self, path: tuple[str, ...], start: int) -> Tree:
        if path in self._found:
            return self._found[path]
        if path in self._following:
            circle = " → ".join("->".join(map(str, each)) for each in [*self._following, path])
            raise self._source.error(f"References run in a circle: {circle}.", start)
        self._following.append(path)
        try:
            found = self._fold([*self._defined(path, start)], path)
        except RecursionError as error:
            raise self._source.error("References lead from one to the next too often.", start) from error
        finally:
            self._following.pop()
        self._found[path] = found
        return found

    def _defined(self, path: tuple[str, ...], start: int) -> Iterator[_Definition]:
        definitions = self._members_of(self._root).get(path[0], [])
        for depth, key in enumerate(path[1:], start=1):
            below: _Definitions = []
            for definition in definitions:
                self._charge(0, start)
                inner = self._inner(definition)
                if inner is None:
                    value = self._alone(definition, path[:depth], MISSING)
                    inner = _known_members(value) if isinstance(value, dict) else None
                if inner is None:
                    below = []
                else:
                    below.extend(inner.get(key, []))
            definitions = below
        yield from definitions

    def _charge(self, characters: int, start: int) -> None:
        self._characters += characters + 1
        if self._characters > MAX_CHARACTERS_OF_VALUES:
            raise self._source.error(
                f"References make more than {MAX_CHARACTERS_OF_VALUES // 1_000_000} million characters of this file.",
                start,
                "References to references double what they refer to: write the values out.",
            )


def _first_that_counts(definitions: _Definitions) -> int:
    """The last definition that is no object and no reference hides all before it."""
    for index in range(len(definitions) - 1, -1, -1):
        definition = definitions[index]
        if isinstance(definition, _Known) or definition.depth < len(definition.entry.path) or definition.entry.append:
            continue
        if isinstance(definition.entry.value, Scalar | Array):
            return index
    return 0


def _known_members(value: dict[str, Tree]) -> dict[str, _Definitions]:
    return {key: [_Known(item)] for key, item in value.items()}


def _text(values: list[Any]) -> str:
    parts: list[str | Reference] = []
    for value in values:
        pieces = value.parts if isinstance(value, Template) else (text_of(value),)
        for piece in pieces:
            if parts and isinstance(piece, str) and isinstance(parts[-1], str):
                parts[-1] += piece
            else:
                parts.append(piece)
    whole = [part for part in parts if not isinstance(part, str)]
    return Template(tuple(parts)) if whole else "".join(str(part) for part in parts)
