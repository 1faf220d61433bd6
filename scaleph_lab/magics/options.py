"""The options of ``%%flinksql``, and how they are told from the SQL that may follow on the line."""

from __future__ import annotations

import argparse
import re
import shlex
from dataclasses import dataclass
from typing import NoReturn

from IPython.core.error import UsageError

__all__ = ["MODE", "CellOptions", "parse_cell_options", "parser"]

MODE = "execution.runtime-mode"


@dataclass(frozen=True)
class CellOptions:
    """How a cell runs its statements and what it hands over."""

    output: str | None = None
    engine: str | None = None
    limit: int | None = None
    """Rows to fetch of each query; 0 for all, ``None`` for the default."""
    timeout: float | None = None
    """Seconds after which a query is stopped."""
    changelog: bool = False
    form: str = "pandas"
    """What ``output`` becomes: ``pandas``, ``polars`` or ``arrow`` (the table), or ``changelog`` (the changes)."""
    mode: str | None = None
    parallelism: int | None = None
    settings: tuple[tuple[str, str], ...] = ()
    """Flink's options for these statements alone."""
    bulk: bool = False
    """Whether rows come by files."""
    pages: bool = False
    """Whether they never do."""
    detach: bool = False
    """Whether queries go on when the cell has ended."""
    explain: bool = False
    """Whether statements are explained instead of run."""
    lint: bool = False
    """Whether statements are compared with the data standard instead of run."""
    named: bool = True
    """Whether the user can give options, so that outputs may name the one that had an effect."""

    @property
    def config(self) -> dict[str, str]:
        """Flink's options for each statement of the cell."""
        config: dict[str, str] = {}
        if self.mode:
            config[MODE] = self.mode
        if self.mode == "batch":
            # A batch INSERT has an end that the next statement builds upon: wait for it.
            config["table.dml-sync"] = "true"
        if self.parallelism:
            config["parallelism.default"] = str(self.parallelism)
            # Goes before the other where a session has set it.
            config["table.exec.resource.default-parallelism"] = str(self.parallelism)
        return config | dict(self.settings)


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(f"%%flinksql: {message}. %%flinksql? lists the options.")


def parser() -> argparse.ArgumentParser:
    """The parser, from which the documentation is checked."""
    options = _Parser(prog="%%flinksql", add_help=False, allow_abbrev=False)
    options.add_argument("-o", "--output", metavar="NAME", help="keep the rows in this variable")
    options.add_argument("--engine", metavar="NAME", help="run on this engine, such as flink-1.18")
    options.add_argument("--limit", metavar="N", type=_count, help="fetch at most N rows; 0 fetches all")
    options.add_argument("--timeout", metavar="SECONDS", type=_seconds, help="stop a query after that time")
    options.add_argument("--changelog", action="store_true", help="show the changes instead of the table")
    options.add_argument(
        "--as",
        dest="form",
        choices=("pandas", "polars", "arrow", "changelog"),
        default="pandas",
        help="what NAME becomes",
    )
    options.add_argument("--mode", choices=("streaming", "batch"), help="how Flink runs the statements")
    options.add_argument(
        "--parallelism", metavar="N", type=_positive, help="the parallelism of the jobs of these statements"
    )
    options.add_argument(
        "--set",
        dest="settings",
        metavar="KEY=VALUE",
        type=_setting,
        action="append",
        default=[],
        help="an option of Flink's for these statements alone; may be given again",
    )
    options.add_argument("--bulk", action="store_true", help="fetch a batch query's rows by files, faster for many")
    options.add_argument("--pages", action="store_true", help="never fetch rows by files, however many there are")
    options.add_argument("--detach", action="store_true", help="let queries go on when the cell has ended")
    options.add_argument("--explain", action="store_true", help="draw the statements' plans instead of running them")
    options.add_argument(
        "--lint", action="store_true", help="compare the statements with the data standard instead of running them"
    )
    return options


def parse_cell_options(line: str) -> tuple[CellOptions, str]:
    """The options at the beginning of the line, and the SQL after them. Raises ``UsageError``."""
    options = parser()
    flags = {name: action for action in options._actions for name in action.option_strings}
    end = 0
    while match := re.compile(r"\s*(-\S+)").match(line, end):
        # "-- a comment" begins the SQL.
        if match.group(1) == "--":
            break
        end = match.end()
        name, equals, _ = match.group(1).partition("=")
        action = flags.get(name)
        if action is None:
            options.error(f"there is no option {name}")
        if action.nargs != 0 and not equals and (value := re.compile(r"\s+(\"[^\"]*\"|'[^']*'|\S+)").match(line, end)):
            end = value.end()
    given = options.parse_args(shlex.split(line[:end]))
    if given.output is not None and not given.output.isidentifier():
        options.error(f"-o wants the name of a variable, not {given.output!r}")
    if given.bulk and (given.pages or given.form == "changelog" or given.detach or given.limit is not None):
        options.error("--bulk gives all rows of a batch query; --pages, --detach, --limit, --as changelog do not fit")
    given.settings = tuple(given.settings)
    return CellOptions(**vars(given)), line[end:].strip()


def _count(text: str) -> int:
    number = int(text.replace("_", "").replace(",", ""))
    if number < 0:
        raise ValueError(text)
    return number


def _seconds(text: str) -> float:
    seconds = float(text.removesuffix("s"))
    if not seconds > 0:
        raise ValueError(text)
    return seconds


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise ValueError(text)
    return number


def _setting(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals or not key.strip():
        raise ValueError(text)
    return key.strip(), value.strip()


_positive.__name__ = "positive number"
_setting.__name__ = "KEY=VALUE"
_count.__name__ = "number of rows"
_seconds.__name__ = "number of seconds"
