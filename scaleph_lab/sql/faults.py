"""The leaves that SQL adds to the error tree.

::

    UserError
    └── SqlError                 Flink refused or failed a statement: message, place, cause, trace
    EngineError
    └── JobLostError             a query's job is gone, or out of reach, while its gateway answers
        EngineLostError
        └── SessionLostError     the gateway answers, but no longer knows the session
"""

from __future__ import annotations

from typing import Any

from scaleph_lab.errors import EngineError, EngineLostError, UserError

__all__ = ["JobLostError", "SessionLostError", "SqlError"]


class SqlError(UserError):
    """Flink refused a statement, or its job failed.

    ``line`` and ``column`` count from 1, ``end_line`` and ``end_column`` are inclusive; all are ``None``
    where Flink names no place. They refer to the text that was sent until `moved` maps them to the script.
    ``cause`` is the Java class of the exception that says it, ``trace`` the gateway's whole answer.
    """

    code = "sql"

    def __init__(
        self,
        message: str,
        *,
        hint: str = "",
        path: str = "",
        line: int | None = None,
        column: int | None = None,
        end_line: int | None = None,
        end_column: int | None = None,
        cause: str = "",
        trace: str = "",
    ) -> None:
        super().__init__(message, hint=hint, path=path)
        self.line = line
        self.column = column
        self.end_line = end_line
        self.end_column = end_column
        self.cause = cause
        self.trace = trace

    def moved(self, line: int | None, column: int | None, end_line: int | None, end_column: int | None) -> SqlError:
        """The same error at another place, as a script or a cell counts it."""
        return SqlError(
            self.message,
            hint=self.hint,
            path=self.path,
            line=line,
            column=column,
            end_line=end_line,
            end_column=end_column,
            cause=self.cause,
            trace=self.trace,
        )

    def as_dict(self) -> dict[str, Any]:
        """The wire format, with the place and the cause; the trace is left out for its length."""
        place = {
            "line": self.line,
            "column": self.column,
            "end_line": self.end_line,
            "end_column": self.end_column,
        }
        return super().as_dict() | place | {"cause": self.cause}


class SessionLostError(EngineLostError):
    """The SQL Gateway no longer knows the session: it was restarted, or the session idled too long."""

    code = "session_lost"


class JobLostError(EngineError):
    """The job of a running query is gone, or its JobManager out of reach; the session lives."""

    code = "job_lost"
