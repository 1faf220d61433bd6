"""Data sources over REST."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from jupyter_server.auth.decorator import authorized
from tornado.web import authenticated

from scaleph_lab.server.base import authorized_to_execute
from scaleph_lab.server.catalog import CatalogHandler

if TYPE_CHECKING:
    from scaleph_lab.catalog.services.datasources import DataSources

__all__ = [
    "DataSourceColumnsHandler",
    "DataSourceDraftTestHandler",
    "DataSourceHandler",
    "DataSourceListHandler",
    "DataSourceSchemasHandler",
    "DataSourceTablesHandler",
    "DataSourceTestHandler",
    "DataSourceTypesHandler",
]

_RESOURCE = "scaleph:datasources"


def _datasources() -> type[DataSources]:
    from scaleph_lab.catalog.services.datasources import DataSources

    return DataSources


class DataSourceTypesHandler(CatalogHandler):
    """``/scaleph/datasource-types``"""

    auth_resource = _RESOURCE

    @authenticated
    @authorized
    async def get(self) -> None:
        """Lists the types with what their forms need."""
        self.reply_page(await self.ask(_datasources, lambda datasources: datasources.types()))


class DataSourceListHandler(CatalogHandler):
    """``/scaleph/datasources``"""

    auth_resource = _RESOURCE

    @authenticated
    @authorized
    async def get(self) -> None:
        """Lists data sources, a page at a time."""
        from scaleph_lab.catalog.documents.datasource import DataSourceListing

        listing = self.query(DataSourceListing)
        self.reply_page(await self.ask(_datasources, lambda datasources: datasources.list(listing)))

    @authenticated
    @authorized
    async def post(self) -> None:
        """Makes a data source."""
        from scaleph_lab.catalog.documents.datasource import NewDataSource

        new = self.document(NewDataSource)
        made = await self.ask(_datasources, lambda datasources: datasources.create(new))
        self.reply_document(made, HTTPStatus.CREATED)


class DataSourceHandler(CatalogHandler):
    """``/scaleph/datasources/{key}``"""

    auth_resource = _RESOURCE

    @authenticated
    @authorized
    async def get(self, key: str) -> None:
        """Answers one data source."""
        self.reply_document(await self.ask(_datasources, lambda datasources: datasources.get(key)))

    @authenticated
    @authorized
    async def patch(self, key: str) -> None:
        """Changes the given fields of a data source."""
        from scaleph_lab.catalog.documents.datasource import DataSourceChanges

        changes, version = self.document(DataSourceChanges), self.version()
        self.reply_document(await self.ask(_datasources, lambda datasources: datasources.update(key, changes, version)))

    @authenticated
    @authorized
    async def delete(self, key: str) -> None:
        """Deletes a data source."""
        version = self.version()
        await self.ask(_datasources, lambda datasources: datasources.delete(key, version))
        self.set_status(HTTPStatus.NO_CONTENT)
        self.finish()


class DataSourceTestHandler(CatalogHandler):
    """``/scaleph/datasources/{key}/test``"""

    auth_resource = _RESOURCE

    @authenticated
    @authorized_to_execute
    async def post(self, key: str) -> None:
        """Connects, and says what came of it."""
        self.reply_page(await self.ask(_datasources, lambda datasources: datasources.test(key)))


class DataSourceDraftTestHandler(CatalogHandler):
    """``/scaleph/datasource-tests``"""

    auth_resource = _RESOURCE

    @authenticated
    @authorized_to_execute
    async def post(self) -> None:
        """Connects with properties that are not kept yet."""
        from scaleph_lab.catalog.documents.datasource import DataSourceDraft

        draft = self.document(DataSourceDraft)
        self.reply_page(await self.ask(_datasources, lambda datasources: datasources.test_draft(draft)))


class DataSourceSchemasHandler(CatalogHandler):
    """``/scaleph/datasources/{key}/schemas``"""

    auth_resource = _RESOURCE

    @authenticated
    @authorized
    async def get(self, key: str) -> None:
        """Lists the schemas of a data source."""
        self.reply_page(await self.ask(_datasources, lambda datasources: datasources.schemas(key)))


class DataSourceTablesHandler(CatalogHandler):
    """``/scaleph/datasources/{key}/tables``"""

    auth_resource = _RESOURCE

    @authenticated
    @authorized
    async def get(self, key: str) -> None:
        """Lists tables, some at a time."""
        from scaleph_lab.catalog.documents.datasource import TableRequest

        asked = self.query(TableRequest)
        self.reply_page(await self.ask(_datasources, lambda datasources: datasources.tables(key, asked)))


class DataSourceColumnsHandler(CatalogHandler):
    """``/scaleph/datasources/{key}/columns``"""

    auth_resource = _RESOURCE

    @authenticated
    @authorized
    async def get(self, key: str) -> None:
        """Answers a table's columns, and its statement for Flink."""
        from scaleph_lab.catalog.documents.datasource import TableRequest

        asked = self.query(TableRequest)
        self.reply_page(await self.ask(_datasources, lambda datasources: datasources.columns(key, asked)))
