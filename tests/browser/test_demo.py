"""The demo: a card in the launcher that opens a copy of the notebook."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_the_launcher_opens_a_copy_each_time(desk):
    for name in ("flights.ipynb", "flights1.ipynb"):
        card = desk.page.locator(".jp-LauncherCard", has_text="Flink SQL Demo: Flights")
        if card.count() == 0:
            desk.command("launcher:create")
        card.click()
        expect(desk.page.get_by_role("tab", name=name)).to_be_visible(timeout=30_000)
        assert (desk.lab.root / name).is_file()
    expect(
        desk.page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .cm-line span", has_text="SELECT").first
    ).to_be_visible()
