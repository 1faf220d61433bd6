"""Plans as Flink 1.18, 1.20 and 2.3 wrote them (``data/plans``), and how they are shown."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from scaleph_lab.errors import EngineError
from scaleph_lab.magics.plan_answers import drawn_nodes, plan_html, plan_text
from scaleph_lab.sql.plans import Activity, Edge, Node, Plan, explained_plan, job_plan

DATA = Path(__file__).parent / "data" / "plans"
SINKS = {"1.18": "Sink snk", "1.20": "Writer", "2.3": "Writer"}


@pytest.mark.parametrize("version", SINKS)
def test_an_explained_statement_is_read(version: str) -> None:
    plan = explained_plan((DATA / f"explained-{version}.txt").read_text(encoding="utf-8"))
    assert [node.title for node in plan.nodes[:3]] == ["TableSourceScan src", "Calc", "GroupAggregate"]
    assert SINKS[version] in plan.nodes[-1].title
    assert [edge.strategy for edge in plan.edges] == ["FORWARD", "HASH", "FORWARD"]
    assert plan.nodes[2].operators == ("GroupAggregate(groupBy=[item], select=[item, COUNT(*) AS EXPR$1])",)


@pytest.mark.parametrize("version", SINKS)
def test_the_plan_of_a_job_is_read(version: str) -> None:
    plan = job_plan(json.loads((DATA / f"job-{version}.json").read_text(encoding="utf-8")))
    assert plan.nodes[0].title == "TableSourceScan src → Calc"
    assert plan.nodes[1].operators[0].startswith("GroupAggregate(groupBy=[item]")
    lines = plan_text(plan).splitlines()
    assert lines[0].startswith("GroupAggregate → ") and lines[1].startswith("+- [HASH] TableSourceScan src")


def test_what_is_no_plan_is_named() -> None:
    with pytest.raises(EngineError, match="without an execution plan"):
        explained_plan("== Abstract Syntax Tree ==\nLogicalValues")


def test_what_vertices_do_is_shown_and_names_stay_text() -> None:
    source = Node("a", "Source <b>", ("Source(<b>)",), 2, Activity("RUNNING", 0, 1200, 0.1, 0.9))
    sink = Node("b", "Sink", ("Sink",), 1, Activity("RUNNING", 1200, 0, 0.95, 0.0))
    plan = Plan((source, sink), (Edge("a", "b", "HASH"),), "j1", "RUNNING")
    assert "Source <b> · parallelism 2 · 0 in · 1,200 out · busy 10% · back-pressured 90%" in plan_text(plan)
    assert "<b>" not in plan_html(plan) and "1,200" in plan_html(plan) and "1 (HASH)" in plan_html(plan)
    assert [node.tone for node in drawn_nodes(plan)] == ["blocked", "busy"]
    idle = replace(plan, nodes=(replace(source, activity=None), sink))
    assert drawn_nodes(idle)[0].tone == "plain"


def test_a_node_that_feeds_two_is_told_once() -> None:
    nodes = tuple(Node(name, name, (name,), 1) for name in ("s", "x", "y"))
    text = plan_text(Plan(nodes, (Edge("s", "x", "FORWARD"), Edge("s", "y", "FORWARD"))))
    assert text.count("as above") == 1
