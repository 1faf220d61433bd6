"""The tree of a configuration: what SeaTunnel sees in it, written back as HOCON and as JSON."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scaleph_lab.errors import NotFoundError
from scaleph_lab.pipelines.config import Config, Plugin
from scaleph_lab.pipelines.config_reader import read_config, read_config_text
from scaleph_lab.pipelines.config_writer import config_tree, lost_in_json, to_hocon, to_json
from scaleph_lab.pipelines.document import NodeKind
from scaleph_lab.pipelines.hocon import ConfigSyntaxError, Place, format_text


def sorted_tree(answer: dict[str, Any]) -> Any:
    """The tree without the order of its keys; with open references it is no JSON, and stays as it is."""
    return json.loads(answer["tree"]) if answer["resolved"] else answer["tree"]


@pytest.mark.engine
def test_seatunnel_sees_equal_trees_when_configurations_are_written_back(
    corpus: list[Path], seatunnel_parser, tmp_path: Path, told: list[str]
) -> None:
    configs = [read_config(file) for file in corpus]
    as_hocon = [tmp_path / file.name for file in corpus]
    as_json = [tmp_path / f"{file.stem}.json" for file in corpus]
    for config, hocon, plain in zip(configs, as_hocon, as_json, strict=True):
        hocon.write_text(to_hocon(config), encoding="utf-8")
        plain.write_text(to_json(config), encoding="utf-8")
    before = seatunnel_parser(corpus, whole=True)
    assert seatunnel_parser(as_hocon, whole=True) == before
    closed = open_ = 0
    for config, one, other in zip(configs, before, seatunnel_parser(as_json), strict=True):
        if one["resolved"]:
            assert sorted_tree(other) == sorted_tree(one) == config_tree(config)
            closed += 1
        else:
            assert "open_reference" in {note.code for note in lost_in_json(config)}
            open_ += 1
    told.append(f"{len(corpus)} real configurations written back: equal trees in HOCON; {closed} in JSON, {open_} open")


def test_the_written_text_is_formatted_and_keeps_every_comment(corpus: list[Path]) -> None:
    for file in corpus:
        config = read_config(file)
        text = to_hocon(config)
        assert format_text(text) == text, file.name
        again = read_config_text(text)
        assert again.comments == config.comments, file.name
        assert [plugin.comments for plugin in again.plugins] == [plugin.comments for plugin in config.plugins]


EXAMPLE = """\
# The shop's orders.

base = "db:5432"
env {
  job.mode = BATCH
}
source {
  # yesterday's
  Jdbc {
    url = "jdbc:postgresql://"${base}"/shop" // read only
    result_table_name = a
    fetch_size = 007
    # none left
  }
  Jdbc { query = select${?columns} , url = ${url} }
}
sink {
  A->b->c = 1
}
"""


def test_repeated_blocks_places_and_comments() -> None:
    config = read_config_text(EXAMPLE)
    first, second = config.source
    assert (first.name, second.name) == ("Jdbc", "Jdbc")
    assert first.options["url"] == "jdbc:postgresql://db:5432/shop"
    assert first.options["fetch_size"] == 7
    assert second.options == {"query": "select", "url": "${url}"}
    assert config.sink[0].options == {"b": {"c": 1}}
    assert config.others == {"base": "db:5432"}
    assert first.places[()] == Place(9, 3)
    assert first.places["url",] == Place(10, 5)
    assert second.places["query",] == Place(15, 10)
    assert config.comments[()] == ["# The shop's orders."]
    assert first.comments == {(): ["# yesterday's"], ("url",): ["// read only"], ("-",): ["# none left"]}
    assert "fetch_size = 007" in to_hocon(config)
    assert "url = ${url}" in to_hocon(config)


def test_only_the_last_section_counts_and_that_is_said() -> None:
    config = read_config_text("source { A {} }\nsource { B {} }\n")
    assert [plugin.name for plugin in config.source] == ["B"]
    assert [(note.code, note.place) for note in config.notes] == [("dropped_section", Place(1, 1))]


def test_json_is_read_with_places() -> None:
    text = '{\n "env": {"job.mode": "BATCH"},\n "source": [\n  {"plugin_name": "Fake", "row.num": 1}]}'
    config = read_config_text(text, "json")
    assert (config.source[0].name, config.source[0].options) == ("Fake", {"row.num": 1})
    assert config.source[0].places["row.num",] == Place(4, 27)


@pytest.mark.parametrize(
    ("text", "syntax", "place", "said"),
    [
        ("source = [{plugin_name = A}]", "hocon", (1, 10), "'source' is a list, which SeaTunnel misreads in HOCON."),
        ("source = 1", "hocon", (1, 10), "'source' is no block of plug-ins."),
        ("source->A { }", "hocon", (1, 1), "'source->A' is no block of plug-ins."),
        ("source { A = 1 }", "hocon", (1, 10), "The plug-in 'A' is no block."),
        ("source { A = ${b} }", "hocon", (1, 10), "The plug-in 'A' is no block."),
        ("source { A { plugin_name = 1 } }", "hocon", (1, 10), "The name of a plug-in is no text."),
        ('source { include "a.conf" }', "hocon", (1, 10), "An include cannot be shown in a pipeline."),
        (
            'env { include "a" }',
            "hocon",
            (1, 7),
            "An include cannot be shown in a pipeline: the other file is not read.",
        ),
        ("env = 1", "hocon", (1, 1), "'env' is no block."),
        (
            "env { a = ${b} { c = 1 } }",
            "hocon",
            (1, 11),
            "This is merged with ${b}, which",
        ),
        (
            "env { a = ${b}, a { c = 1 } }",
            "hocon",
            (1, 17),
            "This is merged with ${b}, which",
        ),
        ("env { a = [1] x }", "hocon", (1, 11), "Objects, lists and texts cannot be joined."),
        ("env { a = 1, a += 2 }", "hocon", (1, 14), "'+=' adds to a list, and this is none."),
        ("a = ${b}\nb = ${a}", "hocon", (2, 5), "References run in a circle: a → b → a."),
        ("a = ${a}", "hocon", (1, 5), "${a} refers to itself."),
        ('{"a": x}', "json", (1, 7), "This is no JSON: "),
        ('{"a": 1, "a": 2}', "json", (1, 10), "The key 'a' is there twice, which JSON forbids."),
        ("[]", "json", (1, 1), "A configuration is an object, not a list or a value."),
        ('{"source": {"A": {}}}', "json", (1, 12), "In JSON, 'source' is a list of plug-ins."),
        ('{"a": 9223372036854775808}', "json", (1, 7), "The number is too large for SeaTunnel."),
        ('{"source": [{"a": 1}]}', "json", (1, 13), "This is no plug-in."),
    ],
)
def test_what_no_pipeline_can_show_is_told_with_its_place(text: str, syntax: Any, place: Any, said: str) -> None:
    with pytest.raises(ConfigSyntaxError) as caught:
        read_config_text(text, syntax, "a.conf")
    error = caught.value
    assert error.message.startswith(said)
    assert (error.line, error.column) == place
    assert error.as_dict()["line"] == place[0]
    assert error.path == "a.conf"


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="No such file"):
        read_config(tmp_path / "none.conf")
    latin = tmp_path / "latin.conf"
    latin.write_bytes("env {\n  a = gr\u00fcn }".encode("latin-1"))
    with pytest.raises(ConfigSyntaxError, match="no UTF-8") as caught:
        read_config(latin)
    assert (caught.value.line, caught.value.column) == (2, 9)


@pytest.mark.parametrize("join", ["${a%d}${a%d}", "[${a%d}, ${a%d}]", "{ x = ${a%d}, y = ${a%d} }"])
def test_a_bomb_of_references_is_refused_in_time(join: str) -> None:
    lines = ['a0 = "0123456789"', *(f"a{n + 1} = {join % (n, n)}" for n in range(50))]
    begun = time.monotonic()
    with pytest.raises(ConfigSyntaxError, match="References make more than 6 million characters"):
        read_config_text("\n".join(lines))
    assert time.monotonic() - begun < 10


@pytest.mark.parametrize(
    "lines",
    [
        ["a { " + ", ".join(f"k{n} = 1" for n in range(20_000)) + " }", *["a = ${?x}"] * 20_000],
        [f"a {{ k{n} = 1 }}" for n in range(20_000)] + [f"r{n} = ${{a->k{n}}}" for n in range(20_000)],
    ],
    ids=["merged again and again", "looked up again and again"],
)
def test_work_that_grows_with_the_square_is_refused_in_time(lines: list[str]) -> None:
    begun = time.monotonic()
    with pytest.raises(ConfigSyntaxError, match="References make more than"):
        read_config_text("\n".join(lines))
    assert time.monotonic() - begun < 20


def test_a_long_chain_of_references_is_refused_with_words() -> None:
    chain = "\n".join(f"a{n} = ${{a{n + 1}}}" for n in range(5000))
    with pytest.raises(ConfigSyntaxError, match="too often"):
        read_config_text(chain)


def test_a_hundred_thousand_plugins_are_refused_in_time() -> None:
    begun = time.monotonic()
    with pytest.raises(ConfigSyntaxError, match="'source' has 100,000 plug-ins, more than the 10,000 that are read"):
        read_config_text("source {\n" + "  A { a = 1 }\n" * 100_000 + "}\n")
    assert time.monotonic() - begun < 20


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
SIMPLE = st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | TEXTS
SIMPLE |= st.floats(allow_nan=False, allow_infinity=False)
KEYS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8).filter(lambda key: key != "plugin_name")
VALUES = st.recursive(
    SIMPLE, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3), max_leaves=8
)
OPTIONS = st.dictionaries(KEYS, VALUES, max_size=4)
PLUGINS = st.lists(st.tuples(TEXTS.filter(bool), OPTIONS), max_size=3)


def make_config(env: dict[str, Any], source: Any, sink: Any) -> Config:
    def plugins(kind: NodeKind, given: Any) -> list[Plugin]:
        return [Plugin(kind, name, options) for name, options in given]

    return Config(env=env, source=plugins(NodeKind.SOURCE, source), sink=plugins(NodeKind.SINK, sink))


@settings(max_examples=200)
@given(OPTIONS, PLUGINS, PLUGINS)
def test_any_tree_is_read_back_from_hocon_and_json(env: dict[str, Any], source: Any, sink: Any) -> None:
    config = make_config(env, source, sink)
    text = to_hocon(config)
    assert config_tree(read_config_text(text)) == config_tree(config)
    assert format_text(text) == text
    assert config_tree(read_config_text(to_json(config), "json")) == config_tree(config)


@pytest.mark.engine
def test_seatunnel_reads_any_tree_as_it_was_meant(seatunnel_parser, tmp_path: Path) -> None:
    drawn: list[Config] = []

    @settings(max_examples=150, database=None)
    @given(OPTIONS, PLUGINS, PLUGINS)
    def draw(env: dict[str, Any], source: Any, sink: Any) -> None:
        drawn.append(make_config(env, source, sink))

    draw()
    files = []
    for index, config in enumerate(drawn):
        files.append(tmp_path / f"{index}.conf")
        files[-1].write_text(to_hocon(config), encoding="utf-8", newline="")
    for config, file, answer in zip(drawn, files, seatunnel_parser(files), strict=True):
        assert "tree" in answer, (answer, file.read_text(encoding="utf-8"))
        assert json.loads(answer["tree"]) == config_tree(config), file.read_text(encoding="utf-8")
