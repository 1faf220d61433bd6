"""Pages of a result: what the gateway sends for one token, parsed exactly and fast."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import orjson

from scaleph_lab.errors import EngineError
from scaleph_lab.sql.changelog import RowKind
from scaleph_lab.sql.collector import paused_collector
from scaleph_lab.sql.logical_types import LogicalType
from scaleph_lab.sql.plain_text import AmbiguousTextError, parse_plain_text
from scaleph_lab.sql.results import Column, ResultKind
from scaleph_lab.sql.values import PlainText, fits_double

__all__ = ["Page", "PageParser", "next_token"]

_NEXT_AT_END = re.compile(rb'"nextResultUri":"[^"]*/result/(\d+)[^"]*"\}\s*\Z')
_NEXT = re.compile(r"/result/(\d+)")
_HEAD = re.compile(rb'\A\s*\{"resultType":"PAYLOAD"')
_TAIL = 512
_KINDS = {kind.value: kind for kind in RowKind}


@dataclass(frozen=True)
class Page:
    """One answer to a fetch. ``ready`` is false while the operation has not got so far."""

    ready: bool
    last: bool
    next_token: int | None
    job_id: str | None = None
    is_query: bool = False
    kind: ResultKind = ResultKind.SUCCESS_WITH_CONTENT
    columns: tuple[Column, ...] = ()
    rows: tuple[list[Any], ...] | list[list[Any]] = ()
    row_kinds: list[RowKind] | None = None


def _needs_exact_numbers(kind: LogicalType) -> bool:
    return kind.root == "DECIMAL" and not fits_double(kind)


def next_token(body: bytes) -> int | None:
    """The token after this page, read from its end without parsing it.

    With it the next page is asked for while this one is parsed. ``None`` where the page does not end the
    way Flink writes it; then the parsed page tells.
    """
    if not _HEAD.match(body[:64]):
        return None
    found = _NEXT_AT_END.search(body[-_TAIL:])
    return int(found.group(1)) if found else None


class PageParser:
    """Parses the pages of one operation. The columns, which each page repeats, are read once.

    DECIMAL is a bare number on the wire: a page with one of more than 15 digits goes through Python's
    parser with exact numbers, all others through orjson, which takes a third of the time.
    """

    def __init__(self) -> None:
        self.columns: tuple[Column, ...] = ()
        self.ambiguous: set[str] = set()
        """Columns that came as plain text which can be read in two ways, see ``plain_text``."""
        self._exact: bool | None = None

    def parse(self, body: bytes) -> Page:
        """Reads a page; raises `EngineError` when it is none."""
        try:
            with paused_collector():
                return self._page(self._loads(body))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise EngineError(
                f"The SQL Gateway sent a page that cannot be read: {error}",
                hint="A proxy may stand in between; the URL must be that of the gateway.",
            ) from error

    def _loads(self, body: bytes) -> dict[str, Any]:
        raw: dict[str, Any] = json.loads(body, parse_float=Decimal) if self._exact else orjson.loads(body)
        if self._exact is None and "columns" in (raw.get("results") or {}):
            self._read_columns(raw["results"]["columns"])
            if self._exact:
                raw = json.loads(body, parse_float=Decimal)
        return raw

    def _read_columns(self, raw: list[dict[str, Any]]) -> None:
        self.columns = tuple(Column.of(column) for column in raw)
        self._exact = any(column.type.any(_needs_exact_numbers) for column in self.columns)

    def _page(self, raw: dict[str, Any]) -> Page:
        found = _NEXT.search(raw.get("nextResultUri") or "")
        token = int(found.group(1)) if found else None
        if raw["resultType"] == "NOT_READY":
            return Page(ready=False, last=False, next_token=token)
        results = raw["results"]
        data = results["data"]
        rows = [row["fields"] for row in data]
        kinds = None
        if any(row["kind"] != "INSERT" for row in data):
            kinds = [_KINDS[row["kind"]] for row in data]
        if results.get("rowFormat") == "PLAIN_TEXT":
            rows = [self._from_text(row) for row in rows]
        return Page(
            ready=True,
            last=raw["resultType"] == "EOS",
            next_token=token,
            job_id=raw.get("jobID"),
            is_query=bool(raw.get("isQueryResult")),
            kind=ResultKind(raw.get("resultKind") or "SUCCESS_WITH_CONTENT"),
            columns=self.columns,
            rows=rows,
            row_kinds=kinds,
        )

    def _from_text(self, row: list[str | None]) -> list[Any]:
        values: list[Any] = []
        for column, text in zip(self.columns, row, strict=True):
            try:
                values.append(parse_plain_text(column.type, text))
            except AmbiguousTextError:
                self.ambiguous.add(column.name)
                values.append(PlainText(text))
        return values
