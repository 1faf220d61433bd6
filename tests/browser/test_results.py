"""The live result grid: rows as they come, what can be done with them, and what stays in a saved notebook."""

from __future__ import annotations

import json
import re
import time

import pytest
from playwright.sync_api import Locator, expect

pytestmark = [pytest.mark.browser, pytest.mark.engine]

ENGINE = "flink-1.20"
START_MS = 300_000  # The first start fetches the jars.
CELLS = [
    "%load_ext scaleph_lab",
    """%%flinksql
CREATE TEMPORARY TABLE IF NOT EXISTS orders (
  id BIGINT,
  price DECIMAL(10, 2),
  item AS CASE WHEN MOD(id, 3) = 0 THEN 'tea' WHEN MOD(id, 3) = 1 THEN 'coffee' END
) WITH (
  'connector' = 'datagen',
  'rows-per-second' = '30',
  'fields.id.kind' = 'sequence',
  'fields.id.start' = '1',
  'fields.id.end' = '1000000'
);
SELECT item, COUNT(*) AS sold, SUM(price) AS revenue FROM orders GROUP BY item""",
    """%%flinksql
SELECT n, CAST(n AS BIGINT) * 9007199254740993 AS big, text
FROM (VALUES (1, '<script>document.title="bad"</script>'), (10, CAST(NULL AS STRING)), (9, 'NULL')) AS t(n, text)""",
    """%%flinksql
SELECT * FROM (VALUES (1)) AS t(n) WHERE n > 1""",
    f"""%%flinksql
SELECT {", ".join(f"{number} AS c{number}" for number in range(500))} FROM (VALUES (1), (2)) AS t(n)""",
    """%%flinksql --mode batch --limit 5000
CREATE TEMPORARY TABLE IF NOT EXISTS wide (
  id BIGINT, a STRING, b STRING, c STRING
) WITH (
  'connector' = 'datagen', 'number-of-rows' = '5000', 'fields.id.kind' = 'sequence',
  'fields.id.start' = '1', 'fields.id.end' = '5000',
  'fields.a.length' = '300', 'fields.b.length' = '300', 'fields.c.length' = '300'
);
SELECT * FROM wide""",
    """%%flinksql --detach
SELECT id, item FROM orders""",
    """%%flinksql --detach
SELECT id * 2 AS twice FROM orders""",
    """%%flinksql
SELECT n, TIMESTAMPADD(HOUR, 0, TIMESTAMP '2024-01-01 00:00:00') AS t, took FROM (VALUES
  (1, INTERVAL '10' DAY), (2, INTERVAL '-2' HOUR), (3, INTERVAL '9' DAY), (4, INTERVAL '0.5' SECOND)) AS v(n, took)""",
    """%%flinksql
SELECT 'a rather long text that needs some room' AS text, 1 AS n""",
]
GRID = ".jp-scaleph-grid"


@pytest.fixture(scope="module")
def notebook(desk):
    """A notebook with an engine that runs already."""
    desk.lab.write_notebook("results.ipynb", CELLS)
    desk.open_notebook("results.ipynb")
    desk.open_panel()
    card = desk.engine(ENGINE)
    # The file of tests before this one may have left it running.
    if desk.lab.engine(ENGINE)["state"] != "running":
        card.get_by_role("button", name="Start").click()
    expect(card.get_by_role("status")).to_have_text("Running", timeout=START_MS)
    run(desk, 0)
    expect(desk.cell(0).locator(".jp-InputPrompt")).to_have_text(re.compile(r"\d"))
    yield desk
    desk.lab.api(f"scaleph/engines/{ENGINE}/stop", method="POST")


def run(desk, index: int) -> Locator:
    """Runs a cell and returns its output."""
    desk.page.wait_for_function(
        "() => window.jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'",
        timeout=60_000,
    )
    desk.cell(index).locator(".cm-content").click()
    desk.page.keyboard.press("Control+Enter")
    return desk.cell(index).locator(".jp-OutputArea")


def wait_until(holds, what: str, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, what
        time.sleep(0.2)


def rows(grid: Locator) -> list[list[str]]:
    """What a screen reader reads of the grid."""
    return grid.locator(".jp-scaleph-mirror tbody tr").evaluate_all(
        "rows => rows.map(row => [...row.cells].map(cell => cell.textContent))"
    )


def column_edge(grid: Locator, column: int) -> tuple[float, float]:
    """How wide a column is, and where its right edge is painted."""
    size, edge = grid.locator(".lm-DataGrid").evaluate(
        """(node, column) => {
             const found = [];
             const walk = widget => {
               if (widget.grid?.columnOffset) { found.push(widget.grid); }
               for (const child of widget.children?.() ?? []) { walk(child); }
               if (widget.layout) { for (const child of widget.layout) { walk(child); } }
             };
             walk(window.jupyterapp.shell.currentWidget);
             const grid = found.find(grid => grid.node === node);
             const size = grid.columnSize('body', column);
             return [size, grid.headerWidth + grid.columnOffset('body', column) + size];
           }""",
        column,
    )
    return size, edge


def click_header(grid: Locator, column: int) -> None:
    """Clicks on the header of a column, where the grid paints it."""
    size, edge = column_edge(grid, column)
    place = edge - size / 2
    grid.locator(".lm-DataGrid").click(position={"x": place, "y": 12})


def test_an_aggregate_is_seen_growing(notebook):
    grid = run(notebook, 1).locator(GRID)
    expect(grid).to_be_visible(timeout=60_000)
    expect(grid.get_by_role("status")).to_have_text("Running")
    expect(grid.get_by_role("cell", name="coffee", exact=True)).to_be_attached(timeout=30_000)
    before = sum(int(row[1]) for row in rows(grid))
    wait_until(lambda: sum(int(row[1]) for row in rows(grid)) > before + 30, "the counts do not grow")
    assert sorted(row[0] for row in rows(grid)) == ["NULL", "coffee", "tea"]
    expect(grid.locator(".jp-scaleph-result-facts")).to_contain_text(re.compile(r"^3 rows · [\d,]+ changes"))


def test_the_kernel_is_seen_busy_while_it_streams(notebook):
    states = set()
    for _ in range(20):
        states.add(notebook.page.evaluate("window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.status"))
        notebook.page.wait_for_timeout(50)
    assert states == {"busy"}


def test_the_changelog_shows_its_signs(notebook):
    grid = notebook.cell(1).locator(GRID)
    grid.get_by_role("button", name="Changelog").click()
    wait_until(lambda: {row[0] for row in rows(grid)} >= {"-U", "+U"}, "no row kinds")
    grid.get_by_role("button", name="Table").click()
    wait_until(lambda: len(rows(grid)) == 3, "the table does not come back")


def test_a_pause_holds_the_rows(notebook):
    grid = notebook.cell(1).locator(GRID)
    grid.get_by_role("button", name="Pause").click()
    notebook.page.wait_for_timeout(1500)
    before = rows(grid)
    notebook.page.wait_for_timeout(1500)
    assert rows(grid) == before
    grid.get_by_role("button", name="Resume").click()
    wait_until(lambda: rows(grid) != before, "the rows do not go on")


def test_stop_ends_the_cell_and_its_job(notebook):
    grid = notebook.cell(1).locator(GRID)
    assert notebook.lab.running_jobs(ENGINE)
    notebook.picture("results-grid")
    grid.get_by_role("button", name="Stop").click()
    expect(grid.get_by_role("status")).to_have_text("Canceled", timeout=20_000)
    assert not notebook.lab.running_jobs(ENGINE)
    expect(notebook.cell(1).locator(".jp-OutputArea")).to_contain_text("CANCELED: SELECT was interrupted")
    assert len(rows(grid)) == 3


def test_values_are_text_and_sort_by_their_type(notebook):
    grid = run(notebook, 2).locator(GRID)
    expect(grid.get_by_role("status")).to_have_text("Finished", timeout=60_000)
    wait_until(lambda: len(rows(grid)) == 3, "no rows")
    texts = {row[2] for row in rows(grid)}
    assert texts == {'<script>document.title="bad"</script>', "NULL"}
    assert notebook.page.title() != "bad" and grid.locator("script").count() == 0
    click_header(grid, 1)
    wait_until(lambda: [row[0] for row in rows(grid)] == ["1", "9", "10"], f"not sorted: {rows(grid)}")
    assert rows(grid)[1][1] == str(9 * 9007199254740993)
    click_header(grid, 1)
    wait_until(lambda: [row[0] for row in rows(grid)] == ["10", "9", "1"], f"not sorted: {rows(grid)}")


def test_intervals_sort_by_their_length(notebook):
    grid = run(notebook, 8).locator(GRID)
    expect(grid.get_by_role("status")).to_have_text("Finished", timeout=60_000)
    wait_until(lambda: len(rows(grid)) == 4, "no rows")
    click_header(grid, 2)
    wait_until(lambda: [row[0] for row in rows(grid)] == ["2", "4", "3", "1"], "they do not sort by length")


def test_a_filter_leaves_what_it_finds(notebook):
    grid = notebook.cell(2).locator(GRID)
    field = grid.get_by_role("searchbox")
    field.fill("script")
    wait_until(lambda: [row[0] for row in rows(grid)] == ["1"], "not filtered")
    expect(grid).to_contain_text("1 of 3 rows match the filter.")
    field.fill("n:9")
    wait_until(lambda: [row[0] for row in rows(grid)] == ["9"], "not filtered by the column")
    field.fill("nothing")
    expect(grid).to_contain_text("No row matches the filter")
    field.fill("")


def test_cells_are_chosen_and_copied_by_keys(notebook):
    notebook.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    grid = notebook.cell(2).locator(GRID)
    grid.locator(".lm-DataGrid").click(position={"x": 80, "y": 50})
    notebook.page.keyboard.press("ArrowRight")
    notebook.page.keyboard.press("Control+c")
    assert notebook.page.evaluate("navigator.clipboard.readText()") == str(10 * 9007199254740993)
    expect(grid.locator(".jp-scaleph-mirror [aria-live]")).to_have_text(f"big: {10 * 9007199254740993}")
    notebook.page.keyboard.press("Escape")
    grid.get_by_role("button", name="Copy").click()
    lines = notebook.page.evaluate("navigator.clipboard.readText()").split("\n")
    assert lines[0] == "n\tbig\ttext"
    assert lines[1] == f"10\t{10 * 9007199254740993}\t"


def test_nothing_found_is_said(notebook):
    grid = run(notebook, 3).locator(GRID)
    expect(grid.get_by_text("No rows", exact=True)).to_be_visible(timeout=60_000)


def test_five_hundred_columns_are_there(notebook):
    grid = run(notebook, 4).locator(GRID)
    expect(grid.get_by_role("status")).to_have_text("Finished", timeout=60_000)
    wait_until(lambda: len(rows(grid)) == 2, "no rows")
    grid.get_by_role("button", name="Copy").click()
    lines = notebook.page.evaluate("navigator.clipboard.readText()").split("\n")
    assert [len(line.split("\t")) for line in lines] == [500, 500, 500]
    notebook.page.wait_for_timeout(300)


def test_five_thousand_wide_rows_are_there(notebook):
    grid = run(notebook, 5).locator(GRID)
    expect(grid.get_by_role("status")).to_have_text(re.compile("Finished|Stopped"), timeout=60_000)
    grid.get_by_role("searchbox").fill("id:4999")
    wait_until(lambda: [row[0] for row in rows(grid)] == ["4999"], "the last rows did not come", 60)
    grid.get_by_role("searchbox").fill("id:1")
    # They come by and by, for the way to the page is narrow.
    wait_until(lambda: "1 of 5,000" in grid.inner_text() or "of 5,000 rows match" in grid.inner_text(), "not all", 60)
    assert len(rows(grid)[0][1]) == 300


def test_two_queries_in_the_background_are_stopped_one_by_one(notebook):
    first = run(notebook, 6).locator(GRID)
    expect(first.get_by_role("status")).to_have_text("Running", timeout=60_000)
    second = run(notebook, 7).locator(GRID)
    expect(second.get_by_role("status")).to_have_text("Running", timeout=60_000)
    wait_until(lambda: len(notebook.lab.running_jobs(ENGINE)) == 2, "not both run")
    wait_until(lambda: bool(rows(first)) and bool(rows(second)), "not both have rows")
    first.scroll_into_view_if_needed()
    first.get_by_role("button", name="Stop").click()
    expect(first.get_by_role("status")).to_have_text("Canceled", timeout=20_000)
    assert len(notebook.lab.running_jobs(ENGINE)) == 1
    before = len(rows(second))
    wait_until(lambda: len(rows(second)) > before or rows(second)[0] != rows(second)[-1], "the other goes on")
    expect(second.get_by_role("status")).to_have_text("Running")
    second.get_by_role("button", name="Stop").click()
    expect(second.get_by_role("status")).to_have_text("Canceled", timeout=20_000)
    assert not notebook.lab.running_jobs(ENGINE)


def test_a_column_is_made_wider_with_the_mouse(notebook):
    grid = run(notebook, 9).locator(GRID)
    expect(grid.get_by_role("status")).to_have_text("Finished", timeout=60_000)
    before, edge = column_edge(grid, 0)
    box = grid.locator(".lm-DataGrid").bounding_box()
    notebook.page.mouse.move(box["x"] + edge - 1, box["y"] + 12)
    notebook.page.mouse.down()
    notebook.page.mouse.move(box["x"] + edge + 79, box["y"] + 12, steps=4)
    notebook.page.mouse.up()
    after, _ = column_edge(grid, 0)
    assert 70 <= after - before <= 90


def test_a_page_that_is_loaded_anew_finds_the_grid(notebook):
    notebook.command("docmanager:save")
    wait_until(lambda: saved(notebook, 3), "not saved")
    notebook.page.reload()
    notebook.page.wait_for_selector("#jp-main-dock-panel", timeout=60_000)
    notebook.page.wait_for_function("() => window.jupyterapp !== undefined")
    notebook.open_notebook("results.ipynb")
    grid = notebook.cell(2).locator(GRID)
    wait_until(lambda: len(rows(grid)) == 3, "the grid does not come back")


def test_a_restarted_kernel_leaves_the_snapshot(notebook):
    notebook.page.evaluate("window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()")
    notebook.page.reload()
    notebook.page.wait_for_selector("#jp-main-dock-panel", timeout=60_000)
    notebook.page.wait_for_function("() => window.jupyterapp !== undefined")
    notebook.open_notebook("results.ipynb")
    output = notebook.cell(2).locator(".jp-OutputArea")
    expect(output.get_by_role("cell", name=str(9 * 9007199254740993))).to_be_visible(timeout=30_000)
    expect(output).to_contain_text("FINISHED (complete)")
    expect(notebook.cell(1).locator(".jp-OutputArea")).to_contain_text("CANCELED (partial)")
    expect(output.locator(GRID)).to_have_count(0)


def saved(desk, index: int) -> bool:
    """Whether the notebook's file has the output of that cell."""
    cells = json.loads((desk.lab.root / "results.ipynb").read_text())["cells"]
    return bool(cells[index].get("outputs"))
