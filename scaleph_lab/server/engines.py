"""Engines: their state, start, stop and log."""

from __future__ import annotations

import asyncio
from http import HTTPStatus

from jupyter_server.auth.decorator import authorized
from tornado.web import authenticated

from scaleph_lab.errors import UserError
from scaleph_lab.server.base import ScalephHandler, authorized_to_execute

__all__ = ["EngineHandler", "EngineListHandler", "EngineLogHandler", "EngineStartHandler", "EngineStopHandler"]

_RESOURCE = "scaleph:engines"
_MOST_LINES = 5000


class EngineListHandler(ScalephHandler):
    """``/scaleph/engines``"""

    auth_resource = _RESOURCE

    @authenticated
    @authorized
    async def get(self) -> None:
        """Lists all engines with their state as seen now."""
        self.reply({"engines": await asyncio.to_thread(self.service.describe_all)})


class EngineHandler(ScalephHandler):
    """``/scaleph/engines/{name}``"""

    auth_resource = _RESOURCE

    @authenticated
    @authorized
    async def get(self, name: str) -> None:
        """Answers one engine, with the progress of its start or the failure of the last one."""
        self.reply(await asyncio.to_thread(self.service.describe, name))


class EngineStartHandler(ScalephHandler):
    """``/scaleph/engines/{name}/start``"""

    auth_resource = _RESOURCE

    @authenticated
    @authorized_to_execute
    async def post(self, name: str) -> None:
        """Begins a start in the background; ``GET`` of the engine shows how it goes."""
        self.reply(await asyncio.to_thread(self.service.start, name), HTTPStatus.ACCEPTED)


class EngineStopHandler(ScalephHandler):
    """``/scaleph/engines/{name}/stop``"""

    auth_resource = _RESOURCE

    @authenticated
    @authorized_to_execute
    async def post(self, name: str) -> None:
        """Stops the engine and answers when its process has ended."""
        self.reply(await asyncio.to_thread(self.service.stop, name))


class EngineLogHandler(ScalephHandler):
    """``/scaleph/engines/{name}/logs``"""

    auth_resource = _RESOURCE

    @authenticated
    @authorized
    async def get(self, name: str) -> None:
        """Answers the last ``lines`` lines of the engine's log."""
        asked = self.get_query_argument("lines", "200")
        if not asked.isascii() or not asked.isdigit() or not 1 <= int(asked) <= _MOST_LINES:
            raise UserError(
                f"`lines` has to be a whole number, and {asked!r} is not one that serves.",
                hint=f"Ask for 1 to {_MOST_LINES} lines.",
                path="lines",
            )
        self.reply({"text": await asyncio.to_thread(self.service.log_tail, name, int(asked))})
