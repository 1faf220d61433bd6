"""Connection tests against real servers: what is proven, and the words when it fails."""

from __future__ import annotations

import base64
import socket
import sqlite3
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import redis

from scaleph_lab.datasources.connections import test_connection as connection_test
from scaleph_lab.datasources.outcome import TestOutcome
from scaleph_lab.datasources.properties import checked
from scaleph_lab.datasources.types import datasource_types

CANARY = "canary-pa55"
WRONG = "wrong-canary-9"
SECRET = "{{secret:right}}"
SECRETS = {"right": CANARY, "postgres": "pw-of-the-test", "wrong": WRONG}

SERVERS: dict[str, tuple[str, dict[str, Any], str]] = {
    "postgresql": (
        "postgres",
        {"user": "scaleph", "password": "{{secret:postgres}}", "database": "postgres"},
        "queried",
    ),
    "greenplum": (
        "postgres",
        {"user": "scaleph", "password": "{{secret:postgres}}", "database": "postgres"},
        "queried",
    ),
    "mariadb": ("mariadb", {"user": "scaleph", "password": SECRET, "database": "lab"}, "queried"),
    "mysql": ("mariadb", {"user": "scaleph", "password": SECRET, "database": "lab"}, "queried"),
    "redis": ("redis_server", {"password": SECRET}, "authenticated"),
    "ftp": ("ftp_server", {"user": "scaleph", "password": SECRET}, "authenticated"),
    "sftp": ("sftp_server", {"user": "scaleph", "password": SECRET}, "authenticated"),
    "email": ("smtp_server", {"user": "scaleph", "password": SECRET, "from": "a@example.org"}, "authenticated"),
}


async def tell(name: str, properties: dict[str, Any], seconds: float = 8) -> TestOutcome:
    kind = datasource_types().get(name)
    outcome = await connection_test(kind, checked(kind, properties), SECRETS.__getitem__, seconds)
    assert not any(secret in str(outcome.as_dict()) for secret in SECRETS.values())
    return outcome


def place(request: pytest.FixtureRequest, name: str) -> dict[str, Any]:
    fixture, properties, _ = SERVERS[name]
    return {"host": "127.0.0.1", "port": request.getfixturevalue(fixture), **properties}


@pytest.mark.parametrize("name", SERVERS)
async def test_the_right_login_is_proven_with_the_servers_version(request: pytest.FixtureRequest, name: str) -> None:
    outcome = await tell(name, place(request, name))
    assert (outcome.ok, outcome.proof) == (True, SERVERS[name][2]), outcome
    assert outcome.version
    assert outcome.latency_ms > 0


@pytest.mark.parametrize("name", SERVERS)
async def test_a_wrong_password_is_told_and_not_repeated(request: pytest.FixtureRequest, name: str) -> None:
    outcome = await tell(name, {**place(request, name), "password": "{{secret:wrong}}"})
    assert (outcome.ok, outcome.cause, outcome.proof) == (False, "authentication", "reachable"), outcome
    assert outcome.hint


async def test_a_refused_login_is_not_tried_again(request: pytest.FixtureRequest) -> None:
    """Some servers lock an account after a few."""
    given = place(request, "redis")
    with redis.Redis(port=given["port"], password=CANARY) as client:
        client.config_resetstat()
        await tell("redis", {**given, "password": "{{secret:wrong}}"})
        assert client.info("errorstats")["errorstat_WRONGPASS"]["count"] == 1


@pytest.mark.parametrize(("name", "missing"), [("postgresql", "nope"), ("mariadb", "nope"), ("redis", 4711)])
async def test_a_database_that_is_not_there(request: pytest.FixtureRequest, name: str, missing: object) -> None:
    outcome = await tell(name, {**place(request, name), "database": missing})
    assert (outcome.ok, outcome.cause) == (False, "not_found"), outcome


@pytest.mark.parametrize("name", [*SERVERS, "socket", "oracle"])
async def test_a_closed_port_is_refused(name: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    _, properties, _ = SERVERS.get(name, ("", {}, ""))
    more = {"database": "x", "user": "u"} if name == "oracle" else {}
    outcome = await tell(name, {"host": "127.0.0.1", "port": port, **properties, **more})
    assert (outcome.ok, outcome.cause) == (False, "refused"), outcome


async def test_a_server_that_says_nothing_is_left_within_the_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        start = time.monotonic()
        place = {"host": "127.0.0.1", "port": silent.getsockname()[1]}
        outcome = await tell("postgresql", {**place, **SERVERS["postgresql"][1]}, seconds=1.5)
        assert time.monotonic() - start < 4
    assert (outcome.ok, outcome.cause) == (False, "timeout"), outcome


async def test_an_address_without_a_way_is_left_within_the_time() -> None:
    start = time.monotonic()
    outcome = await tell("socket", {"host": "192.0.2.1", "port": 9}, seconds=1)
    assert time.monotonic() - start < 3
    # Which of them is the network's choice: some routers reject at once.
    assert (outcome.ok, outcome.cause in {"timeout", "unreachable", "refused"}) == (False, True), outcome


async def test_a_bare_port_is_called_reachable_and_no_more() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        outcome = await tell("socket", {"host": "127.0.0.1", "port": server.getsockname()[1]})
    assert (outcome.ok, outcome.proof) == (True, "reachable")
    assert "no login was tried" in outcome.message


async def test_a_sqlite_file(tmp_path: Path) -> None:
    sqlite3.connect(tmp_path / "a.db").close()
    assert (await tell("sqlite", {"path": str(tmp_path / "a.db")})).version == sqlite3.sqlite_version
    assert (await tell("sqlite", {"path": str(tmp_path / "b.db")})).cause == "not_found"
    assert not (tmp_path / "b.db").exists()


async def test_a_bucket(s3_server: int) -> None:
    keys = {"access_key": SECRET, "secret_key": SECRET, "endpoint": f"http://127.0.0.1:{s3_server}"}
    assert (await tell("s3", {"bucket": "lab", **keys})).proof == "authenticated"
    assert (await tell("s3", {"bucket": "nope", **keys})).cause == "not_found"


class _Guarded(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        right = "Basic " + base64.b64encode(f"scaleph:{CANARY}".encode()).decode()
        self.send_response(200 if self.headers.get("Authorization") == right else 401)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *words: object) -> None:
        pass


@pytest.fixture
def web() -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Guarded)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


async def test_a_web_server(web: int) -> None:
    login = {"url": f"http://127.0.0.1:{web}/", "auth": "basic", "user": "scaleph"}
    assert (await tell("http", {**login, "password": SECRET})).proof == "authenticated"
    assert (await tell("http", {**login, "password": "{{secret:wrong}}"})).cause == "authentication"


async def test_another_kind_of_server_is_not_taken_for_elasticsearch(web: int) -> None:
    login = {"urls": [f"http://127.0.0.1:{web}"], "user": "scaleph", "password": SECRET}
    assert (await tell("elasticsearch", login)).cause == "protocol"


@pytest.mark.parametrize(
    ("name", "properties"),
    [
        ("kafka", {"bootstrap_servers": "127.0.0.1:{port}"}),
        ("mongodb", {"hosts": "127.0.0.1:{port}", "database": "lab"}),
        ("clickhouse", {"host": "127.0.0.1", "port": 0}),
    ],
)
async def test_a_silent_server_is_not_taken_for_another(name: str, properties: dict[str, Any]) -> None:
    """ClickHouse has no server in these tests: what fails is tested, not what works."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        given = {key: port if value == 0 else value.replace("{port}", str(port)) for key, value in properties.items()}
        start = time.monotonic()
        outcome = await tell(name, given, seconds=2)
    assert time.monotonic() - start < 4
    assert not outcome.ok
    assert outcome.cause in {"timeout", "protocol"}, outcome
