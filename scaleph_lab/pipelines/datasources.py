"""Data sources in pipelines: a node names one, and gets its options when the pipeline is compiled for a run.

Secrets stay references (``{{secret:NAME}}``) in what is bound; they are put in at the engine's door only.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from scaleph_lab.datasources.bindings import bind_seatunnel
from scaleph_lab.datasources.types import datasource_types
from scaleph_lab.engines.seatunnel_home import SEATUNNEL_VERSION
from scaleph_lab.errors import NotFoundError
from scaleph_lab.pipelines.document import Node, Pipeline
from scaleph_lab.pipelines.errors import PipelineInvalidError, Problem

__all__ = ["FindDataSource", "NamedDataSource", "datasource_names", "with_datasources", "with_secrets"]

_SECRET = re.compile(r"\{\{\s*secret:([A-Za-z0-9_][A-Za-z0-9_.-]*)\s*\}\}")


class NamedDataSource(Protocol):
    """A data source of the catalog, as its document has it."""

    @property
    def type(self) -> str:
        """The name of its type."""

    @property
    def properties(self) -> Mapping[str, Any]:
        """Of the type's schema, secrets as references."""


FindDataSource = Callable[[str], NamedDataSource]
"""The data source of a name, as the user sees it. Raises `NotFoundError` or `ForbiddenError`."""


def datasource_names(pipeline: Pipeline) -> tuple[str, ...]:
    """The data sources that its nodes name, each once, in order."""
    return tuple(dict.fromkeys(node.datasource for node in pipeline.nodes if node.datasource))


def with_datasources(pipeline: Pipeline, find: FindDataSource, version: str = SEATUNNEL_VERSION) -> Pipeline:
    """The pipeline with the options of its data sources; what a node gives itself goes first.

    Raises `PipelineInvalidError` with every node whose data source is not there or does not fit, and what else ``find``
    raises.
    """
    if not datasource_names(pipeline):
        return pipeline
    problems: list[Problem] = []
    nodes = []
    for index, node in enumerate(pipeline.nodes):
        try:
            nodes.append(_bound(node, find, version) if node.datasource else node)
        except NotFoundError as error:
            words = f"{node.id}: {error.message} {error.hint}".strip()
            problems.append(Problem("datasource", words, f"nodes.{index}.datasource", node.id))
    if problems:
        raise PipelineInvalidError(problems)
    return pipeline.model_copy(update={"nodes": nodes})


def _bound(node: Node, find: FindDataSource, version: str) -> Node:
    source = find(node.datasource)
    kind = datasource_types().get(source.type)
    options = bind_seatunnel(kind, source.properties, node.connector, version, node.kind.value)
    return node.model_copy(update={"options": {**options, **node.options}, "datasource": ""})


def with_secrets(value: Any, find: Callable[[str], str]) -> Any:
    """The value with secrets in the place of references, for an engine only. Blocking; raises what ``find`` raises."""
    if isinstance(value, str):
        return _SECRET.sub(lambda found: find(found[1]), value)
    if isinstance(value, Mapping):
        return {key: with_secrets(item, find) for key, item in value.items()}
    if isinstance(value, list):
        return [with_secrets(item, find) for item in value]
    return value
