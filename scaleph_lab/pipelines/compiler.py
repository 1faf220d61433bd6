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

from scaleph_lab.engines.seatunnel_home import SEATUNNEL_VERSION
from scaleph_lab.pipelines.checks import check_shape
from scaleph_lab.pipelines.document import Node, Pipeline
from scaleph_lab.pipelines.errors import PipelineInvalidError, Problem
from scaleph_lab.pipelines.exporting import Tables, in_order
from scaleph_lab.pipelines.references import REFERENCE
from scaleph_lab.pipelines.versions import Naming, naming_of

__all__ = ["compile_pipeline", "render_config"]

_ABSENT = object()


def compile_pipeline(
    pipeline: Pipeline, variables: Mapping[str, str] | None = None, *, version: str = SEATUNNEL_VERSION
) -> dict[str, Any]:
    """The configuration as that version of SeaTunnel reads it.

    Each node's output table bears its id, or the name that it has beside. Raises `PipelineInvalidError` for a broken
    shape or an undefined variable, and `UserError` for what is no version.
    """
    naming = naming_of(version)
    check_shape(pipeline)
    resolver = _Resolver({**pipeline.variables, **(variables or {})}, pipeline)
    config: dict[str, Any] = {
        "env": {"job.name": pipeline.name, "job.mode": "BATCH", **resolver.resolve(pipeline.env, "env")},
        "source": [],
        "transform": [],
        "sink": [],
    }
    tables = Tables(pipeline, all_named=True)
    for index, node in in_order(pipeline):
        options = {"plugin_name": node.connector, **resolver.resolve(node.options, f"nodes.{index}.options")}
        names = resolver.resolve(_names(tables, node, naming), f"nodes.{index}.output")
        config[node.kind].append({**options, **names})
    if resolver.problems:
        raise PipelineInvalidError(resolver.problems)
    return config


def render_config(config: Mapping[str, Any]) -> str:
    """The configuration file's text."""
    return json.dumps(config, indent=2, ensure_ascii=False) + "\n"


def _names(tables: Tables, node: Node, naming: Naming) -> dict[str, Any]:
    inputs, output = tables.inputs_of(node), tables.output_of(node)
    names: dict[str, Any] = {}
    if inputs:
        names[naming.input] = inputs[0] if len(inputs) == 1 else inputs
    if output is not None:
        names[naming.output] = output
    return names


class _Resolver:
    """Puts the variables' values into all strings of a value, and collects those that have none."""

    def __init__(self, variables: Mapping[str, str], pipeline: Pipeline) -> None:
        self._variables = variables
        self._pipeline = pipeline
        self.problems: list[Problem] = []

    def resolve(self, value: Any, path: str) -> Any:
        """The value with its variables replaced, of the same shape but for optional ones that have no value."""
        if isinstance(value, str):
            whole = REFERENCE.fullmatch(value)
            if whole and whole[1] and whole[2] not in self._variables:
                return _ABSENT
            return REFERENCE.sub(lambda match: self._value(match, path), value)
        if isinstance(value, dict):
            items = {key: self.resolve(item, f"{path}.{key}") for key, item in value.items()}
            return {key: item for key, item in items.items() if item is not _ABSENT}
        if isinstance(value, list):
            found = [self.resolve(item, f"{path}.{index}") for index, item in enumerate(value)]
            return [item for item in found if item is not _ABSENT]
        return value

    def _value(self, match: re.Match[str], path: str) -> str:
        optional, name = match.groups()
        if name in self._variables:
            return self._variables[name]
        if self._pipeline.is_placeholder(name):
            return match[0]
        if not optional:
            self.problems.append(Problem("undefined_variable", f"The variable {name!r} has no value.", path))
            return match[0]
        return ""
