"""What the cells of one kernel share: the chosen engine and session, and the queries that go on in the background."""

from __future__ import annotations

import atexit
import contextlib
import os
from collections.abc import Mapping
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from scaleph_lab.magics.detached import DetachedQueries
from scaleph_lab.sql.background import BackgroundLoop

if TYPE_CHECKING:
    from scaleph_lab.engines.model import Engine
    from scaleph_lab.sql.session import SqlSession

__all__ = ["MAIN_SESSION", "Workbench"]

MAIN_SESSION = "main"
"""The session that cells use until another is named."""
_FAREWELL_SECONDS = 2.0


class Workbench:
    """Sessions are opened when a cell needs them, and closed when the kernel ends."""

    def __init__(self) -> None:
        self.loop = BackgroundLoop()
        self.queries = DetachedQueries()
        self.savepoints: list[tuple[str, str, str]] = []
        """Taken from here: each one's URI, and the id and the name of its job."""
        self.dropped: set[str] = set()
        """URIs of savepoints that were removed from here; the JobManager still lists them."""
        self._engine: str | None = None
        self._name = MAIN_SESSION
        self._sessions: dict[tuple[str, str], SqlSession] = {}
        self._files: list[Path] = []
        atexit.register(self.close)

    @property
    def session_name(self) -> str:
        """The chosen session's name."""
        return self._name

    @property
    def sessions(self) -> dict[tuple[str, str], SqlSession]:
        """The sessions so far, by engine and name."""
        return dict(self._sessions)

    def engine(self, name: str | None = None) -> Engine:
        """The engine of that name, or the chosen one. Raises `NotFoundError`."""
        from scaleph_lab.engines import get_engine

        return get_engine(name or self._engine)

    def use(self, engine: str | None, session: str = MAIN_SESSION) -> Engine:
        """Chooses engine and session of the cells to come. Raises `NotFoundError`."""
        chosen = self.engine(engine)
        self._engine, self._name = chosen.name, session
        return chosen

    def session(self, engine: str | None = None, properties: Mapping[str, str] | None = None) -> SqlSession:
        """The chosen session, or, for another engine than the chosen one, the main one there.

        It opens with its first statement; ``properties`` are for one that is made now.
        """
        from scaleph_lab.sql.session import SqlSession

        there = self.engine(engine)
        name = self._name if there.name == self.engine().name else MAIN_SESSION
        key = (there.name, name)
        if key not in self._sessions:
            self._sessions[key] = SqlSession(there, name=_title(name), properties=properties)
        return self._sessions[key]

    def known_session(self, engine: str) -> SqlSession | None:
        """The session that cells use, or have used, on that engine."""
        return self._sessions.get((engine, self._name)) or self._sessions.get((engine, MAIN_SESSION))

    def leave(self, engine: str, name: str | None = None) -> None:
        """Closes the sessions on that engine, or the one of that name."""
        for key in [key for key in self._sessions if key[0] == engine and name in {None, key[1]}]:
            session = self._sessions.pop(key)
            if self.loop.running:
                self.loop.start(session.close()).finish(_FAREWELL_SECONDS)

    def forget_at_end(self, file: Path) -> None:
        """Removes a file when the kernel ends: that of a table whose session ends then."""
        self._files.append(file)

    def close(self) -> None:
        """Closes all sessions, as far as their gateways still answer; queries end with them."""
        self.queries.close()
        for file in self._files:
            file.unlink(missing_ok=True)
        for engine in {engine for engine, _ in self._sessions}:
            with contextlib.suppress(Exception):
                self.leave(engine)


def _title(name: str) -> str:
    """What the gateway calls it: the notebook, where the server tells it, and the session."""
    notebook = PurePath(os.environ.get("JPY_SESSION_NAME", "")).stem or "notebook"
    return notebook if name == MAIN_SESSION else f"{notebook}/{name}"
