"""A change with a key is made once, on SQLite and on PostgreSQL."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.contract.conftest import TOKEN, free_port, serve


@pytest.fixture(scope="module")
def client(catalog_url, tmp_path_factory):
    port = free_port()
    process = serve(catalog_url, tmp_path_factory.mktemp("server"), port)
    headers = {"Authorization": f"token {TOKEN}"}
    with httpx.Client(base_url=f"http://127.0.0.1:{port}/a/b/scaleph/", headers=headers, trust_env=False) as asking:
        yield asking
    process.terminate()
    process.wait(20)


def post(client, path, body, key, **headers):
    return client.post(path, content=json.dumps(body), headers={"Idempotency-Key": key, **headers}, timeout=60)


def total(client, search):
    return len(client.get("projects", params={"search": search}).json()["items"])


def test_a_request_that_is_sent_again_makes_nothing_twice(client):
    body = {"code": "once", "name": "Once"}
    first, second = (post(client, "projects", body, "key-1") for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert "Idempotent-Replayed" not in first.headers
    assert second.headers["Idempotent-Replayed"] == "true"
    assert total(client, "once") == 1


def test_the_same_request_at_one_time_is_done_once(client):
    body = {"code": "race", "name": "Race"}
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: post(client, "projects", body, "key-2"), range(8)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert [answer.headers.get("Idempotent-Replayed") for answer in answers].count(None) == 1


def test_a_key_of_another_request_is_refused(client):
    post(client, "projects", {"code": "one", "name": "One"}, "key-3")
    other = post(client, "projects", {"code": "two", "name": "Two"}, "key-3")
    assert (other.status_code, other.json()["path"]) == (422, "Idempotency-Key")
    assert total(client, "two") == 0


def test_a_refused_request_may_come_again_with_its_key(client):
    body = {"project": "late", "type": "SQL", "name": "q", "text": "SELECT 1"}
    assert post(client, "artifacts", body, "key-4").status_code == 404
    post(client, "projects", {"code": "late", "name": "Late"}, "key-5")
    assert post(client, "artifacts", body, "key-4").status_code == 201


def test_a_revision_is_saved_once_though_its_version_is_used(client):
    post(client, "projects", {"code": "kept", "name": "Kept"}, "key-6")
    made = post(
        client, "artifacts", {"project": "kept", "type": "SQL", "name": "q", "text": "SELECT 1"}, "key-7"
    ).json()
    path = f"artifacts/{made['artifact']['id']}/revisions"
    answers = [post(client, path, {"text": "SELECT 2"}, "key-8", **{"If-Match": '"1"'}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert [answer.json()["revision"]["number"] for answer in answers] == [2, 2]
    assert len(client.get(path).json()["items"]) == 2


def test_what_is_deleted_since_is_told(client):
    body = {"code": "gone", "name": "Gone"}
    made = post(client, "projects", body, "key-9").json()
    client.delete(f"projects/{made['id']}", headers={"If-Match": '"1"'})
    assert post(client, "projects", body, "key-9").status_code == 404


@pytest.mark.parametrize("key", ["", "a b", "x" * 201])
def test_a_key_that_serves_not_is_refused(client, key):
    answer = post(client, "projects", {"code": "bad", "name": "Bad"}, key)
    assert (answer.status_code, answer.json()["path"]) == (400, "Idempotency-Key")
