"""The kernel's side of the Jupyter protocol."""

from __future__ import annotations

import asyncio
import concurrent.futures
import signal
from typing import Any

import comm
from ipykernel.kernelbase import Kernel

from scaleph_kernel.assistance import complete_cell, complete_reply, inspect_cell, inspect_reply
from scaleph_kernel.cells import parse_cell
from scaleph_kernel.display import CellDisplay
from scaleph_kernel.history import History
from scaleph_kernel.interrupts import Interrupts
from scaleph_lab._version import __version__
from scaleph_lab.errors import ScalephError, UserError
from scaleph_lab.magics.catalog_comm import register_catalog
from scaleph_lab.magics.displays import show
from scaleph_lab.magics.failures import (
    FlinkSqlFailure,
    StatementCanceled,
    failure_summary,
    failure_text,
    placed,
    trace_html,
)
from scaleph_lab.magics.options import CellOptions
from scaleph_lab.magics.running import REFRESH_SECONDS, STOP_SECONDS, RunningStatement
from scaleph_lab.magics.verbs import run_verb
from scaleph_lab.magics.workbench import Workbench
from scaleph_lab.settings import get_settings
from scaleph_lab.sql.scripts import Statement, is_finished, split_script

__all__ = ["FlinkSqlKernel"]

_OPTIONS = CellOptions(named=False)
_SHUTDOWN_SECONDS = 3.0
"""Within the time that a front end waits before it kills the kernel."""


class FlinkSqlKernel(Kernel):
    """Cells are Flink SQL scripts; the session lives as long as the kernel."""

    implementation = "scaleph_kernel"
    implementation_version = __version__
    banner = f"Flink SQL · Scaleph Lab {__version__}"
    language_info = {  # noqa: RUF012 - a trait of the base class
        "name": "flinksql",
        "version": __version__,
        "mimetype": "text/x-flinksql",
        "file_extension": ".sql",
        "pygments_lexer": "sql",
    }

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)  # type: ignore[no-untyped-call]
        self._workbench = Workbench()
        self._interrupts = Interrupts()
        self._running: RunningStatement | None = None
        self._history = History.open(get_settings().state_dir / "history" / "flinksql.jsonl")
        self.comm_manager = comm.get_comm_manager()
        register_catalog(self.comm_manager, self._workbench)
        for message in ("comm_open", "comm_msg", "comm_close"):
            self.shell_handlers[message] = getattr(self.comm_manager, message)

    def pre_handler_hook(self) -> None:
        """While a request is handled, SIGINT goes to the cell, not to the event loop."""
        self.saved_sigint_handler = signal.signal(signal.SIGINT, self._interrupts.on_signal)

    async def do_execute(
        self,
        code: str,
        silent: bool,
        store_history: bool = True,
        user_expressions: dict[str, Any] | None = None,
        allow_stdin: bool = False,
        *,
        cell_meta: dict[str, Any] | None = None,
        cell_id: str | None = None,
    ) -> dict[str, Any]:
        """Runs a cell: its lines for the engine, then its statements in order, until one fails."""
        display = CellDisplay(self, silent=silent)
        if store_history and not silent and code.strip():
            self._history.add(self.execution_count, code)
        try:
            await self._interrupts.run(self._run(code, display))
        except ScalephError as error:
            reply = self._failed(display, type(error).__name__, failure_summary(error), failure_text(error, code))
            if trace := trace_html(error):
                display.publish({"text/html": trace}, None, update=False)
            return reply
        except FlinkSqlFailure as failure:
            return self._failed(display, type(failure).__name__, str(failure))
        except Exception as error:
            self.log.exception("A cell failed in the kernel itself")
            return self._failed(display, type(error).__name__, str(error))
        return {"status": "ok", "execution_count": self.execution_count, "payload": [], "user_expressions": {}}

    async def do_complete(self, code: str, cursor_pos: int) -> dict[str, Any]:
        """Names and words that may stand at the cursor."""
        return complete_reply(await complete_cell(self._workbench, code, cursor_pos))

    async def do_inspect(
        self, code: str, cursor_pos: int, detail_level: int = 0, omit_sections: Any = ()
    ) -> dict[str, Any]:
        """What is known of the name under the cursor: DDL, types, options."""
        return inspect_reply(await inspect_cell(self._workbench, code, cursor_pos))

    async def do_history(  # noqa: PLR0917  as the base class has it
        self,
        hist_access_type: str,
        output: bool,
        raw: bool,
        session: int | None = None,
        start: int | None = None,
        stop: int | None = None,
        n: int | None = None,
        pattern: str | None = None,
        unique: bool = False,
    ) -> dict[str, Any]:
        """Earlier inputs; outputs are not kept."""
        match hist_access_type:
            case "tail":
                entries = self._history.tail(n or 0)
            case "range":
                entries = self._history.range(session or 0, start or 0, stop)
            case _:
                entries = self._history.search(pattern or "*", n, unique=unique)
        items = [(one, line, (source, None)) for one, line, source in entries] if output else entries
        return {"status": "ok", "history": items}

    async def do_is_complete(self, code: str) -> dict[str, Any]:
        """A console runs what ends with a semicolon, and lines for the engine."""
        try:
            finished = is_finished(parse_cell(code).script)
        except UserError:
            # Running it says what is wrong.
            return {"status": "invalid"}
        return {"status": "complete"} if finished else {"status": "incomplete", "indent": ""}

    async def do_shutdown(self, restart: bool) -> dict[str, Any]:
        """Stops what runs and closes the sessions. Called in the thread of the control channel."""
        running = self._running
        if running is not None:
            await asyncio.to_thread(running.call.cancel, _SHUTDOWN_SECONDS)
        await asyncio.to_thread(self._workbench.close)
        return {"status": "ok", "restart": restart}

    async def _run(self, code: str, display: CellDisplay) -> None:
        cell = parse_cell(code)
        for verb in cell.verbs:
            try:
                answer = await asyncio.to_thread(run_verb, self._workbench, verb)
            except asyncio.CancelledError:
                raise StatementCanceled("CANCELED: %flink was interrupted; it may still take effect.") from None
            show(display, answer)
        for statement in split_script(cell.script):
            try:
                await self._run_statement(statement, display)
            except ScalephError as error:
                raise placed(error, statement.locate) from error

    async def _run_statement(self, statement: Statement, display: CellDisplay) -> None:
        self._running = running = RunningStatement(self._workbench, statement, _OPTIONS, display, updating=True)
        try:
            await running.call.join(running.refresh, REFRESH_SECONDS)
        except asyncio.CancelledError:
            raise running.canceled(await asyncio.to_thread(running.call.cancel, STOP_SECONDS)) from None
        except concurrent.futures.CancelledError:
            # By the Stop button of its grid, or by the shutdown.
            raise running.canceled(None) from None
        finally:
            self._running = None
            running.close()

    def _failed(self, display: CellDisplay, name: str, value: str, text: str = "") -> dict[str, Any]:
        """Shows the failure, in place of a traceback as ``text``: it is in no Python code."""
        failure = {"ename": name, "evalue": value, "traceback": (text or f"{name}: {value}").splitlines()}
        display.fail(failure)
        return {"status": "error", "execution_count": self.execution_count, **failure}
