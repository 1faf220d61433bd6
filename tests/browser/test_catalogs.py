"""The catalog of a notebook's session: in the side panel, in the completer, in the tooltip."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect

pytestmark = [pytest.mark.browser, pytest.mark.engine]

CELLS = [
    "%load_ext scaleph_lab",
    """%%flinksql
CREATE TEMPORARY TABLE clicks (
  id BIGINT NOT NULL, price DECIMAL(10, 2), `odd 😀 name` STRING, clicked_at TIMESTAMP(3),
  WATERMARK FOR clicked_at AS clicked_at - INTERVAL '5' SECOND,
  PRIMARY KEY (id) NOT ENFORCED
) WITH ('connector' = 'datagen', 'rows-per-second' = '50');
CREATE TABLE carriers (code STRING, name STRING) WITH ('connector' = 'filesystem', 'path' = '/tmp', 'format' = 'csv');
CREATE TEMPORARY VIEW cheap AS SELECT id, price FROM clicks WHERE price < 10""",
    "%%flinksql\nSELECT '😀', c. FROM clicks AS c",
    "",
    "%flink catalogs",
]
IDLE = "() => window.jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'"
TABLES = ["carriers", "cheap", "clicks"]


@pytest.fixture(scope="module")
def notebook(desk):
    """The notebook that the tests of this file follow from top to bottom."""
    desk.lab.write_notebook("catalog.ipynb", CELLS)
    yield desk
    desk.lab.api("scaleph/engines/flink-1.20/stop", method="POST")


def run(desk, index: int) -> None:
    """Runs a cell as a user does, and waits for its end."""
    desk.page.wait_for_function(IDLE, timeout=60_000)
    prompt = desk.cell(index).locator(".jp-InputPrompt")
    before = prompt.inner_text()
    for _ in range(5):
        desk.cell(index).locator(".cm-content").click()
        desk.page.keyboard.press("Control+Enter")
        try:
            expect(prompt).not_to_have_text(before, timeout=3_000)
            break
        except AssertionError:
            continue
    expect(prompt).to_have_text(re.compile(r"\[\d+\]"), timeout=120_000)


def panel(desk) -> Locator:
    """The panel, shown as a user does."""
    region = desk.page.get_by_role("region", name="Flink catalogs")
    if not region.is_visible():
        desk.page.get_by_role("tab", name="Flink Catalogs").click()
    expect(region).to_be_visible()
    return region


def node(desk, name: str) -> Locator:
    """A node of the tree by its name."""
    return (
        panel(desk)
        .get_by_role("treeitem")
        .filter(has=desk.page.locator(".jp-scaleph-node-name", has_text=re.compile(f"^{re.escape(name)}$")))
    )


def source(desk, index: int) -> str:
    return desk.page.evaluate(
        "index => window.jupyterapp.shell.currentWidget.content.widgets[index].model.sharedModel.getSource()", index
    )


def put_cursor(desk, index: int, behind: str) -> None:
    """Puts the cursor of a cell behind a text, as a click would."""
    desk.cell(index).locator(".cm-content").click()
    desk.page.evaluate(
        """([index, behind]) => {
             const editor = window.jupyterapp.shell.currentWidget.content.widgets[index].editor;
             const source = editor.model.sharedModel.getSource();
             editor.focus();
             editor.setCursorPosition(editor.getPositionAt(source.indexOf(behind) + behind.length));
           }""",
        [index, behind],
    )


def test_without_a_notebook_it_says_what_to_open(notebook):
    expect(panel(notebook)).to_contain_text("Open a notebook or a console")


def test_it_says_what_lacks(notebook):
    notebook.open_notebook("catalog.ipynb")
    notebook.page.wait_for_function(IDLE, timeout=60_000)
    expect(panel(notebook)).to_contain_text("%load_ext scaleph_lab")
    run(notebook, 0)
    expect(panel(notebook)).to_contain_text("No session is open on flink-1.20 yet")
    assert notebook.lab.engine("flink-1.20")["state"] == "stopped"


def test_the_tree_follows_the_statements(notebook):
    run(notebook, 1)
    for name in TABLES:
        expect(node(notebook, name)).to_be_visible()
    expect(node(notebook, "clicks")).to_contain_text("temporary")
    expect(node(notebook, "cheap")).to_contain_text("view")
    expect(node(notebook, "clicks")).to_have_attribute("aria-level", "3")
    node(notebook, "clicks").click()
    expect(node(notebook, "clicks")).to_have_attribute("aria-expanded", "true")
    expect(node(notebook, "price")).to_contain_text("DECIMAL(10, 2)")
    expect(node(notebook, "id")).to_contain_text("BIGINT NOT NULL PRI(id)")


def test_a_sample_shows_rows_and_leaves_no_job(notebook):
    node(notebook, "clicks").hover()
    node(notebook, "clicks").get_by_role("button", name="Show a Sample").click()
    detail = notebook.page.get_by_role("region", name="Sample of clicks")
    expect(detail.get_by_role("columnheader", name="price")).to_be_visible(timeout=15_000)
    expect(detail.locator("tbody tr")).to_have_count(10)
    expect(detail).to_contain_text("10 rows; its job is stopped.")
    assert notebook.lab.running_jobs("flink-1.20") == []
    notebook.picture("catalog-browser")


def test_the_ddl_is_in_the_context_menu(notebook):
    node(notebook, "cheap").click(button="right")
    notebook.page.get_by_role("menuitem", name="Show the DDL").click()
    expect(notebook.page.get_by_role("region", name="DDL of cheap")).to_contain_text("VIEW")


def test_the_keyboard_walks_the_tree(notebook):
    keys = notebook.page.keyboard
    node(notebook, "default_catalog").click()
    node(notebook, "default_catalog").click()
    keys.press("Home")
    expect(node(notebook, "default_catalog")).to_be_focused()
    for key, name in [
        ("ArrowRight", "default_database"),
        ("ArrowRight", "carriers"),
        ("ArrowDown", "cheap"),
        ("ArrowLeft", "default_database"),
    ]:
        keys.press(key)
        expect(node(notebook, name)).to_be_focused()


def test_names_and_queries_are_inserted(notebook):
    put_cursor(notebook, 3, "")
    node(notebook, "odd 😀 name").dblclick()
    assert source(notebook, 3) == "`odd 😀 name`"
    notebook.page.keyboard.press("Control+a")
    notebook.page.keyboard.press("Delete")
    node(notebook, "clicks").hover()
    node(notebook, "clicks").get_by_role("button", name="Insert SELECT into the Cell").click()
    assert source(notebook, 3) == "%%flinksql\nSELECT * FROM clicks LIMIT 100"


def test_the_completer_inserts_a_column(notebook):
    put_cursor(notebook, 2, "c.")
    notebook.page.keyboard.press("Tab")
    completer = notebook.page.locator(".jp-Completer")
    expect(completer).to_contain_text("clicked_at")
    expect(completer).to_contain_text("`odd 😀 name`")
    notebook.page.keyboard.type("pr")
    notebook.page.keyboard.press("Enter")
    expect(completer).not_to_be_visible()
    assert source(notebook, 2) == "%%flinksql\nSELECT '😀', c.price FROM clicks AS c"


def test_shift_tab_shows_the_ddl(notebook):
    put_cursor(notebook, 2, "FROM clicks")
    notebook.page.keyboard.press("Shift+Tab")
    tooltip = notebook.page.locator(".jp-Tooltip")
    expect(tooltip).to_contain_text("CREATE TEMPORARY TABLE")
    expect(tooltip).to_contain_text("TIMESTAMP(3) *ROWTIME*")
    notebook.page.keyboard.press("Escape")
    put_cursor(notebook, 2, "c.pri")
    notebook.page.keyboard.press("Shift+Tab")
    expect(notebook.page.locator(".jp-Tooltip")).to_contain_text("column of c")
    notebook.page.keyboard.press("Escape")


def test_it_answers_while_a_cell_runs(notebook):
    put_cursor(notebook, 2, "AS c")
    notebook.page.keyboard.press("Control+Enter")
    expect(notebook.cell(2).locator(".jp-InputPrompt")).to_have_text("[*]:")
    expect(notebook.cell(2).locator(".jp-OutputArea tbody tr").first).to_be_visible(timeout=30_000)
    node(notebook, "carriers").click()
    expect(node(notebook, "code")).to_be_visible()
    expect(notebook.cell(2).locator(".jp-InputPrompt")).to_have_text("[*]:")
    notebook.command("notebook:interrupt-kernel")
    expect(notebook.cell(2).locator(".jp-InputPrompt")).not_to_have_text("[*]:", timeout=30_000)


def test_the_tree_below_a_cell_is_lazy_too(notebook):
    run(notebook, 4)
    output = notebook.cell(4).locator(".jp-OutputArea")
    expect(output.get_by_role("treeitem", name="carriers")).to_be_visible()
    expect(output.get_by_role("treeitem", name="code")).not_to_be_visible()
    output.get_by_role("treeitem", name="carriers").click()
    expect(output.get_by_role("treeitem", name="code")).to_be_visible()
    output.get_by_role("treeitem", name="clicks").hover()
    output.get_by_role("treeitem", name="clicks").get_by_role("button", name="Show the DDL").click()
    expect(output.get_by_role("region", name="DDL of clicks")).to_contain_text("WATERMARK")


def test_a_console_has_its_own_session(notebook):
    notebook.command("console:create", kernelPreference={"name": "flinksql"}, activate=True)
    expect(panel(notebook)).to_contain_text("No session is open on flink-1.20 yet", timeout=60_000)
    prompt = notebook.page.locator(".jp-CodeConsole-promptCell .cm-content")
    prompt.click()
    notebook.page.keyboard.type("CREATE TABLE mine (x INT) WITH ('connector' = 'datagen');")
    notebook.page.keyboard.press("Shift+Enter")
    expect(node(notebook, "mine")).to_be_visible(timeout=30_000)
    expect(node(notebook, "clicks")).not_to_be_visible()
    prompt.click()
    node(notebook, "mine").hover()
    node(notebook, "mine").get_by_role("button", name="Insert SELECT into the Cell").click()
    expect(prompt).to_have_text("SELECT * FROM mine LIMIT 100")
