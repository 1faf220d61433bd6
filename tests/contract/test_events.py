"""Changes as server-sent events, in a server of its own, on SQLite and on PostgreSQL."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from queue import Queue
from typing import Any

import httpx
import pytest

from scaleph_lab import Platform
from scaleph_lab.catalog.documents.access import NewGrant
from scaleph_lab.catalog.documents.project import NewProject, ProjectChanges
from scaleph_lab.settings import reload_settings
from tests.contract.conftest import TOKEN, free_port, serve


@pytest.fixture(scope="module")
def server(catalog_url, tmp_path_factory) -> Iterator[str]:
    port = free_port()
    process = serve(catalog_url, tmp_path_factory.mktemp("server"), port)
    url = f"http://127.0.0.1:{port}/a/b/"
    # Who comes first owns the catalog, which is a change of its own.
    Platform(url, TOKEN).projects.list()
    yield url
    process.terminate()
    began = time.monotonic()
    process.wait(20)
    assert time.monotonic() - began < 10, "an open stream must not hold the server's end up"


@pytest.fixture
def here(server) -> Platform:
    """The platform of the server, over REST."""
    return Platform(server, TOKEN)


@pytest.fixture
def elsewhere(catalog_url) -> Iterator[Platform]:
    """The same catalog, in another process than the server's."""
    os.environ["SCALEPH_LAB_CATALOG_URL"] = catalog_url
    reload_settings()
    yield Platform()
    del os.environ["SCALEPH_LAB_CATALOG_URL"]
    reload_settings()


class Stream:
    """Events as they come: their name, number and data."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self.events: Queue[tuple[str, str, Any]] = Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def next(self) -> tuple[str, str, Any]:
        return self.events.get(timeout=10)

    def changes(self, count: int) -> list[Any]:
        return [self.next()[2] for _ in range(count)]

    def _read(self) -> None:
        name, number = "", ""
        try:
            for line in self.response.iter_lines():
                key, _, value = line.partition(": ")
                if key == "event":
                    name = value
                elif key == "id":
                    number = value
                elif key == "data":
                    self.events.put((name, number, json.loads(value)))
        except httpx.HTTPError:
            return


@contextmanager
def listening(server: str, last: str | None = None, token: str = TOKEN) -> Iterator[Stream]:
    headers = {"Authorization": f"token {token}", **({"Last-Event-ID": last} if last else {})}
    with (
        httpx.Client(trust_env=False, timeout=30) as client,
        client.stream("GET", f"{server}scaleph/events", headers=headers) as response,
    ):
        assert response.status_code == 200
        assert response.headers["Content-Type"].startswith("text/event-stream")
        yield Stream(response)


def test_a_change_is_told_to_all_who_listen_whoever_made_it(server, here, elsewhere):
    with listening(server) as one, listening(server) as other:
        assert one.next()[0] == other.next()[0] == "ready"
        made = here.projects.create(NewProject(code="told", name="Told"))
        elsewhere.projects.update(made.id, ProjectChanges(name="Told again"), 1)
        for stream in (one, other):
            create, write = stream.changes(2)
            assert (create["verb"], create["resource"], create["subject"]) == ("create", "project", made.id)
            assert (write["verb"], write["version"], write["changed"]) == ("write", 2, ["name"])
            assert create["project_id"] == write["project_id"] == made.id


def test_who_comes_again_is_told_what_they_missed(server, here):
    with listening(server) as stream:
        stream.next()
        made = here.projects.create(NewProject(code="missed", name="0"))
        _, last, _ = stream.next()
    for version in (1, 2):
        here.projects.update(made.id, ProjectChanges(name=str(version)), version)
    with listening(server, last) as stream:
        assert stream.next()[0] == "ready"
        assert [change["version"] for change in stream.changes(2)] == [2, 3]


def test_who_missed_too_much_is_told_to_read_all_anew(server, elsewhere):
    made = elsewhere.projects.create(NewProject(code="much", name="0"))
    for version in range(1, 503):
        elsewhere.projects.update(made.id, ProjectChanges(name=str(version)), version)
    with listening(server, "1") as stream:
        assert [stream.next()[0] for _ in range(2)] == ["ready", "reset"]


def test_who_may_see_more_or_less_from_now_on_is_told_to_read_all_anew(server, elsewhere, shared_lab):
    elsewhere.projects.create(NewProject(code="granted", name="Granted"))
    with listening(shared_lab, token="bob") as bob, listening(shared_lab, token="eve") as eve:
        _, number, _ = bob.next()
        assert eve.next()[0] == "ready"
        grant = elsewhere.grants.create(NewGrant(user="bob", role="viewer", project="granted"))
        assert "reset" in [bob.next()[0] for _ in range(2)]
        elsewhere.grants.delete(grant.id)
        assert bob.next()[0] == "reset"
        time.sleep(0.6)
        assert eve.events.empty()
    with listening(shared_lab, number, token="bob") as bob:
        assert [bob.next()[0] for _ in range(2)] == ["ready", "reset"]


def test_a_number_that_is_none_is_refused(server):
    headers = {"Authorization": f"token {TOKEN}", "Last-Event-ID": "1; DROP"}
    answer = httpx.get(f"{server}scaleph/events", headers=headers, trust_env=False)
    assert (answer.status_code, answer.json()["path"]) == (400, "Last-Event-ID")
