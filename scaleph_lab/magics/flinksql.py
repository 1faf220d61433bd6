"""The magics: ``%%flinksql`` runs SQL, ``%flink`` does what is not SQL."""

from __future__ import annotations

import concurrent.futures
from typing import TYPE_CHECKING, NoReturn

from IPython.core.error import UsageError
from IPython.core.magic import Magics, line_cell_magic, line_magic, magics_class, no_var_expand

from scaleph_lab.magics.answers import Answer, sentence
from scaleph_lab.magics.displays import IPythonDisplay, Output, show
from scaleph_lab.magics.failures import FlinkSqlFailure, failure_html, failure_summary, failure_text, placed
from scaleph_lab.magics.options import CellOptions, parse_cell_options, parser
from scaleph_lab.magics.workbench import Workbench

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from scaleph_lab.errors import ScalephError
    from scaleph_lab.magics.live import LiveResult
    from scaleph_lab.magics.running import RunningStatement
    from scaleph_lab.sql.scripts import Statement

__all__ = ["FlinkMagics"]


@magics_class
class FlinkMagics(Magics):
    """Flink SQL in cells. One instance belongs to one shell."""

    def __init__(self, shell: InteractiveShell) -> None:
        super().__init__(shell)
        self.workbench = Workbench()
        self._display = IPythonDisplay()

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
        if options.lint:
            self._lint(script, source, first_line)
            return
        kept: LiveResult | None = None
        for statement in split_script(script):
            filled = FilledStatement(statement, statement)
            try:
                # One after the other: a statement may use what the one before it assigned.
                filled = fill_variables(statement, self._variable)
                if options.explain:
                    show(self._display, self._explained(filled.statement, options))
                else:
                    kept = self._run(filled.statement, options, kept)
            except ScalephError as error:
                self._fail(placed(error, filled.locate, first_line), source)

    @line_magic
    def flink(self, line: str) -> None:
        """Engines, sessions, jobs and what else is not SQL: ``%flink help`` lists the verbs."""
        from scaleph_lab.errors import ScalephError
        from scaleph_lab.magics.outputs import EngineProgress
        from scaleph_lab.magics.verbs import run_verb

        try:
            answer = run_verb(self.workbench, line, self._variable, steps=EngineProgress(self._display))
        except ScalephError as error:
            self._fail(error, "")
        show(self._display, answer)

    def _run(self, statement: Statement, options: CellOptions, kept: LiveResult | None) -> LiveResult | None:
        """Runs and shows one statement; returns the result whose rows the variable holds."""
        from scaleph_lab.magics.outputs import is_query
        from scaleph_lab.magics.running import REFRESH_SECONDS, STOP_SECONDS, RunningStatement

        updating = getattr(self.shell, "kernel", None) is not None
        running = RunningStatement(self.workbench, statement, options, self._display, updating=updating)
        goes_on = False
        try:
            if options.detach:
                goes_on = running.call.wait_until(lambda: is_query(running.live), running.refresh, REFRESH_SECONDS)
            else:
                running.call.wait(running.refresh, REFRESH_SECONDS)
        except KeyboardInterrupt:
            raise running.canceled(running.call.cancel(STOP_SECONDS)) from None
        except concurrent.futures.CancelledError:
            # By the Stop button of its grid.
            raise running.canceled(None) from None
        finally:
            if not goes_on:
                running.close()
                kept = self._assign(running.live, options, kept)
        if goes_on:
            self._detach(running, statement, options)
        return kept

    def _lint(self, script: str, source: str, lines_above: int) -> None:
        """Shows what the script violates of the data standard; nothing is run."""
        from scaleph_lab.errors import ScalephError
        from scaleph_lab.magics.verbs.standard import lint_answer, notebook_standard

        try:
            show(self._display, lint_answer(notebook_standard().lint(script), lines_above))
        except ScalephError as error:
            self._fail(error, source)

    def _explained(self, statement: Statement, options: CellOptions) -> Answer:
        """The statement's plan; it is not run."""
        from scaleph_lab.magics.plan_answers import plan_answer
        from scaleph_lab.sql.plans import explain

        call = self.workbench.loop.start(explain(self.workbench.session(options.engine), statement, options.config))
        try:
            return plan_answer(call.wait(lambda: None, 0.1))
        except KeyboardInterrupt:
            call.cancel(5.0)
            raise

    def _detach(self, running: RunningStatement, statement: Statement, options: CellOptions) -> None:
        """Lets a query go on in the background; a variable gets the query itself."""
        from scaleph_lab.magics.detached import DetachedQuery
        from scaleph_lab.sql.replay import excerpt

        name = self.workbench.queries.name()
        place = Output(self._display)

        def note(text: str) -> None:
            answer = sentence(text)
            place.draw(answer.text, answer.html)

        note(f"{name} goes on in the background: %flink cancel {name} stops it.")
        query = DetachedQuery(name, excerpt(statement.text), running, note)
        self.workbench.queries.add(query)
        if options.output is not None and self.shell is not None:
            self.shell.user_ns[options.output] = query

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

    def _fail(self, error: ScalephError, source: str) -> NoReturn:
        show(self._display, Answer(failure_text(error, source), failure_html(error, source)))
        raise FlinkSqlFailure(f"{type(error).__name__}: {failure_summary(error)}") from None


FlinkMagics.flinksql.__doc__ = f"{FlinkMagics.flinksql.__doc__}\n\n{parser().format_help()}"
