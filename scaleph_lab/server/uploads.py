"""Uploads over REST: a file in parts, so that a broken connection costs one part."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from jupyter_server.auth.decorator import authorized
from tornado.web import authenticated

from scaleph_lab.server.artifacts import ARTIFACTS, reply_saved
from scaleph_lab.server.catalog import CatalogHandler

if TYPE_CHECKING:
    from scaleph_lab.catalog.services.uploads import Uploads

__all__ = ["UploadFinishHandler", "UploadHandler", "UploadListHandler"]


def _uploads() -> type[Uploads]:
    from scaleph_lab.catalog.services.uploads import Uploads

    return Uploads


class UploadListHandler(CatalogHandler):
    """``/scaleph/uploads``"""

    auth_resource = ARTIFACTS

    @authenticated
    @authorized
    async def post(self) -> None:
        """Begins an upload, or answers the one that goes on."""
        from scaleph_lab.catalog.documents.upload import NewUpload

        new = self.document(NewUpload)
        self.reply_document(await self.ask(_uploads, lambda uploads: uploads.create(new)), HTTPStatus.CREATED)


class UploadHandler(CatalogHandler):
    """``/scaleph/uploads/{id}``"""

    auth_resource = ARTIFACTS

    @authenticated
    @authorized
    async def get(self, key: str) -> None:
        """Answers an upload, which says where it goes on."""
        self.reply_document(await self.ask(_uploads, lambda uploads: uploads.get(key)))

    @authenticated
    @authorized
    async def patch(self, key: str) -> None:
        """Takes a part."""
        from scaleph_lab.catalog.documents.upload import Part

        part, data = self.query(Part), self.request.body
        self.reply_document(await self.ask(_uploads, lambda uploads: uploads.send(key, part.offset, data)))

    @authenticated
    @authorized
    async def delete(self, key: str) -> None:
        """Ends an upload and removes its parts."""
        await self.ask(_uploads, lambda uploads: uploads.delete(key))
        self.reply_nothing()


class UploadFinishHandler(CatalogHandler):
    """``/scaleph/uploads/{id}/finish``"""

    auth_resource = ARTIFACTS

    @authenticated
    @authorized
    async def post(self, key: str) -> None:
        """Makes an upload a revision."""
        reply_saved(self, await self.ask(_uploads, lambda uploads: uploads.finish(key)))
