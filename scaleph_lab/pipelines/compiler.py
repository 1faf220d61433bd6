"""Compiles a pipeline document into a SeaTunnel configuration.

The array form (``source = [{plugin_name = …}]``) is the one that keeps two blocks of the same connector apart, in
JSON, which SeaTunnel's ``--config`` and Zeta's REST both read. Variables are resolved here: SeaTunnel never substitutes
inside quotes, and its ``-i`` is ignored on Flink.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from scaleph_lab.pipelines.checks import check_shape
from scaleph_lab.pipelines.document import Node, NodeKind, Pipeline
from scaleph_lab.pipelines.errors import PipelineInvalidError, Problem

__all__ = ["compile_pipeline", "render_config"]

_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_.]*)\}")


def compile_pipeline(pipeline: Pipeline, variables: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The configuration as SeaTunnel 2.3.4 reads it.

    Each node's output table bears its id. Raises `PipelineInvalidError` for a broken shape or an undefined variable.
    """
    check_shape(pipeline)
    resolver = _Resolver({**pipeline.variables, **(variables or {})})
    config: dict[str, Any] = {
        "env": {"job.name": pipeline.name, "job.mode": "BATCH", **resolver.resolve(pipeline.env, "env")},
        "source": [],
        "transform": [],
        "sink": [],
    }
    for index, node in enumerate(pipeline.nodes):
        options = resolver.resolve(node.options, f"nodes.{index}.options")
        config[node.kind].append({"plugin_name": node.connector, **options, **_tables(pipeline, node)})
    if resolver.problems:
        raise PipelineInvalidError(resolver.problems)
    return config


def render_config(config: Mapping[str, Any]) -> str:
    """The configuration file's text."""
    return json.dumps(config, indent=2, ensure_ascii=False) + "\n"


def _tables(pipeline: Pipeline, node: Node) -> dict[str, Any]:
    inputs = pipeline.inputs_of(node.id)
    tables: dict[str, Any] = {}
    if inputs:
        tables["source_table_name"] = inputs[0] if len(inputs) == 1 else inputs
    if node.kind is not NodeKind.SINK:
        tables["result_table_name"] = node.id
    return tables


class _Resolver:
    """Puts the variables' values into all strings of a value, and collects those that have none."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._variables = variables
        self.problems: list[Problem] = []

    def resolve(self, value: Any, path: str) -> Any:
        """The value with its variables replaced, of the same shape."""
        if isinstance(value, str):
            return _VARIABLE.sub(lambda match: self._value(match, path), value)
        if isinstance(value, dict):
            return {key: self.resolve(item, f"{path}.{key}") for key, item in value.items()}
        if isinstance(value, list):
            return [self.resolve(item, f"{path}.{index}") for index, item in enumerate(value)]
        return value

    def _value(self, match: re.Match[str], path: str) -> str:
        name = match[1]
        if name not in self._variables:
            self.problems.append(Problem("undefined_variable", f"The variable {name!r} has no value.", path))
            return match[0]
        return self._variables[name]
