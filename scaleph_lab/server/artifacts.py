"""Artifacts over REST."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from jupyter_server.auth.decorator import authorized
from tornado.web import authenticated

from scaleph_lab.server.catalog import CatalogHandler

if TYPE_CHECKING:
    from scaleph_lab.catalog.documents.artifact import Saved
    from scaleph_lab.catalog.services.artifacts import Artifacts

__all__ = ["ARTIFACTS", "ArtifactHandler", "ArtifactListHandler", "ArtifactTypesHandler", "reply_saved"]

ARTIFACTS = "scaleph:artifacts"
"""The resource that Jupyter's authoriser is asked for."""


def _artifacts() -> type[Artifacts]:
    from scaleph_lab.catalog.services.artifacts import Artifacts

    return Artifacts


def reply_saved(handler: CatalogHandler, saved: Saved) -> None:
    """Ends the request with what a save left: 201 where it made a revision."""
    handler.set_header("ETag", f'"{saved.artifact.version}"')
    handler.reply(saved.model_dump(mode="json"), HTTPStatus.CREATED if saved.is_new else HTTPStatus.OK)


class ArtifactTypesHandler(CatalogHandler):
    """``/scaleph/artifact-types``"""

    auth_resource = ARTIFACTS

    @authenticated
    @authorized
    async def get(self) -> None:
        """Lists the types with what their forms need."""
        self.reply_page(await self.ask(_artifacts, lambda artifacts: artifacts.kinds()))


class ArtifactListHandler(CatalogHandler):
    """``/scaleph/artifacts``"""

    auth_resource = ARTIFACTS

    @authenticated
    @authorized
    async def get(self) -> None:
        """Lists artifacts, a page at a time."""
        from scaleph_lab.catalog.documents.artifact import ArtifactListing

        listing = self.query(ArtifactListing)
        self.reply_page(await self.ask(_artifacts, lambda artifacts: artifacts.list(listing)))

    @authenticated
    @authorized
    async def post(self) -> None:
        """Makes an artifact from a text."""
        from scaleph_lab.catalog.documents.artifact import NewArtifact

        new = self.document(NewArtifact)
        reply_saved(self, await self.ask(_artifacts, lambda artifacts: artifacts.create(new)))


class ArtifactHandler(CatalogHandler):
    """``/scaleph/artifacts/{key}``"""

    auth_resource = ARTIFACTS

    @authenticated
    @authorized
    async def get(self, key: str) -> None:
        """Answers one artifact."""
        self.reply_document(await self.ask(_artifacts, lambda artifacts: artifacts.get(key)))

    @authenticated
    @authorized
    async def patch(self, key: str) -> None:
        """Renames an artifact, moves it, or changes its remark."""
        from scaleph_lab.catalog.documents.artifact import ArtifactChanges

        changes, version = self.document(ArtifactChanges), self.version()
        self.reply_document(await self.ask(_artifacts, lambda artifacts: artifacts.update(key, changes, version)))

    @authenticated
    @authorized
    async def delete(self, key: str) -> None:
        """Deletes an artifact with all its revisions."""
        version = self.version()
        await self.ask(_artifacts, lambda artifacts: artifacts.delete(key, version))
        self.reply_nothing()
