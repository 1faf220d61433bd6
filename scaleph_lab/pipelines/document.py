"""The pipeline document, ``*.seatunnel.json``: what a pipeline does, apart from how it is drawn.

Logic and layout are kept apart and in a stable order, so that moving a node changes no line of logic. The SeaTunnel
configuration is compiled from it (`scaleph_lab.pipelines.compiler`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal

import pydantic
from pydantic import BaseModel, ConfigDict, Field

from scaleph_lab.errors import NotFoundError
from scaleph_lab.pipelines.errors import PipelineInvalidError, Problem

__all__ = [
    "RUN_TIME_NAMES",
    "SCHEMA_VERSION",
    "Edge",
    "Node",
    "NodeKind",
    "Pipeline",
    "Position",
    "form_problems",
    "parse_pipeline",
    "read_pipeline",
]

SCHEMA_VERSION: Literal[2] = 2
"""Version 1 knew neither names of tables apart from ids, nor comments, placeholders and implied edges."""
_SELDOM = ("datasource", "output", "comments", "implied", "extra", "placeholders")
"""Fields of version 2 that most documents leave empty: they are written when they say something."""

RUN_TIME_NAMES = frozenset(
    {
        "database_name",
        "field_names",
        "now",
        "primary_key",
        "rowtype_fields",
        "rowtype_primary_key",
        "rowtype_unique_key",
        "schema_name",
        "table_full_name",
        "table_name",
        "transactionId",
        "unique_key",
        "uuid",
    }
)
"""Names that SeaTunnel's connectors replace: in file names, tables of sinks, statements that make tables."""


class NodeKind(StrEnum):
    """SeaTunnel's three kinds of plug-in."""

    SOURCE = "source"
    TRANSFORM = "transform"
    SINK = "sink"


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", populate_by_name=True)


class Node(_Model):
    """One connector or transform with its options."""

    id: str = Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")
    """Names the node, and in the configuration the table it gives out."""
    kind: NodeKind
    connector: str = Field(min_length=1)
    """SeaTunnel's plug-in name, such as ``LocalFile`` or ``Sql``."""
    options: dict[str, Any] = Field(default_factory=dict)
    datasource: str = ""
    """Name of a data source of the catalog, which fills the options that are not given here when the pipeline runs."""
    output: str | None = None
    """The table that the node gives out, where it is not the id: a name with dots, or one that another node has too.

    The empty name leaves it out of the configuration as long as all edges from the node are implied."""
    comments: dict[str, str] = Field(default_factory=dict)
    """Comments by JSON pointers into the options: ``""`` is the node, ``/schema/-`` the place after the last key."""

    @property
    def table(self) -> str:
        """The name of the table that the node gives out."""
        return self.output or self.id


class Edge(_Model):
    """Rows flow from one node to another."""

    source: str = Field(alias="from")
    target: str = Field(alias="to")
    implied: bool = False
    """SeaTunnel finds the input by itself, so the configuration need not name it."""


class Position(_Model):
    """Where a node is drawn."""

    x: float
    y: float


class Pipeline(_Model):
    """A SeaTunnel pipeline."""

    schema_version: Literal[2] = SCHEMA_VERSION
    name: str = Field(min_length=1)
    description: str = ""
    env: dict[str, Any] = Field(default_factory=dict)
    """SeaTunnel's ``env`` block; ``job.mode`` is ``BATCH`` or ``STREAMING``."""
    variables: dict[str, str] = Field(default_factory=dict)
    """Defaults of the variables that options use as ``${name}``."""
    placeholders: list[str] = Field(default_factory=list)
    """Names that SeaTunnel's connectors replace, beside `RUN_TIME_NAMES`: ``${name}`` stays as it is."""
    extra: dict[str, Any] = Field(default_factory=dict)
    """What else a configuration has beside its sections."""
    comments: dict[str, str] = Field(default_factory=dict)
    """Comments by JSON pointers: ``""`` is the file, ``/env/job.mode`` an option, ``/source`` a section."""
    nodes: list[Node]
    edges: list[Edge] = Field(default_factory=list)
    layout: dict[str, Position] = Field(default_factory=dict)

    @pydantic.model_validator(mode="before")
    @classmethod
    def _migrate(cls, data: Any) -> Any:
        # Version 2 only adds to version 1.
        if isinstance(data, dict) and data.get("schema_version") == 1:
            return {**data, "schema_version": SCHEMA_VERSION}
        return data

    def node(self, node_id: str) -> Node:
        """The node of that id, or `NotFoundError`."""
        for node in self.nodes:
            if node.id == node_id:
                return node
        raise NotFoundError(f"The pipeline has no node {node_id!r}.", path=node_id)

    def inputs_of(self, node_id: str) -> list[str]:
        """Ids of the nodes whose rows flow into this one, in the order of the edges."""
        return [edge.source for edge in self.edges if edge.target == node_id]

    def as_json(self) -> dict[str, Any]:
        """The document as JSON has it, in a stable order, layout last."""
        return _spare(self.model_dump(mode="json", by_alias=True))

    def to_json(self) -> str:
        """The document's text, one line a value."""
        return json.dumps(self.as_json(), indent=2, ensure_ascii=False) + "\n"

    def is_placeholder(self, name: str) -> bool:
        """Whether SeaTunnel itself replaces ``${name}`` while it runs."""
        return name in self.placeholders or (
            name not in self.variables and (name in RUN_TIME_NAMES or re.fullmatch(r"[kv]\d+", name) is not None)
        )


def read_pipeline(path: Path) -> Pipeline:
    """Reads a document.

    Raises `NotFoundError` when there is no such file and `PipelineInvalidError` with every problem of its form.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise NotFoundError(
            f"{path} cannot be read: {error.strerror}.", hint="Name a *.seatunnel.json file.", path=str(path)
        ) from error
    try:
        return Pipeline.model_validate_json(text)
    except pydantic.ValidationError as error:
        raise PipelineInvalidError(form_problems(error)) from error


def parse_pipeline(document: Mapping[str, Any]) -> Pipeline:
    """The pipeline that a JSON object says. Raises `PipelineInvalidError` with every problem of its form."""
    try:
        return Pipeline.model_validate(document)
    except pydantic.ValidationError as error:
        raise PipelineInvalidError(form_problems(error)) from error


def form_problems(error: pydantic.ValidationError) -> list[Problem]:
    """What is wrong with the form of a document, by the places in it."""
    return [_problem(detail) for detail in error.errors()]


def _spare(document: dict[str, Any]) -> dict[str, Any]:
    """The document without seldom fields that say nothing."""

    def spared(part: dict[str, Any]) -> dict[str, Any]:
        # An empty output is one: only a data source is none without a name.
        empty = {"datasource": ""}
        return {
            key: value
            for key, value in part.items()
            if key not in _SELDOM or value not in (None, {}, [], False, empty.get(key))
        }

    nodes = [spared(node) for node in document["nodes"]]
    edges = [spared(edge) for edge in document["edges"]]
    return spared({**document, "nodes": nodes, "edges": edges})


def _problem(detail: Any) -> Problem:
    path = ".".join(str(part) for part in detail["loc"])
    return Problem("form", f"{path or 'The document'}: {detail['msg']}.", path)
