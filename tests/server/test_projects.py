"""Projects over REST: versions as ETags, and bodies that serve not."""

from __future__ import annotations

import json

import pytest
from tornado.httpclient import HTTPClientError

from scaleph_lab.settings import reload_settings


@pytest.fixture
def catalog(monkeypatch, tmp_path, engines):
    """An empty catalog."""
    monkeypatch.setenv("SCALEPH_LAB_CATALOG_URL", f"sqlite:///{tmp_path / 'catalog.sqlite'}")
    reload_settings()
    yield
    monkeypatch.undo()
    reload_settings()


async def send(jp_fetch, verb, *path, body=None, **headers):
    text = body if isinstance(body, str) else json.dumps(body)
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    options = {"body": text} if body is not None else {}
    return await jp_fetch(
        "scaleph", "projects", *path, method=verb, headers=names, allow_nonstandard_methods=True, **options
    )


async def test_an_etag_is_what_the_next_write_sends(jp_fetch, catalog):
    made = await send(jp_fetch, "POST", body={"code": "sales", "name": "Sales"})
    assert (made.code, made.headers["ETag"]) == (201, '"1"')
    changed = await send(jp_fetch, "PATCH", "sales", body={"name": "Selling"}, If_Match=made.headers["ETag"])
    assert (changed.code, changed.headers["ETag"]) == (200, '"2"')
    assert json.loads(changed.body)["created_by"]
    gone = await send(jp_fetch, "DELETE", "sales", If_Match=changed.headers["ETag"])
    assert (gone.code, gone.body) == (204, b"")


@pytest.mark.parametrize(
    ("verb", "path", "body", "headers", "status", "place"),
    [
        ("POST", (), "no json", {}, 400, "body"),
        ("POST", (), {"code": "sales"}, {}, 422, "name"),
        ("POST", (), {"code": "sales", "name": "x", "colour": "red"}, {}, 422, "colour"),
        ("POST", (), {"code": "sales", "name": "a\0b"}, {}, 422, "name"),
        ("POST", (), [], {}, 422, ""),
        ("PATCH", ("sales",), {"name": "x"}, {}, 400, "If-Match"),
        ("PATCH", ("sales",), {"name": "x"}, {"If_Match": "*"}, 400, "If-Match"),
        ("PATCH", ("sales",), {"name": "x"}, {"If_Match": '"9"'}, 409, "version"),
        ("DELETE", ("nobody",), None, {"If_Match": '"1"'}, 404, "nobody"),
    ],
)
async def test_a_request_that_serves_not_is_refused_in_words(
    jp_fetch, catalog, verb, path, body, headers, status, place
):
    if path:
        await send(jp_fetch, "POST", body={"code": "sales", "name": "Sales"})
    with pytest.raises(HTTPClientError) as refused:
        await send(jp_fetch, verb, *path, body=body, **headers)
    assert refused.value.code == status
    said = json.loads(refused.value.response.body)
    assert (said["path"], set(said)) == (place, {"code", "message", "hint", "path"})
