"""A pipeline built with the mouse: from an empty canvas to rows, in a tab and in a cell."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Desk

pytestmark = [pytest.mark.browser]

SCHEMA = '{"fields": {"id": "bigint", "name": "string", "age": "int"}}'


class Builder:
    """What a user does in a builder, with the mouse."""

    def __init__(self, page: Page, root: Locator) -> None:
        self.page = page
        self.root = root
        self.canvas = root.locator(".jp-scaleph-canvas")
        self.form = root.locator(".jp-scaleph-form")
        self.problems = root.get_by_role("list", name="Problems of the pipeline")

    def drag(self, kind: str, name: str, x: float, y: float) -> None:
        """Drags a connector from the palette to a place on the canvas."""
        self.root.get_by_role("tab", name=kind).click()
        card = self.root.get_by_role("region", name="Palette of connectors").locator(
            "button.jp-scaleph-card", has=self.page.get_by_text(name, exact=True)
        )
        card.scroll_into_view_if_needed()
        card.drag_to(self.canvas, target_position={"x": x, "y": y})

    def move_to(self, x: float, y: float, steps: int = 5) -> None:
        box = self.canvas.bounding_box()
        assert box is not None
        self.page.mouse.move(box["x"] + x, box["y"] + y, steps=steps)

    def draw_edge(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        """Draws an edge from the handle of the node at one place to the node at another."""
        handle = self.canvas.locator(".jp-scaleph-canvas-handle")
        box = None
        # An answer that comes in draws the graph anew, and takes the handle away until the mouse moves again.
        while box is None:
            self.move_to(start[0] - 20, start[1])
            self.move_to(*start)
            expect(handle).to_be_visible()
            box = handle.bounding_box()
        self.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        self.page.mouse.down()
        self.move_to(*end, steps=15)
        self.page.wait_for_timeout(200)
        self.page.mouse.up()

    def option(self, key: str) -> Locator:
        return self.form.locator(f'[data-option="{key}"]')

    def fill(self, key: str, value: str) -> None:
        self.option(key).locator("input, textarea").first.fill(value)

    def type_code(self, key: str, text: str) -> None:
        """Writes into a code editor, which may close brackets of its own."""
        editor = self.option(key).locator(".cm-content")
        editor.click()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.press("Delete")
        self.page.keyboard.insert_text(text)

    def outline(self) -> list[str]:
        self.root.get_by_role("tab", name="Outline").click()
        expect(self.root.get_by_role("tree")).to_be_visible()
        names = (
            self.root.get_by_role("tree")
            .get_by_role("treeitem")
            .evaluate_all("items => items.map(item => item.getAttribute('aria-label') ?? item.textContent.trim())")
        )
        self.root.get_by_role("tab", name="Options").click()
        return names


@pytest.fixture
def builder(desk: Desk) -> Iterator[Builder]:
    """A new pipeline, in its tab."""
    desk.command("scaleph:new-pipeline", cwd="")
    desk.page.wait_for_function(
        "() => window.jupyterapp.shell.currentWidget?.context?.path?.endsWith('.seatunnel.json')"
    )
    tab = desk.page.evaluate("window.jupyterapp.shell.currentWidget.id")
    root = desk.page.locator(f"#{tab} .jp-scaleph-builder")
    expect(root.locator(".jp-scaleph-card").first).to_be_visible()
    yield Builder(desk.page, root)
    close_saved(desk)


def close_saved(desk: Desk) -> None:
    """Closes the tab in front, when it is saved: no dialog asks."""
    desk.page.evaluate("window.jupyterapp.commands.execute('docmanager:save')")
    desk.page.evaluate("window.jupyterapp.shell.currentWidget.close()")


def saved(desk: Desk) -> dict[str, Any]:
    """The document of the current tab, as it is in the file."""
    desk.page.evaluate("window.jupyterapp.commands.execute('docmanager:save')")
    path = desk.page.evaluate("window.jupyterapp.shell.currentWidget.context.path")
    return json.loads((desk.lab.root / path).read_text())


def rows_of(folder: Path) -> list[list[str]]:
    return sorted(row for file in folder.rglob("*.csv") for row in csv.reader(file.open()))


@pytest.mark.engine
def test_a_pipeline_is_built_with_the_mouse_and_run_on_both_engines(
    desk: Desk, builder: Builder, tmp_path: Path
) -> None:
    page = desk.page
    expect(builder.canvas.get_by_text("Drag a source from the palette")).to_be_visible()
    builder.drag("Sources", "FakeSource", 110, 120)
    builder.drag("Transforms", "Sql", 330, 220)
    builder.drag("Sinks", "LocalFile", 520, 120)
    assert builder.outline() == [
        "fakesource, FakeSource, source",
        "sql, Sql, transform",
        "localfile, LocalFile, sink",
    ]
    expect(builder.problems.get_by_role("listitem")).to_have_count(6)

    builder.draw_edge((110, 120), (330, 220))
    builder.draw_edge((330, 220), (520, 120))
    assert builder.outline() == [
        "fakesource, FakeSource, source",
        "→ sql",
        "sql, Sql, transform",
        "→ localfile",
        "localfile, LocalFile, sink",
    ]

    # A problem is a way to its field.
    builder.problems.get_by_text("Sql needs query").click()
    builder.type_code("query", "SELECT id, UPPER(name) AS name, age FROM fakesource")
    builder.canvas.click(position={"x": 520, "y": 120})
    builder.fill("path", str(tmp_path / "zeta"))
    # A field that a condition asks for appears with it, and goes with it.
    builder.form.get_by_text("More options").click()
    builder.option("have_partition").locator("select").select_option("true")
    expect(builder.option("partition_by").get_by_text("because have_partition is true")).to_be_visible()
    expect(builder.problems.get_by_text("LocalFile needs partition_by")).to_be_visible()
    builder.option("have_partition").locator("select").select_option("")
    expect(builder.option("partition_by")).to_have_count(0)
    builder.option("file_format_type").locator("select").select_option("CSV")
    # Where nothing is asked for, all options are open at once.
    builder.canvas.click(position={"x": 110, "y": 120})
    builder.fill("row.num", "12x")
    expect(builder.option("row.num").get_by_role("alert")).to_contain_text("must be an integer")
    builder.fill("row.num", "25")
    builder.type_code("schema", SCHEMA)
    expect(builder.problems).to_have_count(0)

    # The rows that an edge carries, before anything is written.
    builder.canvas.dblclick(position={"x": 425, "y": 170})
    rows = builder.root.get_by_role("region", name="Rows of sql")
    expect(rows.get_by_role("columnheader")).to_have_text(["id", "name", "age"], timeout=180_000)
    expect(rows.locator("tbody tr")).to_have_count(25)
    expect(builder.form.get_by_role("status")).to_have_text("sql: all 25 rows.")
    assert not (tmp_path / "zeta").exists()
    desk.picture("pipeline-rows")

    builder.root.get_by_role("tab", name="Configuration").click()
    expect(builder.root.locator(".jp-scaleph-config")).to_contain_text("FakeSource {")
    builder.root.get_by_role("combobox", name="Format").select_option("json")
    expect(builder.root.locator(".jp-scaleph-config")).to_contain_text('"plugin_name": "FakeSource"')
    builder.root.get_by_role("button", name="Run", exact=True).click()
    run = builder.root.locator(".jp-scaleph-run")
    expect(run).to_have_attribute("data-state", "FINISHED", timeout=180_000)
    expect(run).to_contain_text("25 rows read, 25 written")
    assert len(rows_of(tmp_path / "zeta")) == 25
    builder.root.get_by_role("tab", name="Options").click()
    desk.picture("pipeline")

    builder.canvas.click(position={"x": 520, "y": 120})
    builder.fill("path", str(tmp_path / "flink"))
    expect(builder.problems).to_have_count(0)
    builder.root.get_by_role("combobox", name="Engine").select_option("flink")
    builder.root.get_by_role("button", name="Run", exact=True).click()
    expect(run).to_contain_text("on Flink", timeout=30_000)
    expect(run).to_have_attribute("data-state", "FINISHED", timeout=240_000)
    assert len(rows_of(tmp_path / "flink")) == 25

    while builder.root.get_by_role("button", name="Undo").is_enabled():
        builder.root.get_by_role("button", name="Undo").click()
    expect(builder.canvas.get_by_text("Drag a source from the palette")).to_be_visible()
    assert saved(desk)["nodes"] == []
    page.keyboard.press("Escape")


def keys(desk: Desk, *names: str) -> None:
    for name in names:
        desk.page.keyboard.press(name)


def test_all_is_done_with_the_keyboard_too(desk: Desk, builder: Builder) -> None:
    root = builder.root
    root.locator("button.jp-scaleph-card", has_text="FakeSource").press("Enter")
    root.get_by_role("tab", name="Sinks").click()
    root.get_by_role("searchbox", name="Find a connector").fill("print log")
    expect(root.locator("button.jp-scaleph-card")).to_have_count(1)
    root.locator("button.jp-scaleph-card", has_text="Console").press("Enter")
    root.get_by_role("tab", name="Outline").click()
    root.get_by_role("combobox", name="Connect fakesource to").select_option("console")
    expect(root.get_by_role("treeitem", name="→ console")).to_be_visible()
    expect(builder.problems).to_have_count(0)

    # Copy and paste, with the edge between; nudge; undo and redo; delete.
    builder.canvas.focus()
    keys(desk, "Control+a", "Control+c", "Control+v")
    expect(root.get_by_role("treeitem")).to_have_count(6)
    before = saved(desk)["layout"]
    builder.canvas.focus()
    keys(desk, "ArrowRight", "ArrowRight", "ArrowDown")
    after = saved(desk)["layout"]
    assert (after["fakesource_2"]["x"], after["fakesource_2"]["y"]) == (
        before["fakesource_2"]["x"] + 20,
        before["fakesource_2"]["y"] + 10,
    )
    assert after["fakesource"] == before["fakesource"]
    builder.canvas.focus()
    keys(desk, "Control+z", "Control+z")
    expect(root.get_by_role("treeitem")).to_have_count(3)
    keys(desk, "Control+y")
    expect(root.get_by_role("treeitem")).to_have_count(6)
    root.get_by_role("treeitem", name="fakesource_2, FakeSource, source").focus()
    keys(desk, "Delete")
    expect(root.get_by_role("treeitem", name="fakesource_2")).to_have_count(0)
    root.get_by_role("treeitem", name="fakesource, FakeSource, source").focus()
    keys(desk, "Enter")
    expect(root.get_by_role("region", name="Options of fakesource")).to_be_visible()


def test_a_file_that_is_no_pipeline_is_told_and_not_written_over(desk: Desk) -> None:
    broken = desk.lab.root / "broken.seatunnel.json"
    broken.write_text('{"nodes": [')
    desk.command("docmanager:open", path="broken.seatunnel.json")
    panel = desk.page.locator(".jp-scaleph-builder").last
    expect(panel.get_by_role("alert")).to_contain_text("nothing is written over it here")
    panel.locator("button.jp-scaleph-card", has_text="FakeSource").dblclick()
    desk.page.evaluate("window.jupyterapp.commands.execute('docmanager:save')")
    assert broken.read_text() == '{"nodes": ['
    desk.page.evaluate("window.jupyterapp.shell.currentWidget.close()")


def test_a_password_that_is_typed_is_kept_as_a_secret(desk: Desk, builder: Builder) -> None:
    builder.drag("Sources", "Jdbc", 200, 150)
    builder.form.get_by_text("More options").click()
    builder.fill("password", "hunter2")
    assert builder.option("password").locator("input").get_attribute("type") == "password"
    desk.page.keyboard.press("Tab")
    field = builder.option("password").locator("input")
    expect(field).to_have_value(re.compile(r"\{\{secret:untitled\d*\.jdbc\.password\}\}"))
    reference = field.input_value()
    text = json.dumps(saved(desk))
    assert "hunter2" not in text and reference in text
    assert reference[len("{{secret:") : -2] in desk.lab.api("scaleph/secrets")["names"]


def run_cell(desk: Desk, index: int) -> None:
    """Runs a cell. A kernel may call itself idle before it takes a cell: then it is asked again."""
    desk.page.wait_for_function(
        "() => window.jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'",
        timeout=60_000,
    )
    prompt = desk.cell(index).locator(".jp-InputPrompt")
    for _ in range(5):
        desk.cell(index).locator(".jp-InputArea .cm-content").click()
        desk.page.keyboard.press("Control+Enter")
        try:
            expect(prompt).to_have_text(re.compile(r"[\d*]"), timeout=3_000)
            return
        except AssertionError:
            continue
    expect(prompt).to_have_text(re.compile(r"[\d*]"))


def test_a_builder_in_a_cell_is_the_same_for_python_and_the_mouse(desk: Desk) -> None:
    start = {
        "name": "cell",
        "nodes": [{"id": "rows", "kind": "source", "connector": "FakeSource", "options": {"row.num": 3}}],
        "layout": {"rows": {"x": 0, "y": 0}},
    }
    desk.lab.write_notebook(
        "builder.ipynb",
        [
            f"from scaleph_lab import PipelineBuilder\nbuilder = PipelineBuilder({start!r})\nbuilder",
            "print([node.id for node in builder.pipeline.nodes], len(builder.problems))",
            "builder.document = {**builder.document, 'edges': [{'from': 'rows', 'to': 'console'}]}",
        ],
    )
    desk.open_notebook("builder.ipynb")
    run_cell(desk, 0)
    root = desk.cell(0).locator(".jp-scaleph-builder")
    expect(root).to_be_visible(timeout=60_000)
    builder = Builder(desk.page, root)
    expect(root.locator(".jp-scaleph-card").first).to_be_visible()
    builder.drag("Sinks", "Console", 300, 200)
    assert builder.outline() == ["rows, FakeSource, source", "console, Console, sink"]
    run_cell(desk, 1)
    expect(desk.cell(1).locator(".jp-OutputArea")).to_contain_text("['rows', 'console'] 2", timeout=30_000)
    run_cell(desk, 2)
    root.get_by_role("tab", name="Outline").click()
    expect(root.get_by_role("treeitem", name="→ console")).to_be_visible(timeout=30_000)
    expect(builder.problems).to_have_count(0)
    desk.picture("pipeline-cell")
    close_saved(desk)


CONF = """
env { job.mode = "BATCH", parallelism = 1 }
# Two kinds of people.
source {
  FakeSource { result_table_name = "men", row.num = 3, schema { fields { name = "string" } } }
  FakeSource { result_table_name = "women", row.num = 4, schema { fields { name = "string" } } }
}
transform {
  Sql { source_table_name = "men", result_table_name = "loud", query = "SELECT UPPER(name) AS name FROM men" }
}
sink {
  Console { source_table_name = ["loud", "women"] }
}
"""


def test_a_configuration_is_taken_over_and_given_back(desk: Desk, builder: Builder, tmp_path: Path) -> None:
    (tmp_path / "people.conf").write_text(CONF)
    builder.root.get_by_label("Configuration to import").set_input_files(tmp_path / "people.conf")
    expect(builder.canvas.get_by_text("Drag a source from the palette")).to_be_hidden()
    assert [name for name in builder.outline() if not name.startswith("→")] == [
        "men, FakeSource, source",
        "women, FakeSource, source",
        "loud, Sql, transform",
        "console, Console, sink",
    ]
    expect(builder.problems).to_have_count(0)
    builder.root.get_by_role("tab", name="Configuration").click()
    shown = builder.root.locator(".jp-scaleph-config")
    expect(shown).to_contain_text("# Two kinds of people.")
    assert shown.inner_text().count("FakeSource {") == 2
    builder.root.get_by_role("tab", name="Options").click()
    layout = saved(desk)["layout"]
    assert layout["men"]["x"] < layout["loud"]["x"] < layout["console"]["x"]
    builder.root.get_by_role("button", name="Undo").click()
    expect(builder.canvas.get_by_text("Drag a source from the palette")).to_be_visible()
    broken = tmp_path / "broken.conf"
    broken.write_text("source { FakeSource { a = [ }")
    builder.root.get_by_label("Configuration to import").set_input_files(broken)
    expect(builder.root.get_by_role("alert")).to_contain_text("Expected a value")


def test_three_hundred_nodes_stay_fluid(desk: Desk) -> None:
    nodes: list[dict[str, Any]] = []
    edges = []
    for row in range(30):
        chain = [f"r{row}_{at}" for at in range(10)]
        for at, name in enumerate(chain):
            kind, connector = [("source", "FakeSource"), ("transform", "Sql"), ("sink", "Console")][
                0 if at == 0 else 2 if at == 9 else 1
            ]
            options = {"query": "SELECT 1 AS one"} if kind == "transform" else {}
            nodes.append({"id": name, "kind": kind, "connector": connector, "options": options})
        edges += [{"from": one, "to": other} for one, other in pairwise(chain)]
    layout = {f"r{row}_{at}": {"x": at * 220, "y": row * 90} for row in range(30) for at in range(10)}
    document = {"schema_version": 2, "name": "large", "nodes": nodes, "edges": edges, "layout": layout}
    (desk.lab.root / "large.seatunnel.json").write_text(json.dumps(document))
    desk.command("docmanager:open", path="large.seatunnel.json")
    desk.page.wait_for_function("() => window.jupyterapp.shell.currentWidget?.context?.path === 'large.seatunnel.json'")
    tab = desk.page.evaluate("window.jupyterapp.shell.currentWidget.id")
    builder = Builder(desk.page, desk.page.locator(f"#{tab} .jp-scaleph-builder"))
    expect(builder.root.get_by_text("No problems.")).to_be_visible(timeout=30_000)
    desk.page.wait_for_timeout(1500)
    # Frames while the canvas is dragged about: a page that stands still would show a handful.
    desk.page.evaluate(
        """() => {
            window.frames_ = 0;
            const count = () => { window.frames_ += 1; requestAnimationFrame(count); };
            count();
        }"""
    )
    builder.move_to(5, 5)
    desk.page.mouse.down()
    begun = desk.page.evaluate("[performance.now(), window.frames_]")
    for at in range(40):
        builder.move_to(5 + at * 4, 5 + at * 3, steps=1)
        desk.page.wait_for_timeout(10)
    ended = desk.page.evaluate("[performance.now(), window.frames_]")
    desk.page.mouse.up()
    rate = (ended[1] - begun[1]) / (ended[0] - begun[0]) * 1000
    print(f"300 nodes: {rate:.0f} frames a second while the canvas is dragged")
    assert rate > 10
    builder.root.get_by_role("button", name="Fit").click()
    desk.picture("pipeline-300")
    close_saved(desk)
