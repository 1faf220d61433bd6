"""Samples: the first rows of a node, without running what comes after it."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from scaleph_lab.engines.zeta import ZetaServer
from scaleph_lab.errors import EngineTimeoutError, NotFoundError, UserError
from scaleph_lab.pipelines import PipelineFailedError
from scaleph_lab.pipelines.document import Edge, Pipeline, parse_pipeline
from scaleph_lab.pipelines.sampling import sample_pipeline, sampling_pipeline

SCHEMA = {"fields": {"id": "bigint", "name": "string"}}


@pytest.fixture(scope="module", autouse=True)
def _no_zeta_stays(private_state: Path) -> Iterator[None]:
    yield
    ZetaServer().stop()


def chain(source: dict[str, Any], query: str, path: Path, **env: Any) -> Pipeline:
    nodes = [
        {"id": "rows", "kind": "source", **source},
        {"id": "loud", "kind": "transform", "connector": "Sql", "options": {"query": query}},
        {"id": "out", "kind": "sink", "connector": "LocalFile", "options": {"path": str(path)}},
    ]
    edges = [{"from": "rows", "to": "loud"}, {"from": "loud", "to": "out"}]
    return parse_pipeline({"name": "p", "env": env, "nodes": nodes, "edges": edges})


def fake(**options: Any) -> dict[str, Any]:
    return {"connector": "FakeSource", "options": {"schema": SCHEMA, **options}}


def test_only_what_leads_to_the_node_is_run_and_nothing_is_written(tmp_path: Path) -> None:
    pipeline = chain(fake(**{"row.num": 5000}), "SELECT 1 AS one", tmp_path / "never")
    found = sampling_pipeline(pipeline, "rows", 100, tmp_path)
    assert [node.id for node in found.nodes] == ["rows", "scaleph_sample"]
    assert found.nodes[0].options["row.num"] == 100
    found = sampling_pipeline(pipeline, "out", 100, tmp_path)
    assert [node.id for node in found.nodes] == ["rows", "loud", "scaleph_sample"]
    assert [(edge.source, edge.target) for edge in found.edges] == [("rows", "loud"), ("loud", "scaleph_sample")]


def test_a_query_of_a_known_database_is_limited_there(tmp_path: Path) -> None:
    jdbc = {"connector": "Jdbc", "options": {"url": "${db}", "query": "SELECT * FROM t;"}}
    pipeline = chain(jdbc, "SELECT 1 AS one", tmp_path).model_copy(update={"variables": {"db": "jdbc:sqlite:x"}})
    options = sampling_pipeline(pipeline, "rows", 7, tmp_path).nodes[0].options
    assert options["query"] == "SELECT * FROM (SELECT * FROM t) scaleph_sample LIMIT 7"
    unknown = pipeline.model_copy(update={"variables": {"db": "jdbc:oracle:x"}})
    assert sampling_pipeline(unknown, "rows", 7, tmp_path).nodes[0].options["query"] == "SELECT * FROM t;"


def test_a_sink_with_several_inputs_asks_which(tmp_path: Path) -> None:
    pipeline = chain(fake(), "SELECT 1 AS one", tmp_path)
    pipeline.edges.append(Edge.model_validate({"from": "rows", "to": "out"}))
    with pytest.raises(UserError, match="2 inputs"):
        sampling_pipeline(pipeline, "out", 1, tmp_path)
    with pytest.raises(NotFoundError):
        sampling_pipeline(pipeline, "none", 1, tmp_path)


@pytest.mark.engine
async def test_the_rows_of_a_source_a_transform_and_a_sink(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "shop.sqlite") as database:
        database.execute("CREATE TABLE items (id INTEGER, name TEXT)")
        database.executemany("INSERT INTO items VALUES (?, ?)", [(n, f"item {n}") for n in range(10_000)])
    options = {"url": f"jdbc:sqlite:{tmp_path}/shop.sqlite", "driver": "org.sqlite.JDBC"}
    jdbc = {"connector": "Jdbc", "options": {**options, "query": "SELECT id, name FROM items ORDER BY id"}}
    pipeline = chain(jdbc, "SELECT id + 1 AS number, UPPER(name) AS name FROM rows", tmp_path / "never")
    source = await sample_pipeline(pipeline, "rows")
    assert source.columns == ["id", "name"] and source.rows[:2] == [[0, "item 0"], [1, "item 1"]]
    assert len(source.rows) == 100 and not source.complete
    for node in ("loud", "out"):
        sample = await sample_pipeline(pipeline, node, rows=3)
        assert (sample.columns, sample.rows) == (["number", "name"], [[1, "ITEM 0"], [2, "ITEM 1"], [3, "ITEM 2"]])
    assert not (tmp_path / "never").exists()
    jdbc["options"]["query"] = "SELECT id, name FROM items WHERE id < 2"
    few = await sample_pipeline(chain(jdbc, "SELECT * FROM rows", tmp_path), "rows")
    assert few.complete and len(few.rows) == 2


@pytest.mark.engine
async def test_no_digit_of_a_number_is_lost_on_the_way_to_a_browser(tmp_path: Path) -> None:
    long, exact = 5920968080294062123, "12345678901234567890.123456789"
    schema = {"fields": {"long": "bigint", "small": "int", "exact": "decimal(38, 9)", "half": "double"}}
    rows = [{"kind": "INSERT", "fields": [long, 7, exact, 0.5]}]
    sample = await sample_pipeline(
        chain({"connector": "FakeSource", "options": {"schema": schema, "rows": rows}}, "SELECT 1 AS a", tmp_path),
        "rows",
    )
    assert sample.rows == [[long, 7, Decimal(exact), 0.5]]
    assert json.loads(json.dumps(sample.as_dict()))["rows"] == [[str(long), 7, exact, 0.5]]


@pytest.mark.engine
async def test_a_stream_is_sampled_and_then_cancelled(tmp_path: Path) -> None:
    options = {"row.num": 100_000, "split.num": 1000, "split.read-interval": 300}
    pipeline = chain(fake(**options), "SELECT id FROM rows", tmp_path, **{"job.mode": "STREAMING"})
    pipeline.nodes[0].options["row.num"] = "${many}"
    begun = time.monotonic()
    sample = await sample_pipeline(pipeline, "loud", rows=5, variables={"many": "100000"})
    assert len(sample.rows) == 5 and not sample.complete
    assert time.monotonic() - begun < 40


@pytest.mark.engine
async def test_a_failure_says_its_cause_and_a_silence_what_to_do(tmp_path: Path) -> None:
    wrong = chain(fake(), "SELECT nothing_such FROM rows", tmp_path)
    with pytest.raises(PipelineFailedError, match="nothing_such"):
        await sample_pipeline(wrong, "loud")
    with pytest.raises(EngineTimeoutError, match="No row came"):
        await sample_pipeline(chain(fake(), "SELECT 1 AS a", tmp_path), "rows", seconds=0)
