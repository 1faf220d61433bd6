"""Pages by key: a page begins behind the last row of the one before, however many rows there are."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

from scaleph_lab.catalog.documents.base import Listing
from scaleph_lab.catalog.models.base import Noun
from scaleph_lab.errors import ValidationError

__all__ = ["columns_page_of", "page_of"]

N = TypeVar("N", bound=Noun)


def page_of(
    session: Session,
    query: Select[N],
    table: type[N],
    listing: Listing,
    sorts: Mapping[str, InstrumentedAttribute[Any]],
) -> tuple[list[N], str | None]:
    """The rows of one page, and the cursor of the next.

    `sorts` are the fields that a list is sorted by, the first unless told otherwise. Raises `ValidationError`.
    """
    return _page(session.scalars, query, table, listing, sorts)


def columns_page_of(
    session: Session,
    query: Select[Any],
    table: type[Noun],
    listing: Listing,
    sorts: Mapping[str, InstrumentedAttribute[Any]],
) -> tuple[list[Any], str | None]:
    """The same for a query of columns, among them `table`'s id and those of `sorts`: it makes no objects on the way."""
    return _page(session.execute, query, table, listing, sorts)


def _page(
    fetch: Callable[[Select[Any]], Iterable[Any]],
    query: Select[Any],
    table: type[Noun],
    listing: Listing,
    sorts: Mapping[str, InstrumentedAttribute[Any]],
) -> tuple[list[Any], str | None]:
    sort = listing.sort or next(iter(sorts))
    column = sorts.get(sort.removeprefix("-"))
    if column is None:
        raise ValidationError(
            f"A list cannot be sorted by {sort!r}.", hint=f"It can by {', '.join(sorts)}.", path="sort"
        )
    down = sort.startswith("-")
    # The id makes the order total, so that rows of one value are neither lost nor shown twice.
    key: ColumnElement[Any] = tuple_(column, table.id)
    if listing.cursor:
        last = tuple_(*_position(listing.cursor, sort, column))
        query = query.where(key < last if down else key > last)
    order = (column.desc(), table.id.desc()) if down else (column, table.id)
    rows = list(fetch(query.order_by(*order).limit(listing.limit + 1)))
    if len(rows) <= listing.limit:
        return rows, None
    rows = rows[: listing.limit]
    place = [sort, getattr(rows[-1], column.key), rows[-1].id]
    return rows, base64.urlsafe_b64encode(json.dumps(place).encode()).decode()


def _position(cursor: str, sort: str, column: InstrumentedAttribute[Any]) -> tuple[Any, str]:
    try:
        of_sort, value, row_id = json.loads(base64.b64decode(cursor, altchars=b"-_", validate=True))
    except (binascii.Error, ValueError, TypeError):
        of_sort, value, row_id = None, None, None
    if isinstance(value, str) and "\0" in value:
        value = None
    if of_sort != sort or type(value) is not column.type.python_type or not isinstance(row_id, str):
        raise ValidationError(
            "The cursor does not belong to this list.", hint="Begin again without a cursor.", path="cursor"
        )
    return value, row_id
