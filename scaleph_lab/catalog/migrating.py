"""Brings a database to this version: whole or not at all, by one process at a time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from filelock import FileLock
from sqlalchemy import Connection, Engine, text

from scaleph_lab.catalog.errors import NewerCatalogError

__all__ = ["migrate"]

_ADVISORY_LOCK = 0x5CA1EF


def migrate(engine: Engine, target: str = "head") -> None:
    """Runs the missing revisions in one transaction; a process that is killed in it leaves the database as it was.

    Raises `NewerCatalogError` for a database whose revision this version does not know.
    """
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    scripts = ScriptDirectory.from_config(config)
    with engine.connect() as connection:
        if _revision(connection, scripts) == scripts.get_current_head() and target == "head":
            return
    with _one_process(engine), engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _ADVISORY_LOCK})
        _revision(connection, scripts)
        config.attributes["connection"] = connection
        command.upgrade(config, target)


@contextmanager
def _one_process(engine: Engine) -> Iterator[None]:
    file = engine.url.database if engine.dialect.name == "sqlite" else None
    with FileLock(f"{file}.migration-lock") if file else nullcontext():
        yield


def _revision(connection: Connection, scripts: ScriptDirectory) -> str | None:
    found = MigrationContext.configure(connection).get_current_revision()
    if found is not None and found not in {script.revision for script in scripts.walk_revisions()}:
        raise NewerCatalogError(
            f"The catalog's database has the revision {found}, which this version of Scaleph Lab does not know.",
            hint="A newer version has written it: update Scaleph Lab, or name another database by catalog_url.",
            path="catalog_url",
        )
    return found
