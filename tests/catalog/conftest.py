"""A catalog on each database: SQLite and a real PostgreSQL."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import boto3
import psycopg
import pytest
from moto.server import ThreadedMotoServer

from scaleph_lab.access.policy import Actor, SoleOwner
from scaleph_lab.catalog.database import Database
from scaleph_lab.catalog.services.projects import Projects
from scaleph_lab.catalog.store import ContentStore


@pytest.fixture(params=["sqlite", "postgresql"])
def catalog_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'catalog.sqlite'}"
        return
    server = f"postgresql://scaleph:pw-of-the-test@127.0.0.1:{request.getfixturevalue('postgres')}"
    name = f"catalog_{uuid.uuid4().hex}"
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    yield f"{server}/{name}"


@pytest.fixture
def database(catalog_url: str) -> Iterator[Database]:
    opened = Database(catalog_url)
    yield opened
    opened.close()


@pytest.fixture
def projects(database: Database) -> Projects:
    """Projects as Ada, who owns everything."""
    return Projects(database, Actor("ada", "test"), SoleOwner())


@pytest.fixture(scope="session")
def s3_server() -> Iterator[str]:
    """The URL of a server that speaks S3."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(params=["folder", "s3"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The URL of an empty content store."""
    if request.param == "folder":
        return (tmp_path / "artifacts").as_uri()
    monkeypatch.setenv("AWS_ENDPOINT_URL", request.getfixturevalue("s3_server"))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "id-of-the-test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "key-of-the-test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    bucket = f"b{uuid.uuid4().hex}"
    boto3.client("s3").create_bucket(Bucket=bucket)
    return f"s3://{bucket}/lab"


@pytest.fixture
def store(store_url: str) -> ContentStore:
    return ContentStore(store_url)
