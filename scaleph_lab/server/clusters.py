"""Kubernetes clusters over REST."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from jupyter_server.auth.decorator import authorized
from tornado.web import authenticated

from scaleph_lab.server.base import authorized_to_execute
from scaleph_lab.server.catalog import CatalogHandler

if TYPE_CHECKING:
    from scaleph_lab.catalog.services.clusters import Clusters

__all__ = [
    "ClusterHandler",
    "ClusterListHandler",
    "ClusterNamespacesHandler",
    "ClusterRightsHandler",
    "ClusterTestHandler",
]

_RESOURCE = "scaleph:clusters"


def _clusters() -> type[Clusters]:
    from scaleph_lab.catalog.services.clusters import Clusters

    return Clusters


class ClusterListHandler(CatalogHandler):
    """``/scaleph/clusters``"""

    auth_resource = _RESOURCE

    @authenticated
    @authorized
    async def get(self) -> None:
        """Lists clusters, a page at a time."""
        from scaleph_lab.catalog.documents.cluster import ClusterListing

        listing = self.query(ClusterListing)
        self.reply_page(await self.ask(_clusters, lambda clusters: clusters.list(listing)))

    @authenticated
    @authorized
    async def post(self) -> None:
        """Makes a cluster."""
        from scaleph_lab.catalog.documents.cluster import NewCluster

        new = self.document(NewCluster)
        self.reply_document(await self.ask(_clusters, lambda clusters: clusters.create(new)), HTTPStatus.CREATED)


class ClusterHandler(CatalogHandler):
    """``/scaleph/clusters/{key}``"""

    auth_resource = _RESOURCE

    @authenticated
    @authorized
    async def get(self, key: str) -> None:
        """Answers one cluster."""
        self.reply_document(await self.ask(_clusters, lambda clusters: clusters.get(key)))

    @authenticated
    @authorized
    async def patch(self, key: str) -> None:
        """Changes the given fields of a cluster."""
        from scaleph_lab.catalog.documents.cluster import ClusterChanges

        changes, version = self.document(ClusterChanges), self.version()
        self.reply_document(await self.ask(_clusters, lambda clusters: clusters.update(key, changes, version)))

    @authenticated
    @authorized
    async def delete(self, key: str) -> None:
        """Forgets a cluster."""
        version = self.version()
        await self.ask(_clusters, lambda clusters: clusters.delete(key, version))
        self.set_status(HTTPStatus.NO_CONTENT)
        self.finish()


class ClusterTestHandler(CatalogHandler):
    """``/scaleph/clusters/{key}/test``"""

    auth_resource = _RESOURCE

    @authenticated
    @authorized_to_execute
    async def post(self, key: str) -> None:
        """Connects, and says what came of it."""
        self.reply_page(await self.ask(_clusters, lambda clusters: clusters.test(key)))


class ClusterNamespacesHandler(CatalogHandler):
    """``/scaleph/clusters/{key}/namespaces``"""

    auth_resource = _RESOURCE

    @authenticated
    @authorized
    async def get(self, key: str) -> None:
        """Lists the namespaces of a cluster."""
        self.reply_page(await self.ask(_clusters, lambda clusters: clusters.namespaces(key)))


class ClusterRightsHandler(CatalogHandler):
    """``/scaleph/clusters/{key}/rights``"""

    auth_resource = _RESOURCE

    @authenticated
    @authorized
    async def get(self, key: str) -> None:
        """Tells the rights that deployments need, verb by verb."""
        from scaleph_lab.catalog.documents.cluster import RightsRequest

        asked = self.query(RightsRequest)
        self.reply_page(await self.ask(_clusters, lambda clusters: clusters.rights(key, asked)))
