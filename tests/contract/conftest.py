"""A platform by each way to it, on each database. Over REST it is a Jupyter server, a process of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import psycopg
import pytest

from scaleph_lab import Platform
from scaleph_lab.catalog.documents.base import Listing
from scaleph_lab.catalog.documents.standard import (
    ElementListing,
    MappingListing,
    NewMapping,
    NewReferenceSet,
    NewSystem,
    NewValue,
    ValueListing,
)
from scaleph_lab.platform import StandardVerbs
from scaleph_lab.settings import reload_settings

TOKEN = "token-of-the-test"


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def catalog_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path_factory.mktemp('catalog') / 'catalog.sqlite'}"
    server = f"postgresql://scaleph:pw-of-the-test@127.0.0.1:{request.getfixturevalue('postgres')}"
    name = f"contract_{time.time_ns()}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return f"{server}/{name}"


@pytest.fixture(scope="module", params=["in process", "rest"])
def platform(
    request: pytest.FixtureRequest, catalog_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Platform]:
    """The facade, on a catalog of its own."""
    if request.param == "rest":
        yield from _over_rest(catalog_url, tmp_path_factory.mktemp("server"))
        return
    os.environ["SCALEPH_LAB_CATALOG_URL"] = catalog_url
    reload_settings()
    yield Platform()
    del os.environ["SCALEPH_LAB_CATALOG_URL"]
    reload_settings()


def _over_rest(catalog_url: str, home: Path) -> Iterator[Platform]:
    port = free_port()
    server = serve(catalog_url, home, port)
    try:
        yield Platform(f"http://127.0.0.1:{port}/a/b/", TOKEN)
    finally:
        server.terminate()
        server.wait(20)
    # What went wrong unexpectedly would be a trace there.
    assert "Traceback" not in (home / "log").read_text()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def serve(catalog_url: str, home: Path, port: int, *more: str, **environ: str) -> subprocess.Popen[bytes]:
    """A Jupyter server that answers."""
    options = [f"--ServerApp.port={port}", "--ServerApp.open_browser=False", "--ServerApp.base_url=/a/b/"]
    options += [f"--ServerApp.root_dir={home}", "--ServerApp.allow_root=True", "--ServerApp.port_retries=0", *more]
    environment = {**os.environ, "SCALEPH_LAB_CATALOG_URL": catalog_url, "JUPYTER_TOKEN": TOKEN, **environ}
    with (home / "log").open("ab") as log:
        command = [sys.executable, "-m", "jupyter", "server", *options]
        server = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
    try:
        _wait(f"http://127.0.0.1:{port}/a/b/", home / "log")
    except AssertionError:
        server.kill()
        raise
    return server


@pytest.fixture(scope="module")
def shared_lab(catalog_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The base URL of a server that many use. Who they are, their tokens say: JupyterHub would ask them."""
    home, port = tmp_path_factory.mktemp("shared"), free_port()
    provider = "--ServerApp.identity_provider_class=identities.TokenUsers"
    server = serve(catalog_url, home, port, provider, PYTHONPATH=str(Path(__file__).parent))
    yield f"http://127.0.0.1:{port}/a/b/"
    server.terminate()
    server.wait(20)
    assert "Traceback" not in (home / "log").read_text()


@pytest.fixture
def restartable(catalog_url: str, tmp_path: Path) -> Iterator[tuple[Platform, Callable[[], None], Callable[[], None]]]:
    """A platform over REST, what kills its server (by SIGKILL), and what starts it again on the same port."""
    port, servers = free_port(), []

    def start() -> None:
        servers.append(serve(catalog_url, tmp_path, port))

    def kill() -> None:
        servers[-1].kill()
        servers[-1].wait(10)

    start()
    yield Platform(f"http://127.0.0.1:{port}/a/b/", TOKEN), kill, start
    kill()


def _wait(url: str, log: Path) -> None:
    for _ in range(300):
        try:
            answer = httpx.get(f"{url}scaleph/health", headers={"Authorization": f"token {TOKEN}"}, trust_env=False)
        except httpx.HTTPError:
            time.sleep(0.1)
            continue
        assert answer.status_code == 200, log.read_text()
        return
    raise AssertionError(log.read_text())


@pytest.fixture
def standard(platform: Platform) -> Iterator[StandardVerbs]:
    """The verbs of a standard in which nothing is."""
    standard = platform.standard
    yield standard
    for verbs, listing in (
        (standard.mappings, MappingListing),
        (standard.elements, ElementListing),
        (standard.values, ValueListing),
        (standard.sets, Listing),
        (standard.systems, Listing),
    ):
        for each in verbs.list(listing(limit=200)).items:
            verbs.delete(each.id, each.version)


@pytest.fixture
def gender(standard: StandardVerbs) -> StandardVerbs:
    """A standard with a set that two systems write each in its own way."""
    standard.sets.create(NewReferenceSet(code="gender", name="Gender"))
    for system in ("crm", "erp"):
        standard.systems.create(NewSystem(code=system, name=system.upper(), contact="ada@example.org"))
    for system, code, value in (
        (None, "M", "male"),
        (None, "F", "female"),
        ("crm", "1", "male"),
        ("crm", "2", "female"),
        ("erp", "male", "male"),
    ):
        standard.values.create(NewValue(set="gender", system=system, code=code, value=value))
    standard.mappings.create(NewMapping(set="gender", system="crm", code="1", mapped_code="M"))
    standard.mappings.create(NewMapping(set="gender", code="M", mapped_system="erp", mapped_code="male"))
    return standard
