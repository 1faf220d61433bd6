"""The changes of the catalog in Jupyter's own event system."""

from __future__ import annotations

import asyncio
import json

import pytest

from scaleph_lab.server.changes import EVENT_SCHEMA_ID
from scaleph_lab.settings import reload_settings


@pytest.fixture
def catalog(monkeypatch, tmp_path, engines):
    """An empty catalog."""
    monkeypatch.setenv("SCALEPH_LAB_CATALOG_URL", f"sqlite:///{tmp_path / 'catalog.sqlite'}")
    reload_settings()
    yield
    monkeypatch.undo()
    reload_settings()


async def test_each_change_is_an_event_of_jupyter_by_its_schema(jp_fetch, jp_serverapp, catalog):
    heard: asyncio.Queue[dict[str, object]] = asyncio.Queue()

    async def listener(logger, schema_id, data):
        heard.put_nowait(data)

    jp_serverapp.event_logger.add_listener(schema_id=EVENT_SCHEMA_ID, listener=listener)
    body = json.dumps({"code": "sales", "name": "Sales"})
    made = json.loads((await jp_fetch("scaleph", "projects", method="POST", body=body)).body)
    claim, event = [await asyncio.wait_for(heard.get(), 10) for _ in range(2)]
    # Who comes first owns the catalog.
    assert (claim["verb"], claim["resource"]) == ("grant", "grant")
    assert (event["verb"], event["resource"], event["subject"]) == ("create", "project", made["id"])
    assert event["changed"] == ["code", "name", "remark"]
