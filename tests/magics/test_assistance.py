"""Completion, inspection and the catalog in a real IPython kernel; ``|`` is the cursor."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from scaleph_lab.engines import Engine, get_engine
from tests.magics.conftest import Notebook

pytestmark = pytest.mark.engine

SETUP = """%%flinksql
CREATE TEMPORARY TABLE clicks (id BIGINT, price DECIMAL(10, 2), `odd name` STRING) WITH ('connector' = 'datagen');
CREATE TEMPORARY VIEW cheap AS SELECT id FROM clicks WHERE price < 5"""


def ask(notebook: Notebook, verb: str, marked: str) -> dict[str, Any]:
    at = marked.index("|")
    sent = getattr(notebook.client, verb)(marked[:at] + marked[at + 1 :], at)
    while True:
        answer = notebook.client.get_shell_msg(timeout=30)
        if answer["parent_header"].get("msg_id") == sent:
            return dict(answer["content"])


@pytest.fixture(scope="module")
def asked(flink: Callable[..., Engine]) -> Iterator[Notebook]:
    """A kernel with tables, for tests that only ask it."""
    flink()
    notebook = Notebook()
    assert notebook.run("%load_ext scaleph_lab").error is None
    assert notebook.run(SETUP).error is None
    assert notebook.run("carrier = 'UA'").error is None
    yield notebook
    notebook.close()


@pytest.mark.parametrize(
    ("marked", "match", "replaced", "kind"),
    [
        ("%%flinksql\nSELECT c.| FROM clicks AS c", "price", "", "column"),
        ("%%flinksql\nSELECT '😀', c.pr|ice FROM clicks AS c", "price", "pr", "column"),
        ("%%flinksql\nSELECT 1;\nSELECT * FROM cli|", "clicks", "cli", "table"),
        ("%%flinksql --limit 5\nSELECT `odd| FROM clicks", "`odd name`", "`odd", "column"),
        # The closing quote that an editor has put there stays, since IPython replaces up to the cursor only.
        ("%%flinksql\nSELECT `odd|` FROM clicks", "`odd name", "`odd", "column"),
        ("%%flinksql\nCREATE TABLE x (a INT) WITH ('connector' = 'data|')", "'datagen", "'data", "value"),
        ("%%flinksql\nSELECT * FROM clicks WHERE id = {{car|", "carrier", "car", "variable"),
        ("%%flinksql --li|", "--limit", "--li", "option"),
        ("%%flinksql --mode |\nSELECT 1", "batch", "", "value"),
        ("%%flinksql --engine flink-1|\nSELECT 1", "flink-1.20", "flink-1", "value"),
        ("%flinksql SELECT * FROM cli|", "clicks", "cli", "table"),
        ("%flinksql --limit 3 SELECT * FROM cli|", "clicks", "cli", "table"),
        ("x = 1\n%flinksql --li|", "--limit", "--li", "option"),
        ("%flink cat|", "catalogs", "cat", "keyword"),
        ("%flink use flink-2|", "flink-2.3", "flink-2", "value"),
    ],
)
def test_completion(asked: Notebook, marked: str, match: str, replaced: str, kind: str) -> None:
    found = ask(asked, "complete", marked)
    assert match in found["matches"]
    assert marked.replace("|", "", 1)[found["cursor_start"] : found["cursor_end"]] == replaced
    kinds = {each["text"]: each["type"] for each in found["metadata"]["_jupyter_types_experimental"]}
    assert kinds[match] == kind


@pytest.mark.parametrize("marked", ["%%flinksql\nSELECT 'car|", "%%flinksql\n-- car|", "%%flinksql\nSELECT 1 /* car|"])
def test_python_says_nothing_in_sql(asked: Notebook, marked: str) -> None:
    assert ask(asked, "complete", marked)["matches"] == []


@pytest.mark.parametrize(
    ("marked", "match"), [("carr|", "carrier"), ("print(carr|", "carrier"), ("%%flinks|", "%%flinksql")]
)
def test_sql_says_nothing_in_python(asked: Notebook, marked: str, match: str) -> None:
    found = ask(asked, "complete", marked)
    assert match in found["matches"] and "clicks" not in found["matches"]


def test_inspection(asked: Notebook) -> None:
    found = ask(asked, "inspect", "%%flinksql\nSELECT '😀' FROM cli|cks")
    assert found["found"] and "CREATE TEMPORARY TABLE" in found["data"]["text/plain"]
    assert "<table>" in found["data"]["text/html"]
    assert not ask(asked, "inspect", "%%flinksql\nSELECT * FROM no|pe")["found"]
    assert "Return the number of items" in ask(asked, "inspect", "le|n")["data"]["text/plain"]


def test_the_tree_of_catalogs(asked: Notebook) -> None:
    reply = asked.run("%flink catalogs")
    assert reply.text.splitlines() == [
        "default_catalog · catalog · current",
        "  default_database · database · current",
        "    cheap · view · temporary",
        "      id · BIGINT",
        "    clicks · temporary",
        "      id · BIGINT",
        "      price · DECIMAL(10, 2)",
        "      odd name · STRING",
    ]
    assert reply.html.count("<details") == 4


def test_a_table_is_described(asked: Notebook) -> None:
    assert "price     DECIMAL(10, 2)" in asked.run("%flink describe clicks").text
    assert "There is no table nope." in asked.run("%flink describe nope").text


def test_looking_starts_no_engine(private_state: Any) -> None:
    engine = get_engine("flink-2.3")
    engine.stop()
    notebook = Notebook()
    notebook.run("%load_ext scaleph_lab")
    notebook.run("%flink use flink-2.3")
    begun = time.monotonic()
    assert "SELECT" in ask(notebook, "complete", "%%flinksql\nSEL|")["matches"]
    assert not ask(notebook, "inspect", "%%flinksql\nSELECT * FROM cli|cks")["found"]
    assert "flink-2.3 does not run" in notebook.run("%flink catalogs").text
    assert time.monotonic() - begun < 10
    assert engine.status().state == "stopped"
    notebook.close()
