"""What can go wrong with the catalog's database, or with the store of its contents."""

from __future__ import annotations

from scaleph_lab.errors import ConflictError, PlatformError

__all__ = ["CatalogUnavailableError", "NewerCatalogError", "StoreUnavailableError"]


class NewerCatalogError(ConflictError):
    """A newer Scaleph Lab has written the database; this one would not understand it."""

    code = "catalog_newer"


class CatalogUnavailableError(PlatformError):
    """The database cannot be reached, or was busy for longer than a writer waits."""

    code = "catalog_unavailable"
    http_status = 503


class StoreUnavailableError(PlatformError):
    """The store of the artifacts' contents cannot be reached, or refuses."""

    code = "store_unavailable"
    http_status = 503
