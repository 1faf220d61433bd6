"""Administration in the side panel: alone at first, then grants by form, roles, what a revoke ends, the log."""

from __future__ import annotations

import getpass

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser
ME = getpass.getuser()


@pytest.fixture(scope="module")
def desk(labs, desks, tmp_path_factory):
    """A window on a JupyterLab with a catalog of its own."""
    url = f"sqlite:///{tmp_path_factory.mktemp('administration') / 'catalog.sqlite'}"
    return desks(labs(SCALEPH_LAB_CATALOG_URL=url))


@pytest.fixture(scope="module")
def panel(desk):
    desk.command("scaleph:show-administration")
    region = desk.page.get_by_role("region", name="Administration")
    expect(region).to_be_visible()
    return region


def test_the_only_user_is_told_so_and_what_to_do(panel):
    # The first request makes the catalog, and claims it.
    expect(panel).to_contain_text(f"You are {ME}, and own the platform.", timeout=30_000)
    expect(panel).to_contain_text("You are the only user.")
    panel.get_by_role("option", name=ME).click()
    expect(panel.get_by_role("region", name=ME)).to_contain_text("owner the whole platform")


def test_the_last_owner_stays_and_the_reason_is_told(panel, desk):
    panel.get_by_role("button", name=f"Revoke {ME}: owner on the whole platform").click()
    desk.page.locator(".jp-Dialog").get_by_role("button", name="Revoke").click()
    expect(panel.get_by_role("alert")).to_contain_text(f"{ME} is the last owner of the platform")
    expect(panel.get_by_role("region", name=ME)).to_contain_text("owner")


def test_a_role_is_granted_by_the_form(panel, desk):
    panel.get_by_role("button", name="Grant somebody a role").click()
    form = panel.get_by_role("region", name="Grant")
    expect(form.get_by_label("User")).to_be_focused()
    desk.page.keyboard.type("bob")
    form.get_by_label("Role or right").select_option("role Developer")
    desk.picture("administration-grant")
    form.get_by_role("button", name="Grant").click()
    expect(panel.get_by_role("option", name="bob")).to_be_visible()
    expect(panel).not_to_contain_text("You are the only user")
    [grant] = desk.lab.api("scaleph/grants?user=bob")["items"]
    assert (grant["role"], grant["project"], grant["created_by"]) == ("developer", None, ME)


def test_keys_move_through_users_and_rooms(panel, desk):
    panel.get_by_role("option", name="bob").click()
    expect(panel.get_by_role("region", name="bob")).to_contain_text("developer the whole platform")
    desk.picture("administration-users")
    desk.page.keyboard.press("ArrowDown")
    expect(panel.get_by_role("option", name=ME)).to_be_focused()
    panel.get_by_role("tab", name="Users").focus()
    desk.page.keyboard.press("ArrowRight")
    expect(panel.get_by_role("tab", name="Roles")).to_be_focused()
    expect(panel.get_by_role("option", name="viewer")).to_be_visible()


def test_a_role_of_ones_own_is_made_and_a_mistake_loses_nothing(panel, desk):
    panel.get_by_role("button", name="New role").click()
    form = panel.get_by_role("region", name="New role")
    form.get_by_label("Name").fill("Tester")
    form.get_by_label("Title").fill("Tests data sources")
    form.get_by_role("button", name="Save").click()
    expect(panel.get_by_role("alert")).to_contain_text("name: String should match pattern")
    form.get_by_label("Name").fill("tester")
    form.get_by_role("button", name="Add").click()
    form.locator("select").last.select_option("execute datasource")
    form.get_by_role("button", name="Save").click()
    expect(panel.get_by_role("region", name="tester")).to_contain_text("execute datasource")
    desk.picture("administration-roles")
    panel.get_by_role("option", name="owner").click()
    expect(panel.get_by_role("region", name="owner")).to_contain_text("Built in: it stays as it is.")


def test_a_grant_is_revoked_when_the_user_agrees_and_the_log_tells(panel, desk):
    panel.get_by_role("tab", name="Grants").click()
    expect(panel.get_by_role("list", name="Grants").get_by_role("listitem")).to_have_count(2)
    panel.get_by_role("button", name="Revoke bob: developer on the whole platform").click()
    dialog = desk.page.locator(".jp-Dialog")
    expect(dialog).to_contain_text("bob: developer on the whole platform. It ends at once.")
    dialog.get_by_role("button", name="Revoke").click()
    expect(panel.get_by_role("list", name="Grants").get_by_role("listitem")).to_have_count(1)
    assert desk.lab.api("scaleph/grants?user=bob")["items"] == []
    panel.get_by_role("tab", name="Log").click()
    log = panel.get_by_role("list", name="Log of actions")
    expect(log.get_by_role("listitem").first).to_contain_text("grant grant")
    desk.picture("administration-log")
    panel.get_by_role("combobox", name="Result").select_option("failed")
    expect(log.get_by_role("listitem").first).to_contain_text("failed")
    panel.get_by_role("searchbox").fill("nobody-like-that")
    expect(panel).to_contain_text("No action is like that.")
