"""Reads a SeaTunnel configuration, HOCON or JSON, into its tree."""

from __future__ import annotations

import json
from pathlib import Path as FilePath
from typing import Literal

from scaleph_lab.errors import NotFoundError
from scaleph_lab.pipelines.config import Config, Note, Plugin
from scaleph_lab.pipelines.document import NodeKind
from scaleph_lab.pipelines.hocon import ConfigSyntaxError, Place
from scaleph_lab.pipelines.hocon.evaluation import Evaluator, Path
from scaleph_lab.pipelines.hocon.parser import parse_source
from scaleph_lab.pipelines.hocon.source import Source
from scaleph_lab.pipelines.hocon.strict_json import check_json, check_keys
from scaleph_lab.pipelines.hocon.syntax import Array, Concatenation, Entry, Object, Reference, Value
from scaleph_lab.pipelines.hocon.values import Missing

__all__ = ["MAX_PLUGINS", "Syntax", "holds_document", "read_config", "read_config_text", "read_text"]

MAX_PLUGINS = 10_000
"""Blocks in a configuration; more are refused."""
Syntax = Literal["hocon", "json"]
_DOCUMENT = ".seatunnel.json"


def read_text(path: FilePath) -> str:
    """The text of a file.

    Raises `NotFoundError` when it cannot be read, and `ConfigSyntaxError` when it is no UTF-8.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise NotFoundError(
            f"{path} cannot be read: {error.strerror}.", hint="Name a *.conf or *.json file.", path=str(path)
        ) from error
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8")
        place = Place(before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1)
        raise ConfigSyntaxError(
            "The file is no UTF-8 text.", place, hint="Save it as UTF-8: SeaTunnel reads no other.", path=str(path)
        ) from error


def holds_document(path: FilePath) -> bool:
    """Whether the file is a pipeline document, by its name or by what it has."""
    if path.name.endswith(_DOCUMENT):
        return True
    if path.suffix.lower() != ".json":
        return False
    try:
        found = json.loads(read_text(path))
    except (json.JSONDecodeError, RecursionError):
        return False
    return isinstance(found, dict) and "nodes" in found


def read_config(path: FilePath) -> Config:
    """The tree of a file; as in SeaTunnel, its name says which syntax it has. Raises as `read_config_text` does."""
    syntax: Syntax = "json" if path.suffix.lower() == ".json" else "hocon"
    return read_config_text(read_text(path), syntax, path.name)


def read_config_text(text: str, syntax: Syntax = "hocon", name: str = "") -> Config:
    """The tree of a text. Raises `ConfigSyntaxError` for what SeaTunnel could not read or a pipeline cannot show."""
    source = Source(text, name)
    if syntax == "json":
        check_json(source)
    root = parse_source(source)
    if syntax == "json":
        check_keys(source, root)
    return _Reader(source, root, syntax).config()


class _Reader:
    def __init__(self, source: Source, root: Object, syntax: Syntax) -> None:
        self._source = source
        self._root = root
        self._syntax = syntax
        self._values = Evaluator(source, root)
        self._config = Config()

    def config(self) -> Config:
        sections = []
        self._header()
        for key in self._values.root_keys():
            kinds = {kind.value: kind for kind in NodeKind}
            if key in kinds:
                self._section(kinds[key])
            else:
                value = self._values.root_value(key)
                if key == "env":
                    self._env(value)
                elif not isinstance(value, Missing):
                    self._config.others[key] = value
            if key in {"env", *kinds}:
                sections.append(key)
        self._config.sections = tuple(sections)
        self._share_out()
        for start, reference in sorted(self._values.followed.items()):
            message = f"{reference.raw} is replaced by its value in this file."
            self._config.notes.append(Note("reference_followed", message, place=self._source.place(start)))
        return self._config

    def _header(self) -> None:
        """The comments at the top belong to the file when a blank line stands below them."""
        lines = self._root.entries[0].before if self._root.entries else self._root.closing
        while lines and not lines[0]:
            lines.pop(0)
        end = max((index for index, line in enumerate(lines) if not line), default=0)
        if not self._root.entries:
            end = len(lines)
        header = [line for line in lines[:end] if line] and lines[:end]
        del lines[:end]
        if header:
            self._config.comments[()] = [*header]
        self._values.note_closing((), self._root)

    def _env(self, value: object) -> None:
        if not isinstance(value, dict):
            start = self._values.starts.get(("env",), 0)
            raise self._source.error("'env' is no block.", start, "Write env { job.mode = BATCH }.")
        self._config.env = value

    def _section(self, kind: NodeKind) -> None:
        entries = self._values.root_definitions(kind)
        for dropped in entries[:-1]:
            place = self._source.place(dropped.start)
            message = f"SeaTunnel reads only the last '{kind}' block: this one is dropped."
            self._config.notes.append(Note("dropped_section", message, kind, place))
        entry = entries[-1]
        for each in entries:
            self._values.note((kind.value,), each)
        if len(entry.path) > 1 or entry.append:
            raise self._source.error(f"'{entry.key}' is no block of plug-ins.", entry.start, _hint(kind))
        if self._syntax == "json":
            self._listed(kind, entry)
            return
        for block in self._blocks(kind, entry.value):
            self._refuse_many(kind, len(block.entries), entry)
            self._plugins(kind, block)

    def _refuse_many(self, kind: NodeKind, count: int, entry: Entry) -> None:
        if count > MAX_PLUGINS:
            message = f"'{kind}' has {count:,} plug-ins, more than the {MAX_PLUGINS:,} that are read."
            raise self._source.error(message, entry.start, "Split it into several pipelines.")

    def _blocks(self, kind: NodeKind, value: Value) -> list[Object]:
        if isinstance(value, Object):
            return [value]
        if isinstance(value, Concatenation) and all(isinstance(part, Object) for part in value.parts):
            return [part for part in value.parts if isinstance(part, Object)]
        if isinstance(value, Array):
            hint = f"{_hint(kind)} Or name the file *.json: only there SeaTunnel reads a list."
            raise self._source.error(f"'{kind}' is a list, which SeaTunnel misreads in HOCON.", value.start, hint)
        raise self._source.error(f"'{kind}' is no block of plug-ins.", value.start, _hint(kind))

    def _plugins(self, kind: NodeKind, block: Object) -> None:
        plugins = self._config.plugins_of(kind)
        self._values.note_closing((kind.value,), block)
        for entry in block.entries:
            if not isinstance(entry, Entry):
                hint = "Put the text of that file here."
                raise self._source.error("An include cannot be shown in a pipeline.", entry.start, hint)
            path: Path = (kind.value, len(plugins))
            options = self._values.value_below(entry, 1, path)
            self._values.note(path, entry)
            if not isinstance(options, dict) or entry.append:
                hint = f"Write {entry.path[0]} {{ … }}."
                if isinstance(entry.value, Reference):
                    hint = f"Nothing in the file defines {entry.value.raw}. {hint}"
                raise self._source.error(f"The plug-in {entry.path[0]!r} is no block.", entry.start, hint)
            self._add(kind, entry.path[0], options, entry)

    def _listed(self, kind: NodeKind, entry: Entry) -> None:
        found = self._values.root_value(kind)
        if not isinstance(found, list):
            hint = f'Write "{kind}": [{{"plugin_name": "…"}}].'
            raise self._source.error(f"In JSON, '{kind}' is a list of plug-ins.", entry.value.start, hint)
        self._refuse_many(kind, len(found), entry)
        for index, options in enumerate(found):
            start = self._values.starts[kind.value, index]
            if not isinstance(options, dict) or not isinstance(options.get("plugin_name"), str):
                hint = 'Each plug-in is an object with a "plugin_name".'
                raise self._source.error("This is no plug-in.", start, hint)
            self._add(kind, "", options, entry)

    def _add(self, kind: NodeKind, name: str, options: dict[str, object], entry: Entry) -> None:
        given = options.get("plugin_name", name)
        if not isinstance(given, str) or not given:
            raise self._source.error("The name of a plug-in is no text.", entry.start, "Give plugin_name a text.")
        rest = {key: value for key, value in options.items() if key != "plugin_name"}
        self._config.plugins_of(kind).append(Plugin(kind, given, rest))

    def _share_out(self) -> None:
        """Comments and places go to what they are about."""
        config = self._config
        for path, start in self._values.starts.items():
            plugin = self._plugin_at(path)
            target = plugin.places if plugin else config.places
            target[path[2:] if plugin else path] = self._source.place(start)
        for path, lines in self._values.comments.items():
            plugin = self._plugin_at(path)
            comments = plugin.comments if plugin else config.comments
            comments[path[2:] if plugin else path] = lines

    def _plugin_at(self, path: Path) -> Plugin | None:
        if len(path) < 2 or path[0] not in {*NodeKind} or not isinstance(path[1], int):
            return None
        plugins = self._config.plugins_of(NodeKind(str(path[0])))
        return plugins[path[1]] if path[1] < len(plugins) else None


def _hint(kind: NodeKind) -> str:
    return f"Write {kind} {{ Name {{ … }} }}."
