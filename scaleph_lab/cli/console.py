"""What the commands share: progress on standard error, errors with their way out, exit codes."""

from __future__ import annotations

import functools
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn, ParamSpec

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, DownloadColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars

from scaleph_lab.engines.model import Progress, ProgressListener
from scaleph_lab.errors import ScalephError

__all__ = ["engine_progress", "err", "out", "print_json", "reports_errors"]

# Where there is no terminal a table is read by a program or kept in a file: nothing is cut to 80 columns.
_WIDE = 240

out = Console(highlight=False, width=None if sys.stdout.isatty() else _WIDE)
err = Console(stderr=True, highlight=False)

P = ParamSpec("P")


def print_json(value: Any) -> None:
    """A machine's answer on standard output."""
    sys.stdout.write(json.dumps(value, indent=2, default=str, ensure_ascii=False) + "\n")


def reports_errors(command: Callable[P, None]) -> Callable[P, None]:
    """Turns the error tree into a message on standard error and an exit code.

    With ``--json`` among the command's arguments, the error is JSON on standard output.
    """

    @functools.wraps(command)
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> None:
        as_json = bool(kwargs.get("as_json")) or kwargs.get("output_format") == "json"
        try:
            command(*args, **kwargs)
        except ScalephError as error:
            _fail(error, as_json=as_json)
        except KeyboardInterrupt:
            err.print("[yellow]Interrupted.[/]")
            sys.exit(130)
        except BrokenPipeError:
            # The reader of our output has gone (`| head`): that is no failure, and the interpreter must not say so.
            sys.stdout = None
            sys.exit(0)

    return wrapped


def _fail(error: ScalephError, *, as_json: bool) -> NoReturn:
    if as_json:
        print_json({"error": error.as_dict()})
    line, column = getattr(error, "line", None), getattr(error, "column", None)
    place = f" (line {line}, column {column})" if line else ""
    err.print(f"[bold red]Error:[/] {escape(error.message)}{place}", soft_wrap=True)
    for problem in getattr(error, "problems", [])[1:]:
        err.print(f"       {escape(problem.message)} [dim]{escape(problem.path)}[/]", soft_wrap=True)
    if error.hint:
        err.print(f"[dim]Hint:[/]  {escape(error.hint)}", soft_wrap=True)
    sys.exit(error.exit_code)


@contextmanager
def engine_progress() -> Iterator[ProgressListener]:
    """A bar with bytes and jars while an engine is fetched and started; lines where there is no terminal."""
    if not err.is_terminal:
        yield _lines()
        return
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TextColumn("{task.fields[files]}"))
    with Bars(*columns, TimeElapsedColumn(), console=err, transient=True) as bars:
        task = bars.add_task("", total=None, files="", visible=False)

        def show(progress: Progress) -> None:
            files = f"{progress.done_files}/{progress.total_files} jars" if progress.total_files else ""
            bars.update(
                task,
                description=progress.message,
                completed=progress.done_bytes,
                total=progress.total_bytes or None,
                files=files,
                visible=True,
            )

        yield show


def _lines() -> ProgressListener:
    last: list[object] = [None, -1]

    def show(progress: Progress) -> None:
        tenth = 10 * progress.done_bytes // progress.total_bytes if progress.total_bytes else 0
        if last == [progress.message, tenth]:
            return
        last[:] = [progress.message, tenth]
        done = (
            f" {progress.done_bytes / 1e6:.0f}/{progress.total_bytes / 1e6:.0f} MB, "
            f"{progress.done_files}/{progress.total_files} jars"
            if progress.total_bytes
            else ""
        )
        err.print(f"{progress.message}{done}", soft_wrap=True)

    return show
