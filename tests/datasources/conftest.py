"""Real servers, each made for the run on a free port of loopback, and stopped after it."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from . import jvm_servers
from .jvm_servers import stop

CANARY = "canary-pa55"
QUOTED = 'quo"ted\\canary'


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def wait_for(port: int, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)


def as_user(name: str, *places: Path) -> list[str]:
    """The words before a command that must not run as root; the places become that user's."""
    if os.geteuid() != 0:
        return []
    for place in places:
        shutil.chown(place, name)
    return ["setpriv", f"--reuid={name}", f"--regid={name}", "--clear-groups"]


@pytest.fixture(scope="session")
def mariadb() -> Iterator[int]:
    """MariaDB with the user ``scaleph``, the password `CANARY` and the database ``lab``."""
    if not shutil.which("mariadbd"):
        pytest.skip("no MariaDB server on this machine (mariadbd); install the package mariadb-server")
    with tempfile.TemporaryDirectory(prefix="scaleph-mariadb-") as folder:
        home, port = Path(folder), free_port()
        user = as_user("mysql", home)
        data = f"--datadir={home / 'data'}"
        install = ["mariadb-install-db", "--no-defaults", data, "--auth-root-authentication-method=normal"]
        subprocess.run([*user, *install], check=True, capture_output=True)
        start = home / "start.sql"
        start.write_text(
            "CREATE DATABASE lab CHARACTER SET utf8mb4;\n"
            f"CREATE USER 'scaleph'@'%' IDENTIFIED BY '{CANARY}';\n"
            "GRANT ALL ON *.* TO 'scaleph'@'%';\nDROP USER IF EXISTS ''@'localhost';\nFLUSH PRIVILEGES;\n"
        )
        as_user("mysql", start)
        serve = ["mariadbd", "--no-defaults", data, f"--port={port}", "--bind-address=127.0.0.1"]
        more = [f"--socket={home / 's'}", f"--pid-file={home / 'pid'}", f"--init-file={start}", "--skip-name-resolve"]
        process = subprocess.Popen([*user, *serve, *more], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for(port)
        yield port
        stop(process)


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Redis with the password `CANARY`."""
    if not shutil.which("redis-server"):
        pytest.skip("no Redis server on this machine; install the package redis-server")
    port = free_port()
    home = tmp_path_factory.mktemp("redis")
    (home / "redis.conf").write_text(f'port {port}\nbind 127.0.0.1\nrequirepass {CANARY}\nsave ""\ndir {home}\n')
    process = subprocess.Popen(["redis-server", home / "redis.conf"], stdout=subprocess.DEVNULL)
    wait_for(port)
    yield port
    stop(process)


@pytest.fixture(scope="session")
def ftp_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """pyftpdlib's FTP server."""
    from pyftpdlib.authorizers import DummyAuthorizer
    from pyftpdlib.handlers import FTPHandler
    from pyftpdlib.servers import ThreadedFTPServer

    class Handler(FTPHandler):
        authorizer = DummyAuthorizer()
        auth_failed_timeout = 0

    Handler.authorizer.add_user("scaleph", CANARY, str(tmp_path_factory.mktemp("ftp")))
    server = ThreadedFTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"timeout": 0.2}, daemon=True)
    thread.start()
    yield server.address[1]
    server.close_all()


@dataclass(frozen=True)
class Ssh:
    """An SFTP server's port, its own public key, and the private key of its user ``scaleph``."""

    port: int
    host_key: str
    user_key: str


@pytest.fixture(scope="session")
def ssh_server() -> Iterator[Ssh]:
    """asyncssh's SFTP server, in a loop of its own thread; it takes a password or a key."""
    import asyncssh

    user_key, host_key = (asyncssh.generate_private_key("ssh-ed25519") for _ in range(2))

    class Login(asyncssh.SSHServer):
        def password_auth_supported(self) -> bool:
            return True

        def validate_password(self, username: str, password: str) -> bool:
            return (username, password) == ("scaleph", CANARY)

        def public_key_auth_supported(self) -> bool:
            return True

        def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
            return username == "scaleph" and key.public_data == user_key.public_data

    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, daemon=True).start()
    given = {"server_factory": Login, "server_host_keys": [host_key], "sftp_factory": True}

    async def listen() -> asyncssh.SSHAcceptor:
        return await asyncssh.listen("127.0.0.1", 0, **given)

    server = asyncio.run_coroutine_threadsafe(listen(), loop).result(10)
    public = host_key.export_public_key().decode()
    yield Ssh(server.get_port(), " ".join(public.split()[:2]), user_key.export_private_key().decode())
    loop.call_soon_threadsafe(server.close)
    loop.call_soon_threadsafe(loop.stop)


@pytest.fixture(scope="session")
def sftp_server(ssh_server: Ssh) -> int:
    """The port of the SFTP server."""
    return ssh_server.port


@pytest.fixture(scope="session")
def smtp_server() -> Iterator[int]:
    """aiosmtpd's server, which wants a login."""
    from aiosmtpd.controller import Controller
    from aiosmtpd.handlers import Sink
    from aiosmtpd.smtp import AuthResult, LoginPassword

    def login(server: object, session: object, envelope: object, mechanism: str, data: object) -> AuthResult:
        right = isinstance(data, LoginPassword) and (data.login, data.password) == (b"scaleph", CANARY.encode())
        return AuthResult(success=right, handled=False)

    port = free_port()
    controller = Controller(Sink(), hostname="127.0.0.1", port=port, authenticator=login, auth_require_tls=False)
    controller.start()
    yield port
    controller.stop()


@pytest.fixture(scope="session")
def s3_server() -> Iterator[int]:
    """moto's S3 server with the bucket ``lab``. It checks no keys: a refusal cannot be tested with it."""
    import boto3
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer("127.0.0.1", 0)
    server.start()
    _, port = server.get_host_and_port()
    keys = {"aws_access_key_id": "x", "aws_secret_access_key": "y", "region_name": "us-east-1"}
    boto3.client("s3", endpoint_url=f"http://127.0.0.1:{port}", **keys).create_bucket(Bucket="lab")
    yield port
    server.stop()


@dataclass(frozen=True)
class Kafka:
    """The ports of a broker."""

    plain: int
    sasl: int


@pytest.fixture(scope="session")
def kafka_server(private_state: Path) -> Iterator[Kafka]:
    """Apache Kafka's own broker (KRaft), with a listener that asks for a login: ``scaleph``, or ``quoted``."""
    ports = free_port(), free_port(), free_port()
    with jvm_servers.kafka_broker(*ports, {"scaleph": CANARY, "quoted": QUOTED}):
        wait_for(ports[0], 60)
        wait_for(ports[1], 60)
        yield Kafka(ports[0], ports[1])


@pytest.fixture(scope="session")
def mongo_server(private_state: Path) -> Iterator[int]:
    """A server that speaks MongoDB's protocol."""
    port = free_port()
    with jvm_servers.mongo_server(port):
        wait_for(port, 60)
        yield port


@pytest.fixture(scope="session")
def old_mongo_server(private_state: Path) -> Iterator[int]:
    """The same, which says that it is as old as MongoDB 4.2."""
    port = free_port()
    with jvm_servers.mongo_server(port, wire=8):
        wait_for(port, 60)
        yield port
