"""Typed results: columns, and batches of rows with their row kinds.

A batch keeps the gateway's values and converts them when they are asked for: a page that is only counted
or folded costs no conversion, and a DataFrame is made column by column (see ``frames``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from itertools import repeat
from typing import Any

from scaleph_lab.sql.changelog import SIGNS, RowKind
from scaleph_lab.sql.logical_types import LogicalType
from scaleph_lab.sql.values import TimeZones, ValueConversionError, converter

__all__ = ["Batch", "Column", "ResultKind", "convert_rows", "unique_names"]


class ResultKind(StrEnum):
    """What a statement gives (Flink's ``ResultKind``)."""

    SUCCESS = "SUCCESS"
    """It is done, and the only row says OK: DDL, SET, USE."""
    SUCCESS_WITH_CONTENT = "SUCCESS_WITH_CONTENT"
    """Rows follow: a query, SHOW, DESCRIBE, EXPLAIN, or the job id of an INSERT."""


@dataclass(frozen=True)
class Column:
    """A column of a result. Names may repeat; see `unique_names`."""

    name: str
    type: LogicalType
    comment: str = ""

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> Column:
        """Reads the gateway's JSON."""
        return cls(str(raw["name"]), LogicalType.of(raw["logicalType"]), str(raw.get("comment") or ""))


def unique_names(columns: Sequence[Column]) -> list[str]:
    """The columns' names, made distinct by a number: ``a``, ``a_1``."""
    taken: set[str] = set()
    names: list[str] = []
    for column in columns:
        name, number = column.name, 0
        while name in taken or (number and any(name == other.name for other in columns)):
            number += 1
            name = f"{column.name}_{number}"
        taken.add(name)
        names.append(name)
    return names


@dataclass(frozen=True)
class Batch:
    """Rows that arrived together, in order. ``kinds`` is ``None`` where all of them are INSERTs."""

    columns: tuple[Column, ...]
    raw: list[list[Any]]
    """The rows as the gateway sent them."""
    kinds: list[RowKind] | None
    zones: TimeZones
    """Of TIMESTAMP_LTZ values."""

    def __len__(self) -> int:
        return len(self.raw)

    @cached_property
    def rows(self) -> list[tuple[Any, ...]]:
        """The rows as Python values, see ``values``. Raises `ValueConversionError`."""
        return convert_rows(self.columns, self.raw, self.zones)

    def head(self, count: int) -> Batch:
        """The first ``count`` rows."""
        if count >= len(self.raw):
            return self
        return Batch(self.columns, self.raw[:count], self.kinds and self.kinds[:count], self.zones)

    def row_kinds(self) -> list[RowKind]:
        """The kind of each row."""
        return self.kinds if self.kinds is not None else [RowKind.INSERT] * len(self.raw)

    def signed(self) -> Iterator[tuple[str, list[Any]]]:
        """The rows as the gateway sent them, each behind the sign of its kind."""
        signs = repeat(SIGNS[RowKind.INSERT]) if self.kinds is None else map(SIGNS.__getitem__, self.kinds)
        return zip(signs, self.raw, strict=False)


def convert_rows(columns: Sequence[Column], raw: Sequence[Sequence[Any]], zones: TimeZones) -> list[tuple[Any, ...]]:
    """Rows of the gateway as Python values. Raises `ValueConversionError` that names the column."""
    converters = [converter(column.type, zones) for column in columns]
    if not any(converters):
        return [tuple(row) for row in raw]
    turned: list[Sequence[Any]] = []
    for column, convert, values in zip(columns, converters, zip(*raw, strict=True), strict=True):
        try:
            turned.append(values if convert is None else [convert(value) for value in values])
        except ValueConversionError as error:
            error.path = column.name
            raise
    return list(zip(*turned, strict=True))
