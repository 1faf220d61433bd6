"""The revisions of an artifact over REST."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import TYPE_CHECKING

from jupyter_server.auth.decorator import authorized
from tornado.iostream import StreamClosedError
from tornado.web import authenticated

from scaleph_lab.errors import NotFoundError
from scaleph_lab.server.artifacts import ARTIFACTS, reply_saved
from scaleph_lab.server.catalog import CatalogHandler

if TYPE_CHECKING:
    from scaleph_lab.catalog.documents.artifact import Revision
    from scaleph_lab.catalog.services.revisions import Revisions

__all__ = ["ContentHandler", "DiffHandler", "RestoreHandler", "RevisionHandler", "RevisionListHandler"]


def _revisions() -> type[Revisions]:
    from scaleph_lab.catalog.services.revisions import Revisions

    return Revisions


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise NotFoundError(f"There is no revision {text!r}.", path="number")
    return int(text)


class RevisionListHandler(CatalogHandler):
    """``/scaleph/artifacts/{key}/revisions``"""

    auth_resource = ARTIFACTS

    @authenticated
    @authorized
    async def get(self, key: str) -> None:
        """Lists the revisions of an artifact, the newest first."""
        from scaleph_lab.catalog.documents.artifact import RevisionListing

        listing = self.query(RevisionListing)
        self.reply_page(await self.ask(_revisions, lambda revisions: revisions.list(key, listing)))

    @authenticated
    @authorized
    async def post(self, key: str) -> None:
        """Saves a revision."""
        from scaleph_lab.catalog.documents.artifact import NewRevision

        new, version = self.document(NewRevision), self.version()
        reply_saved(self, await self.ask(_revisions, lambda revisions: revisions.save(key, new, version)))


class RevisionHandler(CatalogHandler):
    """``/scaleph/artifacts/{key}/revisions/{number}``"""

    auth_resource = ARTIFACTS

    @authenticated
    @authorized
    async def get(self, key: str, number: str) -> None:
        """Answers one revision."""
        found = await self.ask(_revisions, lambda revisions: revisions.get(key, _number(number)))
        self.reply(found.model_dump(mode="json"))

    @authenticated
    @authorized
    async def delete(self, key: str, number: str) -> None:
        """Deletes a revision that is not the current one."""
        version = self.version()
        await self.ask(_revisions, lambda revisions: revisions.delete(key, _number(number), version))
        self.reply_nothing()


class RestoreHandler(CatalogHandler):
    """``/scaleph/artifacts/{key}/revisions/{number}/restore``"""

    auth_resource = ARTIFACTS

    @authenticated
    @authorized
    async def post(self, key: str, number: str) -> None:
        """Makes an old revision the current one, as a new revision."""
        from scaleph_lab.catalog.documents.artifact import Restoring

        asked, version = self.document(Restoring), self.version()
        saved = await self.ask(
            _revisions, lambda revisions: revisions.restore(key, _number(number), version, asked.message)
        )
        reply_saved(self, saved)


class DiffHandler(CatalogHandler):
    """``/scaleph/artifacts/{key}/diff``"""

    auth_resource = ARTIFACTS

    @authenticated
    @authorized
    async def get(self, key: str) -> None:
        """Answers how two revisions differ."""
        old, new = self.get_query_argument("old"), self.get_query_argument("new", None)
        wanted = None if new is None else _number(new)
        diff = await self.ask(_revisions, lambda revisions: revisions.diff(key, _number(old), wanted))
        self.reply(diff.model_dump(mode="json"))


class ContentHandler(CatalogHandler):
    """``/scaleph/artifacts/{key}/revisions/{number}/content``"""

    auth_resource = ARTIFACTS

    @authenticated
    @authorized
    async def get(self, key: str, number: str) -> None:
        """Streams the content of a revision."""

        def begin(revisions: Revisions) -> tuple[Revision, Iterator[bytes], bytes]:
            revision, chunks = revisions.get(key, _number(number)), revisions.content(key, _number(number))
            # A store that fails says so by the first chunk, before an answer has begun.
            return revision, chunks, next(chunks, b"")

        revision, chunks, chunk = await self.ask(_revisions, begin)
        # Never as what a browser would show or run: a notebook or a text may hold HTML of a stranger's.
        self.set_header("Content-Type", "application/octet-stream")
        self.set_header("Content-Disposition", "attachment")
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Content-Length", str(revision.size))
        self.set_header("ETag", f'"{revision.sha256}"')
        while chunk:
            self.write(chunk)
            try:
                await self.flush()
            except StreamClosedError:
                # Who asked has gone.
                return
            chunk = await asyncio.to_thread(next, chunks, b"")
        self.finish(set_content_type="application/octet-stream")
