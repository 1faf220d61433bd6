"""The verbs of Kubernetes clusters, and how they go over REST."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol
from urllib.parse import quote

from scaleph_lab.catalog.documents.base import Page
from scaleph_lab.catalog.documents.cluster import (
    Cluster,
    ClusterAnswer,
    ClusterChanges,
    ClusterListing,
    ClusterNamespaces,
    ClusterRights,
    NewCluster,
    RightsRequest,
)

if TYPE_CHECKING:
    from scaleph_lab.platform.remote import Connection

__all__ = ["ClusterVerbs", "RemoteClusters"]


class ClusterVerbs(Protocol):
    """The verbs of clusters; see `scaleph_lab.catalog.services.clusters` for what they raise."""

    def list(self, listing: ClusterListing | None = None) -> Page[Cluster]:
        """The clusters that the user may read."""

    def get(self, key: str) -> Cluster:
        """One cluster, by id or name."""

    def create(self, new: NewCluster) -> Cluster:
        """Makes a cluster; nothing is connected to."""

    def update(self, key: str, changes: ClusterChanges, version: int) -> Cluster:
        """Changes a cluster that was read at `version`."""

    def delete(self, key: str, version: int) -> None:
        """Forgets a cluster that was read at `version`; what runs there goes on."""

    def test(self, key: str) -> ClusterAnswer:
        """Connects, and says what came of it."""

    def namespaces(self, key: str) -> ClusterNamespaces:
        """Its namespaces, as far as its account may see them."""

    def rights(self, key: str, asked: RightsRequest | None = None) -> ClusterRights:
        """What its account may do of what deployments need."""


class RemoteClusters:
    """The verbs of clusters over REST."""

    def __init__(self, connection: Connection) -> None:
        self._ask = connection.ask

    def list(self, listing: ClusterListing | None = None) -> Page[Cluster]:
        """The clusters that the user may read."""
        asked = (listing or ClusterListing()).model_dump(exclude_none=True)
        return Page[Cluster].model_validate(self._ask("GET", "clusters", params=asked))

    def get(self, key: str) -> Cluster:
        """One cluster, by id or name."""
        return Cluster.model_validate(self._ask("GET", _path(key)))

    def create(self, new: NewCluster) -> Cluster:
        """Makes a cluster; nothing is connected to."""
        return Cluster.model_validate(self._ask("POST", "clusters", json=new.model_dump(exclude_none=True)))

    def update(self, key: str, changes: ClusterChanges, version: int) -> Cluster:
        """Changes a cluster that was read at `version`."""
        body = changes.model_dump(exclude_none=True)
        return Cluster.model_validate(self._ask("PATCH", _path(key), version=version, json=body))

    def delete(self, key: str, version: int) -> None:
        """Forgets a cluster that was read at `version`; what runs there goes on."""
        self._ask("DELETE", _path(key), version=version)

    def test(self, key: str) -> ClusterAnswer:
        """Connects, and says what came of it."""
        return ClusterAnswer.model_validate(self._ask("POST", f"{_path(key)}/test"))

    def namespaces(self, key: str) -> ClusterNamespaces:
        """Its namespaces, as far as its account may see them."""
        return ClusterNamespaces.model_validate(self._ask("GET", f"{_path(key)}/namespaces"))

    def rights(self, key: str, asked: RightsRequest | None = None) -> ClusterRights:
        """What its account may do of what deployments need."""
        params = (asked or RightsRequest()).model_dump()
        return ClusterRights.model_validate(self._ask("GET", f"{_path(key)}/rights", params=params))


def _path(key: str) -> str:
    return f"clusters/{quote(key, safe='')}"
