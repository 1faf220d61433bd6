"""A client of Flink's SQL Gateway REST API.

One call of the API is one method here; what calls mean together (sessions that come back, results that
are paged) is in ``session`` and ``statements``. Source: Flink's ``rest_v1…v4_sql_gateway.yml``.
"""

from __future__ import annotations

import time
from typing import Any, NoReturn

import httpx
import orjson

from scaleph_lab.engines.rest_client import EngineRestClient
from scaleph_lab.errors import EngineError
from scaleph_lab.sql.faults import SessionLostError
from scaleph_lab.sql.traces import sql_error

__all__ = ["GatewayClient", "ResultNotJsonError"]

_KNOWN_VERSIONS = ("V4", "V3", "V2", "V1")


class ResultNotJsonError(EngineError):
    """The page holds a value that the gateway cannot write as JSON, such as a MAP with INT keys."""

    code = "result_not_json"


class GatewayClient(EngineRestClient):
    """Asynchronous; use it as a context manager, or close it.

    Calls raise `EngineLostError` when nothing answers, `EngineTimeoutError` when it takes too long,
    `SessionLostError` when the gateway does not know the session, `SqlError` when it refuses what a
    statement says, and `EngineError` for any other answer, such as the HTML of a proxy.
    """

    endpoint = "SQL Gateway"

    def __init__(self, url: str, *, timeout: float = 60.0) -> None:
        super().__init__(url, timeout=timeout)
        self._version: str | None = None
        self._heard = 0.0

    def silent_for(self) -> float:
        """Seconds since the gateway's last answer."""
        return time.monotonic() - self._heard

    async def api_version(self) -> str:
        """The highest version that the gateway and this client both speak, such as ``v3``."""
        if self._version is None:
            offered = (await self._json("GET", "/api_versions")).get("versions", [])
            spoken = next((version for version in _KNOWN_VERSIONS if version in offered), None)
            if spoken is None:
                raise EngineError(
                    f"The SQL Gateway speaks {', '.join(offered) or 'no version'}; known are V1 to V4.",
                    hint="Is this the URL of a Flink SQL Gateway?",
                    path=self.url,
                )
            self._version = spoken.lower()
        return self._version

    async def open_session(self, name: str, properties: dict[str, str]) -> str:
        """Opens a session and returns its handle."""
        body = {"sessionName": name, "properties": properties}
        return str((await self._call("POST", "sessions", json=body))["sessionHandle"])

    async def session_properties(self, session: str) -> dict[str, str]:
        """The effective configuration of the session."""
        return dict((await self._call("GET", f"sessions/{session}"))["properties"])

    async def heartbeat(self, session: str) -> None:
        """Keeps the session from being closed as idle (by default after 10 minutes)."""
        await self._call("POST", f"sessions/{session}/heartbeat")

    async def close_session(self, session: str) -> None:
        """Closes the session; the gateway cancels its queries and leaves the jobs of its INSERTs."""
        await self._call("DELETE", f"sessions/{session}")

    async def configure_session(self, session: str, statement: str) -> None:
        """Runs SET, RESET, USE or DDL without an operation."""
        await self._call("POST", f"sessions/{session}/configure-session", json={"statement": statement})

    async def execute(self, session: str, statement: str, config: dict[str, str]) -> str:
        """Submits one statement and returns the operation's handle, even for bad SQL."""
        body = {"statement": statement, "executionConfig": config}
        return str((await self._call("POST", f"sessions/{session}/statements", json=body))["operationHandle"])

    async def operation_status(self, session: str, operation: str) -> str:
        """RUNNING, FINISHED, CANCELED or ERROR. FINISHED says nothing about the statement's job."""
        path = f"sessions/{session}/operations/{operation}/status"
        return str((await self._call("GET", path))["status"])

    async def cancel_operation(self, session: str, operation: str) -> None:
        """Cancels a running operation; one that is FINISHED refuses, though its job may run."""
        await self._call("POST", f"sessions/{session}/operations/{operation}/cancel")

    async def close_operation(self, session: str, operation: str) -> None:
        """Closes the operation, which cancels the job of a query."""
        await self._call("DELETE", f"sessions/{session}/operations/{operation}/close")

    async def complete(self, session: str, statement: str, position: int) -> list[str]:
        """What may stand at ``position`` (characters from 0) of the statement."""
        path = f"sessions/{session}/complete-statement"
        # The API wants a GET with a body.
        reply = await self._call("GET", path, json={"statement": statement, "position": position})
        return [str(candidate) for candidate in reply.get("candidates", [])]

    async def fetch(self, session: str, operation: str, token: int, row_format: str, statement: str) -> bytes:
        """One page of the result, not parsed. Only the current and the previous token can be fetched."""
        path = f"/{await self.api_version()}/sessions/{session}/operations/{operation}/result/{token}"
        reply = await self._send("GET", path, params={"rowFormat": row_format})
        if not reply.is_success:
            self._refused(reply, statement)
        return reply.content

    async def _call(self, method: str, path: str, **kwargs: Any) -> dict[str, Any]:
        return await self._json(method, f"/{await self.api_version()}/{path}", **kwargs)

    async def _json(self, method: str, path: str, **kwargs: Any) -> dict[str, Any]:
        reply = await self._send(method, path, **kwargs)
        if not reply.is_success:
            self._refused(reply)
        try:
            return dict(orjson.loads(reply.content)) if reply.content else {}
        except (ValueError, TypeError) as error:
            raise self._foreign(reply) from error

    async def _send(self, method: str, path: str, **kwargs: Any) -> httpx.Response:
        reply = await super()._send(method, path, **kwargs)
        self._heard = time.monotonic()
        return reply

    def _refused(self, reply: httpx.Response, statement: str = "") -> NoReturn:
        try:
            errors = [str(line) for line in orjson.loads(reply.content)["errors"]]
        except (ValueError, TypeError, KeyError) as error:
            raise self._foreign(reply) from error
        text = "\n".join(errors)
        if "Could not map response to JSON" in text:
            raise ResultNotJsonError("The gateway cannot write this page as JSON.")
        if "Session '" in text and "does not exist" in text:
            raise SessionLostError("The SQL Gateway no longer knows this session.", path=self.url)
        raise sql_error(errors[-1] if errors else "", statement)

    def _foreign(self, reply: httpx.Response) -> EngineError:
        start = reply.text.strip()[:120]
        return EngineError(
            f"The SQL Gateway answered HTTP {reply.status_code} with something else than JSON: {start!r}",
            hint="A proxy may stand in between; the URL must be that of the gateway.",
            path=self.url,
        )
