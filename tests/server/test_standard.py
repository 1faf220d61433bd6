"""What is REST's own of the data standard and the dictionary: languages, files, and input that serves not."""

from __future__ import annotations

import json

import pytest
from tornado.httpclient import HTTPClientError

from scaleph_lab.settings import reload_settings


@pytest.fixture(autouse=True)
def catalog(engines, tmp_path, monkeypatch):
    monkeypatch.setenv("SCALEPH_LAB_CATALOG_URL", f"sqlite:///{tmp_path / 'catalog.sqlite'}")
    reload_settings()
    yield
    monkeypatch.undo()
    reload_settings()


@pytest.mark.parametrize(
    ("headers", "params", "label"),
    [
        ({}, {}, "Read"),
        ({"Accept-Language": "zh-CN,zh;q=0.9"}, {}, "查看"),
        ({"Accept-Language": "zh-CN"}, {"lang": "en"}, "Read"),
    ],
)
async def test_a_dictionary_is_in_the_language_that_is_asked_for(jp_fetch, headers, params, label):
    answer = await jp_fetch("scaleph", "dictionaries", "verb", headers=headers, params=params)
    assert json.loads(answer.body)["items"][0] == {"value": "read", "label": label}
    assert answer.headers["Vary"] == "Accept-Language"


async def test_a_file_comes_and_goes_with_its_type_and_name(jp_fetch):
    data = "code,name,type\n\u5355\u4ef7,\u5355\u4ef7,INT\n".encode()
    answer = await jp_fetch("scaleph", "standard", "imports", method="POST", body=data, params={"name": "elements.csv"})
    assert json.loads(answer.body)["created"] == 1
    answer = await jp_fetch("scaleph", "standard", "exports", params={"kind": "elements"})
    assert answer.headers["Content-Disposition"] == 'attachment; filename="elements.csv"'
    assert answer.headers["Content-Type"].startswith("text/csv")
    assert "\u5355\u4ef7" in answer.body.decode("utf-8-sig")
    answer = await jp_fetch("scaleph", "standard", "exports", params={"format": "xlsx"})
    assert answer.body.startswith(b"PK")


@pytest.mark.parametrize(
    ("verb", "path", "params", "body", "code", "field"),
    [
        ("GET", "dictionaries/nothing", {}, None, 404, "nothing"),
        ("GET", "dictionaries", {"lang": "de"}, None, 422, "lang"),
        ("GET", "standard/elements", {"type": "TEXT"}, None, 422, "type"),
        ("GET", "standard/values", {"standard": "perhaps"}, None, 422, "standard"),
        ("GET", "standard/exports", {"format": "pdf"}, None, 422, "format"),
        ("GET", "standard/translations", {"set": "s"}, None, 422, "code"),
        ("POST", "standard/elements", {}, "{}", 422, "code"),
        ("POST", "standard/elements", {}, "[1]", 422, ""),
        ("POST", "standard/elements", {}, "{", 400, "body"),
        ("POST", "standard/lint", {}, '{"text": 5}', 422, "text"),
        ("POST", "standard/imports", {"kind": "colours"}, "x", 422, "kind"),
        ("POST", "standard/imports", {"dry_run": "perhaps"}, "x", 422, "dry_run"),
        ("PATCH", "standard/elements/none", {}, '{"length": 99999999999}', 422, "length"),
        ("PATCH", "standard/elements/none", {}, "{}", 400, "If-Match"),
    ],
)
async def test_input_that_serves_not_is_refused_at_its_place(jp_fetch, verb, path, params, body, code, field):
    with pytest.raises(HTTPClientError) as refused:
        await jp_fetch("scaleph", *path.split("/"), method=verb, params=params, body=body)
    assert refused.value.code == code
    assert json.loads(refused.value.response.body)["path"] == field
