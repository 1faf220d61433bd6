"""Rules about the shape of a pipeline that SeaTunnel itself does not check.

In 2.3.4 ``--check`` does nothing, and on Zeta a wrong input table passes with exit code 0.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter

from scaleph_lab.pipelines.document import NodeKind, Pipeline
from scaleph_lab.pipelines.errors import PipelineInvalidError, Problem

__all__ = ["check_shape", "find_problems"]


def check_shape(pipeline: Pipeline) -> None:
    """Raises `PipelineInvalidError` with all problems, if there are any."""
    if problems := find_problems(pipeline):
        raise PipelineInvalidError(problems)


def find_problems(pipeline: Pipeline) -> list[Problem]:
    """All broken rules, in the order of the document."""
    problems = [*_names(pipeline), *_edges(pipeline)]
    # The rules on degree and cycles speak of nodes by id: they would only repeat what is wrong with the ids.
    return problems or [*_degrees(pipeline), *_cycles(pipeline)]


def _names(pipeline: Pipeline) -> Iterator[Problem]:
    if not pipeline.nodes:
        yield Problem("empty", "The pipeline has no nodes: add a source and a sink.", "nodes")
    counts = Counter(node.id for node in pipeline.nodes)
    for index, node in enumerate(pipeline.nodes):
        if counts[node.id] > 1:
            yield Problem("duplicate_id", f"The id {node.id!r} is used twice.", f"nodes.{index}.id", node.id)


def _edges(pipeline: Pipeline) -> Iterator[Problem]:
    ids = {node.id for node in pipeline.nodes}
    seen = set()
    for index, edge in enumerate(pipeline.edges):
        for end, node_id in (("from", edge.source), ("to", edge.target)):
            if node_id not in ids:
                yield Problem("dangling_edge", f"An edge names {node_id!r}, which is no node.", f"edges.{index}.{end}")
        if (edge.source, edge.target) in seen:
            yield Problem("duplicate_edge", f"{edge.source} → {edge.target} is drawn twice.", f"edges.{index}")
        seen.add((edge.source, edge.target))


def _degrees(pipeline: Pipeline) -> Iterator[Problem]:
    outs = Counter(edge.source for edge in pipeline.edges)
    ins = Counter(edge.target for edge in pipeline.edges)
    # Two sources that give out one table are one input.
    names = {node.id: node.table for node in pipeline.nodes}
    tables = Counter(target for target, _ in {(edge.target, names[edge.source]) for edge in pipeline.edges})
    for index, node in enumerate(pipeline.nodes):
        path = f"nodes.{index}"
        if node.kind is NodeKind.SOURCE and ins[node.id]:
            yield Problem("source_with_input", f"The source {node.id} cannot have an input.", path, node.id)
        if node.kind is not NodeKind.SOURCE and not ins[node.id]:
            yield Problem("no_input", f"The {node.kind} {node.id} has no input: draw an edge to it.", path, node.id)
        if node.kind is NodeKind.SINK and outs[node.id]:
            yield Problem("sink_with_output", f"The sink {node.id} cannot have an output.", path, node.id)
        if node.kind is not NodeKind.SINK and not outs[node.id]:
            yield Problem("no_output", f"Nothing reads the {node.kind} {node.id}: draw an edge from it.", path, node.id)
        if node.kind is NodeKind.TRANSFORM and tables[node.id] > 1:
            yield Problem("many_inputs", f"The transform {node.id} takes one input, not {ins[node.id]}.", path, node.id)


def _cycles(pipeline: Pipeline) -> Iterator[Problem]:
    graph: dict[str, list[str]] = {node.id: [] for node in pipeline.nodes}
    for edge in pipeline.edges:
        graph[edge.target].append(edge.source)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        around = " → ".join(error.args[1])
        yield Problem("cycle", f"Rows would run in a circle: {around}.", "edges", error.args[1][0])
