"""From the document to SeaTunnel's configuration."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scaleph_lab.demo import pipeline_path
from scaleph_lab.errors import NotFoundError
from scaleph_lab.pipelines import PipelineInvalidError, compile_pipeline, read_pipeline, render_config
from scaleph_lab.pipelines.checks import find_problems
from scaleph_lab.pipelines.document import Edge, Node, Pipeline, Position

GOLDEN = Path(__file__).parent.parent / "golden"


def pipeline(*edges: str, **kinds: str) -> Pipeline:
    """``pipeline("a>b", a="source", b="sink")``"""
    nodes = [Node(id=name, kind=kind, connector="X") for name, kind in kinds.items()]
    pairs = [edge.split(">") for edge in edges]
    return Pipeline(name="test", nodes=nodes, edges=[Edge(source=a, target=b) for a, b in pairs])


def test_the_demonstration_compiles_to_the_golden_configuration() -> None:
    config = compile_pipeline(read_pipeline(pipeline_path()), {"data": "/data", "out": "/out"})
    golden = GOLDEN / "flights.json"
    assert render_config(config) == golden.read_text(encoding="utf-8")


def test_two_blocks_of_one_connector_stay_two() -> None:
    two = pipeline("a>c", "b>d", a="source", b="source", c="sink", d="sink")
    config = compile_pipeline(two)
    assert [source["result_table_name"] for source in config["source"]] == ["a", "b"]
    assert [sink["source_table_name"] for sink in config["sink"]] == ["a", "b"]


def test_a_sink_with_two_inputs_names_both() -> None:
    config = compile_pipeline(pipeline("a>c", "b>c", a="source", b="source", c="sink"))
    assert config["sink"][0]["source_table_name"] == ["a", "b"]


@pytest.mark.parametrize(
    ("document", "code", "path"),
    [
        (pipeline(), "empty", "nodes"),
        (pipeline("a>b", "a>x", a="source", b="sink"), "dangling_edge", "edges.1.to"),
        (pipeline("a>b", "a>b", a="source", b="sink"), "duplicate_edge", "edges.1"),
        (pipeline("a>b", "b>a", a="source", b="sink"), "source_with_input", "nodes.0"),
        (pipeline("a>b", a="source", b="sink", c="sink"), "no_input", "nodes.2"),
        (pipeline("a>b", a="source", b="sink", c="source"), "no_output", "nodes.2"),
        (pipeline("a>t", "b>t", "t>c", a="source", b="source", t="transform", c="sink"), "many_inputs", "nodes.2"),
        (
            pipeline("a>d", "s>t", "t>s", "s>d", "t>d", a="source", s="transform", t="transform", d="sink"),
            "cycle",
            "edges",
        ),
    ],
)
def test_a_broken_shape_is_named_with_its_place(document: Pipeline, code: str, path: str) -> None:
    problems = find_problems(document)
    assert (code, path) in [(problem.code, problem.path) for problem in problems]
    with pytest.raises(PipelineInvalidError) as caught:
        compile_pipeline(document)
    assert caught.value.as_dict()["problems"][0]["message"]


def test_an_id_that_is_used_twice_is_an_error() -> None:
    node = Node(id="a", kind="source", connector="X")
    twice = Pipeline(name="test", nodes=[node, node])
    assert [problem.code for problem in find_problems(twice)] == ["duplicate_id", "duplicate_id"]


def test_variables_are_resolved_everywhere_and_undefined_ones_are_named() -> None:
    document = pipeline("a>b", a="source", b="sink")
    document.nodes[0].options = {"list": ["${x}", {"deep": "${x}-${y}"}], "number": 1}
    document.variables = {"x": "default"}
    options = compile_pipeline(document, {"y": "given"})["source"][0]
    assert options["list"] == ["default", {"deep": "default-given"}]
    with pytest.raises(PipelineInvalidError) as caught:
        compile_pipeline(document)
    assert [problem.path for problem in caught.value.problems] == ["nodes.0.options.list.1.deep"]


def test_moving_a_node_changes_no_line_of_logic() -> None:
    before = read_pipeline(pipeline_path())
    after = before.model_copy(deep=True)
    after.layout["flights_csv"] = Position(x=999, y=1)
    changed = [
        pair
        for pair in zip(before.to_json().splitlines(), after.to_json().splitlines(), strict=True)
        if pair[0] != pair[1]
    ]
    layout_begins = before.to_json().splitlines().index('  "layout": {')
    assert all(before.to_json().splitlines().index(left) > layout_begins for left, _ in changed)


NAMES = st.from_regex(r"[A-Za-z_][A-Za-z0-9_]{0,8}", fullmatch=True)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
NODES = st.builds(
    Node,
    id=NAMES,
    kind=st.sampled_from(["source", "transform", "sink"]),
    connector=st.text(min_size=1, max_size=10),
    options=st.dictionaries(st.text(), VALUES, max_size=4),
)


@given(
    st.builds(
        Pipeline,
        name=st.text(min_size=1, max_size=20),
        nodes=st.lists(NODES, max_size=4),
        edges=st.lists(st.builds(lambda a, b: Edge(source=a, target=b), NAMES, NAMES), max_size=4),
        env=st.dictionaries(st.text(), VALUES, max_size=3),
    )
)
def test_a_document_reads_back_as_it_was_written(document: Pipeline) -> None:
    assert Pipeline.model_validate_json(document.to_json()) == document


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "Invalid JSON"),
        ('{"name": "x"}', "nodes: Field required"),
        ('{"schema_version": 9, "name": "x", "nodes": []}', "schema_version: Input should be 2"),
        ('{"name": "x", "nodes": [], "nodez": []}', "nodez: Extra inputs are not permitted"),
    ],
)
def test_a_file_that_is_no_document_says_why(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "x.seatunnel.json"
    path.write_text(text)
    with pytest.raises(PipelineInvalidError, match=message):
        read_pipeline(path)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="No such file"):
        read_pipeline(tmp_path / "none.seatunnel.json")


def test_the_examples_are_well_formed() -> None:
    for path in Path("examples").glob("*.seatunnel.json"):
        assert find_problems(read_pipeline(path)) == []
        assert json.loads(path.read_text(encoding="utf-8"))["schema_version"] == 1
