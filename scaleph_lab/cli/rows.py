"""How ``jupyter scaleph sql`` prints: the rows of each statement, or a report of a script."""

from __future__ import annotations

import csv
import json
import sys
import time
from collections.abc import Sequence
from typing import Any, Protocol

from rich.markup import escape
from rich.table import Table

from scaleph_lab.cli.console import err, out
from scaleph_lab.errors import ScalephError
from scaleph_lab.sql import MaterializedTable, ResultKind, StatementResult
from scaleph_lab.sql.results import convert_rows, unique_names
from scaleph_lab.sql.scripts import Statement

__all__ = ["Printer", "ReportPrinter", "RowsPrinter", "plain"]


class Printer(Protocol):
    """What happens to the statements of a script, in their order."""

    def begin(self, statement: Statement) -> None:
        """The statement is sent."""

    def show(self, result: StatementResult, table: MaterializedTable) -> None:
        """It gave this."""

    def fail(self, error: ScalephError) -> None:
        """It failed, and the script goes on."""

    def skip(self, statement: Statement) -> None:
        """It is not run, since one before it failed."""

    def close(self) -> None:
        """There is nothing more."""


class RowsPrinter:
    """Rows to standard output as a ``table``, ``json`` or ``csv``; all else to standard error."""

    def __init__(self, output_format: str) -> None:
        self._format = output_format

    def begin(self, statement: Statement) -> None:
        """See `Printer`."""

    def show(self, result: StatementResult, table: MaterializedTable) -> None:
        """See `Printer`."""
        if result.kind is ResultKind.SUCCESS:
            # A statement without rows: standard output stays free for those that have some.
            err.print("[dim]OK[/]")
            return
        if result.job_id and not result.is_query:
            err.print(f"Submitted job {result.job_id}.")
        names, rows = _rows(result, table)
        if self._format == "json":
            sys.stdout.write(json.dumps([dict(zip(names, row, strict=True)) for row in rows], default=plain) + "\n")
        elif self._format == "csv":
            writer = csv.writer(sys.stdout, lineterminator="\n")
            writer.writerow(names)
            writer.writerows(rows)
        else:
            _print_table(names, rows)

    def fail(self, error: ScalephError) -> None:
        """See `Printer`."""
        line, column = getattr(error, "line", None), getattr(error, "column", None)
        place = f" (line {line}, column {column})" if line else ""
        err.print(f"[bold red]Error:[/] {escape(error.message)}{place}", soft_wrap=True)

    def skip(self, statement: Statement) -> None:
        """See `Printer`."""

    def close(self) -> None:
        """See `Printer`."""


class ReportPrinter:
    """A JSON array to standard output with one object a statement, each on a line of its own as soon as it is done.

    ``kind`` is ``ok``, ``query``, ``listing``, ``job``, ``error`` or ``skipped``; ``line`` and ``column`` say where the
    statement begins, those within ``error`` where the error is.
    """

    def __init__(self) -> None:
        self._head: dict[str, Any] = {}
        self._begun = 0.0
        self._count = 0

    def begin(self, statement: Statement) -> None:
        """See `Printer`."""
        self._head = {"line": statement.line, "column": statement.column, "keyword": statement.keyword}
        self._begun = time.monotonic()

    def show(self, result: StatementResult, table: MaterializedTable) -> None:
        """See `Printer`."""
        if result.kind is ResultKind.SUCCESS:
            self._write({"kind": "ok"})
            return
        if result.job_id and not result.is_query:
            self._write({"kind": "job", "job_id": result.job_id})
            return
        names, rows = _rows(result, table)
        columns = [{"name": name, "type": column.type.sql} for name, column in zip(names, result.columns, strict=True)]
        found = {"columns": columns, "rows": [dict(zip(names, row, strict=True)) for row in rows]}
        self._write({"kind": "query" if result.is_query else "listing", **found})

    def fail(self, error: ScalephError) -> None:
        """See `Printer`."""
        self._write({"kind": "error", "error": error.as_dict()})

    def skip(self, statement: Statement) -> None:
        """See `Printer`."""
        self.begin(statement)
        self._write({"kind": "skipped"})

    def close(self) -> None:
        """See `Printer`."""
        sys.stdout.write("\n]\n" if self._count else "[]\n")

    def _write(self, body: dict[str, Any]) -> None:
        self._count += 1
        seconds = round(time.monotonic() - self._begun, 3)
        entry = {"statement": self._count, **self._head, **body, "seconds": seconds}
        sys.stdout.write(("[\n" if self._count == 1 else ",\n") + json.dumps(entry, default=plain))
        sys.stdout.flush()


def plain(value: Any) -> Any:
    """Values that JSON has no word for: exact decimals, times and bytes as text."""
    if isinstance(value, bytes):
        return value.hex()
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _rows(result: StatementResult, table: MaterializedTable) -> tuple[list[str], list[tuple[Any, ...]]]:
    return unique_names(result.columns), convert_rows(result.columns, table.rows(), result.zones)


def _print_table(names: list[str], rows: Sequence[Sequence[Any]]) -> None:
    shown = Table(*names, box=None, pad_edge=False)
    for row in rows:
        shown.add_row(*("[dim]NULL[/]" if value is None else str(value).replace("[", r"\[") for value in row))
    out.print(shown)
    err.print(f"[dim]{len(rows)} row{'' if len(rows) == 1 else 's'}[/]")
