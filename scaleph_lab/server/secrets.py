"""Secrets over REST: write-only."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from jupyter_server.auth.decorator import authorized
from tornado.web import authenticated

from scaleph_lab.server.catalog import CatalogHandler

if TYPE_CHECKING:
    from scaleph_lab.catalog.services.secrets import Secrets

__all__ = ["SecretHandler", "SecretListHandler"]

_RESOURCE = "scaleph:secrets"


def _secrets() -> type[Secrets]:
    from scaleph_lab.catalog.services.secrets import Secrets

    return Secrets


class SecretListHandler(CatalogHandler):
    """``/scaleph/secrets``"""

    auth_resource = _RESOURCE

    @authenticated
    @authorized
    async def get(self) -> None:
        """Lists the names of the secrets."""
        self.reply_page(await self.ask(_secrets, lambda secrets: secrets.list()))


class SecretHandler(CatalogHandler):
    """``/scaleph/secrets/{key}``"""

    auth_resource = _RESOURCE

    @authenticated
    @authorized
    async def put(self, key: str) -> None:
        """Keeps a secret."""
        from scaleph_lab.catalog.documents.secret import NewSecret

        new = self.document(NewSecret)
        await self.ask(_secrets, lambda secrets: secrets.put(key, new))
        self.set_status(HTTPStatus.NO_CONTENT)
        self.finish()

    @authenticated
    @authorized
    async def delete(self, key: str) -> None:
        """Forgets a secret."""
        await self.ask(_secrets, lambda secrets: secrets.delete(key))
        self.set_status(HTTPStatus.NO_CONTENT)
        self.finish()
