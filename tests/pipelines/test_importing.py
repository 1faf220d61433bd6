"""From configurations to documents and back: nothing is lost unseen."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scaleph_lab.errors import UserError, ValidationError
from scaleph_lab.pipelines import compile_pipeline, read_pipeline
from scaleph_lab.pipelines.config import Config
from scaleph_lab.pipelines.config_reader import read_config, read_config_text
from scaleph_lab.pipelines.config_writer import config_tree, to_hocon, to_json
from scaleph_lab.pipelines.document import Edge, Node, NodeKind, Pipeline
from scaleph_lab.pipelines.exporting import export_pipeline
from scaleph_lab.pipelines.importing import Imported, import_config, import_file

OLD, NEW = "2.3.4", "2.3.9"


def imported(text: str, name: str = "x") -> Imported:
    return import_config(read_config_text(text), name)


def arrows(pipeline: Pipeline) -> list[str]:
    return [f"{edge.source}>{edge.target}{'?' if edge.implied else ''}" for edge in pipeline.edges]


def completed(tree: dict[str, Any], name: str) -> dict[str, Any]:
    """What an export adds: the job's name where there is none. Sections without plug-ins are left out."""
    whole = {**tree, "env": {"job.name": name, **tree.get("env", {})}}
    return {key: value for key, value in whole.items() if value != []}


@pytest.mark.engine
def test_seatunnel_sees_the_same_before_and_after_a_document(
    corpus: list[Path], seatunnel_parser, tmp_path: Path, told: list[str]
) -> None:
    pipelines, reported, clear, written = [], 0, 0, []
    for file in corpus:
        found = import_config(read_config(file), file.stem)
        codes = {note.code for note in found.notes}
        reported += bool(codes - {"secret_in_clear"})
        clear += "secret_in_clear" in codes
        # As a file would hold it.
        pipelines.append(Pipeline.model_validate_json(found.pipeline.to_json()))
        written.append(tmp_path / file.name)
        written[-1].write_text(to_hocon(export_pipeline(pipelines[-1], OLD)), encoding="utf-8")
    answers = zip(corpus, pipelines, seatunnel_parser(corpus), seatunnel_parser(written), strict=True)
    for file, pipeline, before, after in answers:
        if before["resolved"]:
            was = json.loads(before["tree"])
        else:
            # An open tree is no JSON, and our reader's has been compared with it elsewhere.
            assert not after["resolved"], file.name
            was = config_tree(read_config(file))
        now = json.loads(after["tree"]) if after["resolved"] else config_tree(read_config(written[corpus.index(file)]))
        assert completed(was, pipeline.name) == now, file.name
    reports = f"{reported} need a loss report, {clear} have secrets in clear"
    told.append(f"{len(corpus)} real configurations through documents: equal trees; {reports}")


def test_the_names_of_the_other_generation_say_the_same(corpus: list[Path]) -> None:
    for file in corpus:
        pipeline = import_config(read_config(file), file.stem).pipeline
        text = to_hocon(export_pipeline(pipeline, NEW))
        assert "result_table_name" not in text
        assert import_config(read_config_text(text), file.stem).pipeline == with_job_name(pipeline), file.name


def with_job_name(pipeline: Pipeline) -> Pipeline:
    env = {"job.name": pipeline.name, **pipeline.env}
    # Sections that have no plug-ins are not written, nor are the comments in them.
    kinds = {node.kind.value for node in pipeline.nodes}
    left = {key: text for key, text in pipeline.comments.items() if key.split("/")[1:2] in ([], ["-"], ["env"])}
    left |= {key: text for key, text in pipeline.comments.items() if key.split("/")[1:2] in [[kind] for kind in kinds]}
    return pipeline.model_copy(update={"env": env, "comments": left})


SHARED = """\
env { job.name = orders, job.mode = STREAMING }
source {
  # the first shop
  Kafka { topic = a, plugin_output = "shop.orders" }
  Kafka { topic = b, plugin_output = "shop.orders" }
  Jdbc { url = ${url}, plugin_output = "rates" }
}
transform {
  Sql { plugin_input = "shop.orders", plugin_output = "joined" }
}
sink {
  Console { plugin_input = [joined, rates] }
  LocalFile { path = "/tmp/${now}/${part}" }
}
"""


def test_names_with_dots_and_shared_tables_become_nodes_and_edges() -> None:
    found = imported(SHARED)
    pipeline = found.pipeline
    assert pipeline.name == "orders"
    assert [(node.id, node.output) for node in pipeline.nodes] == [
        ("shop_orders", "shop.orders"),
        ("shop_orders_2", "shop.orders"),
        ("rates", None),
        ("joined", None),
        ("console", None),
        ("local_file", None),
    ]
    assert arrows(pipeline) == [
        "shop_orders>joined",
        "shop_orders_2>joined",
        "joined>console",
        "rates>console",
        "joined>local_file?",
    ]
    assert pipeline.nodes[0].options == {"topic": "a"}
    assert pipeline.nodes[0].comments == {"": "the first shop"}
    assert pipeline.placeholders == ["part"]
    assert [(note.code, note.place.line) for note in found.notes if note.place] == [("ambiguous_input", 13)]


def test_a_version_chooses_the_names_of_tables() -> None:
    pipeline = imported(SHARED).pipeline
    new, old = export_pipeline(pipeline, NEW), export_pipeline(pipeline, OLD)
    assert config_tree(new) == config_tree(read_config_text(SHARED))
    assert old.transform[0].options["source_table_name"] == "shop.orders"
    assert old.sink[0].options["source_table_name"] == ["joined", "rates"]
    assert old.source[0].options["result_table_name"] == "shop.orders"
    assert "plugin_input" not in to_hocon(old)
    assert "url = ${url}" in to_hocon(old)
    assert 'path = "/tmp/${now}/${part}"' in to_hocon(old)
    compiled = compile_pipeline(pipeline, {"url": "jdbc:x"}, version="2.3.12")
    assert compiled["sink"][0]["plugin_input"] == ["joined", "rates"]
    assert compiled["sink"][1] == {"plugin_name": "LocalFile", "path": "/tmp/${now}/${part}", "plugin_input": "joined"}
    with pytest.raises(UserError, match="'latest' is no version of SeaTunnel"):
        export_pipeline(pipeline, "latest")


@pytest.mark.parametrize(
    ("text", "drawn", "clear"),
    [
        ("source { A {} }\nsink { Z {}, Y {} }", ["a>z?", "a>y?"], True),
        ("source { A {} }\ntransform { T {} }\nsink { Z {} }", ["a>t?", "t>z?"], True),
        ("source { A { plugin_output = a } }\ntransform { T {} }\nsink { Z {} }", ["a>t?", "t>z?"], False),
        ("source { A {} }\ntransform { T {}, S {} }\nsink { Z {} }", ["a>t?", "t>s?", "s>z?"], False),
        ("source { A {}, B {} }\nsink { Z {} }", ["b>z?"], False),
    ],
)
def test_an_input_that_is_not_said_is_the_plugin_before(text: str, drawn: list[str], clear: bool) -> None:
    """SeaTunnel's Flink starter takes the first table of all, its guide says the one before: that is told."""
    found = imported(text)
    assert arrows(found.pipeline) == drawn
    assert ("ambiguous_input" in {note.code for note in found.notes}) != clear


def test_numbers_of_more_than_64_bits_are_written_as_the_texts_that_seatunnel_reads() -> None:
    node = Node(id="s", kind=NodeKind.SOURCE, connector="A", options={"a": [2**63, -(2**63)]})
    config = export_pipeline(Pipeline(name="x", nodes=[node]), OLD)
    assert 'a = ["9223372036854775808", -9223372036854775808]' in to_hocon(config)
    assert json.loads(to_json(config))["source"][0]["a"] == ["9223372036854775808", -(2**63)]


def test_every_note_is_in_the_guide() -> None:
    root = Path(__file__).parents[2]
    guide = (root / "docs" / "user-guide" / "pipelines.md").read_text(encoding="utf-8")
    codes = set()
    for file in (root / "scaleph_lab" / "pipelines").glob("*.py"):
        codes |= {*re.findall(r'(?:\bNote|_note)\(\s*"(\w+)"', file.read_text(encoding="utf-8"))}
    assert len(codes) > 8
    assert [code for code in sorted(codes) if f"`{code}`" not in guide] == []


def test_an_implied_input_is_named_once_it_is_no_longer_the_plugin_before() -> None:
    pipeline = imported("source { A {} }\nsink { B {} }").pipeline
    assert arrows(pipeline) == ["a>b?"]
    assert config_tree(export_pipeline(pipeline, OLD))["sink"] == [{"plugin_name": "B"}]
    pipeline.nodes.insert(1, Node(id="c", kind="source", connector="C"))
    pipeline.edges.append(Edge(source="c", target="b"))
    config = export_pipeline(pipeline, OLD)
    assert config.source[0].options == {"result_table_name": "a"}
    assert config.sink[0].options == {"source_table_name": ["a", "c"]}


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        ("source { A {} }\nsource { B {} }", "dropped_section", "SeaTunnel reads only the last 'source' block"),
        ("sink { B { source_table_name = t } }", "dangling_input", "takes the table 't', which no plug-in gives out"),
        ("source { A { x = 007 } }", "number_spelling", "The number 007 is kept as 7."),
        ("source { A { a { db.password = x } } }", "secret_in_clear", "db.password stands in clear"),
        ("x = 1", "no_plugins", "The file has neither sources nor transforms nor sinks."),
        ("x = 1\nsource { A { x = ${x} } }", "reference_followed", "${x} is replaced by its value in this file."),
        ('source { A { x = ${"a b"} } }', "reference_text", '${"a b"} is kept as a text'),
        ('source { A { x = ${a}, y = "${a}" } }', "reference_and_text", "${a} stands both within quotes and without"),
        (
            "source { A { plugin_output = a, result_table_name = b } }",
            "two_names",
            "plugin_output is given too, so result_table_name says nothing.",
        ),
        (
            "source { A { result_table_name = a }\nB { result_table_name = b } }\nsink { C {} }",
            "ambiguous_input",
            "The sink C does not say what it takes",
        ),
    ],
)
def test_what_a_document_cannot_hold_is_reported_with_its_place(text: str, code: str, message: str) -> None:
    notes = imported(text).notes
    assert [note.code for note in notes] == [code]
    assert message in notes[0].message
    if code not in {"reference_and_text", "no_plugins"}:
        assert notes[0].as_dict()["line"] in {1, 2, 3}


def test_nodes_come_after_those_that_they_read() -> None:
    """SeaTunnel's Flink starter goes through the transforms in the order of the file."""
    kinds = {"z": "sink", "t2": "transform", "t1": "transform", "b": "source", "a": "source"}
    nodes = [Node(id=name, kind=NodeKind(kind), connector="X") for name, kind in kinds.items()]
    edges = [Edge(source=one, target=other) for one, other in (("a", "t1"), ("t1", "t2"), ("t2", "z"), ("b", "z"))]
    pipeline = Pipeline(name="x", nodes=nodes, edges=edges)
    config = export_pipeline(pipeline, OLD)
    assert [plugin.options["result_table_name"] for plugin in config.transform] == ["t1", "t2"]
    assert [plugin.options["result_table_name"] for plugin in config.source] == ["b", "a"]
    assert [each["result_table_name"] for each in compile_pipeline(pipeline)["transform"]] == ["t1", "t2"]


NAMES = st.from_regex(r"[a-z][a-z0-9_.]{0,6}", fullmatch=True)


@st.composite
def pipelines(draw: st.DrawFn) -> Pipeline:
    """Any graph without cycles whose tables have names of their own, some of them no ids."""
    kinds = draw(st.lists(st.sampled_from([*NodeKind]), min_size=1, max_size=7))
    tables = draw(
        st.lists(NAMES, min_size=len(kinds), max_size=len(kinds), unique_by=lambda name: name.replace(".", "_"))
    )
    nodes, edges = [], []
    for kind, table in zip(sorted(kinds, key=[*NodeKind].index), tables, strict=True):
        node_id = table.replace(".", "_")
        givers = [node.id for node in nodes if node.kind is not NodeKind.SINK]
        if kind is not NodeKind.SOURCE and givers:
            taken = draw(st.lists(st.sampled_from(givers), unique=True, max_size=3))
            edges += [Edge(source=giver, target=node_id) for giver in taken]
        output = table if table != node_id and kind is not NodeKind.SINK else None
        options = draw(st.dictionaries(NAMES, st.integers(-(2**63), 2**63 - 1) | st.text(max_size=5), max_size=2))
        nodes.append(Node(id=node_id, kind=kind, connector="X", options=options, output=output))
    return Pipeline(name="x", env={"job.name": "x"}, nodes=nodes, edges=edges)


@settings(max_examples=100)
@given(pipelines(), st.sampled_from([OLD, NEW]), st.booleans())
def test_any_document_comes_back_from_its_configuration(pipeline: Pipeline, version: str, as_json: bool) -> None:
    config = export_pipeline(pipeline, version)
    text = to_json(config) if as_json else to_hocon(config)
    again = import_config(read_config_text(text, "json" if as_json else "hocon")).pipeline
    # Sinks have no tables that would carry their ids, and those that read nothing are drawn from the plug-in before.
    assert [(node.connector, node.options, node.output) for node in again.nodes] == [
        (node.connector, node.options, node.output) for node in pipeline.nodes
    ]
    ids = dict(zip((node.id for node in again.nodes), (node.id for node in pipeline.nodes), strict=True))
    drawn = [(ids[edge.source], ids[edge.target]) for edge in again.edges if not edge.implied]
    assert drawn == [(edge.source, edge.target) for edge in pipeline.edges]


def test_a_document_is_not_imported_again(tmp_path: Path) -> None:
    for name in ("a.seatunnel.json", "a.json"):
        path = tmp_path / name
        path.write_text('{"name": "x", "nodes": []}')
        with pytest.raises(UserError, match="is a pipeline document already"):
            import_file(path)


def test_a_dangling_name_is_kept_as_an_option_and_joined_by_drawn_edges() -> None:
    pipeline = imported("source { A { result_table_name = a } }\nsink { B { source_table_name = t } }").pipeline
    assert pipeline.nodes[1].options == {"source_table_name": "t"}
    assert export_pipeline(pipeline, NEW).sink[0].options == {"plugin_input": "t"}
    pipeline.edges.append(Edge(source="a", target="b"))
    assert export_pipeline(pipeline, NEW).sink[0].options == {"plugin_input": ["t", "a"]}


def test_unknown_connectors_keep_all_they_have() -> None:
    text = 'source { "x->y" { a->b = [1, {c = null}], d = ${?e} } }'
    pipeline = imported(text).pipeline
    assert pipeline.nodes[0].connector == "x->y"
    assert pipeline.nodes[0].options == {"a": {"b": [1, {"c": None}]}}
    assert config_tree(export_pipeline(pipeline, OLD))["source"][0] == {
        "plugin_name": "x->y",
        "a": {"b": [1, {"c": None}]},
    }


def test_comments_stay_with_what_they_are_about() -> None:
    text = """\
# one file

# how it runs
env {
  job.name = x
  # many
  parallelism = 2 // or more
}
source {
  # the list
  A {
    l = [
      # first
      1
    ]
    # the table
    plugin_output = t
    s { a/b = 1 # slash
      # end
    }
  }
  # more to come
}
# done
"""
    pipeline = imported(text).pipeline
    assert pipeline.comments == {
        "": "one file",
        "/env": "how it runs",
        "/env/parallelism": "many\nor more",
        "/source/-": "more to come",
        "/-": "done",
    }
    assert pipeline.nodes[0].comments == {
        "": "the list",
        "/l/0": "first",
        "/result_table_name": "the table",
        "/s/a~1b": "slash",
        "/s/-": "end",
    }
    again = imported(to_hocon(export_pipeline(pipeline, OLD))).pipeline
    assert (again.comments, again.nodes[0].comments) == (pipeline.comments, pipeline.nodes[0].comments)
    pipeline.nodes[0].options.pop("l")
    assert "first" not in to_hocon(export_pipeline(pipeline, OLD))


def test_documents_of_version_1_are_read(tmp_path: Path) -> None:
    old = tmp_path / "a.seatunnel.json"
    old.write_text('{"schema_version": 1, "name": "x", "nodes": [{"id": "a", "kind": "source", "connector": "A"}]}')
    document = read_pipeline(old)
    assert document.schema_version == 2
    assert json.loads(document.to_json())["nodes"] == [{"id": "a", "kind": "source", "connector": "A", "options": {}}]


def test_optional_variables_without_a_value_are_absent_when_compiled() -> None:
    options = {"a": "${?x}", "b": "1${?x}2", "c": ["${?x}", "y"], "d": "${table_name}"}
    nodes = [
        Node(id="s", kind="source", connector="A", options=options),
        Node(id="t", kind="sink", connector="B"),
    ]
    pipeline = Pipeline(name="x", nodes=nodes, edges=[Edge(source="s", target="t")])
    compiled = compile_pipeline(pipeline)["source"][0]
    assert compiled == {"plugin_name": "A", "b": "12", "c": ["y"], "d": "${table_name}", "result_table_name": "s"}
    given = compile_pipeline(pipeline, {"x": "!", "table_name": "t"})["source"][0]
    assert (given["a"], given["b"], given["c"], given["d"]) == ("!", "1!2", ["!", "y"], "t")


def test_variables_with_a_value_are_written_out() -> None:
    node = Node(id="s", kind="source", connector="A", options={"a": "${x}/${y}/${z}"}, output="t_${y}")
    pipeline = Pipeline(name="x", variables={"x": "1"}, nodes=[node])
    config = export_pipeline(pipeline, OLD, {"y": "2"})
    assert 'a = "1/2/"${z}' in to_hocon(config)
    assert config.source[0].options["result_table_name"] == "t_2"


def test_json_is_imported_and_exported() -> None:
    pipeline = imported(SHARED).pipeline
    text = to_json(export_pipeline(pipeline, OLD, {"url": "jdbc:x"}))
    config = read_config_text(text, "json")
    assert isinstance(config, Config)
    assert arrows(import_config(config).pipeline) == arrows(pipeline)


def test_thousands_of_plugins_are_imported_in_time_and_too_many_edges_are_refused() -> None:
    sources = "".join(f"  A {{ result_table_name = t{n} }}\n" for n in range(5000))
    sinks = "".join(f"  B {{ source_table_name = t{n} }}\n" for n in range(5000))
    begun = time.monotonic()
    found = imported(f"source {{\n{sources}}}\nsink {{\n{sinks}}}\n")
    assert len(found.pipeline.edges) == 5000
    compile_pipeline(found.pipeline)
    export_pipeline(found.pipeline, NEW)
    assert time.monotonic() - begun < 15
    many = "".join("  A { result_table_name = t }\n" for _ in range(500))
    with pytest.raises(ValidationError, match="take each other's tables more than 20,000 times"):
        imported(f"source {{\n{many}}}\nsink {{\n{many.replace('result', 'source')}}}\n")
