"""The database: SQLite by default, PostgreSQL by URL; reads and writes are transactions of their own kind."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cached_property
from pathlib import Path
from sqlite3 import Connection as SqliteConnection
from sqlite3 import OperationalError as SqliteOperationalError
from threading import Lock

from sqlalchemy import Connection, Engine, create_engine, event, select
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DataError, InvalidatePoolError, NoSuchModuleError, OperationalError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from scaleph_lab.catalog.errors import CatalogUnavailableError
from scaleph_lab.catalog.migrating import migrate
from scaleph_lab.catalog.models.identity import IdentityRow
from scaleph_lab.errors import ValidationError
from scaleph_lab.settings import get_settings

__all__ = ["Database", "open_catalog"]

_BUSY_SECONDS = 60
_LOCKED_PAUSE = 0.02
_IDLE_SECONDS = 1.0
_WRITES = "scaleph_writes"


_OPENING = Lock()
_OPENED: dict[str, Database] = {}


class Database:
    """One catalog. It is migrated when it is opened, so whoever holds a `Database` holds one of this version."""

    def __init__(self, url: str) -> None:
        """Raises `ValidationError` for a URL that serves not, `NewerCatalogError`, `CatalogUnavailableError`."""
        self._reads = engine = _engine(url)
        self._writes = engine.execution_options(**{_WRITES: True})
        if engine.dialect.name == "postgresql":
            # There each statement has a sight of its own anyway, so a transaction would only be two more ways to go.
            self._reads = engine.execution_options(isolation_level="AUTOCOMMIT")
        self._listeners: list[Callable[[], None]] = []
        with _failures_in_words():
            migrate(self._writes)
        self._open: ContextVar[tuple[Session, bool] | None] = ContextVar("open session", default=None)
        self.arrivals: dict[str, float] = {}
        """When this process last noted that a user was here, by the monotonic clock."""

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Reads what is committed; it hinders no writer. On SQLite all of it is one sight of the data."""
        with (
            _failures_in_words(),
            Session(self._reads, expire_on_commit=False) as session,
            self._as_open(session, is_write=False),
        ):
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A transaction: committed at the end of the block, rolled back when it is left by an error."""
        with (
            _failures_in_words(),
            Session(self._writes, expire_on_commit=False) as session,
            session.begin(),
            self._as_open(session, is_write=True),
        ):
            yield session
        for listener in self._listeners:
            listener()

    def listen(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Has `listener` called after each transaction of this process, in the thread of the writer.

        The answer ends that.
        """
        self._listeners = [*self._listeners, listener]

        def end() -> None:
            self._listeners = [each for each in self._listeners if each is not listener]

        return end

    @contextmanager
    def joined(self) -> Iterator[Session]:
        """The session that is open around this, so that a question costs no connection more; else one that reads."""
        around = self._open.get()
        if around is not None:
            yield around[0]
            return
        with self.read() as session:
            yield session

    @property
    def is_writing(self) -> bool:
        """Whether a transaction is open around this: on SQLite, another one would wait for its end."""
        around = self._open.get()
        return around is not None and around[1]

    @contextmanager
    def _as_open(self, session: Session, *, is_write: bool) -> Iterator[None]:
        token = self._open.set((session, is_write))
        try:
            yield
        finally:
            self._open.reset(token)

    @cached_property
    def identity(self) -> str:
        """What tells this catalog from all others."""
        with self.read() as session:
            return session.scalars(select(IdentityRow.id)).one()

    def close(self) -> None:
        """Gives the connections back."""
        self._reads.dispose()


def open_catalog() -> Database:
    """The catalog of the settings, opened once a process for each URL."""
    settings = get_settings()
    url = settings.catalog_url or f"sqlite:///{settings.state_dir / 'catalog.sqlite'}"
    # The first requests of a page come at once, each in a thread.
    with _OPENING:
        if url not in _OPENED:
            _OPENED[url] = Database(url)
        return _OPENED[url]


def _engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
        if parsed.drivername == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
        if parsed.get_backend_name() == "sqlite" and parsed.database:
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(parsed)
    except (ArgumentError, NoSuchModuleError) as error:
        # The error's own text would show the URL, and with it a password.
        raise ValidationError(
            "The setting catalog_url is not the URL of a database.",
            hint="Such as sqlite:////path/catalog.sqlite or postgresql://user@host/name.",
            path="catalog_url",
        ) from error
    except ModuleNotFoundError as error:
        raise CatalogUnavailableError(
            "The driver for this database is not installed.", hint="pip install 'scaleph-lab[postgres]'"
        ) from error
    _ping_what_lay_idle(engine)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _ping_what_lay_idle(engine: Engine) -> None:
    """A connection that the server has closed is replaced before it is used. One that was used a moment ago is not
    asked: that would be one way more to the server in each call."""

    def put_back(_connection: object, record: ConnectionPoolEntry) -> None:
        record.info["idle_since"] = time.monotonic()

    def take(connection: DBAPIConnection, record: ConnectionPoolEntry, _proxy: object) -> None:
        if time.monotonic() - record.info.get("idle_since", float("inf")) < _IDLE_SECONDS:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise InvalidatePoolError from error

    event.listen(engine, "checkin", put_back)
    event.listen(engine, "checkout", take)


def _prepare_sqlite(connection: SqliteConnection, _record: object) -> None:
    # Python's sqlite3 would begin transactions late, and none at all around DDL.
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout = {_BUSY_SECONDS * 1000}")
    _write_ahead(connection)
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = NORMAL")


def _write_ahead(connection: SqliteConnection) -> None:
    """Switches the file to the write-ahead log, where it stays. SQLite wants the file alone for it and, unlike with all
    else, does not wait until it is."""
    deadline = time.monotonic() + _BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except SqliteOperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(_LOCKED_PAUSE)


def _begin_sqlite(connection: Connection) -> None:
    # A writer queues for the lock at once: one that read first and then wants to write would be refused, not queued.
    writes = connection.get_execution_options().get(_WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def _failures_in_words() -> Iterator[None]:
    try:
        yield
    except (DataError, OverflowError) as error:
        raise ValidationError("A value is one that the catalog's database cannot hold.") from error
    except OperationalError as error:
        raise CatalogUnavailableError(
            f"The catalog's database does not answer: {str(error.orig).splitlines()[0]}.",
            hint="See that it runs and that catalog_url names it; then try again.",
        ) from error
