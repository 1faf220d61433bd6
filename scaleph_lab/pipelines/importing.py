"""From the tree of a SeaTunnel configuration to a pipeline document, with a report of what it cannot hold."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path as FilePath
from typing import Any

from scaleph_lab.errors import UserError
from scaleph_lab.pipelines.comments import comments_to_document, pointer
from scaleph_lab.pipelines.config import Comments, Config, Note, Plugin, looks_secret
from scaleph_lab.pipelines.config_reader import holds_document, read_config
from scaleph_lab.pipelines.document import RUN_TIME_NAMES, Edge, Node, NodeKind, Pipeline
from scaleph_lab.pipelines.hocon import Place
from scaleph_lab.pipelines.hocon.evaluation import Path
from scaleph_lab.pipelines.hocon.values import SpelledFloat, SpelledInt, Template, Tree
from scaleph_lab.pipelines.references import names_in, shown
from scaleph_lab.pipelines.versions import NAMINGS
from scaleph_lab.pipelines.wiring import Wire, input_names, output_name, wires

__all__ = ["Imported", "import_config", "import_file"]

_ID = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_NOT_IN_ID = re.compile(r"[^A-Za-z0-9_]+")


@dataclass(frozen=True)
class Imported:
    """A document, and the loss report: what SeaTunnel drops or the document cannot hold, and what is odd."""

    pipeline: Pipeline
    notes: list[Note]
    places: dict[str, Place] = field(default_factory=dict)
    """Where nodes and their options were written: by the id, followed by a JSON pointer into the options."""


def import_file(path: FilePath) -> Imported:
    """The document of a configuration file. Raises as `read_config` does, and `UserError` for a document."""
    if holds_document(path):
        raise UserError(
            f"{path.name} is a pipeline document already.",
            hint="Write it as a configuration by `jupyter scaleph pipeline export`.",
            path=str(path),
        )
    return import_config(read_config(path), path.name.removesuffix(path.suffix))


def import_config(config: Config, name: str = "pipeline") -> Imported:
    """The document of a configuration; ``name`` serves where ``job.name`` is not given."""
    return _Importer(config).imported(name)


class _Importer:
    def __init__(self, config: Config) -> None:
        self._config = config
        self._plugins = [*config.plugins]
        self._notes = [*config.notes]
        self._ids: list[str] = []
        self._taken: set[str] = set()
        self._numbers: dict[str, int] = {}
        self._outputs = {output_name(plugin) for plugin in self._plugins if plugin.kind is not NodeKind.SINK}
        self._variables: set[str] = set()
        self._texts: set[str] = set()

    def imported(self, name: str) -> Imported:
        config = self._config
        for plugin in self._plugins:
            self._ids.append(self._id(plugin))
        if not self._plugins:
            message = "The file has neither sources nor transforms nor sinks."
            self._notes.append(Note("no_plugins", message))
        found, odd = wires(self._plugins)
        self._notes += odd
        nodes = [
            self._node(node_id, plugin, (plugin.kind.value, index))
            for node_id, (plugin, index) in zip(self._ids, self._counted(), strict=True)
        ]
        env = self._plain(config.env, ("env",))
        extra = {key: self._plain(value, (key,)) for key, value in config.others.items()}
        job = env.get("job.name")
        pipeline = Pipeline(
            name=job if isinstance(job, str) and job else name,
            env=env,
            placeholders=self._placeholders(),
            extra=extra,
            comments=comments_to_document(config.comments),
            nodes=nodes,
            edges=[self._edge(wire) for wire in found],
        )
        places = {
            f"{node_id}{pointer(path)}": place
            for node_id, plugin in zip(self._ids, self._plugins, strict=True)
            for path, place in plugin.places.items()
        }
        return Imported(pipeline, self._notes, places)

    def _id(self, plugin: Plugin) -> str:
        """The table's name where it serves, else one that is made of it or of the connector's."""
        wished = output_name(plugin) if plugin.kind is not NodeKind.SINK else None
        if wished and wished not in self._taken and _ID.fullmatch(wished):
            self._taken.add(wished)
            return wished
        wished = wished or re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", plugin.name).lower()
        made = _NOT_IN_ID.sub("_", wished).strip("_") or plugin.kind.value
        if made[0].isdigit():
            made = f"_{made}"
        found = made
        while found in self._taken or found in self._outputs:
            self._numbers[made] = self._numbers.get(made, 1) + 1
            found = f"{made}_{self._numbers[made]}"
        self._taken.add(found)
        return found

    def _counted(self) -> Iterator[tuple[Plugin, int]]:
        for kind in NodeKind:
            for index, plugin in enumerate(self._config.plugins_of(kind)):
                yield plugin, index

    def _edge(self, wire: Wire) -> Edge:
        ends = {"from": self._ids[wire.source], "to": self._ids[wire.target]}
        return Edge(**ends, implied=wire.implied)

    def _node(self, node_id: str, plugin: Plugin, path: Path) -> Node:
        options = self._plain(self._options(plugin, path), path)
        output: str | None = None
        if plugin.kind is not NodeKind.SINK:
            given = output_name(plugin)
            output = "" if given is None else None if given == node_id else given
            if given == "":
                self._note("empty_name", f"The {plugin.kind} {plugin.name} gives out a table without a name.", path)
        return Node(
            id=node_id,
            kind=plugin.kind,
            connector=plugin.name,
            options=options,
            output=output,
            comments=comments_to_document(_renamed(plugin.comments)),
        )

    def _options(self, plugin: Plugin, path: Path) -> dict[str, Tree]:
        """The options without the names that edges and the output stand for."""
        options = {**plugin.options}
        if plugin.kind is not NodeKind.SINK:
            self._take(options, [naming.output for naming in NAMINGS], path)
        if plugin.kind is not NodeKind.SOURCE:
            names = input_names(plugin) or []
            keys = [naming.input for naming in NAMINGS]
            if all(name in self._outputs for name in names):
                self._take(options, keys, path)
            elif keys[0] in options:
                # Both generations read the old name.
                options[keys[1]] = options.pop(keys[0])
        return options

    def _take(self, options: dict[str, Tree], keys: list[str], path: Path) -> None:
        present = [key for key in keys if key in options]
        if present:
            self._see(options.pop(present[0]), path)
        for key in present[1:]:
            self._note("two_names", f"{present[0]} is given too, so {key} says nothing.", (*path, key))

    # Values

    def _plain(self, value: Tree, path: Path) -> Any:
        """The value as a document holds it: plain JSON."""
        self._see(value, path)
        if isinstance(value, str) and value and looks_secret(str(path[-1])) and not (names_in(value) or "{{" in value):
            self._note("secret_in_clear", f"{path[-1]} stands in clear: write a variable, as in ${{name}}.", path)
        if isinstance(value, dict):
            return {key: self._plain(item, (*path, key)) for key, item in value.items()}
        if isinstance(value, list):
            return [self._plain(item, (*path, index)) for index, item in enumerate(value)]
        if isinstance(value, SpelledInt | SpelledFloat):
            kept = int(value) if isinstance(value, SpelledInt) else float(value)
            self._note("number_spelling", f"The number {value.text} is kept as {kept}.", path)
            return kept
        return str(value) if isinstance(value, str) else value

    def _see(self, value: Tree, path: Path) -> None:
        """Keeps which names are open references, and which are only texts."""
        if isinstance(value, Template):
            for reference in value.references:
                self._variables.update(reference.path)
                if not shown(reference):
                    message = f"{reference.raw} is kept as a text: a variable's name has letters, digits, _, . and -."
                    self._note("reference_text", message, path)
            for part in value.parts:
                if isinstance(part, str):
                    self._texts.update(names_in(part))
        elif isinstance(value, str):
            self._texts.update(names_in(value))

    def _placeholders(self) -> list[str]:
        for name in sorted(self._variables & (self._texts | RUN_TIME_NAMES)):
            message = f"${{{name}}} stands both within quotes and without, or is a name of SeaTunnel's own."
            self._note("reference_and_text", f"{message} It is a variable here.", ())
        return sorted(self._texts - self._variables - RUN_TIME_NAMES)

    def _note(self, code: str, message: str, path: Path) -> None:
        self._notes.append(Note(code, message, pointer(path).lstrip("/"), self._place(path)))

    def _place(self, path: Path) -> Any:
        if len(path) > 1 and path[0] in {*NodeKind}:
            plugin = self._config.plugins_of(NodeKind(str(path[0])))[int(path[1])]
            inner = path[2:]
            while inner and inner not in plugin.places:
                inner = inner[:-1]
            return plugin.places.get(inner)
        return self._config.places.get(path)


def _renamed(comments: Comments) -> Comments:
    """Comments about the names of tables are kept by the old keys, whatever the file's generation is."""
    new, old = NAMINGS
    names = {new.output: old.output, new.input: old.input}
    return {(names.get(str(path[0]), path[0]), *path[1:]) if path else path: lines for path, lines in comments.items()}
