"""Projects and artifacts in the side panel: made, revised, compared, restored, uploaded and deleted."""

from __future__ import annotations

import hashlib
import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

FIRST = "SELECT item, SUM(amount) FROM orders GROUP BY item"


@pytest.fixture(scope="module")
def panel(desk):
    desk.lab.write_notebook("projects.ipynb", [f"%%flinksql\n{FIRST}", ""])
    desk.open_notebook("projects.ipynb")
    desk.command("scaleph:show-projects")
    region = desk.page.get_by_role("region", name="Projects")
    expect(region).to_be_visible()
    return region


def test_without_a_project_the_panel_says_what_one_is_for(panel):
    expect(panel).to_contain_text("No project yet", timeout=30_000)
    panel.locator(".jp-scaleph-empty").get_by_role("button", name="New project").click()
    panel.get_by_label("Code", exact=True).fill("sales")
    panel.get_by_label("Name", exact=True).fill("Sales of the shop")
    panel.get_by_role("button", name="Save").click()
    expect(panel.get_by_role("option", name="sales")).to_have_attribute("aria-selected", "true")
    expect(panel.get_by_role("region", name="sales")).to_contain_text("Sales of the shop")


def test_a_code_that_is_taken_is_refused_and_what_was_typed_stays(panel):
    panel.get_by_role("button", name="New project").click()
    panel.get_by_label("Code", exact=True).fill("sales")
    panel.get_by_label("Name", exact=True).fill("Another")
    panel.get_by_role("button", name="Save").click()
    expect(panel.get_by_role("alert")).to_contain_text("There is a project 'sales' already")
    expect(panel.get_by_label("Name", exact=True)).to_have_value("Another")
    panel.get_by_role("button", name="Cancel").click()


def test_the_statement_of_a_cell_becomes_an_artifact(panel, desk):
    panel.get_by_role("option", name="sales").press("Enter")
    expect(panel).to_contain_text("No artifact yet")
    panel.get_by_role("button", name="From cell").click()
    expect(panel.get_by_label("Content")).to_have_text(FIRST)
    panel.get_by_label("Name", exact=True).fill("totals")
    panel.get_by_label("What is new in this revision").fill("first")
    panel.get_by_role("button", name="Save").click()
    expect(panel.get_by_role("option", name="totals")).to_contain_text("SQL")
    assert desk.lab.api("scaleph/artifacts/sales%2FSQL%2Ftotals")["current"] == 1


def test_a_wrong_fact_is_told_at_its_field(panel):
    panel.get_by_role("combobox", name="New artifact").select_option("CDC")
    panel.get_by_label("Name", exact=True).fill("copy")
    panel.get_by_label("Time Zone").fill("Nowhere/City")
    panel.get_by_role("button", name="Save").click()
    expect(panel.locator(".validationErrors").get_by_text("not the name of a time zone")).to_be_visible()
    panel.get_by_role("button", name="Cancel").click()


def test_a_revision_is_saved_compared_and_restored(panel, desk):
    panel.get_by_role("option", name="totals").click()
    panel.get_by_role("button", name="Edit").click()
    content = panel.get_by_label("Content")
    content.click()
    desk.page.keyboard.press("Control+End")
    desk.page.keyboard.type("\nHAVING SUM(amount) > 100")
    panel.get_by_label("What is new in this revision").fill("large ones only")
    desk.picture("artifact-form")
    panel.get_by_role("button", name="Save").click()
    facts = panel.get_by_role("region", name="totals")
    facts.get_by_role("button", name="Revisions").click()
    revisions = facts.get_by_role("list", name="Revisions of totals")
    expect(revisions.get_by_role("listitem")).to_have_count(2)
    expect(revisions.get_by_role("listitem").first).to_contain_text("large ones only")
    facts.get_by_role("button", name="Compare: revision 1").click()
    changed = desk.page.locator(".jp-scaleph-diff").get_by_label("Changed lines")
    expect(changed.locator('[data-line="+"]')).to_contain_text(["HAVING SUM(amount) > 100"])
    desk.picture("artifact-diff")
    facts.get_by_role("button", name="Restore: revision 1").click()
    expect(revisions.get_by_role("listitem")).to_have_count(3)
    expect(revisions.get_by_role("listitem").first).to_contain_text("Restores revision 1")
    desk.command("application:close")


def test_an_artifact_is_put_into_a_cell(panel, desk):
    desk.open_notebook("projects.ipynb")
    desk.cell(1).locator(".cm-content").click()
    panel.get_by_role("region", name="totals").get_by_role("button", name="Insert into cell").click()
    expect(desk.cell(1).locator(".cm-content")).to_contain_text("GROUP BY item")


def test_a_revision_made_elsewhere_is_seen_by_itself(panel, desk):
    panel.get_by_role("option", name="totals").click()
    version = desk.lab.api("scaleph/artifacts/sales%2FSQL%2Ftotals")["version"]
    path = "scaleph/artifacts/sales%2FSQL%2Ftotals/revisions"
    desk.lab.api(path, method="POST", body={"text": "SELECT 1", "message": "of a colleague"}, version=version)
    expect(panel.get_by_role("region", name="totals").locator("dd").nth(1)).to_have_text("4")


def test_a_large_file_is_uploaded_by_parts_with_its_progress(panel, desk, tmp_path):
    file = tmp_path / "large.ipynb"
    # Larger than one request may be.
    text = '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'
    file.write_text(text + " " * (20 * 1024 * 1024))
    panel.get_by_role("combobox", name="New artifact").select_option("NOTEBOOK")
    panel.get_by_label("Name", exact=True).fill("report")
    panel.get_by_label("Or a file").set_input_files(file)
    parts: list[str] = []
    desk.page.on("request", lambda request: parts.append(request.url) if request.method == "PATCH" else None)
    panel.get_by_role("button", name="Save").click()
    expect(panel.get_by_role("progressbar")).to_be_visible()
    expect(panel.get_by_role("option", name="report")).to_be_visible(timeout=60_000)
    assert len(parts) == 6
    revision = desk.lab.api("scaleph/artifacts/sales%2FNOTEBOOK%2Freport/revisions/1")
    assert revision["sha256"] == hashlib.sha256(file.read_bytes()).hexdigest()


def test_an_upload_that_is_cancelled_leaves_nothing(panel, desk, tmp_path):
    file = tmp_path / "job.jar"
    file.write_bytes(b"\0" * (40 * 1024 * 1024))
    panel.get_by_role("combobox", name="New artifact").select_option("JAR")
    panel.get_by_label("Name", exact=True).fill("job")
    panel.get_by_label("File").set_input_files(file)
    parts = re.compile(r"/scaleph/uploads/\w+\?offset=")
    desk.page.route(parts, lambda route: None)
    panel.get_by_role("button", name="Save").click()
    expect(panel.get_by_text("Sent 0 B of 40.0 MiB")).to_be_visible(timeout=30_000)
    with desk.page.expect_request(lambda request: request.method == "DELETE" and "uploads" in request.url):
        panel.get_by_role("button", name="Cancel").click()
    desk.page.unroute(parts)
    expect(panel.get_by_role("option", name="job")).to_have_count(0)


def test_a_project_with_artifacts_is_deleted_only_with_all_that_hangs_on_it(panel, desk):
    panel.get_by_role("button", name="Back to the projects").click()
    panel.get_by_role("option", name="sales").click()
    panel.get_by_role("button", name="Delete").click()
    dialog = desk.page.locator(".jp-Dialog")
    dialog.get_by_role("button", name="Delete").click()
    expect(dialog).to_contain_text("On the project sales hang 2 artifacts (report, totals)")
    dialog.get_by_role("button", name="Cancel").click()
    expect(panel.get_by_role("option", name="sales")).to_be_visible()
    panel.get_by_role("button", name="Delete").click()
    dialog.get_by_role("button", name="Delete").click()
    dialog.get_by_role("button", name="Delete all").click()
    expect(panel).to_contain_text("No project yet")
