"""Pipelines over REST: connectors, diagnosis, preview, and runs on a real engine."""

from __future__ import annotations

import asyncio
import json

import httpx
import pytest
from tornado.httpclient import HTTPClientError

from scaleph_lab.engines.zeta import ZetaServer
from scaleph_lab.settings import reload_settings

FAKE = {"row.num": 40, "schema": {"fields": {"id": "int", "name": "string"}}}
DOCUMENT = {
    "schema_version": 1,
    "name": "made up",
    "nodes": [
        {"id": "rows", "kind": "source", "connector": "FakeSource", "options": FAKE},
        {"id": "log", "kind": "sink", "connector": "Console", "options": {}},
    ],
    "edges": [{"from": "rows", "to": "log"}],
}


@pytest.fixture(autouse=True)
def _server(engines):
    """With engines that nobody starts."""


async def post(jp_fetch, path, body):
    answer = await jp_fetch("scaleph", *path.split("/"), method="POST", body=json.dumps(body), request_timeout=120)
    return json.loads(answer.body)


async def refused(jp_fetch, path, body):
    with pytest.raises(HTTPClientError) as caught:
        await post(jp_fetch, path, body)
    return caught.value.code, json.loads(caught.value.response.body)


async def test_connectors_come_with_groups_and_without_what_is_empty(jp_fetch):
    answer = json.loads((await jp_fetch("scaleph", "connectors")).body)
    assert answer["seatunnel"] == "2.3.4" and answer["versions"] == ["2.3.4", "2.3.8"]
    assert len(answer["items"]) == 41 and answer["groups"][0]["label"]["zh"]
    [console] = [each for each in answer["items"] if each["name"] == "Console"]
    assert console == {
        "kind": "sink",
        "name": "Console",
        "jar": "connector-console-2.3.4.jar",
        "dressing": {"group": "test", "health": "run", "summary": "Rows printed to the log"},
    }
    other = json.loads((await jp_fetch("scaleph", "connectors", params={"seatunnel": "2.3.8"})).body)
    assert len(other["items"]) == 73


async def test_an_unknown_release_is_not_found(jp_fetch):
    with pytest.raises(HTTPClientError) as caught:
        await jp_fetch("scaleph", "connectors", params={"seatunnel": "9"})
    assert caught.value.code == 404 and "2.3.4" in json.loads(caught.value.response.body)["hint"]


async def test_a_diagnosis_names_node_and_field(jp_fetch):
    assert await post(jp_fetch, "pipeline-diagnoses", {"document": DOCUMENT}) == {"problems": []}
    broken = json.loads(json.dumps(DOCUMENT))
    broken["nodes"][0]["options"]["row.num"] = "many"
    [problem] = (await post(jp_fetch, "pipeline-diagnoses", {"document": broken}))["problems"]
    assert (problem["code"], problem["node"], problem["field"]) == ("type", "rows", "/row.num")


async def test_a_document_of_no_form_is_diagnosed_too(jp_fetch):
    answer = await post(jp_fetch, "pipeline-diagnoses", {"document": {"nodes": 3}})
    assert {problem["field"] for problem in answer["problems"]} == {"/name", "/nodes"}


async def test_the_configuration_is_previewed_or_refused_with_all_problems(jp_fetch):
    config = json.loads((await post(jp_fetch, "pipeline-configs", {"document": DOCUMENT}))["text"])
    assert config["source"][0]["plugin_name"] == "FakeSource" and config["source"][0]["result_table_name"] == "rows"
    status, error = await refused(jp_fetch, "pipeline-configs", {"document": {**DOCUMENT, "edges": []}})
    assert status == 422 and error["code"] == "pipeline_invalid" and len(error["problems"]) == 2


@pytest.mark.parametrize("body", [{}, {"document": []}, {"document": {}, "more": 1}])
async def test_a_request_of_no_form_is_refused(jp_fetch, body):
    status, error = await refused(jp_fetch, "pipeline-diagnoses", body)
    assert status == 422 and error["path"]


async def test_what_cannot_be_compiled_is_not_begun(jp_fetch):
    status, _ = await refused(jp_fetch, "pipeline-runs", {"document": {**DOCUMENT, "edges": []}})
    assert status == 422
    assert json.loads((await jp_fetch("scaleph", "pipeline-runs")).body) == {"items": []}


async def test_an_unknown_run_is_not_found(jp_fetch):
    with pytest.raises(HTTPClientError) as caught:
        await jp_fetch("scaleph", "pipeline-runs", "nothing")
    assert caught.value.code == 404


@pytest.mark.engine
async def test_a_run_is_begun_followed_and_counted(jp_fetch, private_state):
    begun = await post(jp_fetch, "pipeline-runs", {"document": DOCUMENT})
    assert begun["state"] == "PREPARING" and not begun["done"]
    run = begun
    while not run["done"]:
        await asyncio.sleep(0.2)
        run = json.loads((await jp_fetch("scaleph", "pipeline-runs", begun["id"])).body)
    assert (run["state"], run["read"], run["written"], run["error"]) == ("FINISHED", 40, 40, None)


@pytest.mark.engine
async def test_a_run_that_fails_says_the_cause(jp_fetch, private_state):
    nodes = [DOCUMENT["nodes"][0], {"id": "file", "kind": "sink", "connector": "LocalFile", "options": {"path": ""}}]
    nodes[1]["options"] = {"path": "/proc/none", "file_format_type": "csv"}
    document = {**DOCUMENT, "nodes": nodes, "edges": [{"from": "rows", "to": "file"}]}
    run = await post(jp_fetch, "pipeline-runs", {"document": document})
    while not run["done"]:
        await asyncio.sleep(0.2)
        run = json.loads((await jp_fetch("scaleph", "pipeline-runs", run["id"])).body)
    assert run["state"] == "FAILED" and run["error"]["code"] == "pipeline_failed" and run["error"]["cause"]


@pytest.mark.engine
async def test_cancel_ends_the_job(jp_fetch, private_state):
    endless = {**DOCUMENT, "env": {"job.mode": "STREAMING"}}
    options = {**FAKE, "row.num": 100_000, "split.num": 1000, "split.read-interval": 2000}
    endless["nodes"] = [{**DOCUMENT["nodes"][0], "options": options}, DOCUMENT["nodes"][1]]
    run = await post(jp_fetch, "pipeline-runs", {"document": endless})
    while run["state"] == "PREPARING":
        await asyncio.sleep(0.2)
        run = json.loads((await jp_fetch("scaleph", "pipeline-runs", run["id"])).body)
    assert run["state"] == "RUNNING"
    ended = await post(jp_fetch, f"pipeline-runs/{run['id']}/cancel", {})
    assert ended["state"] == "CANCELED" and ended["done"]
    assert (await post(jp_fetch, f"pipeline-runs/{run['id']}/cancel", {}))["state"] == "CANCELED"


@pytest.mark.engine
async def test_a_sample_that_nobody_waits_for_is_cancelled(jp_fetch, private_state):
    options = {**FAKE, "row.num": "${many}", "split.num": 1000, "split.read-interval": 2000}
    endless = {**DOCUMENT, "env": {"job.mode": "STREAMING"}, "variables": {"many": "10000"}}
    endless["nodes"] = [{**DOCUMENT["nodes"][0], "options": options}, DOCUMENT["nodes"][1]]
    asked = json.dumps({"document": endless, "node": "rows", "rows": 1000})
    url = f"{await asyncio.to_thread(ZetaServer().ensure)}/hazelcast/rest/maps"
    waiting = asyncio.ensure_future(
        jp_fetch("scaleph", "pipeline-samples", method="POST", body=asked, request_timeout=8)
    )
    async with httpx.AsyncClient() as zeta:
        while not (running := (await zeta.get(f"{url}/running-jobs")).json()):
            assert not waiting.done(), "it ended before it ran"
            await asyncio.sleep(0.1)
        with pytest.raises(HTTPClientError, match="Timeout"):
            await waiting
        async with asyncio.timeout(20):
            while (await zeta.get(f"{url}/running-jobs")).json():
                await asyncio.sleep(0.1)
        canceled = (await zeta.get(f"{url}/finished-jobs/CANCELED")).json()
    assert running[0]["jobId"] in [each["jobId"] for each in canceled]


CONF = """
env { job.mode = "BATCH" }
# People, made up.
source { FakeSource { result_table_name = "people", row.num = 3 } }
sink { Console { source_table_name = "people" } }
"""


async def test_a_configuration_becomes_a_document_and_goes_back(jp_fetch):
    answer = await post(jp_fetch, "pipeline-imports", {"text": CONF, "name": "people.conf"})
    document = answer["document"]
    assert [node["connector"] for node in document["nodes"]] == ["FakeSource", "Console"]
    assert document["name"] == "people" and document["edges"] == [{"from": "people", "to": "console"}]
    text = (await post(jp_fetch, "pipeline-configs", {"document": document, "format": "hocon"}))["text"]
    assert "# People, made up." in text and "FakeSource {" in text


async def test_a_configuration_that_is_broken_is_told_with_its_place(jp_fetch):
    status, error = await refused(jp_fetch, "pipeline-imports", {"text": "source {\n  FakeSource { a = [ }\n"})
    assert status == 422 and (error["code"], error["line"]) == ("config_syntax", 2)


async def test_a_data_source_that_is_not_there_is_told_at_its_node(jp_fetch, tmp_path, monkeypatch):
    monkeypatch.setenv("SCALEPH_LAB_CATALOG_URL", f"sqlite:///{tmp_path / 'catalog.sqlite'}")
    reload_settings()
    document = json.loads(json.dumps(DOCUMENT))
    document["nodes"][0]["datasource"] = "nowhere"
    status, error = await refused(jp_fetch, "pipeline-configs", {"document": document})
    monkeypatch.undo()
    reload_settings()
    assert status == 422 and error["problems"][0]["node"] == "rows"
