"""What the cells of one kernel share: the chosen engine and one session for each engine used."""

from __future__ import annotations

import atexit
import contextlib
from typing import TYPE_CHECKING

from scaleph_lab.magics.background import BackgroundLoop

if TYPE_CHECKING:
    from scaleph_lab.engines.model import Engine
    from scaleph_lab.sql.session import SqlSession

__all__ = ["Workbench"]

_FAREWELL_SECONDS = 2.0


class Workbench:
    """Sessions are opened when a cell needs them, and closed when the kernel ends."""

    def __init__(self) -> None:
        self.loop = BackgroundLoop()
        self._engine: str | None = None
        self._sessions: dict[str, SqlSession] = {}
        atexit.register(self.close)

    def engine(self, name: str | None = None) -> Engine:
        """The engine of that name, or the chosen one. Raises `NotFoundError`."""
        from scaleph_lab.engines import get_engine

        return get_engine(name or self._engine)

    def use(self, name: str) -> Engine:
        """Chooses the engine of the cells to come. Raises `NotFoundError`."""
        engine = self.engine(name)
        self._engine = engine.name
        return engine

    def session(self, name: str | None = None) -> SqlSession:
        """The session on that engine; it opens with its first statement."""
        from scaleph_lab.sql.session import SqlSession

        engine = self.engine(name)
        if engine.name not in self._sessions:
            self._sessions[engine.name] = SqlSession(engine, name="notebook")
        return self._sessions[engine.name]

    def known_session(self, name: str) -> SqlSession | None:
        """The session on that engine, where a cell has used it."""
        return self._sessions.get(name)

    def leave(self, name: str) -> None:
        """Closes the session on that engine, if there is one."""
        session = self._sessions.pop(name, None)
        if session is not None and self.loop.running:
            self.loop.start(session.close()).finish(_FAREWELL_SECONDS)

    def close(self) -> None:
        """Closes all sessions, as far as their gateways still answer."""
        for name in list(self._sessions):
            with contextlib.suppress(Exception):
                self.leave(name)
