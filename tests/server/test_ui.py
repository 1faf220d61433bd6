"""Flink's UI behind Jupyter's login: what passes the proxy, and what does not."""

from __future__ import annotations

import http.cookies
import json

import pytest
from tornado.httpclient import HTTPClientError

from scaleph_lab.engines.model import EngineState

UI = ("scaleph", "engines", "one", "ui")
FIRST_PAGE = ("scaleph", "engines", "one", "ui/")


@pytest.fixture
def running(engines, jobmanager):
    """The engine ``one`` with the recording JobManager behind it."""
    engines["one"].becomes(EngineState.RUNNING, jobmanager_url=jobmanager.url)
    return jobmanager


async def test_a_page_passes_with_the_headers_that_may(jp_fetch, jp_serverapp, running):
    token = jp_serverapp.identity_provider.token
    answer = await jp_fetch(*UI, "jobs", "overview", params={"a": "1 2", "token": token})
    assert answer.body == b"<title>Flink</title>"
    assert answer.headers["Content-Type"] == "text/html"
    cookies = http.cookies.SimpleCookie()
    for line in answer.headers.get_list("Set-Cookie"):
        cookies.load(line)
    assert "theirs" not in cookies
    assert "Access-Control-Expose-Headers" not in answer.headers
    assert answer.headers["Server"] != "secret"
    [(verb, path, headers, _)] = running.asked
    assert (verb, path) == ("GET", "/jobs/overview?a=1+2")
    assert not {"authorization", "cookie", "x-xsrftoken"} & {name.lower() for name in headers}


async def test_the_first_page_is_at_the_slash(jp_fetch, running):
    await jp_fetch(*FIRST_PAGE)
    assert running.asked[0][1] == "/"


async def test_the_path_cannot_leave_the_jobmanager(jp_fetch, running):
    await jp_fetch(*UI, "//elsewhere.example/jobs")
    assert running.asked[0][1].startswith("/")
    assert running.asked[0][2]["Host"] == running.url.removeprefix("http://")


async def test_a_body_passes(jp_fetch, running):
    await jp_fetch(*UI, "jars", "upload", method="POST", body=b"PK", headers={"Content-Type": "application/x"})
    verb, path, headers, body = running.asked[0]
    assert (verb, path, headers["Content-Type"], body) == ("POST", "/jars/upload", "application/x", b"PK")


async def test_what_flink_does_not_find_is_flinks_answer(jp_fetch, running):
    with pytest.raises(HTTPClientError) as refused:
        await jp_fetch(*UI, "missing")
    assert (refused.value.code, refused.value.response.body) == (404, b"<title>Flink</title>")


async def test_a_stopped_engine_tells_a_person_and_a_program(jp_fetch, engines):
    with pytest.raises(HTTPClientError) as refused:
        await jp_fetch(*FIRST_PAGE, headers={"Accept": "text/html"})
    assert refused.value.code == 409
    assert b"<h1>The engine one is stopped" in refused.value.response.body
    with pytest.raises(HTTPClientError) as refused:
        await jp_fetch(*UI, "jobs")
    assert json.loads(refused.value.response.body)["code"] == "conflict"


class TestCrossSite:
    """A page elsewhere can send the browser's cookies, but it cannot know the token."""

    @pytest.fixture
    async def cookies(self, jp_fetch, http_server_client, jp_base_url, jp_serverapp, running):
        """The cookies of a browser that has logged in and opened Flink's UI."""
        provider = jp_serverapp.identity_provider
        address = jp_base_url + "/".join(FIRST_PAGE)
        answer = await http_server_client.fetch(address + f"?token={provider.token}")
        jar = http.cookies.SimpleCookie()
        for line in answer.headers.get_list("Set-Cookie"):
            jar.load(line)
        running.asked.clear()
        return jar

    async def _cancel(self, client, base_url, cookies, **headers):
        sent = {"Cookie": "; ".join(f"{name}={morsel.value}" for name, morsel in cookies.items()), **headers}
        return await client.fetch(
            base_url + "/".join([*UI, "jobs", "1"]), method="PATCH", body=b"", headers=sent, raise_error=False
        )

    async def test_the_uis_own_request_passes(self, http_server_client, jp_base_url, cookies, running):
        token = cookies["XSRF-TOKEN"]
        assert token["path"].endswith("/scaleph/engines/one/ui/")
        answer = await self._cancel(http_server_client, jp_base_url, cookies, **{"X-XSRF-TOKEN": token.value})
        assert answer.code == 200
        assert running.asked[0][0] == "PATCH"

    @pytest.mark.parametrize("headers", [{}, {"X-XSRF-TOKEN": "guess"}, {"X-XSRF-TOKEN": ""}])
    async def test_a_request_without_the_token_does_not(
        self, http_server_client, jp_base_url, cookies, running, headers
    ):
        answer = await self._cancel(http_server_client, jp_base_url, cookies, **headers)
        assert answer.code == 403
        assert running.asked == []
