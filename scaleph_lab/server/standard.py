"""The data standard over REST: for each of its nouns a handler of the list, and one of a record."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from http import HTTPStatus
from importlib import import_module
from typing import Any, NamedTuple

from jupyter_server.auth.decorator import authorized
from tornado.web import authenticated

from scaleph_lab.server.base import authorized_to_read
from scaleph_lab.server.catalog import CatalogHandler

__all__ = [
    "ElementHandler",
    "ElementListHandler",
    "MappingHandler",
    "MappingListHandler",
    "ReferenceSetHandler",
    "ReferenceSetListHandler",
    "StandardExportHandler",
    "StandardImportHandler",
    "StandardLintHandler",
    "SystemHandler",
    "SystemListHandler",
    "TranslationHandler",
    "ValueHandler",
    "ValueListHandler",
]

RESOURCE = "scaleph:standard"


class _Noun(NamedTuple):
    """Where a noun's service is, and what its documents are called: imported when the first request comes."""

    module: str
    service: str
    listing: str
    new: str
    changes: str

    def kind(self) -> Any:
        """The service."""
        return getattr(import_module(f"scaleph_lab.catalog.services.{self.module}"), self.service)

    def document(self, name: str) -> Any:
        """A document."""
        home = "base" if name == "Listing" else "standard"
        return getattr(import_module(f"scaleph_lab.catalog.documents.{home}"), name)


_SYSTEMS = _Noun("standard", "Systems", "Listing", "NewSystem", "SystemChanges")
_SETS = _Noun("standard", "ReferenceSets", "Listing", "NewReferenceSet", "ReferenceSetChanges")
_ELEMENTS = _Noun("standard", "Elements", "ElementListing", "NewElement", "ElementChanges")
_VALUES = _Noun("standard_values", "Values", "ValueListing", "NewValue", "ValueChanges")
_MAPPINGS = _Noun("standard_values", "Mappings", "MappingListing", "NewMapping", "MappingChanges")


def _list_handler(noun: _Noun) -> type[CatalogHandler]:
    class ListHandler(CatalogHandler):
        auth_resource = RESOURCE

        @authenticated
        @authorized
        async def get(self) -> None:
            """Lists them, a page at a time."""
            asked = self.query(noun.document(noun.listing))
            self.reply_page(await self.ask(noun.kind, lambda service: service.list(asked)))

        @authenticated
        @authorized
        async def post(self) -> None:
            """Makes one."""
            new = self.document(noun.document(noun.new))
            self.reply_document(await self.ask(noun.kind, lambda service: service.create(new)), HTTPStatus.CREATED)

    return ListHandler


def _handler(noun: _Noun) -> type[CatalogHandler]:
    class Handler(CatalogHandler):
        auth_resource = RESOURCE

        @authenticated
        @authorized
        async def get(self, key: str) -> None:
            """Answers one."""
            self.reply_document(await self.ask(noun.kind, lambda service: service.get(key)))

        @authenticated
        @authorized
        async def patch(self, key: str) -> None:
            """Changes the given fields."""
            changes, version = self.document(noun.document(noun.changes)), self.version()
            self.reply_document(await self.ask(noun.kind, lambda service: service.update(key, changes, version)))

        @authenticated
        @authorized
        async def delete(self, key: str) -> None:
            """Deletes one."""
            version = self.version()
            await self.ask(noun.kind, lambda service: service.delete(key, version))
            self.reply_nothing()

    return Handler


SystemListHandler, SystemHandler = _list_handler(_SYSTEMS), _handler(_SYSTEMS)
ReferenceSetListHandler, ReferenceSetHandler = _list_handler(_SETS), _handler(_SETS)
ElementListHandler, ElementHandler = _list_handler(_ELEMENTS), _handler(_ELEMENTS)
ValueListHandler, ValueHandler = _list_handler(_VALUES), _handler(_VALUES)
MappingListHandler, MappingHandler = _list_handler(_MAPPINGS), _handler(_MAPPINGS)


class TranslationHandler(CatalogHandler):
    """``/scaleph/standard/translations``"""

    auth_resource = RESOURCE

    @authenticated
    @authorized
    async def get(self) -> None:
        """Answers what a code is in the standard and in other systems."""
        asked = self.query(_VALUES.document("TranslationRequest"))
        translate: Callable[[Any], Any] = lambda values: values.translate(asked)  # noqa: E731
        self.reply_page(await self.ask(_VALUES.kind, translate))


class StandardLintHandler(CatalogHandler):
    """``/scaleph/standard/lint``"""

    auth_resource = RESOURCE

    @authenticated
    @authorized_to_read
    async def post(self) -> None:
        """Answers what a text violates. It changes nothing: the text is only too long for an address."""
        from scaleph_lab.catalog.documents.standard_lint import LintRequest
        from scaleph_lab.platform.linting import lint_text

        asked = self.document(LintRequest)
        facts = await self.ask(_ELEMENTS.kind, lambda elements: elements.plain())
        self.reply_page(await asyncio.to_thread(lint_text, asked.text, facts))


class StandardImportHandler(CatalogHandler):
    """``/scaleph/standard/imports``"""

    auth_resource = RESOURCE

    @authenticated
    @authorized
    async def post(self) -> None:
        """Takes a file, and answers what came of each row."""
        from scaleph_lab.catalog.documents.standard_files import ImportRequest

        asked, data = self.query(ImportRequest), self.request.body
        self.reply_page(await self.ask(_files, lambda files: files.import_file(data, asked)))


class StandardExportHandler(CatalogHandler):
    """``/scaleph/standard/exports``"""

    auth_resource = RESOURCE

    @authenticated
    @authorized
    async def get(self) -> None:
        """Answers the standard as a file."""
        from scaleph_lab.catalog.documents.standard_files import ExportRequest

        asked = self.query(ExportRequest)
        data = await self.ask(_files, lambda files: files.export(asked))
        self.set_header("Content-Disposition", f'attachment; filename="{asked.kind or "standard"}.{asked.format}"')
        self.finish(data, set_content_type=_MEDIA_TYPES[asked.format])


_MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def _files() -> Any:
    from scaleph_lab.catalog.services.standard_files import StandardFiles

    return StandardFiles
