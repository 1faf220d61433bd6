"""The table of all types, for the user's guide."""

from __future__ import annotations

from collections.abc import Iterable

from scaleph_lab.datasources.types import DataSourceType

__all__ = ["types_table"]

_HEAD = "| Type | Label | Secret fields | Test proves | SeaTunnel | Flink |\n|---|---|---|---|---|---|\n"


def types_table(kinds: Iterable[DataSourceType]) -> str:
    """Markdown, one row a type."""
    return _HEAD + "".join(_row(kind) for kind in sorted(kinds, key=lambda kind: kind.name))


def _row(kind: DataSourceType) -> str:
    cells = (
        f"`{kind.name}`",
        " / ".join(dict.fromkeys((kind.label["en"], kind.label["zh"]))),
        _codes(kind.secret_fields),
        kind.test["proof"],
        _codes(dict.fromkeys(each.connector for each in kind.seatunnel)),
        _codes(dict.fromkeys(each.connector for each in kind.flink)),
    )
    return f"| {' | '.join(cells)} |\n"


def _codes(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names) or "–"
