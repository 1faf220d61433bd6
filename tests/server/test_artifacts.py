"""Artifacts over REST: versions as ETags, contents that no browser shows, and bodies that serve not."""

from __future__ import annotations

import hashlib
import json

import pytest
from tornado.httpclient import HTTPClientError

from scaleph_lab.settings import reload_settings

SQL = {"project": "sales", "type": "SQL", "name": "daily", "text": "<script>alert(1)</script>"}


@pytest.fixture
async def send(jp_fetch, monkeypatch, tmp_path, engines):
    """``await send("GET", "artifacts")``, on a catalog of its own with the project ``sales``."""
    monkeypatch.setenv("SCALEPH_LAB_CATALOG_URL", f"sqlite:///{tmp_path / 'catalog.sqlite'}")
    monkeypatch.setenv("SCALEPH_LAB_ARTIFACT_STORE_URL", (tmp_path / "store").as_uri())
    reload_settings()

    async def call(verb, *path, body=None, params=None, **headers):
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        data = body if isinstance(body, bytes | str) or body is None else json.dumps(body)
        options = {} if data is None else {"body": data}
        return await jp_fetch(
            "scaleph", *path, method=verb, headers=names, params=params, allow_nonstandard_methods=True, **options
        )

    await call("POST", "projects", body={"code": "sales", "name": "Sales"})
    yield call
    monkeypatch.undo()
    reload_settings()


async def test_a_save_sends_the_etag_and_says_whether_it_made_a_revision(send):
    made = await send("POST", "artifacts", body=SQL)
    assert (made.code, made.headers["ETag"]) == (201, '"1"')
    key = json.loads(made.body)["artifact"]["id"]
    same = await send("POST", "artifacts", key, "revisions", body={"text": SQL["text"]}, If_Match='"1"')
    assert (same.code, json.loads(same.body)["is_new"]) == (200, False)
    more = await send("POST", "artifacts", key, "revisions", body={"text": "SELECT 1"}, If_Match='"1"')
    assert (more.code, more.headers["ETag"]) == (201, '"2"')
    gone = await send("DELETE", "artifacts", key, If_Match='"2"')
    assert (gone.code, gone.body) == (204, b"")


async def test_a_content_is_never_shown_by_a_browser(send):
    made = json.loads((await send("POST", "artifacts", body=SQL)).body)
    answer = await send("GET", "artifacts", made["artifact"]["id"], "revisions", "1", "content")
    assert answer.body == SQL["text"].encode()
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"] == "attachment"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["ETag"] == f'"{hashlib.sha256(answer.body).hexdigest()}"'


UPLOAD = {"file_name": "x.sql", "size": 3, "sha256": "0" * 64}
NEW = {**SQL, "name": "new", "text": None}


@pytest.mark.parametrize(
    ("verb", "path", "body", "headers", "status", "place"),
    [
        ("POST", ("artifacts",), "no json", {}, 400, "body"),
        ("POST", ("artifacts",), {**SQL, "type": "COBOL"}, {}, 422, "type"),
        ("POST", ("artifacts",), {**SQL, "name": "a/b"}, {}, 422, "name"),
        ("POST", ("artifacts",), {**SQL, "name": "new", "text": "a\0"}, {}, 422, "text"),
        ("POST", ("artifacts",), {**SQL, "name": "new", "facts": {"x": 1}}, {}, 422, "facts.x"),
        ("POST", ("artifacts",), {**SQL, "name": "new", "project": "nobody"}, {}, 404, "project"),
        ("POST", ("artifacts",), SQL, {}, 409, "name"),
        ("PATCH", ("artifacts", "KEY"), {"name": "x"}, {}, 400, "If-Match"),
        ("PATCH", ("artifacts", "KEY"), {"name": "x"}, {"If_Match": '"9"'}, 409, "version"),
        ("GET", ("artifacts", "KEY", "revisions", "-1"), None, {}, 404, "number"),
        ("GET", ("artifacts", "KEY", "revisions", "99999999999"), None, {}, 404, "number"),
        ("GET", ("artifacts", "KEY", "revisions", "2", "content"), None, {}, 404, "number"),
        ("DELETE", ("artifacts", "KEY", "revisions", "1"), None, {"If_Match": '"1"'}, 409, "number"),
        ("POST", ("uploads",), UPLOAD, {}, 422, ""),
        ("POST", ("uploads",), {**UPLOAD, "create": NEW, "sha256": "x"}, {}, 422, "sha256"),
        ("POST", ("uploads",), {**UPLOAD, "create": NEW, "size": -1}, {}, 422, "size"),
        ("POST", ("uploads",), {**UPLOAD, "create": NEW, "file_name": "../x"}, {}, 422, "file_name"),
        ("POST", ("uploads",), {**UPLOAD, "create": {**NEW, "text": "x"}}, {}, 422, ""),
        ("PATCH", ("uploads", "nobody"), b"x", {}, 422, "offset"),
        ("POST", ("uploads", "nobody", "finish"), b"", {}, 404, "nobody"),
        ("DELETE", ("projects", "sales"), None, {"If_Match": '"1"'}, 409, "cascade"),
    ],
)
async def test_a_request_that_serves_not_is_refused_in_words(send, verb, path, body, headers, status, place):
    made = json.loads((await send("POST", "artifacts", body=SQL)).body)
    path = [made["artifact"]["id"] if part == "KEY" else part for part in path]
    with pytest.raises(HTTPClientError) as refused:
        await send(verb, *path, body=body, **headers)
    said = json.loads(refused.value.response.body)
    assert (refused.value.code, said["path"]) == (status, place)
    assert set(said) == {"code", "message", "hint", "path"}
