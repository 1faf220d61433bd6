"""A catalog on each database: SQLite and a real PostgreSQL."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from scaleph_lab.access.policy import Actor
from scaleph_lab.catalog.database import Database
from scaleph_lab.catalog.services.projects import Projects


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
    return Projects(database, Actor("ada", "test"))
