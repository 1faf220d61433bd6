"""From a pipeline document to the tree of a SeaTunnel configuration, in the names that a version reads."""

from __future__ import annotations

from collections.abc import Mapping
from heapq import heapify, heappop, heappush
from typing import Any

from scaleph_lab.pipelines.comments import comments_from_document
from scaleph_lab.pipelines.config import Config, Note, Plugin
from scaleph_lab.pipelines.document import Edge, Node, NodeKind, Pipeline
from scaleph_lab.pipelines.references import open_references, with_values
from scaleph_lab.pipelines.versions import NAMINGS, OLD_NAMING, Naming, naming_of

__all__ = ["Tables", "export_pipeline", "in_order", "left_out"]


def export_pipeline(pipeline: Pipeline, version: str, variables: Mapping[str, str] | None = None) -> Config:
    """The configuration that the document says, for that version of SeaTunnel.

    Variables that have a value, here or in the document, are replaced; the others stay references. Only ``job.name``
    is added where ``env`` has none. Raises `UserError` for what is no version.
    """
    naming = naming_of(version)
    pipeline = _with_values(pipeline, {**pipeline.variables, **(variables or {})})
    env = {**pipeline.env} if "job.name" in pipeline.env else {"job.name": pipeline.name, **pipeline.env}
    config = Config(env=_open(pipeline, env), others=_open(pipeline, pipeline.extra))
    tables = Tables(pipeline)
    for _, node in in_order(pipeline):
        config.plugins_of(node.kind).append(_plugin(pipeline, node, naming, tables))
    config.sections = tuple(
        section for section in ("env", *NodeKind) if section == "env" or config.plugins_of(NodeKind(section))
    )
    whole = {"env": env, **{kind.value: {} for kind in NodeKind}, **pipeline.extra}
    config.comments = comments_from_document(pipeline.comments, whole)
    return config


def left_out(pipeline: Pipeline) -> list[Note]:
    """What a document says that its configuration does not."""
    return [
        Note("datasource_left_out", f"What the data source {node.datasource} gives is not written.", node.id)
        for node in pipeline.nodes
        if node.datasource
    ]


def in_order(pipeline: Pipeline) -> list[tuple[int, Node]]:
    """The nodes with their indexes, each after those that it reads: SeaTunnel's Flink starter goes through transforms
    in the order of the file. Those that stand right stay where they are; so do the nodes of a cycle."""
    index = {node.id: at for at, node in enumerate(pipeline.nodes)}
    readers: dict[int, list[int]] = {}
    waiting = dict.fromkeys(index.values(), 0)
    for edge in {(edge.source, edge.target) for edge in pipeline.edges}:
        if edge[0] in index and edge[1] in index:
            readers.setdefault(index[edge[0]], []).append(index[edge[1]])
            waiting[index[edge[1]]] += 1
    ready = [at for at, inputs in waiting.items() if not inputs]
    heapify(ready)
    found: list[int] = []
    while ready:
        at = heappop(ready)
        found.append(at)
        for reader in readers.get(at, []):
            waiting[reader] -= 1
            if not waiting[reader]:
                heappush(ready, reader)
    done = {*found}
    return [(at, pipeline.nodes[at]) for at in [*found, *(at for at in range(len(pipeline.nodes)) if at not in done)]]


class Tables:
    """The names of tables that the configuration of a pipeline must have."""

    def __init__(self, pipeline: Pipeline, *, all_named: bool = False) -> None:
        self._names = {node.id: node.table for node in pipeline.nodes}
        self._edges: dict[str, list[Edge]] = {}
        for edge in pipeline.edges:
            self._edges.setdefault(edge.target, []).append(edge)
        self._unsaid: set[tuple[str, str]] = set() if all_named else self._find_unsaid(pipeline)
        self._read = {edge.source for edge in pipeline.edges if (edge.source, edge.target) not in self._unsaid}
        self._all_named = all_named

    def _find_unsaid(self, pipeline: Pipeline) -> set[tuple[str, str]]:
        """The implied inputs that SeaTunnel would still find by itself: the only one, from the node before."""
        unsaid = set()
        before = ""
        ordered = in_order(pipeline)
        for node in (node for kind in NodeKind for _, node in ordered if node.kind is kind):
            edges = self._edges.get(node.id, [])
            if len(edges) == 1 and edges[0].implied and edges[0].source == before:
                unsaid.add((before, node.id))
            if node.kind is not NodeKind.SINK:
                before = node.id
        return unsaid

    def output_of(self, node: Node) -> str | None:
        """The name of the node's table; None where none is needed."""
        if node.kind is NodeKind.SINK or (node.output == "" and node.id not in self._read and not self._all_named):
            return None
        return node.table

    def inputs_of(self, node: Node) -> list[str]:
        """The names of the tables that the node takes; two sources may give out one table."""
        said = [edge.source for edge in self._edges.get(node.id, []) if (edge.source, node.id) not in self._unsaid]
        return [*dict.fromkeys(self._names[source] for source in said if source in self._names)]


def _plugin(pipeline: Pipeline, node: Node, naming: Naming, tables: Tables) -> Plugin:
    options: dict[str, Any] = {**node.options}
    given = [key for each in NAMINGS for key in (each.input,) if key in options]
    inputs = tables.inputs_of(node)
    if given:
        # Names that no node gives out were kept as an option.
        kept = options.pop(given[0])
        listed = kept if isinstance(kept, list) else [kept]
        more = [name for name in inputs if name not in listed]
        options = {naming.input: [*listed, *more] if more else kept, **options}
    elif inputs:
        options = {naming.input: inputs[0] if len(inputs) == 1 else inputs, **options}
    output = tables.output_of(node)
    if output is not None:
        options[naming.output] = output
    comments = comments_from_document(_named(node.comments, naming), options)
    return Plugin(node.kind, node.connector, _open(pipeline, options), comments)


def _with_values(pipeline: Pipeline, variables: Mapping[str, str]) -> Pipeline:
    if not variables:
        return pipeline
    nodes = [
        node.model_copy(
            update={
                "options": with_values(node.options, variables),
                "output": with_values(node.output, variables),
            }
        )
        for node in pipeline.nodes
    ]
    env, extra = with_values(pipeline.env, variables), with_values(pipeline.extra, variables)
    return pipeline.model_copy(update={"nodes": nodes, "env": env, "extra": extra})


def _named(comments: dict[str, str], naming: Naming) -> dict[str, str]:
    names = {f"/{OLD_NAMING.output}": f"/{naming.output}", f"/{OLD_NAMING.input}": f"/{naming.input}"}
    return {names.get(key, key): text for key, text in comments.items()}


def _open(pipeline: Pipeline, value: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = open_references(value, pipeline.is_placeholder)
    return found
