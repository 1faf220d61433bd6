"""Plans as graphs: what Flink means to run, joined to what its vertices do now.

Source: the JSON of ``EXPLAIN JSON_EXECUTION_PLAN`` (a node an operator) and of the JobManager's ``/jobs/ID`` (a node a
vertex, which is a chain of operators), of Flink 1.18 to 2.3.
"""

from __future__ import annotations

import asyncio
import html
import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from scaleph_lab.errors import EngineError
from scaleph_lab.sql.faults import SqlError

if TYPE_CHECKING:
    from scaleph_lab.engines.jobmanager import JobManagerClient
    from scaleph_lab.sql.scripts import Statement
    from scaleph_lab.sql.session import SqlSession

__all__ = ["Activity", "Edge", "Node", "Plan", "explain", "explained_plan", "job_plan", "running_plan"]

_PLAN_HEAD = "== Physical Execution Plan =="
_EXECUTE = re.compile(r"^EXECUTE\s+(?=STATEMENT\s+SET\b)", re.IGNORECASE)
_NUMBERED = re.compile(r"^(?:[+:| -]*)\[\d+\]:\s*")
_BRANCH = re.compile(r"^[ :|+-]*(?=\S)")
_TABLE = re.compile(r"table=\[{1,2}([^\]]+)\]")
_COLLECT_SECONDS = 0.6
_RATES = "busyTimeMsPerSecond,backPressuredTimeMsPerSecond"


@dataclass(frozen=True)
class Activity:
    """What a vertex does; counts are since its start, shares are of the last seconds and from 0 to 1."""

    status: str
    read: int = 0
    """Records from other vertices; a source has none."""
    written: int = 0
    """Records to other vertices; a sink has none."""
    busy: float | None = None
    """The share of time that its busiest subtask works; ``None`` where it is not told."""
    back_pressured: float | None = None
    """The share of time that its most blocked subtask waits for those after it."""

    @property
    def summary(self) -> str:
        """On one line."""
        parts = [f"{self.read:,} in", f"{self.written:,} out"]
        if self.busy is not None:
            parts.append(f"busy {self.busy:.0%}")
        if self.back_pressured is not None:
            parts.append(f"back-pressured {self.back_pressured:.0%}")
        return " · ".join(parts)


@dataclass(frozen=True)
class Node:
    """An operator of a plan, or a vertex of a job."""

    id: str
    title: str
    """Short: the operators' names, and the table that is read or written."""
    operators: tuple[str, ...]
    """As the planner writes them, one in each line."""
    parallelism: int
    activity: Activity | None = None


@dataclass(frozen=True)
class Edge:
    """Records go from ``source`` to ``target``."""

    source: str
    target: str
    strategy: str
    """How they are shipped: ``FORWARD``, ``HASH``, ``REBALANCE`` …"""


@dataclass(frozen=True)
class Plan:
    """A graph without cycles; sources first."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    job_id: str = ""
    state: str = ""
    """Of the job; empty where nothing runs."""

    def inputs(self, node: Node) -> tuple[Edge, ...]:
        """The edges that lead to a node."""
        return tuple(edge for edge in self.edges if edge.target == node.id)


async def explain(session: SqlSession, statement: Statement, config: Mapping[str, str] | None = None) -> Plan:
    """The plan of a statement, which is not run: a query, an INSERT, or a set of INSERTs.

    Raises `SqlError` at its place in `Statement.sql` where Flink refuses the statement, or cannot explain its kind.
    """
    sql = _EXECUTE.sub("", statement.sql)
    try:
        result = await session.execute(f"EXPLAIN JSON_EXECUTION_PLAN\n{sql}", config=config, keyword="EXPLAIN")
    except SqlError as error:
        if error.line is None or error.column is None:
            raise
        # The first line is ours.
        end_line = (error.end_line or error.line) - 1
        raise error.moved(error.line - 1, error.column, end_line, error.end_column or error.column) from None
    return explained_plan("\n".join(str(row[0]) for row in await result.rows()))


def explained_plan(text: str) -> Plan:
    """The plan in the text of an ``EXPLAIN JSON_EXECUTION_PLAN``. Raises `EngineError` where it holds none."""
    _, found, tail = text.partition(_PLAN_HEAD)
    try:
        raw: Any = json.loads(tail) if found else None
    except ValueError:
        raw = None
    if not isinstance(raw, Mapping):
        raise EngineError("Flink explained this statement without an execution plan.")
    nodes, edges = [], []
    for each in raw["nodes"]:
        name = str(each["id"])
        nodes.append(_node(name, [str(each["contents"])], int(each["parallelism"])))
        edges += [Edge(str(one["id"]), name, one["ship_strategy"]) for one in each.get("predecessors", [])]
    return _ordered(nodes, edges)


def job_plan(raw: Mapping[str, Any]) -> Plan:
    """The plan of a job or a jar, as ``/jobs/ID/plan`` and ``/jars/ID/plan`` give it."""
    nodes, edges = [], []
    for each in raw["nodes"]:
        name = str(each["id"])
        # Flink writes it for its web UI, as HTML.
        lines = [html.unescape(line) for line in str(each["description"]).split("<br/>") if line.strip()]
        nodes.append(_node(name, lines, int(each["parallelism"])))
        edges += [Edge(str(one["id"]), name, one["ship_strategy"]) for one in each.get("inputs", [])]
    return _ordered(nodes, edges)


async def running_plan(manager: JobManagerClient, job_id: str) -> Plan:
    """The plan of a job with what its vertices do now. Raises `NotFoundError`."""
    details = await manager.job(job_id)
    state = str(details["state"])
    rates: dict[str, dict[str, float]] = {}
    if state == "RUNNING":
        names = [str(each["id"]) for each in details["vertices"]]
        rates = await _all_rates(manager, job_id, names)
        if not any(rates.values()):
            # The JobManager collects metrics when it is asked for them, and answers before it has them.
            await asyncio.sleep(_COLLECT_SECONDS)
            rates = await _all_rates(manager, job_id, names)
        details = await manager.job(job_id)
    vertices = {str(each["id"]): each for each in details["vertices"]}
    plan = job_plan(details["plan"])
    nodes = [
        replace(node, activity=_activity(vertices[node.id], rates.get(node.id, {}))) if node.id in vertices else node
        for node in plan.nodes
    ]
    return replace(plan, nodes=tuple(nodes), job_id=job_id, state=state)


async def _all_rates(manager: JobManagerClient, job_id: str, vertices: list[str]) -> dict[str, dict[str, float]]:
    found = await asyncio.gather(*(_rates(manager, job_id, name) for name in vertices))
    return dict(zip(vertices, found, strict=True))


async def _rates(manager: JobManagerClient, job_id: str, vertex: str) -> dict[str, float]:
    path = f"/jobs/{job_id}/vertices/{vertex}/subtasks/metrics"
    raw = await manager.call("GET", path, params={"get": _RATES, "agg": "max"})
    found = {each["id"]: float(each["max"]) for each in raw}
    # Sources of the older interface say NaN.
    return {name: value / 1000 for name, value in found.items() if not math.isnan(value)}


def _activity(vertex: Mapping[str, Any], rates: Mapping[str, float]) -> Activity:
    metrics = vertex["metrics"]
    busy, blocked = (rates.get(name) for name in _RATES.split(","))
    return Activity(str(vertex["status"]), int(metrics["read-records"]), int(metrics["write-records"]), busy, blocked)


def _node(name: str, lines: list[str], parallelism: int) -> Node:
    operators = tuple(_NUMBERED.sub("", _BRANCH.sub("", line)).strip() for line in lines)
    return Node(name, " → ".join(dict.fromkeys(map(_short, operators))), operators, parallelism)


def _short(operator: str) -> str:
    kind = operator.partition("(")[0].strip()
    table = _TABLE.search(operator)
    if table is None:
        return kind
    # `[catalog, database, table, project=[…]]` of a source, `[catalog.database.table]` of a sink.
    parts = [part.strip() for part in re.split(r"[.,]", table.group(1)) if "=" not in part]
    return f"{kind} {parts[min(2, len(parts) - 1)]}"


def _ordered(nodes: list[Node], edges: list[Edge]) -> Plan:
    """Sources first, each node behind all that lead to it, else as Flink has them."""
    left = {node.id: node for node in nodes}
    order: list[Node] = []
    while left:
        ready = [name for name in left if not any(edge.target == name and edge.source in left for edge in edges)]
        order += [left.pop(name) for name in ready or list(left)]
    return Plan(tuple(order), tuple(edges))
