"""The log of actions over REST."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_server.auth.decorator import authorized
from tornado.web import authenticated

from scaleph_lab.server.catalog import CatalogHandler

if TYPE_CHECKING:
    from scaleph_lab.catalog.services.actions import Actions

__all__ = ["ActionListHandler"]


def _actions() -> type[Actions]:
    from scaleph_lab.catalog.services.actions import Actions

    return Actions


class ActionListHandler(CatalogHandler):
    """``/scaleph/actions``"""

    auth_resource = "scaleph:actions"

    @authenticated
    @authorized
    async def get(self) -> None:
        """Answers a page of the log, the newest first."""
        from scaleph_lab.catalog.documents.action import ActionListing

        listing = self.query(ActionListing)
        self.reply_page(await self.ask(_actions, lambda actions: actions.list(listing)))
