"""Which plug-in's rows a plug-in takes, as a configuration says it by the names of tables, or leaves it unsaid."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scaleph_lab.errors import ValidationError
from scaleph_lab.pipelines.config import Note, Plugin
from scaleph_lab.pipelines.document import NodeKind
from scaleph_lab.pipelines.hocon.values import Tree, text_of
from scaleph_lab.pipelines.versions import NAMINGS

__all__ = ["MAX_EDGES", "Wire", "input_names", "output_name", "wires"]

MAX_EDGES = 20_000
"""Edges of a pipeline; more are refused."""


@dataclass(frozen=True)
class Wire:
    """Rows flow from one plug-in to another; both by their index."""

    source: int
    target: int
    implied: bool = False


def output_name(plugin: Plugin) -> str | None:
    """The name of the plug-in's table."""
    for naming in NAMINGS:
        if naming.output in plugin.options:
            return text_of(plugin.options[naming.output])
    return None


def input_names(plugin: Plugin) -> list[str] | None:
    """The names of the tables that it takes; None when it leaves that unsaid."""
    for naming in NAMINGS:
        if naming.input in plugin.options:
            given: Tree = plugin.options[naming.input]
            return [text_of(name) for name in given] if isinstance(given, list) else [text_of(given)]
    return None


def wires(plugins: Sequence[Plugin]) -> tuple[list[Wire], list[Note]]:
    """All wires, in the order of the inputs, and what is odd about them."""
    return _Wiring(plugins).wires()


class _Wiring:
    def __init__(self, plugins: Sequence[Plugin]) -> None:
        self._plugins = plugins
        self._named_any = any(output_name(plugin) or input_names(plugin) for plugin in plugins)
        self._givers: dict[str, list[int]] = {}
        self._before: list[NodeKind] = []
        self._notes: list[Note] = []
        for index, plugin in enumerate(plugins):
            name = output_name(plugin)
            if name is not None and plugin.kind is not NodeKind.SINK:
                self._givers.setdefault(name, []).append(index)

    def wires(self) -> tuple[list[Wire], list[Note]]:
        found: list[Wire] = []
        before: int | None = None
        for index, plugin in enumerate(self._plugins):
            if plugin.kind is not NodeKind.SOURCE:
                names = input_names(plugin)
                found += self._named(index, names) if names is not None else self._implied(index, before)
            if plugin.kind is not NodeKind.SINK:
                before = index
                self._before.append(plugin.kind)
            if len(found) > MAX_EDGES:
                raise ValidationError(
                    f"The plug-ins take each other's tables more than {MAX_EDGES:,} times.",
                    hint="Split the configuration into several pipelines.",
                    path=plugin.name,
                )
        return found, self._notes

    def _named(self, index: int, names: list[str]) -> Iterator[Wire]:
        plugin = self._plugins[index]
        for name in dict.fromkeys(names):
            givers = self._who(index, name)
            if not givers:
                self._note("dangling_input", plugin, f"takes the table {name!r}, which no plug-in gives out")
            yield from (Wire(giver, index) for giver in givers)

    def _who(self, index: int, name: str) -> list[int]:
        """Who gives out the table: all sources of that name, or the last transform before; else a later transform."""
        named = [at for at in self._givers.get(name, []) if at != index]
        before = [at for at in named if at < index]
        transforms = [at for at in before if self._plugins[at].kind is NodeKind.TRANSFORM]
        return transforms[-1:] or before or named[:1]

    def _implied(self, index: int, before: int | None) -> Iterator[Wire]:
        """The plug-in before, as SeaTunnel's guide says. Its engines differ in all but the simplest cases: the Flink
        starter takes the first table that there is, where a name does not hide it."""
        if before is None:
            return
        chain = self._before == [NodeKind.SOURCE, NodeKind.TRANSFORM] and not self._named_any
        if len(self._before) > 1 and not chain:
            saying = "does not say what it takes, and SeaTunnel's engines differ: the plug-in before is drawn to it"
            self._note("ambiguous_input", self._plugins[index], saying)
        yield Wire(before, index, implied=True)

    def _note(self, code: str, plugin: Plugin, saying: str) -> None:
        self._notes.append(Note(code, f"The {plugin.kind} {plugin.name} {saying}.", place=plugin.places.get(())))
