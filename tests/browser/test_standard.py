"""The data standard in the side panel: elements and sets by forms, a file imported with its report."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

ELEMENTS = b"""code,name,type,length,set
STATUS,Status,VARCHAR,20,status
AMOUNT,Amount,INT,5,
"""


@pytest.fixture(scope="module")
def panel(desk):
    desk.lab.write_notebook("standard.ipynb", ["", ""])
    desk.open_notebook("standard.ipynb")
    desk.command("scaleph:show-standard")
    region = desk.page.get_by_role("region", name="Data standard")
    expect(region).to_be_visible()
    return region


def test_an_empty_standard_says_what_to_do(panel, desk):
    # The first request makes the catalog.
    expect(panel).to_contain_text("No data element yet", timeout=30_000)
    panel.get_by_role("tab", name="Sets").click()
    expect(panel).to_contain_text("No reference data yet")
    desk.page.keyboard.press("ArrowRight")
    expect(panel.get_by_role("tab", name="Systems")).to_have_attribute("aria-selected", "true")
    expect(panel).to_contain_text("No business system yet")


def test_a_set_is_made_with_its_values(panel, desk):
    panel.get_by_role("tab", name="Systems").click()
    panel.locator(".jp-scaleph-empty").get_by_role("button", name="New business system").click()
    panel.get_by_label("Code").fill("crm")
    panel.get_by_label("Name").fill("CRM")
    desk.page.keyboard.press("Enter")
    expect(panel.get_by_role("option", name="crm")).to_be_visible()
    panel.get_by_role("tab", name="Sets").click()
    panel.locator(".jp-scaleph-empty").get_by_role("button", name="New reference data set").click()
    panel.get_by_label("Code").fill("status")
    panel.get_by_label("Name").fill("Status of an order")
    panel.get_by_role("button", name="Save").click()
    for system, code in (("", "new"), ("", "paid"), ("crm", "1")):
        panel.get_by_role("button", name="New value").click()
        if system:
            panel.get_by_label("System").select_option(label=system)
        panel.get_by_label("Code").fill(code)
        panel.get_by_label("Meaning").fill(f"what {code} means")
        panel.get_by_role("button", name="Save").click()
    rows = panel.get_by_role("table", name="Values").locator("tbody tr")
    expect(rows).to_have_count(3)
    expect(rows.nth(2)).to_contain_text("crm")
    desk.picture("standard-set")


def test_an_element_is_made_by_a_form_that_follows_its_type(panel, desk):
    panel.get_by_role("tab", name="Elements").click()
    panel.locator(".jp-scaleph-empty").get_by_role("button", name="New data element").click()
    panel.get_by_label("Code").fill("CREATED")
    panel.get_by_label("Name").fill("Created at")
    panel.get_by_label("Type").select_option(label="TIMESTAMP – Day and time without a time zone")
    expect(panel.get_by_label("Length")).to_have_count(0)
    panel.get_by_label("Precision").fill("12")
    panel.get_by_role("button", name="Save").click()
    expect(panel.locator(".validationErrors").get_by_text("0 to 9, not 12")).to_be_visible()
    desk.picture("standard-form")
    panel.get_by_label("Precision").fill("3")
    panel.get_by_label("May be NULL").uncheck()
    panel.get_by_role("button", name="Save").click()
    facts = panel.get_by_role("region", name="CREATED")
    expect(facts).to_contain_text("TIMESTAMP(3) NOT NULL")
    facts.get_by_role("button", name="Insert into cell").click()
    expect(desk.cell(0).locator(".cm-content")).to_contain_text("`CREATED` TIMESTAMP(3) NOT NULL")


def test_a_file_is_tried_before_it_is_imported(panel, desk):
    chosen = {"name": "elements.csv", "mimeType": "text/csv", "buffer": ELEMENTS}
    panel.get_by_label("File to import").set_input_files(chosen)
    report = panel.get_by_role("region", name="Import of elements.csv")
    expect(report.get_by_role("status")).to_have_text("The file has 1 new, 1 refused.")
    expect(report.get_by_role("table", name="Rows").locator("tbody tr").first).to_contain_text("INT has no length")
    expect(report.get_by_role("button", name="Import", exact=True)).to_be_disabled()
    desk.picture("standard-import")
    report.get_by_label("Leave out the rows that are refused").check()
    report.get_by_role("button", name="Import", exact=True).click()
    expect(report.get_by_role("status")).to_have_text("Imported: 1 new, 1 refused.")
    report.get_by_role("button", name="Close").click()
    expect(panel.get_by_role("option")).to_have_count(2)


def test_keys_move_through_the_list_and_the_filter_finds(panel, desk):
    panel.get_by_role("option", name="CREATED").click()
    desk.page.keyboard.press("ArrowDown")
    expect(panel.get_by_role("option", name="STATUS")).to_be_focused()
    expect(panel.get_by_role("region", name="STATUS")).to_contain_text("VARCHAR(20)")
    desk.page.keyboard.press("Enter")
    panel.get_by_label("Reference data").select_option(label="status")
    panel.get_by_label("Length").fill("30")
    panel.get_by_role("button", name="Save").click()
    expect(panel.get_by_role("region", name="STATUS")).to_contain_text("VARCHAR(30)")
    panel.get_by_role("searchbox", name="Filter the data standard").fill("CREAT")
    expect(panel.get_by_role("option")).to_have_count(1)
    panel.get_by_role("searchbox", name="Filter the data standard").fill("")
    expect(panel.get_by_role("option")).to_have_count(2)


def test_what_is_used_is_not_deleted_and_says_by_what(panel, desk):
    panel.get_by_role("tab", name="Sets").click()
    panel.get_by_role("option", name="status").click()
    panel.get_by_role("region", name="status").get_by_role("button", name="Delete", exact=True).first.click()
    desk.page.locator(".jp-Dialog").get_by_role("button", name="Delete").click()
    expect(panel.get_by_role("alert")).to_contain_text("hang 1 data element (STATUS); 3 values")
    panel.get_by_role("button", name="Delete crm: 1").click()
    desk.page.locator(".jp-Dialog").get_by_role("button", name="Delete").click()
    expect(panel.get_by_role("table", name="Values").locator("tbody tr")).to_have_count(2)


def test_the_standard_is_exported_as_a_workbook(panel, desk):
    with desk.page.expect_download() as told:
        panel.get_by_role("button", name="Export all as an Excel file").click()
    assert told.value.suggested_filename == "standard.xlsx"
    assert told.value.path().read_bytes().startswith(b"PK")
