"""A document as a builder examines it: form, shape, and the rules of each connector, at node and field."""

from __future__ import annotations

import itertools
import time
from typing import Any

import pytest

from scaleph_lab.errors import UserError
from scaleph_lab.pipelines.examination import examine


def document(*nodes: tuple[str, str, str, dict[str, Any]], edges: list[tuple[str, str]], **more: Any) -> dict[str, Any]:
    return {
        "name": "p",
        "nodes": [{"id": i, "kind": kind, "connector": name, "options": options} for i, kind, name, options in nodes],
        "edges": [{"from": source, "to": target} for source, target in edges],
        **more,
    }


FAKE = ("rows", "source", "FakeSource", {"row.num": 5})
LOG = ("log", "sink", "Console", {})


def codes(data: dict[str, Any]) -> list[tuple[str, str, str]]:
    return [(problem.code, problem.node, problem.field) for problem in examine(data)]


def test_a_right_document_has_no_problems() -> None:
    assert codes(document(FAKE, LOG, edges=[("rows", "log")])) == []


def test_form_shape_and_rules_are_told() -> None:
    assert [problem.code for problem in examine({"name": "p"})] == ["form"]
    assert codes(document(FAKE, LOG, edges=[])) == [("no_output", "rows", ""), ("no_input", "log", "")]
    broken = document(FAKE, ("file", "sink", "LocalFile", {"have_partition": True}), edges=[("rows", "file")])
    assert codes(broken) == [("missing", "file", "/path"), ("missing", "file", "/partition_by")]


def test_an_unknown_connector_keeps_its_data_and_is_a_warning() -> None:
    found = examine(document(FAKE, ("out", "sink", "Consol", {"a": 1}), edges=[("rows", "out")]))
    assert [(each.code, each.severity, each.hint) for each in found] == [
        ("unknown_connector", "warning", "Did you mean Console?")
    ]


def test_a_connector_that_the_target_release_lacks_is_told() -> None:
    data = document(FAKE, ("check", "sink", "Assert", {"rules": {}}), edges=[("rows", "check")])
    assert examine(data) == []
    assert [problem.code for problem in examine(data, "2.3.8")] == ["unknown_connector"]
    assert [(found.code, found.severity) for found in examine(data, "9.9.9")] == [("unknown_release", "info")]
    with pytest.raises(UserError):
        examine(data, "new")


def test_what_a_data_source_fills_is_not_asked_for() -> None:
    data = document(("in", "source", "Jdbc", {"query": "SELECT 1"}), LOG, edges=[("in", "log")])
    assert codes(data) == [("missing", "in", "/url"), ("missing", "in", "/driver")]
    data["nodes"][0]["datasource"] = "shop"
    assert codes(data) == []


def test_a_source_without_end_in_a_batch_job_is_told() -> None:
    options = {"base-url": "jdbc:mysql://h", "username": "u", "password": "${p}", "table-names": ["a.b"]}
    data = document(("changes", "source", "MySQL-CDC", options), LOG, edges=[("changes", "log")])
    assert ("stream_in_batch", "changes", "/env/job.mode") in codes(data)
    data["env"] = {"job.mode": "STREAMING"}
    assert ("stream_in_batch", "changes", "/env/job.mode") not in codes(data)


def test_three_hundred_nodes_are_looked_through_between_two_keys() -> None:
    nodes = [(f"n{at}", "transform", "Sql", {"query": "SELECT 1"}) for at in range(298)]
    names = ["rows", *(node[0] for node in nodes), "log"]
    data = document(FAKE, *nodes, LOG, edges=list(itertools.pairwise(names)))
    examine(data)
    begun = time.perf_counter()
    assert examine(data) == []
    # Fifty times what it takes: a quadratic search would not pass.
    assert time.perf_counter() - begun < 1.0
