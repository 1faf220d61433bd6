"""The changes of a catalog as they are committed, whichever process made them."""

from __future__ import annotations

from sqlalchemy import func, select

from scaleph_lab.catalog.database import Database
from scaleph_lab.catalog.documents.action import Change
from scaleph_lab.catalog.models.action import ActionRow
from scaleph_lab.catalog.models.base import now

__all__ = ["ChangeTail", "changes_after", "newest_change"]

_OPEN_MILLISECONDS = 5_000

_COLUMNS = tuple(getattr(ActionRow, name) for name in Change.model_fields)


def newest_change(database: Database) -> int:
    """The number of the newest entry of the log; 0 where there is none."""
    with database.read() as session:
        return session.scalar(select(func.max(ActionRow.id))) or 0


def changes_after(database: Database, number: int, limit: int) -> list[Change]:
    """The first `limit` changes after an entry of the log, in their order."""
    query = select(*_COLUMNS).where(ActionRow.id > number, ActionRow.result == "done").order_by(ActionRow.id)
    with database.read() as session:
        return [Change.model_validate(row, from_attributes=True) for row in session.execute(query.limit(limit))]


class ChangeTail:
    """Reads on where it last stopped. It begins at the end of the log.

    PostgreSQL gives a number out before the transaction that asked for it commits, so a lower one may be seen after a
    higher one. Whatever is younger than some seconds is therefore looked at again.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._floor = newest_change(database)
        self._seen: set[int] = set()

    def read(self) -> list[Change]:
        """The changes that were committed since the last call."""
        found = changes_after(self._database, self._floor, 10_000)
        fresh = [change for change in found if change.id not in self._seen]
        settled = now() - _OPEN_MILLISECONDS
        self._floor = max((change.id for change in found if change.at < settled), default=self._floor)
        self._seen = {change.id for change in found if change.id > self._floor}
        return fresh
