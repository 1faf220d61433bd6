"""``jupyter scaleph pipeline import``, ``export``, ``fmt`` and ``diff``: files in, files out, losses told."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from scaleph_lab.cli import main
from tests.cli.conftest import Answer

ORDERS = """\
# orders
env { job.mode = BATCH }
source {
  Jdbc { url = ${url}, password = hunter2, result_table_name = "shop.orders" }
}
sink { Console { source_table_name = "shop.orders" } }
"""


@pytest.fixture
def pipeline(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Answer]:
    """``pipeline("fmt", …)``: runs in this process, since a new one takes a second to load."""
    monkeypatch.setenv("COLUMNS", "200")

    def run(*arguments: str | Path, text: str | None = None) -> Answer:
        done = CliRunner().invoke(main, ["pipeline", *map(str, arguments)], input=text)
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return Answer(done.exit_code, done.stdout, done.stderr)

    return run


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    """A configuration that is right."""
    file = tmp_path / "orders.conf"
    file.write_text(ORDERS)
    return file


def test_a_configuration_becomes_a_document_and_a_configuration_again(scaleph, orders: Path, tmp_path: Path) -> None:
    document, other = tmp_path / "orders.seatunnel.json", tmp_path / "new.conf"
    made = scaleph("pipeline", "import", orders, "-o", document)
    assert (made.code, made.out) == (0, "orders.seatunnel.json: 2 nodes, 1 edges, 1 notes.\n")
    assert scaleph("pipeline", "export", document, "--seatunnel", "2.3.10", "-o", other).code == 0
    text = other.read_text()
    assert text.startswith("# orders\nenv {\n")
    assert "url = ${url}" in text
    assert 'plugin_input = "shop.orders"' in text
    same = scaleph("pipeline", "diff", orders, other)
    assert (same.code, same.out) == (1, "+ /env/job.name orders\n")


def test_an_import_prints_and_reports(pipeline: Callable[..., Answer], orders: Path) -> None:
    orders.write_text(ORDERS + "source { Jdbc { fetch_size = 007 } }\n")
    answer = pipeline("import", orders)
    assert json.loads(answer.out)["nodes"][0]["options"] == {"fetch_size": 7}
    assert "Note: SeaTunnel reads only the last 'source' block: this one is dropped. (line 3, column 1)" in answer.err
    assert "Note: The number 007 is kept as 7. (line 7, column 17) source/0/fetch_size" in answer.err
    both = pipeline("import", orders, "--json").json
    assert both["document"]["name"] == "orders"
    codes = ["dropped_section", "dangling_input", "number_spelling"]
    assert sorted(note["code"] for note in both["notes"]) == sorted(codes)


def test_a_file_that_is_there_is_kept_unless_forced(pipeline: Callable[..., Answer], orders: Path) -> None:
    target = orders.with_name("there.json")
    target.write_text("mine")
    kept = pipeline("import", orders, "-o", target, "--json")
    assert (kept.code, kept.json["error"]["code"]) == (2, "conflict")
    assert target.read_text() == "mine"
    assert pipeline("import", orders, "-o", target, "--force").code == 0
    nowhere = pipeline("import", orders, "-o", orders.parent / "no" / "where.json")
    assert nowhere.code == 3 and "cannot be written: No such file" in nowhere.err


def test_an_export_as_json_says_what_is_lost(pipeline: Callable[..., Answer], orders: Path) -> None:
    document = orders.with_name("orders.seatunnel.json")
    assert pipeline("import", orders, "-o", document).code == 0
    answer = pipeline("export", document, "--json")
    assert answer.json["sink"] == [{"plugin_name": "Console", "source_table_name": "shop.orders"}]
    assert "JSON holds no comments: 1 are left out." in answer.err
    assert "In JSON, SeaTunnel never replaces ${url}: it stays as a text. source/0/url" in answer.err
    target = orders.with_name("out.json")
    assert pipeline("export", document, "-i", "url=jdbc:x", "-o", target).code == 0
    assert json.loads(target.read_text())["source"][0]["url"] == "jdbc:x"
    wrong = pipeline("export", document, "--seatunnel", "newest")
    assert wrong.code == 2 and "'newest' is no version of SeaTunnel." in wrong.err
    compiled = pipeline("compile", document, "-i", "url=jdbc:x", "--seatunnel", "2.3.9")
    assert compiled.json["sink"] == [{"plugin_name": "Console", "plugin_input": "shop.orders"}]
    bound = json.loads(document.read_text())
    bound["nodes"][0]["datasource"] = "shop"
    document.write_text(json.dumps(bound))
    told = pipeline("export", document).err
    assert "Note: What the data source shop gives is not written. shop_orders" in told


def test_files_are_formatted_in_place_or_only_checked(pipeline: Callable[..., Answer], orders: Path) -> None:
    plain = orders.with_name("a.json")
    plain.write_text('{"env": {"a": 1}}')
    orders.chmod(0o600)
    checked = pipeline("fmt", orders, plain, "--check")
    assert checked.code == 1
    assert checked.out == f"{orders} would change.\n{plain} would change.\n"
    assert orders.read_text() == ORDERS
    assert pipeline("fmt", orders, plain).code == 0
    assert orders.read_text().startswith("# orders\nenv {\n  job.mode = BATCH\n}\n")
    assert orders.stat().st_mode & 0o777 == 0o600
    assert plain.read_text() == '{\n  "env": {\n    "a": 1\n  }\n}\n'
    again = pipeline("fmt", orders, plain, "--check")
    assert (again.code, again.out) == (0, "")
    assert pipeline("fmt", "-", text="env{a=1}").out == "env {\n  a = 1\n}\n"


def test_a_difference_is_told_by_node_and_option_without_secrets(pipeline: Callable[..., Answer], orders: Path) -> None:
    other = orders.with_name("other.conf")
    changed = (
        ORDERS.replace("hunter2", "secret9").replace("BATCH", "STREAMING").replace("Console { ", "Kafka { x = [b]\n")
    )
    other.write_text(changed)
    answer = pipeline("diff", orders, other)
    assert answer.code == 1
    assert answer.out.splitlines() == [
        "~ /env/job.mode BATCH → STREAMING",
        "~ /shop_orders/password *** → ***",
        "- /console sink Console",
        "+ /kafka sink Kafka",
        "- /edges shop_orders → console",
        "+ /edges shop_orders → kafka",
    ]
    as_json = pipeline("diff", orders, other, "--json").json
    assert as_json[0] == {"kind": "changed", "path": "/env/job.mode", "before": "BATCH", "after": "STREAMING"}
    assert pipeline("diff", orders, orders).code == 0


def test_a_configuration_is_validated_with_its_lines(pipeline: Callable[..., Answer], orders: Path) -> None:
    full = ORDERS.replace("url = ${url}", 'driver = x, query = "select 1", url = ${url}')
    orders.write_text(full)
    right = pipeline("validate", orders)
    assert (right.code, right.out) == (0, "orders.conf is well-formed: 2 nodes, 1 edges.\n")
    assert "Warning: password stands in clear in the document. (line 4, column 56)" in right.err
    orders.write_text(full.replace('source_table_name = "shop.orders"', "source_table_name = other"))
    wrong = pipeline("validate", orders)
    assert wrong.code == 2
    assert "No node gives out the table 'other', which console takes. (line 6, column 18)" in wrong.err
    codes = {each["code"] for each in pipeline("validate", orders, "--json").json}
    assert {"dangling_input", "no_input", "no_output"} <= codes


@pytest.mark.parametrize("command", ["import", "fmt", "diff"])
def test_a_broken_configuration_is_told_with_its_place(
    pipeline: Callable[..., Answer], orders: Path, command: str
) -> None:
    broken = "env {\n  a = \n}\n"
    orders.write_text(broken)
    answer = pipeline(command, orders, *([orders] if command == "diff" else []))
    assert answer.code == 2
    assert "Error: Expected a value, but found '}'. (line 3, column 1)" in answer.err
    assert orders.read_text() == broken


def test_a_broken_configuration_is_json_for_scripts(pipeline: Callable[..., Answer], orders: Path) -> None:
    orders.write_text("env { a = [1 }")
    error = pipeline("import", orders, "--json").json["error"]
    assert (error["code"], error["line"], error["column"], error["path"]) == ("config_syntax", 1, 14, "orders.conf")


def test_markup_in_a_file_is_only_text(pipeline: Callable[..., Answer], orders: Path) -> None:
    orders.write_text('source { A { "[bold]x" = 007 } }')
    assert "source/0/[bold]x" in pipeline("import", orders).err
