"""A statement of a cell on its way: its call in the background and its place in the output area.

How the waiting is done, and what an interrupt is, belongs to the kernel: IPython's is interrupted by
``KeyboardInterrupt``, the Flink SQL kernel by the cancelling of a task.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scaleph_lab.magics.cells import run_statement
from scaleph_lab.magics.failures import StatementCanceled
from scaleph_lab.magics.live import LiveResult, State
from scaleph_lab.magics.outputs import EngineProgress, ResultOutput

if TYPE_CHECKING:
    from scaleph_lab.magics.displays import Display
    from scaleph_lab.magics.options import CellOptions
    from scaleph_lab.magics.workbench import Workbench
    from scaleph_lab.sql.scripts import Statement

__all__ = ["REFRESH_SECONDS", "STOP_SECONDS", "RunningStatement"]

REFRESH_SECONDS = 0.2
"""How often a live result is drawn anew at most."""
STOP_SECONDS = 20.0
"""How long an interrupted statement may take until its job is gone."""


class RunningStatement:
    """Runs from its making on. `close` it when `call` has ended, in whatever way."""

    def __init__(
        self, workbench: Workbench, statement: Statement, options: CellOptions, display: Display, *, updating: bool
    ) -> None:
        self._statement = statement
        self.live = LiveResult(
            keep_all=options.output is not None,
            keep_changes=options.output is not None and options.form == "changelog",
            show_changes=options.changelog,
        )
        self._progress = EngineProgress(display)
        self._output = ResultOutput(statement, self.live, display, self.stop, updating=updating)
        session = workbench.session(options.engine)
        self.call = workbench.loop.start(run_statement(session, statement, options, self.live, self._progress.listen))

    def refresh(self) -> None:
        """Draws what is new."""
        self._progress.refresh()
        self._output.refresh()

    def stop(self) -> None:
        """Asks for its end, as the user's Stop button does; may be called in any thread."""
        self.call.ask_to_cancel()

    def canceled(self, problem: BaseException | None) -> StatementCanceled:
        """Notes that the user interrupted it; ``problem`` is what its cleaning up raised. Returns how to say it."""
        self.live.end(State.CANCELED, f"but not verified: {problem}" if problem else "")
        if problem is not None:
            return StatementCanceled(f"CANCELED: interrupted, but the job may still run: {problem}")
        what = self._statement.keyword or "The statement"
        return StatementCanceled(f"CANCELED: {what} was interrupted, no job of it is left; the rows so far are kept.")

    def close(self) -> None:
        """Draws the end."""
        self._progress.close()
        self._output.close()
