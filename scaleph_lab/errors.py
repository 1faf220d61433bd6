"""The error tree: every failure a user can meet, with its cause and the way out.

::

    ScalephError                      500  code, message, hint, path
    ├── UserError                     400  the request or the input is wrong
    │   ├── ForbiddenError            403  the user may not do this
    │   ├── NotFoundError             404  the named thing does not exist
    │   ├── ConflictError             409  it exists, or its state forbids the action
    │   └── ValidationError           422  well-formed, but against a rule
    ├── PlatformError                 424  the machine lacks something
    │   ├── JavaNotFoundError              no Java, or no Java of a version that serves
    │   ├── OfflineError                   the package registry cannot be reached
    │   ├── BrokenArtifactError            a file's checksum differs from the lock
    │   └── DiskFullError                  no space left for what must be written
    └── EngineError                   502  an engine did not do what was asked
        ├── EngineStartError               it did not come up; the log's tail is kept
        ├── EngineLostError                it was there and is gone
        └── EngineTimeoutError             it did not answer in time

Rooms add their own leaves below these (``sql`` has ``SqlError``, ``pipelines`` has ``PipelineError``).
The names of the wire format are `code`, `message`, `hint` and `path`; they are the same in REST, in the
CLI's ``--json`` and in a notebook.
"""

from __future__ import annotations

from typing import Any, ClassVar

__all__ = [
    "BrokenArtifactError",
    "ConflictError",
    "DiskFullError",
    "EngineError",
    "EngineLostError",
    "EngineStartError",
    "EngineTimeoutError",
    "ForbiddenError",
    "JavaNotFoundError",
    "NotFoundError",
    "OfflineError",
    "PlatformError",
    "ScalephError",
    "UserError",
    "ValidationError",
]


class ScalephError(Exception):
    """The base of all expected failures.

    ``message`` says what went wrong in one sentence, ``hint`` what to do about it, ``path`` where: a
    field, a file, a node or an option, as the place of the error would name it.
    """

    code: ClassVar[str] = "internal"
    http_status: ClassVar[int] = 500
    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, *, hint: str = "", path: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.path = path

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".rstrip()

    def as_dict(self) -> dict[str, Any]:
        """The wire format: ``{code, message, hint, path}``."""
        return {"code": self.code, "message": self.message, "hint": self.hint, "path": self.path}


class UserError(ScalephError):
    """The request or the input is wrong, and the user can mend it."""

    code = "bad_request"
    http_status = 400
    exit_code = 2


class ForbiddenError(UserError):
    """The user lacks the right for this; the message names it."""

    code = "forbidden"
    http_status = 403


class NotFoundError(UserError):
    """The named thing does not exist."""

    code = "not_found"
    http_status = 404


class ConflictError(UserError):
    """The thing exists already, or its state forbids the action."""

    code = "conflict"
    http_status = 409


class ValidationError(UserError):
    """The input is well-formed, but it breaks a rule."""

    code = "invalid"
    http_status = 422


class PlatformError(ScalephError):
    """The machine lacks something that the engine needs."""

    code = "platform"
    http_status = 424
    exit_code = 3


class JavaNotFoundError(PlatformError):
    """No Java, or none of a version that serves."""

    code = "java_not_found"


class OfflineError(PlatformError):
    """The package registry cannot be reached, and the cache lacks a file."""

    code = "offline"


class BrokenArtifactError(PlatformError):
    """A file's checksum differs from the one in the lock, even after it was fetched again."""

    code = "broken_artifact"


class DiskFullError(PlatformError):
    """There is no space left for what must be written."""

    code = "disk_full"


class EngineError(ScalephError):
    """An engine did not do what was asked of it."""

    code = "engine"
    http_status = 502
    exit_code = 4


class EngineStartError(EngineError):
    """The engine did not come up. ``log_tail`` keeps its last lines."""

    code = "engine_start"

    def __init__(self, message: str, *, hint: str = "", path: str = "", log_tail: str = "") -> None:
        super().__init__(message, hint=hint, path=path)
        self.log_tail = log_tail


class EngineLostError(EngineError):
    """The engine was there and is gone: killed, crashed, or out of reach."""

    code = "engine_lost"


class EngineTimeoutError(EngineError):
    """The engine did not answer within the time allowed."""

    code = "engine_timeout"
    http_status = 504
