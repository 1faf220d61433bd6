"""Diagnoses of a document: each with its severity and the place to show it at."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from scaleph_lab.demo import pipeline_path
from scaleph_lab.pipelines import compile_pipeline, diagnose, import_file, read_pipeline
from scaleph_lab.pipelines.document import Pipeline


def document(nodes: list[dict[str, Any]], *edges: str, **more: Any) -> Pipeline:
    pairs = [dict(zip(("from", "to"), edge.split(">"), strict=True)) for edge in edges]
    named = [{"connector": "X", **node} for node in nodes]
    return Pipeline.model_validate({"name": "x", "nodes": named, "edges": pairs, **more})


def source(node_id: str = "a", **more: Any) -> dict[str, Any]:
    return {"id": node_id, "kind": "source", **more}


def transform(node_id: str = "t", **more: Any) -> dict[str, Any]:
    return {"id": node_id, "kind": "transform", **more}


def sink(node_id: str = "z", **more: Any) -> dict[str, Any]:
    return {"id": node_id, "kind": "sink", **more}


CASES = [
    (document([]), "error", "empty", "", None, ""),
    (document([source(), source(), sink()], "a>z"), "error", "duplicate_id", "a", None, ""),
    (document([source(), sink()], "a>z", "a>n"), "error", "dangling_edge", "", 1, ""),
    (document([source(), sink()], "a>z", "a>z"), "error", "duplicate_edge", "", 1, ""),
    (document([source(), transform(), sink()], "a>z", "t>t", "t>z"), "error", "cycle", "t", None, ""),
    (document([source(), sink()]), "error", "no_output", "a", None, ""),
    (document([source(), sink()]), "error", "no_input", "z", None, ""),
    (
        document([source(), source("b"), transform(), sink()], "a>t", "b>t", "t>z"),
        "error",
        "many_inputs",
        "t",
        None,
        "",
    ),
    (
        document([source(), transform(output="a"), sink()], "a>t", "t>z"),
        "error",
        "duplicate_output",
        "t",
        None,
        "",
    ),
    (
        document([source(output="n"), source("b", output="n"), sink()], "a>z", "b>z"),
        "warning",
        "shared_output",
        "b",
        None,
        "",
    ),
    (
        document([source(), sink(options={"source_table_name": ["a", "n"]})], "a>z"),
        "error",
        "dangling_input",
        "z",
        None,
        "/source_table_name",
    ),
    (
        document([source(options={"plugin_output": "n"}), sink()], "a>z"),
        "warning",
        "name_in_options",
        "a",
        None,
        "/plugin_output",
    ),
    (
        document([source(), sink()], "a>z", env={"job.mode": "BATSCH"}),
        "error",
        "unknown_mode",
        "",
        None,
        "/env/job.mode",
    ),
    (document([source(connector="MySQL-CDC"), sink()], "a>z"), "error", "stream_in_batch", "a", None, "/env/job.mode"),
    (
        document([source(options={"a/b": {"c": ["x", "${v}"]}}), sink()], "a>z"),
        "info",
        "open_variable",
        "a",
        None,
        "/a~1b/c/1",
    ),
    (document([source(options={"a": "${v:1}"}), sink()], "a>z"), "warning", "default_in_text", "a", None, "/a"),
    (
        document([source(options={"password": "pw"}), sink()], "a>z"),
        "warning",
        "secret_in_clear",
        "a",
        None,
        "/password",
    ),
]


@pytest.mark.parametrize(
    ("pipeline", "severity", "code", "node", "edge", "field"), CASES, ids=[str(case[2]) for case in CASES]
)
def test_a_diagnosis_says_what_and_where(
    pipeline: Pipeline, severity: str, code: str, node: str, edge: int | None, field: str
) -> None:
    found = [each.as_dict() for each in diagnose(pipeline) if each.code == code and each.node == node]
    assert {(each["severity"], each["edge"], each["field"]) for each in found} == {(severity, edge, field)}
    assert found[0]["message"]
    assert found[0]["hint"]


def test_what_is_well_said_is_not_talked_about() -> None:
    assert diagnose(read_pipeline(pipeline_path()), "2.3.4") == [
        each for each in diagnose(read_pipeline(pipeline_path())) if each.severity == "info"
    ]
    shared = document(
        [source(output="n"), source("b", output="n", options={"a": "${v}", "b": "${now}"}), sink()],
        "a>z",
        "b>z",
        env={"job.mode": "${mode}"},
        variables={"v": "1", "mode": "BATCH"},
    )
    assert diagnose(shared, "2.3.9") == []


def test_a_mode_may_be_written_in_any_case() -> None:
    assert diagnose(document([source(connector="MySQL-CDC"), sink()], "a>z", env={"job.mode": "Streaming"})) == []


def test_the_secret_itself_is_in_no_message() -> None:
    pipeline = document([source(options={"password": "hunter2"}), sink()], "a>z")
    assert "hunter2" not in str([each.as_dict() for each in diagnose(pipeline)])


def test_real_configurations_are_diagnosed_and_few_are_wrong(corpus: list[Path], told: list[str]) -> None:
    wrong = {}
    for file in corpus:
        codes = {each.code for each in diagnose(import_file(file).pipeline) if each.severity == "error"}
        if codes:
            wrong[file.name] = codes
    told.append(f"{len(wrong)} of {len(corpus)} real configurations have errors by our diagnosis")
    assert len(wrong) < len(corpus) / 10, wrong


def test_three_hundred_nodes_are_diagnosed_and_compiled_within_a_tenth_of_a_second() -> None:
    options = {"schema": {"fields": {f"c{n}": "string" for n in range(10)}}, "url": "jdbc:${host}", "fetch": 1}
    nodes = [source(f"a{n}", options=options) for n in range(100)]
    nodes += [transform(f"t{n}", options=options) for n in range(100)]
    nodes += [sink(f"z{n}", options=options) for n in range(100)]
    edges = [edge for n in range(100) for edge in (f"a{n}>t{n}", f"t{n}>z{n}")]
    pipeline = document(nodes, *edges, variables={"host": "h"})
    best = 1.0
    for _ in range(3):
        begun = time.perf_counter()
        assert diagnose(pipeline) == []
        compile_pipeline(pipeline)
        best = min(best, time.perf_counter() - begun)
    assert best < 0.1
