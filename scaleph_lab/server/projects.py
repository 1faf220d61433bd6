"""Projects over REST."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from jupyter_server.auth.decorator import authorized
from tornado.web import authenticated

from scaleph_lab.server.catalog import CatalogHandler

if TYPE_CHECKING:
    from scaleph_lab.catalog.services.projects import Projects

__all__ = ["ProjectHandler", "ProjectListHandler"]

_RESOURCE = "scaleph:projects"


def _projects() -> type[Projects]:
    from scaleph_lab.catalog.services.projects import Projects

    return Projects


class ProjectListHandler(CatalogHandler):
    """``/scaleph/projects``"""

    auth_resource = _RESOURCE

    @authenticated
    @authorized
    async def get(self) -> None:
        """Lists projects, a page at a time."""
        from scaleph_lab.catalog.documents.base import Listing

        listing = self.query(Listing)
        self.reply_page(await self.ask(_projects, lambda projects: projects.list(listing)))

    @authenticated
    @authorized
    async def post(self) -> None:
        """Makes a project."""
        from scaleph_lab.catalog.documents.project import NewProject

        new = self.document(NewProject)
        made = await self.ask(_projects, lambda projects: projects.create(new))
        self.reply_document(made, HTTPStatus.CREATED)


class ProjectHandler(CatalogHandler):
    """``/scaleph/projects/{key}``"""

    auth_resource = _RESOURCE

    @authenticated
    @authorized
    async def get(self, key: str) -> None:
        """Answers one project."""
        self.reply_document(await self.ask(_projects, lambda projects: projects.get(key)))

    @authenticated
    @authorized
    async def patch(self, key: str) -> None:
        """Changes the given fields of a project."""
        from scaleph_lab.catalog.documents.project import ProjectChanges

        changes, version = self.document(ProjectChanges), self.version()
        self.reply_document(await self.ask(_projects, lambda projects: projects.update(key, changes, version)))

    @authenticated
    @authorized
    async def delete(self, key: str) -> None:
        """Deletes a project; with ``cascade``, also all that hangs on it."""
        from scaleph_lab.catalog.documents.project import ProjectDeletion

        asked, version = self.query(ProjectDeletion), self.version()
        await self.ask(_projects, lambda projects: projects.delete(key, version, cascade=asked.cascade))
        self.reply_nothing()
