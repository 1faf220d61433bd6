"""What killed writers and forgotten uploads left is removed, before the next upload begins."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from sqlalchemy import delete, select

from scaleph_lab.catalog.contents import sweep_all
from scaleph_lab.catalog.database import Database
from scaleph_lab.catalog.models.base import now
from scaleph_lab.catalog.models.upload import UploadRow
from scaleph_lab.catalog.store import ContentStore

__all__ = ["EXPIRY_MILLISECONDS", "sweep_uploads"]

EXPIRY_MILLISECONDS = 24 * 3600 * 1000
"""How long an upload waits for its next part."""

_PAUSE_MILLISECONDS = 3600 * 1000
_swept: WeakKeyDictionary[Database, int] = WeakKeyDictionary()
"""When this process has swept the whole store of a database."""


def sweep_uploads(database: Database, store: ContentStore) -> None:
    """Removes uploads that have expired, at most once an hour also all that nobody names in the store."""
    with database.write() as session:
        expired = session.scalars(
            delete(UploadRow).where(UploadRow.updated_at < now() - EXPIRY_MILLISECONDS).returning(UploadRow.id)
        ).all()
    for upload in expired:
        store.remove_parts(upload)
    if now() - _swept.get(database, 0) < _PAUSE_MILLISECONDS:
        return
    _swept[database] = now()
    # The store is looked at first: the row of an upload is older than its parts.
    there = store.uploads()
    with database.read() as session:
        known = set(session.scalars(select(UploadRow.id)))
    for upload in there - known:
        store.remove_parts(upload)
    sweep_all(database, store)
