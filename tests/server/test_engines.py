"""Engines over REST: state, starts that outlive a request, failures in one form, logs."""

from __future__ import annotations

import asyncio
import json

import pytest
from tornado.httpclient import HTTPClientError

from scaleph_lab.engines.model import EngineState, Progress
from scaleph_lab.errors import ConflictError, OfflineError


async def get(jp_fetch, *path, **kwargs):
    return json.loads((await jp_fetch("scaleph", *path, **kwargs)).body)


async def post(jp_fetch, *path):
    answer = await jp_fetch("scaleph", *path, method="POST", body=b"")
    return answer.code, json.loads(answer.body)


async def failure(call) -> tuple[int, dict[str, str]]:
    with pytest.raises(HTTPClientError) as refused:
        await call
    return refused.value.code, json.loads(refused.value.response.body)


async def until(jp_fetch, name, holds):
    for _ in range(200):
        engine = await get(jp_fetch, "engines", name)
        if holds(engine):
            return engine
        await asyncio.sleep(0.01)
    raise AssertionError(engine)


async def test_health(jp_fetch, engines):
    health = await get(jp_fetch, "health")
    assert health["status"] == "ok"


async def test_engines_are_listed_in_order(jp_fetch, engines):
    listed = (await get(jp_fetch, "engines"))["engines"]
    assert [engine["name"] for engine in listed] == ["one", "two"]
    assert {key: listed[0][key] for key in ("state", "progress", "error", "roles")} == {
        "state": "stopped",
        "progress": None,
        "error": None,
        "roles": ["sql"],
    }


async def test_an_unknown_engine_is_not_found(jp_fetch, engines):
    for call in (
        get(jp_fetch, "engines", "three"),
        post(jp_fetch, "engines", "three", "start"),
        post(jp_fetch, "engines", "three", "stop"),
        get(jp_fetch, "engines", "three", "logs"),
        get(jp_fetch, "engines", "three", "jobs"),
    ):
        status, error = await failure(call)
        assert status == 404
        assert error == {"code": "not_found", "message": "There is no engine 'three'.", "hint": "", "path": "three"}


async def test_a_start_answers_at_once_and_shows_its_progress(jp_fetch, engines):
    engine = engines["one"]
    engine.may_go_on.clear()
    engine.progress = [Progress("download", "Fetching Flink", 10, 100, 1, 50)]
    status, described = await post(jp_fetch, "engines", "one", "start")
    assert status == 202
    assert described["state"] == "starting"
    seen = await until(jp_fetch, "one", lambda engine: engine["progress"])
    assert seen["progress"] == {
        "step": "download",
        "message": "Fetching Flink",
        "done_bytes": 10,
        "total_bytes": 100,
        "done_files": 1,
        "total_files": 50,
    }
    engine.may_go_on.set()
    seen = await until(jp_fetch, "one", lambda engine: engine["state"] == "running")
    assert seen["progress"] is None


async def test_a_start_under_way_is_joined(jp_fetch, engines):
    engines["one"].may_go_on.clear()
    await post(jp_fetch, "engines", "one", "start")
    await post(jp_fetch, "engines", "one", "start")
    engines["one"].may_go_on.set()
    await until(jp_fetch, "one", lambda engine: engine["state"] == "running")
    assert engines["one"].starts == 1


async def test_a_failed_start_keeps_its_error_until_the_next(jp_fetch, engines):
    engines["one"].failure = OfflineError("No network.", hint="Connect.", path="flink-runtime")
    await post(jp_fetch, "engines", "one", "start")
    seen = await until(jp_fetch, "one", lambda engine: engine["error"])
    assert seen["state"] == "stopped"
    assert seen["error"] == {"code": "offline", "message": "No network.", "hint": "Connect.", "path": "flink-runtime"}
    engines["one"].failure = None
    await post(jp_fetch, "engines", "one", "start")
    seen = await until(jp_fetch, "one", lambda engine: engine["state"] == "running")
    assert seen["error"] is None


async def test_a_failure_that_nobody_foresaw_tells_nothing_of_its_inside(jp_fetch, engines):
    engines["one"].failure = RuntimeError("a password")
    await post(jp_fetch, "engines", "one", "start")
    seen = await until(jp_fetch, "one", lambda engine: engine["error"])
    assert seen["error"]["code"] == "internal"
    assert "password" not in json.dumps(seen)


async def test_stop(jp_fetch, engines):
    engines["one"].becomes(EngineState.RUNNING)
    status, described = await post(jp_fetch, "engines", "one", "stop")
    assert (status, described["state"]) == (200, "stopped")


async def test_a_stop_that_the_engine_refuses_is_a_conflict(jp_fetch, engines):
    engines["one"].failure = ConflictError("It is not ours.", hint="Stop it where it runs.")
    status, error = await failure(post(jp_fetch, "engines", "one", "stop"))
    assert (status, error["code"], error["hint"]) == (409, "conflict", "Stop it where it runs.")


async def test_the_log_is_as_long_as_asked(jp_fetch, engines):
    engines["one"].log = "a\nb\nc"
    assert await get(jp_fetch, "engines", "one", "logs", params={"lines": "2"}) == {"text": "b\nc"}


@pytest.mark.parametrize("lines", ["0", "-1", "many", "5001", "²"])
async def test_a_wrong_number_of_lines_is_the_users_error(jp_fetch, engines, lines):
    status, error = await failure(get(jp_fetch, "engines", "one", "logs", params={"lines": lines}))
    assert (status, error["code"], error["path"]) == (400, "bad_request", "lines")


async def test_jobs_of_an_engine_that_does_not_run_are_a_conflict(jp_fetch, engines):
    status, error = await failure(get(jp_fetch, "engines", "one", "jobs"))
    assert (status, error["code"]) == (409, "conflict")
    assert "stopped" in error["message"]


async def test_jobs_of_an_engine_that_is_gone_are_named_as_such(jp_fetch, engines):
    engines["one"].becomes(EngineState.RUNNING, jobmanager_url="http://127.0.0.1:1")
    status, error = await failure(get(jp_fetch, "engines", "one", "jobs"))
    assert (status, error["code"]) == (502, "engine_lost")


async def test_what_is_no_job_id_is_not_sent_to_flink(jp_fetch, engines):
    status, error = await failure(post(jp_fetch, "engines", "one", "jobs", "..%2F..%2Fjars", "cancel"))
    assert (status, error["path"]) == (400, "id")
