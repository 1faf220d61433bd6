"""Flink SQL in the cells that start with ``%%flinksql``, and in no others."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

pytestmark = pytest.mark.browser

STATEMENT = """%%flinksql --name delays -o "df"
-- It's the mean of a carrier.
SELECT carrier, AVG(dep_delay) AS `the mean`, COUNT(*)
FROM flights
WHERE origin = 'JFK'
GROUP BY TUMBLE(dep_time, INTERVAL '1' HOUR)"""

PYTHON = {"text/x-python", "text/x-ipython"}  # Before and after the kernel has told its language.


def kinds(cell: Locator) -> dict[str, set[str]]:
    """The words of each colour in the cell's editor; plain words are under ``""``."""
    spans = cell.locator(".cm-line span").evaluate_all(
        "spans => spans.map(span => [getComputedStyle(span).color, span.textContent])"
    )
    found: dict[str, set[str]] = {}
    for color, text in spans:
        found.setdefault(color, set()).add(text)
    return found


def same_kind(cell: Locator, *words: str) -> bool:
    """Whether one colour has all these words."""
    return any(set(words) <= group for group in kinds(cell).values())


@pytest.fixture
def notebook(desk, request):
    """A notebook with a statement, Python, and an empty cell."""
    name = f"{request.node.name}.ipynb"
    desk.lab.write_notebook(name, [STATEMENT, "import math\nmath.pi", ""])
    desk.open_notebook(name)
    expect(desk.cell(0).locator(".cm-line span").first).to_be_visible()
    return desk


def mime(desk, index: int) -> str:
    return desk.page.evaluate(
        "index => window.jupyterapp.shell.currentWidget.content.widgets[index].model.mimeType", index
    )


def test_words_of_one_kind_have_one_colour(notebook):
    cell = notebook.cell(0)
    assert mime(notebook, 0) == "text/x-flinksql"
    notebook.page.wait_for_timeout(500)
    assert same_kind(cell, "SELECT", "FROM", "WHERE", "GROUP", "BY", "INTERVAL", "AS"), kinds(cell)
    assert same_kind(cell, "AVG", "COUNT", "TUMBLE"), kinds(cell)
    assert same_kind(cell, "'JFK'", "'1'"), kinds(cell)
    assert same_kind(cell, "-- It's the mean of a carrier."), kinds(cell)


def test_the_line_of_the_magic_is_one_word(notebook):
    """Its options are neither a comment nor a string that runs on into the statement."""
    assert notebook.cell(0).locator(".cm-line").first.locator("span").all_text_contents() == [
        '%%flinksql --name delays -o "df"'
    ]


def test_python_stays_python(notebook):
    assert mime(notebook, 1) in PYTHON
    assert mime(notebook, 2) in PYTHON


def test_a_cell_follows_what_is_typed(notebook):
    editor = notebook.cell(2).locator(".cm-content")
    editor.click()
    notebook.page.keyboard.type("%%flinksql\nSHOW TABLES")
    expect(notebook.cell(2).locator(".cm-line span", has_text="SHOW")).to_be_visible()
    assert mime(notebook, 2) == "text/x-flinksql"
    notebook.page.keyboard.press("Control+a")
    notebook.page.keyboard.type("%%flinksqlite")
    assert mime(notebook, 2) in PYTHON


def test_a_copy_and_another_kernel_keep_it(notebook):
    notebook.cell(0).locator(".jp-InputPrompt").click()
    notebook.page.keyboard.press("c")
    notebook.page.keyboard.press("v")
    expect(notebook.cell(3)).to_be_visible()
    assert [mime(notebook, index) == "text/x-flinksql" for index in range(4)] == [True, True, False, False]
    # What the notebook does when a kernel tells it its language:
    notebook.page.evaluate(
        """() => window.jupyterapp.shell.currentWidget.model.setMetadata(
             'language_info', {name: 'julia', mimetype: 'text/x-julia'})"""
    )
    assert [mime(notebook, index) for index in (0, 1, 2)] == ["text/x-flinksql", "text/x-flinksql", "text/x-julia"]
