"""Flink's logical types, as the SQL Gateway describes the columns of a result.

Source: Flink's ``LogicalTypeJsonSerializer`` of the REST endpoint (``logicalType`` of ``results.columns``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["LogicalType"]

_UNBOUNDED = 2**31 - 1
_SQL_NAMES = {
    "INTEGER": "INT",
    "TIMESTAMP_WITHOUT_TIME_ZONE": "TIMESTAMP",
    "TIMESTAMP_WITH_LOCAL_TIME_ZONE": "TIMESTAMP_LTZ",
    "TIME_WITHOUT_TIME_ZONE": "TIME",
}
_WITH_PRECISION = {"TIMESTAMP", "TIMESTAMP_LTZ", "TIME"}


@dataclass(frozen=True)
class LogicalType:
    """One logical type; ``root`` is Flink's ``LogicalTypeRoot``, such as ``BIGINT`` or ``MAP``."""

    root: str
    nullable: bool = True
    precision: int | None = None
    scale: int | None = None
    length: int | None = None
    element: LogicalType | None = None
    """Of an ARRAY or a MULTISET."""
    key: LogicalType | None = None
    value: LogicalType | None = None
    fields: tuple[tuple[str, LogicalType], ...] = ()
    """Of a ROW or a STRUCTURED_TYPE."""
    resolution: str = ""
    """Of an INTERVAL, such as ``DAY_TO_SECOND``."""

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> LogicalType:
        """Reads the gateway's JSON."""

        def nested(name: str) -> LogicalType | None:
            return cls.of(raw[name]) if name in raw else None

        return cls(
            root=str(raw["type"]),
            nullable=bool(raw.get("nullable", True)),
            precision=raw.get("precision"),
            scale=raw.get("scale"),
            length=raw.get("length"),
            element=nested("elementType"),
            key=nested("keyType"),
            value=nested("valueType"),
            fields=tuple((field["name"], cls.of(field["fieldType"])) for field in raw.get("fields", ())),
            resolution=str(raw.get("resolution", "")),
        )

    def any(self, test: Callable[[LogicalType], bool]) -> bool:
        """Whether the test holds for this type or for one inside it."""
        inside = (self.element, self.key, self.value, *(kind for _, kind in self.fields))
        return test(self) or any(kind.any(test) for kind in inside if kind is not None)

    @property
    def sql(self) -> str:
        """The type as Flink SQL writes it, such as ``DECIMAL(10, 2)`` or ``MAP<INT, STRING>``."""
        text = self._plain_sql()
        return text if self.nullable else f"{text} NOT NULL"

    def _plain_sql(self) -> str:
        name = _SQL_NAMES.get(self.root, self.root)
        if self.root in {"VARCHAR", "VARBINARY"} and self.length == _UNBOUNDED:
            return "STRING" if self.root == "VARCHAR" else "BYTES"
        if self.root.startswith("INTERVAL"):
            return f"INTERVAL {self.resolution.replace('_', ' ')}".rstrip()
        return f"{name}{self._parameters(name)}"

    def _parameters(self, name: str) -> str:
        if self.root == "DECIMAL":
            return f"({self.precision}, {self.scale})"
        if name in _WITH_PRECISION:
            return f"({self.precision})"
        if self.length is not None:
            return f"({self.length})"
        inside = [f"`{field}` {kind.sql}" for field, kind in self.fields]
        inside += [kind.sql for kind in (self.element, self.key, self.value) if kind is not None]
        return f"<{', '.join(inside)}>" if inside else ""
