"""The verbs of ``%flink``: one module a noun, each with its ``VERBS``.

They are imported when ``%flink`` is first used. A new verb is a function from a `Request` to an `Answer`, and a row in
``docs/user-guide/flinksql.md``; a test holds the two together.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from scaleph_lab.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from scaleph_lab.engines.model import Progress, ProgressListener
    from scaleph_lab.magics.answers import Answer
    from scaleph_lab.magics.outputs import EngineProgress
    from scaleph_lab.magics.workbench import Workbench

__all__ = ["Request", "Verb", "run_verb", "usage", "verbs"]

_MODULES = (
    *("engines", "sessions", "queries", "jobs", "jar_jobs", "plans", "lineage", "catalogs", "jars", "frames"),
    "datasources",
    "standard",
)
_DEFAULT = "status"


def _nobody(progress: Progress) -> None:
    """Where no output can show it."""


def _no_variable(name: str) -> Any:
    raise KeyError(name)


@dataclass(frozen=True)
class Request:
    """What stands behind the verb, and what the verb may use."""

    workbench: Workbench
    arguments: list[str] = field(default_factory=list)
    variable: Callable[[str], Any] = _no_variable
    """A variable of the notebook by its name; raises ``KeyError`` where there is none."""
    steps: EngineProgress | None = None
    """Where long work shows how far it is."""

    @property
    def progress(self) -> ProgressListener:
        """Is told the steps of long work, from any thread."""
        return self.steps.listen if self.steps is not None else _nobody

    def wait(self, work: Coroutine[Any, Any, Any]) -> Any:
        """The result of a coroutine, which runs on the loop of the workbench. An interrupt cancels it."""
        call = self.workbench.loop.start(work)
        try:
            return call.wait(self.steps.refresh if self.steps is not None else lambda: None, 0.1)
        except KeyboardInterrupt:
            call.cancel(5.0)
            raise
        finally:
            if self.steps is not None:
                self.steps.close()


@dataclass(frozen=True)
class Verb:
    """One verb. ``form`` is how it is written, such as ``use NAME``; its first word is its name."""

    form: str
    summary: str
    """One line for ``%flink help``."""
    run: Callable[[Request], Answer]
    least: int = 0
    """How many arguments it needs."""
    most: int | None = None
    """How many it takes; ``None`` for any number."""

    @property
    def name(self) -> str:
        """What it is called by."""
        return self.form.split()[0]


@cache
def verbs() -> dict[str, Verb]:
    """All verbs by name."""
    found = [verb for module in _MODULES for verb in import_module(f"{__name__}.{module}").VERBS]
    return {verb.name: verb for verb in found}


def usage() -> str:
    """All forms on one line."""
    return f"%flink: {' | '.join(verb.form for verb in verbs().values())}"


def run_verb(
    workbench: Workbench,
    line: str,
    variable: Callable[[str], Any] = _no_variable,
    *,
    default: str = _DEFAULT,
    steps: EngineProgress | None = None,
) -> Answer:
    """Does what the line says; without a verb the ``default``. Raises `ScalephError`."""
    try:
        name, *arguments = shlex.split(line) or [default]
    except ValueError as error:
        raise UserError(f"%flink {line}: {error}.", hint="Close the quotes.") from None
    verb = verbs().get(name)
    if verb is None:
        raise UserError(f"There is no %flink {name}.", hint=usage())
    if len(arguments) < verb.least or (verb.most is not None and len(arguments) > verb.most):
        raise UserError(f"%flink {name} wants other arguments.", hint=f"It is written: %flink {verb.form}")
    return verb.run(Request(workbench, arguments, variable, steps))
