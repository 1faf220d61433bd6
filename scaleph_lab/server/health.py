"""Whether the extension answers, and which version it is."""

from __future__ import annotations

from jupyter_server.auth.decorator import authorized
from tornado.web import authenticated

from scaleph_lab import __version__
from scaleph_lab.server.base import ScalephHandler

__all__ = ["HealthHandler"]


class HealthHandler(ScalephHandler):
    """``/scaleph/health``"""

    @authenticated
    @authorized
    async def get(self) -> None:
        """Answers ``{status, version}``."""
        self.reply({"status": "ok", "version": __version__})
