"""What a connection test says when the machine, the network, TLS or a key is at fault, and that it can be left."""

from __future__ import annotations

import asyncio
import datetime
import ipaddress
import socket
import ssl
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import asyncssh
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from scaleph_lab.datasources.connections import test_connection as connection_test
from scaleph_lab.datasources.outcome import TestOutcome
from scaleph_lab.datasources.properties import checked
from scaleph_lab.datasources.types import datasource_types

CANARY = "canary-pa55"
SECRET = "{{secret:right}}"
LOGIN = {"user": "scaleph", "password": SECRET}
PLACES: dict[str, dict[str, Any]] = {
    "postgresql": {"host": "{host}", "database": "lab", **LOGIN},
    "mysql": {"host": "{host}", "database": "lab", **LOGIN},
    "redis": {"host": "{host}", "password": SECRET},
    "sftp": {"host": "{host}", **LOGIN},
    "ftp": {"host": "{host}", **LOGIN},
    "email": {"host": "{host}", "from": "a@example.org", **LOGIN},
    "kafka": {"bootstrap_servers": "{host}:9092"},
    "mongodb": {"hosts": "{host}:27017", "database": "lab"},
    "s3": {"bucket": "lab", "endpoint": "http://{host}", "access_key": SECRET, "secret_key": SECRET},
    "http": {"url": "http://{host}/"},
    "clickhouse": {"host": "{host}"},
    "oracle": {"host": "{host}", "database": "x", "user": "u"},
}
DRIVERS = {
    "postgresql": ("psycopg", "psycopg[binary]"),
    "mysql": ("pymysql", "pymysql"),
    "redis": ("redis", "redis"),
    "sftp": ("asyncssh", "asyncssh"),
    "kafka": ("confluent_kafka", "confluent-kafka"),
    "mongodb": ("pymongo", "pymongo"),
    "s3": ("boto3", "boto3"),
}


async def tell(name: str, properties: dict[str, Any], secret: str = CANARY, seconds: float = 8) -> TestOutcome:
    kind = datasource_types().get(name)
    outcome = await connection_test(kind, checked(kind, properties), {"right": secret}.__getitem__, seconds)
    assert secret not in str(outcome.as_dict())
    return outcome


def at(name: str, host: str) -> dict[str, Any]:
    return {
        key: value.replace("{host}", host) if isinstance(value, str) else value for key, value in PLACES[name].items()
    }


@pytest.mark.parametrize("name", DRIVERS)
async def test_a_missing_driver_is_named_with_how_to_get_it(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    module, package = DRIVERS[name]
    # So Python refuses to import it.
    monkeypatch.setitem(sys.modules, module, None)
    outcome = await tell(name, at(name, "127.0.0.1"))
    assert (outcome.ok, outcome.cause) == (False, "driver_missing"), outcome
    assert package in outcome.message
    assert "scaleph-lab[datasources]" in outcome.hint


@pytest.mark.parametrize("name", PLACES)
async def test_an_unknown_host_is_told(name: str) -> None:
    outcome = await tell(name, at(name, "no-such-host.invalid"))
    assert (outcome.ok, outcome.cause, outcome.proof) == (False, "host_unknown", ""), outcome


class _Quiet(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, *words: object) -> None:
        pass


@pytest.fixture(scope="module")
def self_signed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """A web server over TLS with a certificate that nobody trusts."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(now).not_valid_after(now + datetime.timedelta(days=1))
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    certificate = made.add_extension(x509.SubjectAlternativeName(names), critical=False).sign(key, hashes.SHA256())
    pem = tmp_path_factory.mktemp("tls") / "both.pem"
    form = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    secret = key.private_bytes(serialization.Encoding.PEM, *form)
    pem.write_bytes(secret + certificate.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Quiet)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("name", ["http", "elasticsearch"])
async def test_a_certificate_that_nobody_signed_is_refused(self_signed: int, name: str) -> None:
    url = f"https://127.0.0.1:{self_signed}"
    given = {"url": url, "auth": "basic", **LOGIN} if name == "http" else {"urls": [url], **LOGIN}
    outcome = await tell(name, given)
    assert (outcome.ok, outcome.cause, outcome.proof) == (False, "tls", "reachable"), outcome
    assert "certificate" in outcome.hint


async def test_tls_is_asked_of_a_postgresql_that_has_none(postgres: int) -> None:
    given = {"host": "127.0.0.1", "port": postgres, "database": "postgres", **LOGIN}
    for params in ("?sslmode=require", "?ssl=true"):
        outcome = await tell("postgresql", {**given, "params": params}, secret="pw-of-the-test")
        assert (outcome.ok, outcome.cause, outcome.proof) == (False, "tls", "reachable"), outcome
    plain = await tell("postgresql", {**given, "params": "?sslmode=disable"}, secret="pw-of-the-test")
    assert plain.ok, plain


@pytest.fixture
def by_key(ssh_server: Any) -> dict[str, Any]:
    place = {"host": "127.0.0.1", "port": ssh_server.port, "user": "scaleph"}
    return {**place, "auth": "key", "private_key": SECRET}


async def test_sftp_by_key(ssh_server: Any, by_key: dict[str, Any]) -> None:
    outcome = await tell("sftp", by_key, secret=ssh_server.user_key)
    assert (outcome.ok, outcome.proof) == (True, "authenticated"), outcome
    assert "host key was not checked" in outcome.message


async def test_sftp_by_a_key_that_the_server_does_not_know(by_key: dict[str, Any]) -> None:
    another = asyncssh.generate_private_key("ssh-ed25519").export_private_key().decode()
    assert (await tell("sftp", by_key, secret=another)).cause == "authentication"


async def test_sftp_by_what_is_no_key(by_key: dict[str, Any]) -> None:
    outcome = await tell("sftp", by_key, secret="canary-which-is-no-key")
    assert (outcome.cause, "no private key" in outcome.message) == ("authentication", True), outcome


async def test_the_servers_host_key_is_compared(ssh_server: Any) -> None:
    place = {"host": "127.0.0.1", "port": ssh_server.port, **LOGIN}
    right = await tell("sftp", {**place, "host_key": ssh_server.host_key})
    assert (right.ok, right.message) == (True, ""), right
    another = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode()
    wrong = await tell("sftp", {**place, "host_key": " ".join(another.split()[:2])})
    assert (wrong.ok, wrong.cause) == (False, "tls"), wrong
    assert "host key" in wrong.message
    # Nothing was told to a server that is another.
    assert wrong.proof == "reachable"


async def test_who_cancels_is_free_at_once() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        place = {"host": "127.0.0.1", "port": silent.getsockname()[1], "database": "lab", **LOGIN}
        asked = asyncio.create_task(tell("postgresql", place, seconds=3))
        await asyncio.sleep(0.3)
        assert not asked.done()
        start = time.monotonic()
        asked.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asked
        assert time.monotonic() - start < 0.5


async def test_the_event_loop_goes_on_meanwhile() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        place = {"host": "127.0.0.1", "port": silent.getsockname()[1], "database": "lab", **LOGIN}
        asked = asyncio.create_task(tell("postgresql", place, seconds=2))
        ticks = 0
        while not asked.done():
            await asyncio.sleep(0.05)
            ticks += 1
    assert ticks > 15
    assert asked.result().cause == "timeout"


async def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "a.db").write_text("no database, but long enough to be read as one " * 100)
    outcome = await tell("sqlite", {"path": str(tmp_path / "a.db")})
    assert (outcome.ok, outcome.cause) == (False, "failed"), outcome
