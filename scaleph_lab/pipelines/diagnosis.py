"""All that is wrong with a document, told while somebody writes it: form, shape, and the rules of each connector.

Pure and quick: a builder asks with each change. Nothing is started, fetched or connected to.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pydantic

from scaleph_lab.connectors import descriptors_of, find_descriptor, violations
from scaleph_lab.errors import NotFoundError
from scaleph_lab.pipelines.checks import find_problems
from scaleph_lab.pipelines.document import Node, NodeKind, Pipeline, form_problems
from scaleph_lab.pipelines.errors import Problem

__all__ = ["diagnose"]


def diagnose(document: Mapping[str, Any] | Pipeline, version: str = "") -> list[Problem]:
    """The problems of a document, errors and warnings, in the order of the document.

    ``version`` is the release of SeaTunnel that it is for, by default the one that runs here. Raises
    `NotFoundError` for a release that is not known.
    """
    try:
        pipeline = document if isinstance(document, Pipeline) else Pipeline.model_validate(document)
    except pydantic.ValidationError as error:
        return form_problems(error)
    descriptors_of(version)
    problems = find_problems(pipeline)
    for index, node in enumerate(pipeline.nodes):
        problems += _of_node(index, node, version)
    return [*problems, *_mode(pipeline)]


def _of_node(index: int, node: Node, version: str) -> Iterator[Problem]:
    path = f"nodes.{index}"
    try:
        connector = find_descriptor(node.kind.value, node.connector, version)
    except NotFoundError as error:
        # A home of another release may hold it: the node keeps its data, and SeaTunnel has the last word.
        yield Problem("unknown_connector", error.message, f"{path}.connector", node.id, error.hint, "warning")
        return
    # What a data source fills is not known before the run, and is not asked for.
    filled = {option.key for option in connector.options} if node.datasource else set()
    for found in violations(connector, node.options):
        if found.code in {"missing", "missing_one_of", "missing_with"} and found.key in filled:
            continue
        yield Problem(
            found.code, found.message, f"{path}.options.{found.key}", node.id, found.hint, found.severity, found.key
        )


def _mode(pipeline: Pipeline) -> Iterator[Problem]:
    """Sources that never end, in a job that waits for their end."""
    if str(pipeline.env.get("job.mode", "BATCH")).upper() != "BATCH":
        return
    for index, node in enumerate(pipeline.nodes):
        if node.kind is NodeKind.SOURCE and node.connector.lower().endswith("-cdc"):
            yield Problem(
                "batch_without_end",
                f"{node.connector} follows changes and never ends, and job.mode is BATCH.",
                f"nodes.{index}.connector",
                node.id,
                "Set job.mode to STREAMING in the pipeline's settings.",
            )
