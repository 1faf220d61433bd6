"""Plans and lineage as graphs: drawn, renewed while the job runs, and plain text wherever a name is a user's."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.engine]

CELLS = [
    "%load_ext scaleph_lab",
    """%%flinksql
CREATE TEMPORARY TABLE orders (
  id BIGINT, item STRING, price DOUBLE
) WITH ('connector' = 'datagen', 'rows-per-second' = '400', 'fields.item.length' = '2');
CREATE TEMPORARY TABLE `<b>sales</b>` (item STRING, sold BIGINT, revenue DOUBLE) WITH ('connector' = 'blackhole');
CREATE TEMPORARY VIEW prices AS SELECT item, price * 1.2 AS gross FROM orders;
INSERT INTO `<b>sales</b>` SELECT item, COUNT(*), SUM(gross) FROM prices GROUP BY item""",
    "%flink plan",
    "%flink lineage",
]
GRAPH = "canvas[data-id='layer2-node']"


def drawn(desk, index):
    """The labels of the graph below a cell."""
    return desk.cell(index).evaluate(
        """cell => [...cell.querySelectorAll('*')].flatMap(each => each._cyreg ? [each._cyreg.cy] : [])
             .flatMap(cy => cy.nodes().map(node => node.data('label')))"""
    )


def run(desk, index):
    desk.page.wait_for_function(
        "() => window.jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'",
        timeout=60_000,
    )
    desk.cell(index).locator(".cm-content").click()
    desk.page.keyboard.press("Control+Enter")


def test_a_plan_and_lineage_are_drawn(desk) -> None:
    desk.lab.write_notebook("plans.ipynb", CELLS)
    desk.open_notebook("plans.ipynb")
    run(desk, 0)
    run(desk, 1)
    expect(desk.cell(1)).to_contain_text("· job ", timeout=120_000)
    desk.page.wait_for_timeout(6000)
    run(desk, 2)
    expect(desk.cell(2).locator(GRAPH)).to_be_visible(timeout=60_000)
    desk.page.wait_for_timeout(3000)
    labels = drawn(desk, 2)
    assert len(labels) == 2
    assert any("GroupAggregate" in label and "busy" in label for label in labels), labels

    before = labels
    desk.page.wait_for_timeout(4000)
    assert drawn(desk, 2) != before, "the records of a running job grow"

    run(desk, 3)
    expect(desk.cell(3).locator(GRAPH)).to_be_visible(timeout=60_000)
    desk.page.wait_for_timeout(1500)
    labels = drawn(desk, 3)
    assert sorted(label.split("\n")[0] for label in labels) == ["<b>sales</b>", "orders", "prices"]
    assert desk.cell(3).locator("b").count() == 0
    desk.cell(2).evaluate(
        """cell => [...cell.querySelectorAll('*')].filter(each => each._cyreg)
             .forEach(each => each._cyreg.cy.nodes()[0].emit('click'))"""
    )
    expect(desk.cell(2).locator("pre").last).to_contain_text("[default_catalog, default_database", timeout=20_000)
    desk.picture("plan")
    for job in desk.lab.running_jobs("flink-1.20"):
        desk.lab.api(f"scaleph/engines/flink-1.20/jobs/{job['id']}/cancel", method="POST")
