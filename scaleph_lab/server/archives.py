"""Projects as files over REST."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Iterator
from http import HTTPStatus
from typing import TYPE_CHECKING

from jupyter_server.auth.decorator import authorized
from tornado.iostream import StreamClosedError
from tornado.web import authenticated

from scaleph_lab.server.catalog import CatalogHandler

if TYPE_CHECKING:
    from scaleph_lab.catalog.services.archives import Archives

__all__ = ["ProjectArchiveHandler", "ProjectImportHandler"]

_RESOURCE = "scaleph:projects"


def _archives() -> type[Archives]:
    from scaleph_lab.catalog.services.archives import Archives

    return Archives


class ProjectArchiveHandler(CatalogHandler):
    """``/scaleph/projects/{key}/archive``"""

    auth_resource = _RESOURCE

    @authenticated
    @authorized
    async def get(self, key: str) -> None:
        """Streams a project as a file."""

        def begin(archives: Archives) -> tuple[Iterator[bytes], bytes]:
            chunks = archives.export(key)
            # What fails says so by the first chunk, before an answer has begun.
            return chunks, next(chunks, b"")

        chunks, chunk = await self.ask(_archives, begin)
        self.set_header("Content-Type", "application/zip")
        self.set_header("Content-Disposition", "attachment")
        while chunk:
            self.write(chunk)
            try:
                await self.flush()
            except StreamClosedError:
                # Who asked has gone.
                return
            chunk = await asyncio.to_thread(next, chunks, b"")
        self.finish(set_content_type="application/zip")


class ProjectImportHandler(CatalogHandler):
    """``/scaleph/project-imports``"""

    auth_resource = _RESOURCE

    @authenticated
    @authorized
    async def post(self) -> None:
        """Makes the project of a file."""
        from scaleph_lab.catalog.documents.archive import ProjectImport

        asked, file = self.query(ProjectImport), io.BytesIO(self.request.body)
        made = await self.ask(_archives, lambda archives: archives.import_file(file, asked))
        self.reply_document(made, HTTPStatus.CREATED)
