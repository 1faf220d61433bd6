"""The pipelines room's leaves of the error tree.

::

    ScalephError
    ├── ValidationError (422)
    │   └── PipelineInvalidError      the document breaks rules; `problems` lists them all
    └── EngineError (502)
        └── PipelineFailedError       the engine ran it and it failed; `cause` is the root of it
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from scaleph_lab.errors import EngineError, ValidationError

__all__ = ["PipelineFailedError", "PipelineInvalidError", "Problem"]


@dataclass(frozen=True)
class Problem:
    """One broken rule and its place."""

    code: str
    message: str
    path: str
    """A path into the document, such as ``nodes.2.options.url``."""
    node: str = ""
    """The id of the node it belongs to."""


class PipelineInvalidError(ValidationError):
    """The document breaks rules. All of them are named at once, so that they are mended at once."""

    code = "pipeline_invalid"

    def __init__(self, problems: list[Problem]) -> None:
        first = problems[0]
        more = f" ({len(problems) - 1} more)" if len(problems) > 1 else ""
        super().__init__(f"{first.message}{more}", hint="Mend the document and run it again.", path=first.path)
        self.problems = problems

    def as_dict(self) -> dict[str, Any]:
        """The wire format, with all problems."""
        return {**super().as_dict(), "problems": [{**asdict(problem), "hint": ""} for problem in self.problems]}


class PipelineFailedError(EngineError):
    """The pipeline ran and failed. ``cause`` is the last link of the exception chain, ``trace`` the whole."""

    code = "pipeline_failed"

    def __init__(self, message: str, *, cause: str, trace: str = "", hint: str = "", path: str = "") -> None:
        super().__init__(message, hint=hint, path=path)
        self.cause = cause
        self.trace = trace
