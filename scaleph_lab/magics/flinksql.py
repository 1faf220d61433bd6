"""The magics: ``%%flinksql`` runs SQL, ``%flink`` chooses, shows and stops engines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from IPython.core.error import UsageError
from IPython.core.magic import Magics, line_cell_magic, line_magic, magics_class, no_var_expand

from scaleph_lab.magics.displays import show
from scaleph_lab.magics.failures import FlinkSqlFailure, StatementCanceled, failure_html, failure_text
from scaleph_lab.magics.options import CellOptions, parse_cell_options, parser
from scaleph_lab.magics.workbench import Workbench

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from scaleph_lab.errors import ScalephError
    from scaleph_lab.magics.live import LiveResult
    from scaleph_lab.sql.scripts import Statement
    from scaleph_lab.sql.variables import FilledStatement

__all__ = ["FlinkMagics"]

_REFRESH_SECONDS = 0.2
_STOP_SECONDS = 20.0


@magics_class
class FlinkMagics(Magics):
    """Flink SQL in cells. One instance belongs to one shell."""

    def __init__(self, shell: InteractiveShell) -> None:
        super().__init__(shell)
        self.workbench = Workbench()

    @no_var_expand
    @line_cell_magic
    def flinksql(self, line: str, cell: str | None = None) -> None:
        """Run Flink SQL: ``%%flinksql [options]`` with statements below, or ``%flinksql [options] STATEMENT``."""
        from scaleph_lab.errors import ScalephError
        from scaleph_lab.sql.scripts import split_script
        from scaleph_lab.sql.variables import FilledStatement, fill_variables

        options, rest = parse_cell_options(line)
        if cell is not None and rest:
            raise UsageError(f"%%flinksql: the SQL begins on the next line, not with {rest!r}.")
        script = cell if cell is not None else rest
        # The line of the magic is the cell's first.
        source = f"%%flinksql {line}\n{cell}" if cell is not None else rest
        first_line = 1 if cell is not None else 0
        kept: LiveResult | None = None
        for statement in split_script(script):
            filled = FilledStatement(statement, statement)
            try:
                # One after the other: a statement may use what the one before it assigned.
                filled = fill_variables(statement, self._variable)
                kept = self._run(filled.statement, options, kept)
            except ScalephError as error:
                self._fail(_placed(error, filled, first_line), source)

    @line_magic
    def flink(self, line: str) -> None:
        """Engines: ``%flink status``, ``%flink use NAME``, ``%flink stop [NAME]``."""
        from scaleph_lab.errors import ScalephError
        from scaleph_lab.magics.engines import engine_table, stop_engine, use_engine

        verb, _, name = line.strip().partition(" ")
        try:
            if verb in {"", "status"}:
                show(*engine_table(self.workbench))
            elif verb == "use" and name:
                show(*use_engine(self.workbench, name.strip()))
            elif verb == "stop":
                show(*stop_engine(self.workbench, name.strip() or None))
            else:
                raise UsageError("%flink: status | use NAME | stop [NAME]")
        except ScalephError as error:
            self._fail(error, "")

    def _run(self, statement: Statement, options: CellOptions, kept: LiveResult | None) -> LiveResult | None:
        """Runs and shows one statement; returns the result whose rows the variable holds."""
        from scaleph_lab.magics.cells import run_statement
        from scaleph_lab.magics.live import LiveResult, State
        from scaleph_lab.magics.outputs import EngineProgress, ResultOutput

        live = LiveResult(
            keep_all=options.output is not None,
            keep_changes=options.output is not None and options.form == "changelog",
            show_changes=options.changelog,
        )
        progress = EngineProgress()
        output = ResultOutput(statement, live, updating=getattr(self.shell, "kernel", None) is not None)

        def refresh() -> None:
            progress.refresh()
            output.refresh()

        session = self.workbench.session(options.engine)
        call = self.workbench.loop.start(run_statement(session, statement, options, live, progress.listen))
        try:
            call.wait(refresh, _REFRESH_SECONDS)
        except KeyboardInterrupt:
            problem = call.cancel(_STOP_SECONDS)
            live.end(State.CANCELED, f"but not verified: {problem}" if problem else "")
            raise StatementCanceled(_canceled(statement, problem)) from None
        finally:
            progress.close()
            output.close()
            kept = self._assign(live, options, kept)
        return kept

    def _variable(self, name: str) -> object:
        if self.shell is None:
            raise KeyError(name)
        return self.shell.user_ns[name]

    def _assign(self, live: LiveResult, options: CellOptions, kept: LiveResult | None) -> LiveResult | None:
        """Hands the rows over, the partial ones of a stopped statement too.

        The last query of the cell counts, or, where the cell has none, the last SHOW or DESCRIBE.
        """
        from scaleph_lab.magics.outputs import has_rows, is_query

        if options.output is None or self.shell is None or not has_rows(live):
            return kept
        if kept is not None and is_query(kept) and not is_query(live):
            return kept
        self.shell.user_ns[options.output] = live.frame(options.form)
        return live

    def _fail(self, error: ScalephError, source: str) -> None:
        show(failure_text(error, source), failure_html(error, source))
        line, column = getattr(error, "line", None), getattr(error, "column", None)
        place = f" (line {line}, column {column})" if line else ""
        raise FlinkSqlFailure(f"{type(error).__name__}: {error.message}{place}") from None


FlinkMagics.flinksql.__doc__ = f"{FlinkMagics.flinksql.__doc__}\n\n{parser().format_help()}"


def _placed(error: ScalephError, statement: FilledStatement, first_line: int) -> ScalephError:
    """A SQL error's place as the cell counts it; without a place, the statement's beginning."""
    from scaleph_lab.sql.faults import SqlError

    if not isinstance(error, SqlError) or error.line is None or error.column is None:
        return error
    line, column = statement.locate(error.line, error.column)
    end_line, end_column = statement.locate(error.end_line or error.line, error.end_column or error.column)
    return error.moved(line + first_line, column, end_line + first_line, end_column)


def _canceled(statement: Statement, problem: BaseException | None) -> str:
    if problem is not None:
        return f"CANCELED: interrupted, but the job may still run: {problem}"
    what = statement.keyword or "The statement"
    return f"CANCELED: {what} was interrupted, no job of it is left; the rows so far are kept."
