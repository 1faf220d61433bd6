"""Migrations: from the revision before, refused by an older code, killed in the middle."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect, text

import scaleph_lab.catalog.models.access
import scaleph_lab.catalog.models.action
import scaleph_lab.catalog.models.artifact
import scaleph_lab.catalog.models.cluster
import scaleph_lab.catalog.models.datasource
import scaleph_lab.catalog.models.identity
import scaleph_lab.catalog.models.project
import scaleph_lab.catalog.models.standard
import scaleph_lab.catalog.models.upload  # noqa: F401
from scaleph_lab.access.policy import Actor
from scaleph_lab.catalog.database import Database, _engine
from scaleph_lab.catalog.documents.project import NewProject
from scaleph_lab.catalog.errors import NewerCatalogError
from scaleph_lab.catalog.migrating import migrate
from scaleph_lab.catalog.models.base import Base
from scaleph_lab.catalog.services.projects import Projects
from scaleph_lab.errors import ValidationError

KILLED = """
import os, signal, sys
from alembic import op
from scaleph_lab.catalog.database import Database
import scaleph_lab.catalog.migrating
make, count = op.create_table, []
def create_table(*arguments, **options):
    make(*arguments, **options)
    count.append(1)
    if len(count) == 2:
        os.kill(os.getpid(), signal.SIGKILL)
op.create_table = create_table
Database(sys.argv[1])
"""


def tables(url):
    engine = _engine(url)
    try:
        return set(inspect(engine).get_table_names())
    finally:
        engine.dispose()


def test_the_migrated_database_is_what_the_models_say(database):
    with database.read() as session:
        differences = compare_metadata(MigrationContext.configure(session.connection()), Base.metadata)
    assert [difference for difference in differences if difference[0] not in {"remove_index"}] == []


def test_a_database_of_the_revision_before_is_migrated_with_its_rows(catalog_url):
    engine = _engine(catalog_url)
    migrate(engine.execution_options(scaleph_writes=True), "0001")
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO projects VALUES ('1', 1, 'ada', 1, 'ada', 1, 'old', 'Old', '')"))
    engine.dispose()
    assert "actions" not in tables(catalog_url)
    database = Database(catalog_url)
    projects = Projects(database, Actor("ada", "test"))
    assert projects.get("old").name == "Old"
    projects.create(NewProject(code="new", name="New"))
    database.close()


def test_a_newer_database_is_refused_with_words_and_left_alone(catalog_url):
    Database(catalog_url).close()
    engine = _engine(catalog_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(NewerCatalogError, match="revision 9999, which this version of Scaleph Lab does not know"):
        Database(catalog_url)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT version_num FROM alembic_version")) == "9999"
    engine.dispose()


def test_a_migration_that_is_killed_leaves_nothing_and_the_next_one_runs(catalog_url):
    # The second table is that of the second revision, which is not marked as run yet.
    killed = subprocess.run([sys.executable, "-c", KILLED, catalog_url], check=False, capture_output=True, timeout=60)
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
    assert tables(catalog_url) == set()
    Database(catalog_url).close()
    assert {"projects", "actions"} <= tables(catalog_url)


def test_many_open_an_empty_database_at_once(catalog_url):
    with ThreadPoolExecutor(8) as pool:
        for database in pool.map(lambda _: Database(catalog_url), range(8)):
            database.close()
    assert {"projects", "actions"} <= tables(catalog_url)


@pytest.mark.parametrize("url", ["no url", "no-such-database://user:pw-canary@host/name"])
def test_a_url_that_serves_not_is_refused_without_showing_it(url):
    with pytest.raises(ValidationError) as refused:
        Database(url)
    assert refused.value.path == "catalog_url"
    assert "pw-canary" not in str(refused.value)


def test_an_empty_database_that_is_in_use_is_waited_for(tmp_path):
    """SQLite's switch to its write-ahead log wants the file alone, and does not wait for it by itself."""
    file = tmp_path / "catalog.sqlite"
    with closing(sqlite3.connect(file, isolation_level=None, check_same_thread=False)) as other:
        other.execute("CREATE TABLE others (id INTEGER)")
        other.execute("BEGIN IMMEDIATE")
        threading.Timer(1.0, other.execute, ("ROLLBACK",)).start()
        Database(f"sqlite:///{file}").close()
    assert {"projects", "actions"} <= tables(f"sqlite:///{file}")
