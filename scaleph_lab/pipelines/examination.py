"""Examines a document as a builder does: its form, its shape, and the rules of each connector. Pure and quick."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pydantic

from scaleph_lab.connectors import descriptors_of, find_descriptor, violations
from scaleph_lab.engines.seatunnel_home import SEATUNNEL_VERSION
from scaleph_lab.errors import NotFoundError
from scaleph_lab.pipelines.comments import pointer
from scaleph_lab.pipelines.diagnosis import Diagnostic, diagnose
from scaleph_lab.pipelines.document import Node, Pipeline, form_problems

__all__ = ["examine"]

_FILLED = frozenset({"missing", "missing_one_of", "missing_with"})
_TOLD_BY_DIAGNOSIS = frozenset({"clear_secret"})


def examine(document: Mapping[str, Any] | Pipeline, version: str = "") -> list[Diagnostic]:
    """All that is to be said of a document, which may be wrong in any way.

    ``version`` is the release of SeaTunnel that it is for; without one it is the user's own home, or the release that
    runs here. Of a release whose rules nobody knows the connectors are not looked at, which is said.
    Raises `UserError` for what is no version.
    """
    try:
        pipeline = document if isinstance(document, Pipeline) else Pipeline.model_validate(document)
    except pydantic.ValidationError as error:
        return [_of_form(problem.message, problem.path) for problem in form_problems(error)]
    found = diagnose(pipeline, version or SEATUNNEL_VERSION)
    try:
        descriptors_of(version)
    except NotFoundError as error:
        return [*found, Diagnostic("info", "unknown_release", error.message, error.hint)]
    return [*found, *(one for node in pipeline.nodes for one in _of_node(node, version))]


def _of_form(message: str, path: str) -> Diagnostic:
    return Diagnostic("error", "form", message, field=pointer(tuple(path.split("."))) if path else "")


def _of_node(node: Node, version: str) -> Iterator[Diagnostic]:
    try:
        connector = find_descriptor(node.kind.value, node.connector, version)
    except NotFoundError as error:
        # A home of another release may hold it: the node keeps its data, and SeaTunnel has the last word.
        yield Diagnostic("warning", "unknown_connector", error.message, error.hint, node.id)
        return
    for found in violations(connector, node.options):
        # What a data source fills is not known before the run, and is not asked for.
        if found.code in _TOLD_BY_DIAGNOSIS or (node.datasource and found.code in _FILLED):
            continue
        yield Diagnostic(found.severity, found.code, found.message, found.hint, node.id, field=pointer((found.key,)))
