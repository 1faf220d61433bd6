"""``jupyter scaleph sql``: statements from the command line or a file, rows to a table, JSON lines' array, or CSV."""

from __future__ import annotations

import asyncio
import csv
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from rich.table import Table

from scaleph_lab.cli.console import engine_progress, err, out, reports_errors
from scaleph_lab.engines import get_engine
from scaleph_lab.errors import UserError
from scaleph_lab.sql import MaterializedTable, ResultKind, SqlError, SqlSession, StatementResult, split_script
from scaleph_lab.sql.results import convert_rows, unique_names
from scaleph_lab.sql.scripts import Statement

__all__ = ["sql"]


@click.command()
@click.option("-e", "--execute", "text", help="The statements, separated by semicolons.")
@click.option("-f", "--file", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="A script's file.")
@click.option("--engine", "engine_name", help="The engine to run on, by default the one that cells use.")
@click.option(
    "--format",
    "output_format",
    type=click.Choice(["table", "json", "csv"]),
    default="table",
    show_default=True,
    help="How rows are printed.",
)
@click.option("--limit", type=click.IntRange(1), help="Stop a query after so many changes.")
@reports_errors
def sql(text: str | None, file: Path | None, engine_name: str | None, output_format: str, limit: int | None) -> None:
    """Run Flink SQL. Rows go to standard output, all else to standard error.

    A streaming query's changelog is folded into the table that it describes when the query ends, at --limit changes
    or at Ctrl-C, which cancels its job.
    """
    if (text is None) == (file is None):
        raise UserError("Give the statements either by -e or by -f.", hint='Try: jupyter scaleph sql -e "SELECT 1"')
    script = text if text is not None else file.read_text(encoding="utf-8") if file else ""
    asyncio.run(_run(script, engine_name, output_format, limit))


async def _run(script: str, engine_name: str | None, output_format: str, limit: int | None) -> None:
    statements = split_script(script)
    if not statements:
        raise UserError("There is no statement in the script.", hint="Comments alone do nothing.")
    async with SqlSession(get_engine(engine_name)) as session:
        with engine_progress() as progress:
            await session.open(progress)
        for statement in statements:
            try:
                result = await session.execute(statement.sql, keyword=statement.keyword)
                await _show(result, output_format, limit)
            except SqlError as error:
                raise _placed(error, statement) from error


def _placed(error: SqlError, statement: Statement) -> SqlError:
    """The error at its place in the whole script."""
    if error.line is None or error.column is None:
        return error
    line, column = statement.locate(error.line, error.column)
    end = statement.locate(error.end_line or error.line, error.end_column or error.column)
    return error.moved(line, column, *end)


async def _show(result: StatementResult, output_format: str, limit: int | None) -> None:
    table, seen = MaterializedTable(), 0
    try:
        async for batch in result:
            head = batch.head(limit - seen) if limit is not None else batch
            table.apply(head.kinds, head.raw)
            seen += len(head)
            if limit is not None and seen >= limit:
                await result.cancel()
                break
    except asyncio.CancelledError:
        state = await result.cancel()
        err.print(f"[yellow]Cancelled after {seen} changes; the job is {state or 'gone'}.[/]")
        _print(result, table, output_format)
        raise
    if result.kind is ResultKind.SUCCESS:
        # A statement without rows: standard output stays free for those that have some.
        err.print("[dim]OK[/]")
        return
    if result.job_id and not result.is_query:
        err.print(f"Submitted job {result.job_id}.")
    _print(result, table, output_format)


def _print(result: StatementResult, table: MaterializedTable, output_format: str) -> None:
    names = unique_names(result.columns)
    rows = convert_rows(result.columns, table.rows(), result.zones)
    if output_format == "json":
        sys.stdout.write(json.dumps([dict(zip(names, row, strict=True)) for row in rows], default=_plain) + "\n")
    elif output_format == "csv":
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(names)
        writer.writerows(rows)
    else:
        _print_table(names, rows)


def _print_table(names: list[str], rows: Sequence[Sequence[Any]]) -> None:
    shown = Table(*names, box=None, pad_edge=False)
    for row in rows:
        shown.add_row(*("[dim]NULL[/]" if value is None else str(value).replace("[", r"\[") for value in row))
    out.print(shown)
    err.print(f"[dim]{len(rows)} row{'' if len(rows) == 1 else 's'}[/]")


def _plain(value: Any) -> Any:
    """Values that JSON has no word for: exact decimals, times and bytes as text."""
    if isinstance(value, bytes):
        return value.hex()
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
