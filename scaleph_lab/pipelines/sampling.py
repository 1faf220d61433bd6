"""Samples: the first rows that a node gives out, by running what leads to it on Zeta into a file of its own.

Sources that can be limited are (a made-up one by its number of rows, a query of a known database by ``LIMIT``); of the
others no more is read than what comes until the sample is full. The job is then cancelled.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from scaleph_lab.engines.model import ProgressListener, ignore_progress
from scaleph_lab.errors import EngineTimeoutError, UserError
from scaleph_lab.pipelines.document import Edge, Node, NodeKind, Pipeline
from scaleph_lab.pipelines.running import raise_for_failure, run_pipeline

__all__ = ["MOST_ROWS", "Sample", "sample_pipeline", "sampling_pipeline"]

MOST_ROWS = 1000
_SINK = "scaleph_sample"
_LOOK_SECONDS = 0.2
_MOST_EXACT = 2**53 - 1
"""The largest integer that each double around it is told apart from (ECMAScript's ``Number.MAX_SAFE_INTEGER``)."""
_LIMITED = re.compile(r"jdbc:(postgresql|mysql|mariadb|sqlite|clickhouse|phoenix):", re.IGNORECASE)


@dataclass(frozen=True)
class Sample:
    """Rows of one node, as SeaTunnel writes them in JSON: integers whole, decimals that no float holds as `Decimal`."""

    node: str
    columns: list[str]
    rows: list[list[Any]]
    complete: bool
    """Whether these are all rows that there are."""

    def as_dict(self) -> dict[str, Any]:
        """A JSON-ready form, in which numbers that a double would round are text: a browser reads no others exactly."""
        rows = [[_exact(value) for value in row] for row in self.rows]
        return {"node": self.node, "columns": self.columns, "rows": rows, "complete": self.complete}


def _exact(value: Any) -> Any:
    match value:
        case bool():
            return value
        case Decimal():
            return str(value)
        case int() if abs(value) > _MOST_EXACT:
            return str(value)
        case list():
            return [_exact(each) for each in value]
        case dict():
            return {name: _exact(each) for name, each in value.items()}
        case _:
            return value


def _number(text: str) -> float | Decimal:
    """A float where it is written with the digits that were given, else a `Decimal`."""
    exact = Decimal(text)
    return float(text) if Decimal(repr(float(text))) == exact else exact


async def sample_pipeline(
    pipeline: Pipeline,
    node: str,
    *,
    rows: int = 100,
    variables: Mapping[str, str] | None = None,
    seconds: float = 60,
    progress: ProgressListener = ignore_progress,
) -> Sample:
    """The first rows that a source or transform gives out; of a sink, those that it takes in.

    Nothing that the pipeline would write is written. Raises `UserError` for a sink without one input, `NotFoundError`
    for a node that is not there, `EngineTimeoutError` where no row came in time, and what `run_pipeline` raises.
    """
    rows = max(1, min(rows, MOST_ROWS))
    with tempfile.TemporaryDirectory(prefix="scaleph-sample-") as folder:
        sampling = sampling_pipeline(pipeline, node, rows, Path(folder))
        run = asyncio.ensure_future(run_pipeline(sampling, runner="zeta", variables=variables, progress=progress))
        complete = await _until(run, Path(folder), rows, seconds)
        found = [json.loads(line, parse_float=_number) for line in _lines(Path(folder), rows)]
    if not found and not complete:
        raise EngineTimeoutError(
            f"No row came out of {node} within {seconds:.0f} s.",
            hint="A source that follows changes gives rows when something changes; try again then.",
            path=node,
        )
    columns = list(dict.fromkeys(name for row in found for name in row))
    return Sample(node, columns, [[row.get(name) for name in columns] for row in found], complete and len(found) < rows)


def sampling_pipeline(pipeline: Pipeline, node: str, rows: int, folder: Path) -> Pipeline:
    """What is run for a sample: all that leads to the node, its sources limited, and a file in ``folder``."""
    chosen = pipeline.node(node)
    if chosen.kind is NodeKind.SINK:
        inputs = pipeline.inputs_of(node)
        if len(inputs) != 1:
            raise UserError(f"{node} has {len(inputs)} inputs: choose one of them to see its rows.", path=node)
        chosen = pipeline.node(inputs[0])
    leading = _leading_to(pipeline, chosen.id)
    nodes = [_limited(each, rows, pipeline.variables) for each in pipeline.nodes if each.id in leading]
    options = {"path": str(folder / "rows"), "tmp_path": str(folder / "tmp"), "file_format_type": "json"}
    nodes.append(Node(id=_SINK, kind=NodeKind.SINK, connector="LocalFile", options=options))
    edges = [edge for edge in pipeline.edges if edge.source in leading and edge.target in leading]
    edges.append(Edge.model_validate({"from": chosen.id, "to": _SINK}))
    # A stream's files are whole with each checkpoint.
    env = {**pipeline.env, "parallelism": 1, "checkpoint.interval": 1000}
    return pipeline.model_copy(update={"nodes": nodes, "edges": edges, "env": env, "name": f"sample of {node}"})


def _leading_to(pipeline: Pipeline, node: str) -> set[str]:
    found: set[str] = set()
    waiting = [node]
    while waiting:
        if (one := waiting.pop()) not in found:
            found.add(one)
            waiting += pipeline.inputs_of(one)
    return found


def _limited(node: Node, rows: int, variables: Mapping[str, str]) -> Node:
    options = {**node.options}
    if node.connector.lower() == "fakesource":
        given = options.get("row.num", 5)
        options["row.num"] = min(given, rows) if isinstance(given, int) else given
    elif node.kind is NodeKind.SOURCE and node.connector.lower() == "jdbc" and "partition_column" not in options:
        url = re.sub(r"\$\{(\w+)\}", lambda name: variables.get(name[1], ""), str(options.get("url", "")))
        query = options.get("query")
        if isinstance(query, str) and _LIMITED.match(url):
            # It is the user's own query, run by the user's own account.
            options["query"] = f"SELECT * FROM ({query.rstrip().rstrip(';')}) {_SINK} LIMIT {rows}"  # noqa: S608
    return node.model_copy(update={"options": options})


async def _until(run: asyncio.Future[Any], folder: Path, rows: int, seconds: float) -> bool:
    """Waits for the end, for enough rows or for the time; whether it was the end. What still runs is cancelled."""
    end = asyncio.get_running_loop().time() + seconds
    try:
        while not run.done():
            await asyncio.wait([run], timeout=_LOOK_SECONDS)
            enough = sum(1 for _ in _lines(folder, rows)) >= rows
            if enough or asyncio.get_running_loop().time() > end:
                break
        if run.done():
            raise_for_failure(run.result())
            return True
        return False
    finally:
        if not run.done():
            run.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await run


def _lines(folder: Path, most: int) -> Iterator[str]:
    count = 0
    for file in sorted((folder / "rows").rglob("*.json")):
        for line in file.read_text(encoding="utf-8").splitlines():
            if count == most:
                return
            if line.strip():
                count += 1
                yield line
