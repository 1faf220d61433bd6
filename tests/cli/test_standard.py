"""`jupyter scaleph standard` and `dictionary`: from the shell, for people and for scripts."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from scaleph_lab.cli import main
from scaleph_lab.settings import reload_settings
from tests.cli.conftest import Answer


@pytest.fixture
def scaleph_here(tmp_path, monkeypatch):
    """``scaleph_here("standard", …)``, on a catalog of its own. The commands run in this process, since a new one
    takes seconds to load; one test below has processes of its own."""
    monkeypatch.setenv("SCALEPH_LAB_CATALOG_URL", f"sqlite:///{tmp_path / 'catalog.sqlite'}")
    monkeypatch.setenv("COLUMNS", "200")
    reload_settings()

    def run(*arguments):
        done = CliRunner().invoke(main, [*map(str, arguments)])
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return Answer(done.exit_code, done.stdout, done.stderr)

    yield run
    monkeypatch.undo()
    reload_settings()


@pytest.fixture
def standard(scaleph_here):
    return lambda *arguments: scaleph_here("standard", *arguments)


def test_a_standard_from_its_making_to_its_end(standard):
    assert "create makes one" in standard("element", "list").err
    assert standard("system", "create", "crm", "CRM", "--contact", "ada [at] example").code == 0
    assert "ada [at] example" in standard("system", "show", "crm").out
    assert standard("set", "create", "status", "Status").code == 0
    assert standard("value", "create", "status", "new", "made").code == 0
    made = standard("value", "create", "status", "1", "made", "--system", "crm", "--json").json
    assert (made["standard"], made["order"]) == (False, 2)
    mapping = standard("mapping", "create", "status", "1", "new", "--system", "crm", "--json").json
    assert "new" in standard("translate", "status", "1", "--system", "crm").out
    made = standard("element", "create", "STATUS", "Status", "VARCHAR", "--length", "20", "--not-null", "--set",
                    "status", "--default", "new", "--json")  # fmt: skip
    assert made.json["sql"] == "VARCHAR(20) NOT NULL"
    assert "STATUS" in standard("element", "list", "--type", "VARCHAR", "--set", "status").out
    changed = standard("element", "update", "STATUS", "--nullable", "--unset", "default", "--json").json
    assert (changed["version"], changed["nullable"], changed["default"]) == (2, True, None)
    assert standard("set", "delete", "status", "--json").json["error"]["code"] == "conflict"
    assert standard("mapping", "update", mapping["id"], "--remark", "sure", "--json").json["remark"] == "sure"
    assert standard("element", "delete", "STATUS", "--at-version", "1", "--json").json["error"]["path"] == "version"
    assert standard("element", "delete", "STATUS").out == "Deleted STATUS.\n"
    assert standard("mapping", "delete", mapping["id"]).code == 0
    assert standard("value", "delete", "status/crm/1", "--json").json == {"deleted": "status/crm/1"}


def test_a_file_is_tried_imported_and_exported(standard, tmp_path):
    file = tmp_path / "elements.csv"
    file.write_text('code,name,type\nA,A,"DECIMAL(10, 2)"\nB,B,INT(5)\n')
    tried = standard("import", file, "--dry-run")
    assert (tried.code, tried.out.splitlines()[0]) == (2, "Would be done: 1 created, 1 refused.")
    refused = standard("import", file)
    assert refused.code == 2 and "Nothing was done" in refused.out and "INT(5)" in refused.out
    assert "--partial" in refused.err
    assert standard("import", file, "--partial", "--json").json["created"] == 1
    out = tmp_path / "all.xlsx"
    assert standard("export", out).code == 0
    assert standard("export", out, "--json").json["error"]["code"] == "bad_request"
    assert standard("import", out, "--json").json["unchanged"] == 1
    assert standard("export", tmp_path / "elements2.csv", "--kind", "elements").code == 0
    assert standard("export", file, "--force").code == 0
    assert file.read_text(encoding="utf-8-sig").splitlines()[1].startswith("A,A,DECIMAL,,10,2,true")
    assert standard("import", tmp_path / "nothing.csv", "--json").json["error"]["code"] == "not_found"
    assert standard("export", tmp_path / "x.txt", "--json").json["error"]["path"] == "format"


def test_a_script_is_linted_and_mended(standard, tmp_path):
    standard("element", "create", "STATUS", "Status", "VARCHAR", "--length", "20", "--not-null")
    file = tmp_path / "orders.sql"
    file.write_bytes(b"CREATE TABLE orders (\r\n  status STRING\r\n);\r\n")
    found = standard("lint", file)
    assert found.code == 1
    assert f"{file}:2:10: length:" in found.out and "VARCHAR(20) NOT NULL" in found.out
    assert len(standard("lint", file, "--json").json["findings"]) == 2
    assert standard("lint", file, "--fix").code == 0
    assert file.read_bytes() == b"CREATE TABLE orders (\r\n  status VARCHAR(20) NOT NULL\r\n);\r\n"
    assert standard("lint", file).code == 0
    pipeline = tmp_path / "p.seatunnel.json"
    options = {"schema": {"fields": {"status": "int"}}}
    node = {"id": "n", "kind": "source", "connector": "FakeSource", "options": options}
    pipeline.write_text(json.dumps({"name": "p", "nodes": [node]}))
    assert "type: status is INT" in standard("lint", pipeline).out


def test_a_process_prints_a_report_for_scripts_and_ends_with_its_code(scaleph, tmp_path):
    environment = {"SCALEPH_LAB_CATALOG_URL": f"sqlite:///{tmp_path / 'catalog.sqlite'}"}
    file = tmp_path / "elements.csv"
    file.write_text("code,name,type\nA,A,INT(5)\n")
    answer = scaleph("standard", "import", file, "--json", env=environment)
    assert (answer.code, answer.json["refused"], answer.err) == (2, 1, "")
    assert "Traceback" not in scaleph("standard", "element", "show", "A", env=environment).err


@pytest.mark.parametrize(
    ("arguments", "code", "path"),
    [
        (("element", "create", "A", "A", "INT", "--precision", "5"), "invalid", "precision"),
        (("element", "create", "9", "A", "INT"), "invalid", "code"),
        (("element", "create", "A", "A", "TEXT"), "invalid", "type"),
        (("element", "show", "nobody"), "not_found", "nobody"),
        (("element", "update", "A", "--unset", "name"), "bad_request", "--unset"),
        (("value", "create", "none", "1", "one"), "not_found", "set"),
        (("element", "list", "--sort", "colour"), "invalid", "sort"),
    ],
)
def test_a_failure_is_told_with_its_code_and_place(standard, arguments, code, path):
    answer = standard(*arguments, "--json")
    assert (answer.code, answer.json["error"]["code"], answer.json["error"]["path"]) == (2, code, path)
    assert "Traceback" not in answer.err


def test_the_enumerations_are_listed_in_both_languages(scaleph_here):
    assert "artifact_type" in scaleph_here("dictionary").out
    assert "已取消" in scaleph_here("dictionary", "job_end", "--lang", "zh").out
    assert scaleph_here("dictionary", "verb", "--json").json["items"][0] == {"value": "read", "label": "Read"}
    assert scaleph_here("dictionary", "nothing", "--json").json["error"]["code"] == "not_found"
