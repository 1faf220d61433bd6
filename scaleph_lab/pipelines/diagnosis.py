"""Diagnoses a document: what is wrong with it, and what is odd. Pure and quick: a builder asks at each keystroke."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from scaleph_lab.engines.seatunnel_home import SEATUNNEL_VERSION
from scaleph_lab.pipelines.checks import find_problems
from scaleph_lab.pipelines.comments import pointer
from scaleph_lab.pipelines.config import looks_secret
from scaleph_lab.pipelines.document import Node, NodeKind, Pipeline
from scaleph_lab.pipelines.errors import Problem
from scaleph_lab.pipelines.hocon.evaluation import Path
from scaleph_lab.pipelines.references import REFERENCE
from scaleph_lab.pipelines.versions import NAMINGS, NEW_NAMING, OLD_NAMING, naming_of

__all__ = ["Diagnostic", "Severity", "diagnose"]

Severity = Literal["error", "warning", "info"]
_MODES = ("BATCH", "STREAMING")
_DEFAULT = re.compile(r"\$\{[A-Za-z_][\w.-]*:[^{}]*\}")
_HINTS = {
    "empty": "Drag a source and a sink from the palette.",
    "duplicate_id": "Give one of them another id.",
    "dangling_edge": "Remove the edge, or add the node.",
    "duplicate_edge": "Remove one of the two.",
    "source_with_input": "Remove the edge that ends here.",
    "no_input": "Draw an edge to it.",
    "sink_with_output": "Remove the edge that begins here.",
    "no_output": "Draw an edge from it, or remove it.",
    "many_inputs": "Join the inputs before, or use one transform for each.",
    "cycle": "Remove one of these edges.",
}


@dataclass(frozen=True)
class Diagnostic:
    """One thing that is wrong or odd, and the place to show it at."""

    severity: Severity
    code: str
    message: str
    hint: str = ""
    node: str = ""
    """The id of the node that it is about."""
    edge: int | None = None
    """The index of the edge that it is about."""
    field: str = ""
    """A JSON pointer: into the options of ``node``, else into the document."""

    def as_dict(self) -> dict[str, Any]:
        """A JSON-ready form."""
        return {
            "severity": self.severity,
            "code": self.code,
            "message": self.message,
            "hint": self.hint,
            "node": self.node,
            "edge": self.edge,
            "field": self.field,
        }


def diagnose(pipeline: Pipeline, version: str = SEATUNNEL_VERSION) -> list[Diagnostic]:
    """Everything to be said about the document, for that version of SeaTunnel; errors keep it from being compiled.

    Raises `UserError` for what is no version.
    """
    return [
        *(_shaped(problem) for problem in find_problems(pipeline)),
        *_tables(pipeline, version),
        *_mode(pipeline),
        *_texts(pipeline, version),
    ]


def _shaped(problem: Problem) -> Diagnostic:
    edge = re.match(r"edges\.(\d+)", problem.path)
    return Diagnostic(
        "error",
        problem.code,
        problem.message,
        _HINTS.get(problem.code, ""),
        problem.node,
        int(edge[1]) if edge else None,
    )


def _tables(pipeline: Pipeline, version: str) -> Iterator[Diagnostic]:
    first: dict[str, Node] = {}
    for node in pipeline.nodes:
        yield from _named_in_options(node)
        if node.kind is NodeKind.SINK:
            continue
        other = first.setdefault(node.table, node)
        if other is node or other.id == node.id:
            continue
        message = f"{other.id} and {node.id} both give out the table {node.table!r}."
        if node.kind is NodeKind.TRANSFORM or other.kind is NodeKind.TRANSFORM:
            yield Diagnostic("error", "duplicate_output", message, "Give one of them another output.", node.id)
        elif naming_of(version) is OLD_NAMING:
            hint = f"SeaTunnel {version} refuses this on Zeta: give one of them another output."
            yield Diagnostic("warning", "shared_output", message, hint, node.id)
    given = {node.table for node in pipeline.nodes if node.kind is not NodeKind.SINK}
    for node in pipeline.nodes:
        for name in _listed(node.options.get(OLD_NAMING.input)):
            if node.kind is not NodeKind.SOURCE and name not in given:
                message = f"No node gives out the table {name!r}, which {node.id} takes."
                hint = "Draw an edge to it, and remove the option."
                yield Diagnostic("error", "dangling_input", message, hint, node.id, field=f"/{OLD_NAMING.input}")


def _listed(value: Any) -> list[str]:
    return [str(name) for name in value] if isinstance(value, list) else [] if value is None else [str(value)]


def _named_in_options(node: Node) -> Iterator[Diagnostic]:
    """Names of tables that edges and the node's output say already."""
    said = [naming.output for naming in NAMINGS if node.kind is not NodeKind.SINK]
    said += [NEW_NAMING.input] if node.kind is not NodeKind.SOURCE else []
    for key in said:
        if key in node.options:
            hint = "Remove the option; edges say what is read, and the node's output how its table is called."
            message = f"{key} is overruled by what is drawn."
            yield Diagnostic("warning", "name_in_options", message, hint, node.id, field=pointer((key,)))


def _mode(pipeline: Pipeline) -> Iterator[Diagnostic]:
    mode = pipeline.env.get("job.mode", "BATCH")
    if isinstance(mode, str) and REFERENCE.search(mode):
        return
    # SeaTunnel takes any case.
    mode = mode.upper() if isinstance(mode, str) else mode
    if mode not in _MODES:
        hint = "Choose BATCH or STREAMING."
        yield Diagnostic("error", "unknown_mode", f"{mode!r} is no mode of a job.", hint, field="/env/job.mode")
    elif mode == "BATCH":
        for node in pipeline.nodes:
            if node.kind is NodeKind.SOURCE and node.connector.lower().endswith("-cdc"):
                message = f"{node.connector} reads changes without end, but the job is a batch."
                hint = "Set the job's mode to STREAMING."
                yield Diagnostic("error", "stream_in_batch", message, hint, node.id, field="/env/job.mode")


def _texts(pipeline: Pipeline, version: str) -> Iterator[Diagnostic]:
    old = naming_of(version) is OLD_NAMING
    for node_id, options in (("", {"env": pipeline.env}), *((node.id, node.options) for node in pipeline.nodes)):
        for path, text in _strings(options, ()):
            for optional, name in REFERENCE.findall(text):
                if not optional and name not in pipeline.variables and not pipeline.is_placeholder(name):
                    message = f"The variable {name} has no value."
                    hint = "Give it a default, or a value with each run."
                    yield Diagnostic("info", "open_variable", message, hint, node_id, field=pointer(path))
            if old and (found := _DEFAULT.search(text)):
                message = f"SeaTunnel {version} does not read the default in {found[0]}."
                hint = "Make it a variable of the pipeline, with its default."
                yield Diagnostic("warning", "default_in_text", message, hint, node_id, field=pointer(path))
            if text and looks_secret(str(path[-1])) and not REFERENCE.search(text) and "{{" not in text:
                message = f"{path[-1]} stands in clear in the document."
                hint = "Keep it as a secret and write {{secret:NAME}} here, choose a data source, or use a variable."
                yield Diagnostic("warning", "secret_in_clear", message, hint, node_id, field=pointer(path))


def _strings(value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _strings(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _strings(item, (*path, index))
