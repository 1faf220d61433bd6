"""Without a network and without jars: the panel says so, and what to do."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def offline(labs, desks, tmp_path_factory):
    """A window on a machine that has fetched nothing and may fetch nothing."""
    folders = {f"SCALEPH_LAB_{kind.upper()}_DIR": str(tmp_path_factory.mktemp(kind)) for kind in ("cache", "state")}
    return desks(labs(SCALEPH_LAB_OFFLINE="true", **folders))


def test_a_start_that_fails_shows_why_and_what_to_do(offline):
    offline.open_panel()
    card = offline.engine("flink-1.20")
    expect(card.get_by_text("Its jars are fetched when it is first started.")).to_be_visible()
    card.get_by_role("button", name="Start").click()
    expect(card.get_by_role("alert")).to_contain_text("The engine did not start", timeout=60_000)
    error = offline.lab.engine("flink-1.20")["error"]
    assert error["code"] == "offline"
    expect(card.get_by_role("alert")).to_contain_text(error["message"])
    expect(card.get_by_role("alert")).to_contain_text(error["hint"])
    expect(card.get_by_role("button", name="Start")).to_be_enabled()
    offline.picture("panel-offline")


def test_an_engine_that_does_not_run_has_a_page_that_says_so(offline):
    offline.page.goto(f"{offline.lab.url}scaleph/engines/flink-1.20/ui/")
    expect(offline.page.get_by_role("heading")).to_contain_text("flink-1.20 is stopped")
