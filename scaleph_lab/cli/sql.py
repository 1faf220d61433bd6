"""``jupyter scaleph sql``: statements from the command line or a file, on an engine of any kind."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import dataclass
from pathlib import Path

import click

from scaleph_lab.cli.console import engine_progress, err, reports_errors
from scaleph_lab.cli.rows import Printer, ReportPrinter, RowsPrinter
from scaleph_lab.engines import get_engine
from scaleph_lab.errors import EngineLostError, ScalephError, UserError
from scaleph_lab.sql import MaterializedTable, SqlError, SqlSession, StatementResult, split_script
from scaleph_lab.sql.scripts import Statement

__all__ = ["sql"]


@dataclass(frozen=True)
class _Run:
    """How the statements run."""

    engine: str | None
    limit: int | None
    timeout: float | None
    config: dict[str, str]
    keep_going: bool


@click.command()
@click.option("-e", "--execute", "text", help="The statements, separated by semicolons.")
@click.option("-f", "--file", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="A script's file.")
@click.option("--engine", help="The engine to run on (a name or a gateway's URL), by default the one that cells use.")
@click.option(
    "--format",
    "output_format",
    type=click.Choice(["table", "json", "csv"]),
    default="table",
    show_default=True,
    help="How rows are printed; json with -f is a report of all statements.",
)
@click.option("--limit", type=click.IntRange(1), help="Stop a query after so many changes.")
@click.option("--timeout", type=click.FloatRange(0, min_open=True), help="Stop a query after so many seconds.")
@click.option("--set", "settings", multiple=True, metavar="KEY=VALUE", help="An option of Flink's for all statements.")
@click.option("--keep-going", is_flag=True, help="Run what comes after a statement that failed.")
@reports_errors
def sql(
    *,
    text: str | None,
    file: Path | None,
    engine: str | None,
    output_format: str,
    limit: int | None,
    timeout: float | None,
    settings: tuple[str, ...],
    keep_going: bool,
) -> None:
    """Run Flink SQL. Rows go to standard output, all else to standard error.

    A streaming query's changelog is folded into the table that it describes when the query ends, at --limit changes,
    at --timeout, or at Ctrl-C, which cancels its job.
    """
    if (text is None) == (file is None):
        raise UserError("Give the statements either by -e or by -f.", hint='Try: jupyter scaleph sql -e "SELECT 1"')
    script = text if text is not None else file.read_text(encoding="utf-8") if file else ""
    statements = split_script(script)
    if not statements:
        raise UserError("There is no statement in the script.", hint="Comments alone do nothing.")
    run = _Run(engine, limit, timeout, dict(map(_setting, settings)), keep_going)
    is_report = output_format == "json" and file is not None
    failure = asyncio.run(_run(statements, run, ReportPrinter() if is_report else RowsPrinter(output_format)))
    if failure is not None:
        if not (is_report or keep_going):
            raise failure
        if is_report:
            RowsPrinter(output_format).fail(failure)
        sys.exit(failure.exit_code)


def _setting(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals:
        raise UserError(f"--set wants KEY=VALUE, not {text!r}.", path="--set")
    return key, value


async def _run(statements: list[Statement], run: _Run, printer: Printer) -> ScalephError | None:
    """Runs the statements; the first failure, if any."""
    failure: ScalephError | None = None
    async with SqlSession(get_engine(run.engine), name="script") as session:
        with engine_progress() as progress:
            await session.open(progress)
        for statement in statements:
            if failure is not None and not run.keep_going:
                printer.skip(statement)
                continue
            printer.begin(statement)
            try:
                await _run_one(session, statement, run, printer)
            except (SqlError, UserError) as error:
                placed = _placed(error, statement) if isinstance(error, SqlError) else error
                failure = failure or placed
                if isinstance(printer, ReportPrinter) or run.keep_going:
                    printer.fail(placed)
            except EngineLostError as error:
                # What comes next would run on a session that has to be made again: that is for a person to decide.
                failure = error
                printer.fail(error)
                break
    printer.close()
    return failure


async def _run_one(session: SqlSession, statement: Statement, run: _Run, printer: Printer) -> None:
    table = MaterializedTable()
    result: StatementResult | None = None
    try:
        async with asyncio.timeout(run.timeout):
            result = await session.execute(statement.sql, config=run.config, keyword=statement.keyword)
            await _fold(result, table, run.limit)
    except TimeoutError:
        if result is None:
            raise UserError(f"The statement gave nothing within {run.timeout:g} s.", hint="Raise --timeout.") from None
        await result.cancel()
        err.print(f"[yellow]Stopped after {run.timeout:g} s (--timeout).[/]")
    except asyncio.CancelledError:
        if result is not None:
            state = await result.cancel()
            err.print(f"[yellow]Cancelled after {len(table)} rows; the job is {state or 'gone'}.[/]")
            printer.show(result, table)
        raise
    printer.show(result, table)


async def _fold(result: StatementResult, table: MaterializedTable, limit: int | None) -> None:
    seen = 0
    async for batch in result:
        head = batch.head(limit - seen) if limit is not None else batch
        table.apply(head.kinds, head.raw)
        seen += len(head)
        if limit is not None and seen >= limit:
            await result.cancel()
            return


def _placed(error: SqlError, statement: Statement) -> SqlError:
    """The error at its place in the whole script."""
    if error.line is None or error.column is None:
        return error
    line, column = statement.locate(error.line, error.column)
    end = statement.locate(error.end_line or error.line, error.end_column or error.column)
    return error.moved(line, column, *end)
