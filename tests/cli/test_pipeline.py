"""``jupyter scaleph pipeline``: check, compile, run; what is wrong is named, with its exit code."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

PEOPLE: dict[str, Any] = {
    "schema_version": 1,
    "name": "people",
    "env": {"job.mode": "BATCH", "parallelism": 1},
    "nodes": [
        {
            "id": "people",
            "kind": "source",
            "connector": "FakeSource",
            "options": {"row.num": 250, "schema": {"fields": {"name": "string", "age": "int"}}},
        },
        {
            "id": "file",
            "kind": "sink",
            "connector": "LocalFile",
            "options": {"path": "${out}", "file_format_type": "csv"},
        },
    ],
    "edges": [{"from": "people", "to": "file"}],
}


@pytest.fixture
def people(tmp_path: Path) -> Path:
    """A document that is right."""
    file = tmp_path / "people.seatunnel.json"
    file.write_text(json.dumps(PEOPLE))
    return file


@pytest.fixture(scope="module")
def zeta(scaleph: Any) -> Iterator[None]:
    """A server for this module's runs."""
    up = scaleph("up", "zeta", "--json")
    assert up.code == 0, up.err
    yield
    scaleph("down", "zeta")


def test_a_document_is_validated(scaleph: Any, people: Path) -> None:
    answer = scaleph("pipeline", "validate", people)
    assert (answer.code, answer.out.strip()) == (0, "people.seatunnel.json is well-formed: 2 nodes, 1 edges.")


def test_a_document_is_compiled_with_its_variables(scaleph: Any, people: Path) -> None:
    answer = scaleph("pipeline", "compile", people, "-i", "out=/tmp/a=b")
    assert answer.code == 0, answer.err
    assert '"/tmp/a=b"' in answer.out and "FakeSource" in answer.out
    missing = scaleph("pipeline", "compile", people)
    assert missing.code == 2 and "out" in missing.err
    assert "no NAME=VALUE" in scaleph("pipeline", "compile", people, "-i", "out").err


def test_what_is_no_document_is_wrong_input(scaleph: Any, people: Path, tmp_path: Path) -> None:
    people.write_text(json.dumps({**PEOPLE, "edges": [{"from": "people", "to": "nowhere"}]}))
    invalid = scaleph("pipeline", "validate", people)
    assert invalid.code == 2 and "nowhere" in invalid.err
    run = scaleph("pipeline", "run", people, "--runner", "zeta", "--json")
    assert run.code == 2
    assert run.json["error"]["code"] == "pipeline_invalid"
    assert run.json["error"]["problems"]
    people.write_text("{")
    assert scaleph("pipeline", "validate", people).code == 2
    assert scaleph("pipeline", "validate", tmp_path / "none.json").code == 2


@pytest.mark.engine
def test_a_pipeline_runs_and_is_counted(scaleph: Any, people: Path, tmp_path: Path, zeta: None) -> None:
    arguments = ("pipeline", "run", people, "--runner", "zeta", "-i", f"out={tmp_path / 'out'}")
    done = scaleph(*arguments, "--json")
    assert done.code == 0, done.err
    assert {"state": "FINISHED", "read": 250, "written": 250}.items() <= done.json.items()
    rows = [line for file in (tmp_path / "out").rglob("*.csv") for line in file.read_text().splitlines()]
    assert len(rows) == 250
    assert "250 rows read, 250 written" in scaleph(*arguments).out


@pytest.mark.engine
def test_a_pipeline_that_fails_names_its_cause(scaleph: Any, people: Path, tmp_path: Path, zeta: None) -> None:
    options = {"path": str(tmp_path / "none"), "file_format_type": "text", "schema": {"fields": {"a": "string"}}}
    source = {"id": "people", "kind": "source", "connector": "LocalFile", "options": options}
    people.write_text(json.dumps({**PEOPLE, "nodes": [source, PEOPLE["nodes"][1]]}))
    answer = scaleph("pipeline", "run", people, "--runner", "zeta", "-i", f"out={tmp_path / 'out'}")
    assert answer.code == 4
    assert str(tmp_path / "none") in answer.err and "Traceback" not in answer.err


@pytest.mark.engine
def test_an_imported_configuration_runs(scaleph: Any, tmp_path: Path, zeta: None) -> None:
    written, document = tmp_path / "people.conf", tmp_path / "people.seatunnel.json"
    written.write_text(
        """
        env { job.mode = batch }
        source {
          FakeSource { row.num = 5, schema { fields { name = string } }, plugin_output = "shop.people" }
          FakeSource { row.num = 7, schema { fields { name = string } }, plugin_output = others }
        }
        transform { Sql { plugin_input = others, plugin_output = named, query = "select name as n from others" } }
        sink {
          LocalFile { plugin_input = "shop.people", path = ${out}"/a", file_format_type = csv }
          LocalFile { plugin_input = named, path = ${out}"/b", file_format_type = csv }
        }
        """
    )
    assert scaleph("pipeline", "import", written, "-o", document).code == 0
    answer = scaleph("pipeline", "run", document, "--runner", "zeta", "-i", f"out={tmp_path}", "--json")
    assert answer.code == 0, answer.err
    rows = {name: sum(len(file.read_text().split()) for file in (tmp_path / name).glob("*.csv")) for name in "ab"}
    assert rows == {"a": 5, "b": 7}
