"""The first hour of a user: start the engine, run Flink SQL, watch and stop a job, look into Flink's UI."""

from __future__ import annotations

import os
import re
import signal
import time

import pytest
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.engine]

ENGINE = "flink-1.20"
START_MS = 300_000  # The first start fetches the jars.
CELLS = [
    "%load_ext scaleph_lab",
    """%%flinksql
SELECT carrier, COUNT(*) AS flights
FROM (VALUES ('UA'), ('AA'), ('UA')) AS t(carrier)
GROUP BY carrier""",
    """%%flinksql
CREATE TEMPORARY TABLE IF NOT EXISTS clicks (
  id BIGINT,
  price DECIMAL(10, 2),
  clicked_at AS PROCTIME()
) WITH (
  'connector' = 'datagen',
  'rows-per-second' = '20',
  'fields.id.kind' = 'sequence',
  'fields.id.start' = '1',
  'fields.id.end' = '1000000'
);

-- Never ends by itself: interrupt the kernel to stop it.
SELECT id, price FROM clicks""",
]
IDLE = "() => window.jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'"


@pytest.fixture(scope="module")
def notebook(desk):
    """The notebook of the journey, which the tests of this file follow from top to bottom."""
    desk.lab.write_notebook("first steps.ipynb", CELLS)
    yield desk
    desk.lab.api(f"scaleph/engines/{ENGINE}/stop", method="POST")


def run(desk, index: int) -> None:
    """Runs a cell as a user does. A kernel may call itself idle before it takes a cell: then it is asked again."""
    desk.page.wait_for_function(IDLE, timeout=60_000)
    prompt = desk.cell(index).locator(".jp-InputPrompt")
    before = prompt.inner_text()
    for _ in range(5):
        desk.cell(index).locator(".cm-content").click()
        desk.page.keyboard.press("Control+Enter")
        try:
            expect(prompt).not_to_have_text(before, timeout=3_000)
            return
        except AssertionError:
            continue
    pytest.fail(f"cell {index} does not run: {prompt.inner_text()}")


def wait_until(holds, what: str, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, what
        time.sleep(0.2)


def test_the_panel_starts_the_engine(notebook):
    panel = notebook.open_panel()
    card = notebook.engine(ENGINE)
    expect(card.get_by_role("status")).to_have_text("Stopped")
    expect(panel.get_by_text("No engine runs.")).to_be_visible()
    notebook.picture("panel-stopped")
    card.get_by_role("button", name="Start").click()
    expect(card.get_by_role("status")).to_have_text("Starting")
    expect(card.get_by_role("progressbar")).to_be_visible()
    expect(card.get_by_role("status")).to_have_text("Running", timeout=START_MS)
    expect(card.get_by_text(str(notebook.lab.engine(ENGINE)["pid"]))).to_be_visible()
    expect(card.get_by_text("Run a cell that starts with %%flinksql")).to_be_visible()


def test_a_cell_shows_rows(notebook):
    notebook.open_notebook("first steps.ipynb")
    expect(notebook.cell(1).locator(".cm-line span", has_text="SELECT")).to_be_visible()
    run(notebook, 0)
    run(notebook, 1)
    output = notebook.cell(1).locator(".jp-OutputArea")
    expect(output.get_by_role("cell", name="UA", exact=True)).to_be_visible(timeout=60_000)
    expect(output.get_by_role("cell", name="AA", exact=True)).to_be_visible()


def test_an_endless_query_is_seen_and_interrupted(notebook):
    run(notebook, 2)
    output = notebook.cell(2).locator(".jp-OutputArea")
    expect(output.locator("tbody tr").nth(5)).to_be_visible(timeout=60_000)
    job = notebook.engine(ENGINE).get_by_role("list", name="Running jobs").get_by_role("listitem")
    expect(job).to_have_count(1)
    expect(job).to_contain_text("RUNNING")
    notebook.picture("panel-running")
    notebook.page.locator(".jp-Notebook").last.focus()
    notebook.command("notebook:interrupt-kernel")
    expect(notebook.cell(2).locator(".jp-OutputArea")).to_contain_text(re.compile("cancel", re.I), timeout=30_000)
    wait_until(lambda: not notebook.lab.running_jobs(ENGINE), "a job is left at the JobManager")
    expect(notebook.engine(ENGINE).get_by_role("list", name="Ended jobs")).to_contain_text("CANCELED")


def test_flinks_ui_opens_through_the_server(notebook):
    run(notebook, 2)
    wait_until(lambda: notebook.lab.running_jobs(ENGINE), "no job was started")
    with notebook.page.context.expect_page() as opened:
        notebook.engine(ENGINE).get_by_role("button", name="Flink UI").click()
    ui = opened.value
    assert ui.url.startswith(f"{notebook.lab.url}scaleph/engines/{ENGINE}/ui/")
    expect(ui.get_by_text("Running Job List")).to_be_visible(timeout=30_000)
    cancel_in_flinks_ui(ui)
    wait_until(lambda: not notebook.lab.running_jobs(ENGINE), "Flink's UI did not cancel the job")
    ui.close()


def cancel_in_flinks_ui(ui: Page) -> None:
    """A change by Flink's own page: it has to pass Jupyter's cross-site check."""
    ui.get_by_text("RUNNING", exact=True).first.click()
    ui.get_by_text("Cancel Job", exact=True).click()
    ui.get_by_role("button", name="Yes").click()


def test_a_job_is_cancelled_in_the_panel(notebook):
    wait_until(lambda: notebook.cell(2).locator(".jp-InputPrompt").inner_text() != "[*]:", "the cell still runs")
    run(notebook, 2)
    wait_until(lambda: notebook.lab.running_jobs(ENGINE), "no job was started")
    [job] = notebook.lab.running_jobs(ENGINE)
    row = notebook.engine(ENGINE).get_by_role("listitem").filter(has=notebook.page.locator(f'a[href*="{job["id"]}"]'))
    row.get_by_role("button", name="Cancel the job").click(timeout=60_000)
    notebook.page.get_by_role("dialog").get_by_role("button", name="Cancel the Job").click()
    wait_until(lambda: not notebook.lab.running_jobs(ENGINE), "the panel did not cancel the job")


def test_the_log_is_shown(notebook):
    notebook.engine(ENGINE).get_by_role("button", name="Log", exact=True).click()
    expect(notebook.page.get_by_role("log")).to_contain_text("flink", ignore_case=True)


def test_a_killed_engine_is_lost_and_starts_again(notebook):
    card = notebook.engine(ENGINE)
    os.kill(notebook.lab.engine(ENGINE)["pid"], signal.SIGKILL)
    expect(card.get_by_role("status")).to_have_text("Lost", timeout=30_000)
    card.get_by_role("button", name="Start").click()
    expect(card.get_by_role("status")).to_have_text("Running", timeout=60_000)


def test_the_panel_stops_the_engine(notebook):
    card = notebook.engine(ENGINE)
    card.get_by_role("button", name="Stop").click()
    expect(card.get_by_role("status")).to_have_text("Stopped", timeout=60_000)
    assert notebook.lab.engine(ENGINE)["pid"] is None
