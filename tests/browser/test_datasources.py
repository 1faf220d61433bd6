"""Data sources in the side panel: made by a form, tested, looked into, put into a cell, changed and deleted."""

from __future__ import annotations

import sqlite3

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def lake(tmp_path_factory):
    """The path of a database with a table."""
    path = tmp_path_factory.mktemp("lake") / "lake.sqlite"
    with sqlite3.connect(path) as on:
        on.execute("CREATE TABLE orders (id INTEGER PRIMARY KEY, item TEXT)")
    return path


@pytest.fixture(scope="module")
def panel(desk):
    desk.lab.write_notebook("sources.ipynb", ["", ""])
    desk.open_notebook("sources.ipynb")
    desk.command("scaleph:show-data-sources")
    region = desk.page.get_by_role("region", name="Data sources")
    expect(region).to_be_visible()
    return region


def begin(panel, label: str) -> None:
    panel.get_by_role("button", name="New data source").first.click()
    panel.get_by_role("searchbox", name="Find a type").fill(label)
    panel.get_by_role("button", name=label, exact=True).click()


def test_an_empty_catalog_says_what_to_do(panel):
    # The first request makes the catalog.
    expect(panel).to_contain_text("No data source yet", timeout=30_000)
    expect(panel.locator(".jp-scaleph-empty").get_by_role("button", name="New data source")).to_be_visible()


def test_a_mistake_is_told_at_its_field_and_loses_nothing(panel, desk):
    begin(panel, "PostgreSQL")
    panel.get_by_label("Name", exact=True).fill("shop")
    panel.get_by_label("Host").fill("127.0.0.1")
    panel.get_by_label("Database").fill("shop")
    panel.get_by_label("User").fill("me")
    panel.get_by_label("URL parameters").fill("?password=in-the-clear")
    panel.get_by_role("button", name="Save").click()
    expect(panel.get_by_role("alert")).to_contain_text("params holds a password")
    expect(panel.locator(".validationErrors").get_by_text("Take the password out of it")).to_be_visible()
    desk.picture("datasource-form")
    expect(panel.get_by_label("Host")).to_have_value("127.0.0.1")
    panel.get_by_role("button", name="Cancel").click()
    panel.get_by_role("button", name="Back").click()


def test_a_password_that_is_typed_is_kept_as_a_secret(panel, desk, postgres):
    begin(panel, "PostgreSQL")
    for label, value in {"Name": "shop", "Database": "postgres", "User": "scaleph", "Host": "127.0.0.1"}.items():
        panel.get_by_label(label, exact=True).fill(value)
    panel.get_by_label("Port").fill(str(postgres))
    panel.get_by_label("Password").fill("pw-of-the-test")
    panel.get_by_role("button", name="Test connection").click()
    expect(panel.get_by_text("A query was answered")).to_be_visible(timeout=20_000)
    panel.get_by_role("button", name="Save").click()
    expect(panel.get_by_role("region", name="shop")).to_contain_text("{{secret:datasource.shop.password}}")
    assert "pw-of-the-test" not in str(desk.lab.api("scaleph/datasources"))
    assert desk.lab.api("scaleph/secrets")["names"] == ["datasource.shop.password"]
    panel.get_by_role("button", name="Test connection").click()
    expect(panel.get_by_text("A query was answered")).to_be_visible(timeout=20_000)
    panel.get_by_role("button", name="Delete").click()
    desk.page.locator(".jp-Dialog").get_by_role("button", name="Delete").click()
    expect(panel).to_contain_text("No data source yet")


def test_a_data_source_is_made_by_its_form_and_tested(panel, lake):
    begin(panel, "SQLite")
    panel.get_by_label("Name", exact=True).fill("lake")
    panel.get_by_label("Remark").fill("orders of the shop")
    panel.get_by_label("File").fill("/nowhere/at/all.sqlite")
    panel.get_by_role("button", name="Test connection").click()
    expect(panel.get_by_role("alert")).to_contain_text("The connection failed", timeout=20_000)
    panel.get_by_label("File").fill(str(lake))
    panel.get_by_role("button", name="Test connection").click()
    expect(panel.get_by_text("A query was answered")).to_be_visible(timeout=20_000)
    panel.get_by_role("button", name="Save").click()
    expect(panel.get_by_role("option", name="lake")).to_have_attribute("aria-selected", "true")
    expect(panel.get_by_role("region", name="lake")).to_contain_text(str(lake))


def test_a_table_becomes_a_statement_in_a_cell(panel, desk):
    panel.get_by_role("button", name="Insert into cell").click()
    expect(desk.cell(0).locator(".cm-content")).to_contain_text("%flink datasource lake")
    panel.get_by_role("button", name="Test connection").click()
    expect(panel.get_by_text("Connected")).to_be_visible(timeout=20_000)
    panel.get_by_role("button", name="Tables").click()
    expect(panel.get_by_role("list", name="Tables").get_by_role("button")).to_have_text(["orders"])
    panel.get_by_role("list", name="Tables").get_by_role("button", name="orders").click()
    # SQLite has no connector of Flink: that is said, and no half statement is put anywhere.
    expect(panel.get_by_role("alert")).to_contain_text("fits no source")


def test_what_is_made_and_deleted_elsewhere_is_seen_by_itself(panel, desk):
    for name in ("alpha", "beta", "gamma"):
        desk.lab.api("scaleph/datasources", method="POST", body=sqlite_source(name))
    expect(panel.get_by_role("option")).to_have_count(4)
    desk.lab.api("scaleph/datasources/gamma", method="DELETE", version=1)
    expect(panel.get_by_role("option")).to_have_count(3)


def sqlite_source(name: str) -> dict[str, object]:
    return {"name": name, "type": "sqlite", "properties": {"path": f"/{name}.sqlite"}}


def test_keys_move_through_the_list_and_the_filter_finds(panel, desk):
    expect(panel.get_by_role("option")).to_have_count(3)
    panel.get_by_role("option", name="alpha").click()
    desk.page.keyboard.press("ArrowDown")
    expect(panel.get_by_role("option", name="beta")).to_be_focused()
    expect(panel.get_by_role("region", name="beta")).to_be_visible()
    panel.get_by_role("searchbox", name="Filter by name, type or remark").fill("SHOP")
    expect(panel.get_by_role("option")).to_have_count(1)
    expect(panel.get_by_role("option", name="lake")).to_be_visible()


def test_a_change_made_elsewhere_is_no_longer_overwritten(panel, desk):
    panel.get_by_role("option", name="lake").click()
    panel.get_by_role("button", name="Edit").click()
    found = desk.lab.api("scaleph/datasources/lake")
    desk.page.evaluate(
        """async ({ id, version }) => {
             const settings = window.jupyterapp.serviceManager.serverSettings;
             const xsrf = document.cookie.match(/_xsrf=([^;]+)/)?.[1] ?? '';
             await fetch(`${settings.baseUrl}scaleph/datasources/${id}`, {
               method: 'PATCH', body: JSON.stringify({ remark: 'of somebody else' }),
               headers: { 'X-XSRFToken': xsrf, Authorization: `token ${settings.token}`, 'If-Match': `"${version}"` }
             });
           }""",
        {"id": found["id"], "version": found["version"]},
    )
    panel.get_by_label("Remark").fill("mine")
    panel.get_by_role("button", name="Save").click()
    expect(panel.get_by_role("alert")).to_contain_text("has changed this datasource (remark)")
    expect(panel.get_by_label("Remark")).to_have_value("mine")
    panel.get_by_role("button", name="Cancel").click()


def test_a_data_source_is_deleted_when_the_user_agrees(panel, desk):
    panel.get_by_role("searchbox", name="Filter by name, type or remark").fill("")
    expect(panel.get_by_role("option")).to_have_count(3)
    panel.get_by_role("option", name="lake").click()
    panel.get_by_role("button", name="Delete").click()
    dialog = desk.page.locator(".jp-Dialog")
    expect(dialog).to_contain_text("Delete the data source lake?")
    dialog.get_by_role("button", name="Delete").click()
    expect(panel.get_by_role("option", name="lake")).to_have_count(0)
