"""What all handlers share: errors in one form, and the engines."""

from __future__ import annotations

import json
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, TypeVar, cast

from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler, JupyterHandler
from tornado.web import HTTPError

from scaleph_lab.errors import ScalephError
from scaleph_lab.server.service import EngineService

__all__ = ["SERVICE_KEY", "ErrorReplies", "ScalephHandler", "authorized_to_execute", "authorized_to_read", "error_body"]

Verb = TypeVar("Verb", bound=Callable[..., Any])

SERVICE_KEY = "scaleph_engine_service"
"""The key of the `EngineService` in the web application's settings."""

_CODES = {
    HTTPStatus.BAD_REQUEST: "bad_request",
    HTTPStatus.UNAUTHORIZED: "unauthenticated",
    HTTPStatus.FORBIDDEN: "forbidden",
    HTTPStatus.NOT_FOUND: "not_found",
    HTTPStatus.METHOD_NOT_ALLOWED: "method_not_allowed",
}


def authorized_to_execute(method: Verb) -> Verb:
    """Like ``@authorized``, for what runs code or ends it; a POST would only be a "write" otherwise."""
    # One decorator a method: Jupyter's keeps the first resource it meets.
    return cast("Callable[[Verb], Verb]", authorized(action="execute"))(method)


def authorized_to_read(method: Verb) -> Verb:
    """Like ``@authorized``, for a POST that changes nothing: a question that is too long for an address."""
    return cast("Callable[[Verb], Verb]", authorized(action="read"))(method)


def error_body(error: BaseException | None, status: int, path: str) -> dict[str, Any]:
    """The contract's ``Error`` for any failure; what was not expected tells nothing of its inside."""
    if isinstance(error, ScalephError):
        return error.as_dict()
    if isinstance(error, HTTPError):
        phrase = HTTPStatus(status).phrase if status in list(HTTPStatus) else "Error"
        message = error.log_message or error.reason or phrase
        return {"code": _CODES.get(HTTPStatus(status), "http"), "message": message, "hint": "", "path": path}
    return {
        "code": "internal",
        "message": "The server met an unexpected failure.",
        "hint": "Its log has the details.",
        "path": path,
    }


class ErrorReplies(JupyterHandler):
    """Turns failures into the contract's ``Error`` with the status that the error tree gives."""

    @property
    def service(self) -> EngineService:
        """The engines and their starts."""
        service: EngineService = self.settings[SERVICE_KEY]
        return service

    def log_exception(self, kind: Any, error: Any, trace: Any) -> None:
        """An expected failure is one line in the log; anything else keeps its trace."""
        if isinstance(error, ScalephError):
            self.log.warning("%s %s: %s", self.request.method, self.request.path, error)
        else:
            super().log_exception(kind, error, trace)

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Answers with the contract's ``Error``."""
        error = kwargs.get("exc_info", (None, None, None))[1]
        if isinstance(error, ScalephError):
            status_code = error.http_status
            self.set_status(status_code)
        self.set_header("Content-Type", "application/json")
        self.finish(json.dumps(error_body(error, status_code, self.request.path)))


class ScalephHandler(ErrorReplies, APIHandler):
    """The base of the JSON handlers."""

    auth_resource = "scaleph"

    def reply(self, body: dict[str, Any], status: HTTPStatus = HTTPStatus.OK) -> None:
        """Ends the request with a JSON body."""
        self.set_status(status)
        self.finish(json.dumps(body))
