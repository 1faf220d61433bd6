"""What the clients of an engine's REST endpoints share: one connection pool, and named errors for a silent engine."""

from __future__ import annotations

from types import TracebackType
from typing import Any, ClassVar, Self

import httpx

from scaleph_lab.errors import EngineLostError, EngineTimeoutError

__all__ = ["EngineRestClient"]


class EngineRestClient:
    """Asynchronous; use it as a context manager, or close it."""

    endpoint: ClassVar[str]
    """What answers, for a person: ``SQL Gateway``, ``JobManager``."""

    def __init__(self, url: str, *, timeout: float) -> None:
        self.url = url
        # trust_env is off: a proxy of the user's must not see the traffic of a loopback engine.
        self._http = httpx.AsyncClient(base_url=url, timeout=timeout, trust_env=False)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Closes the connections."""
        await self._http.aclose()

    async def _send(self, method: str, path: str, **kwargs: Any) -> httpx.Response:
        """The reply, whatever its status. Raises `EngineLostError` and `EngineTimeoutError`."""
        try:
            return await self._http.request(method, path, **kwargs)
        except httpx.TimeoutException as error:
            raise EngineTimeoutError(
                f"The {self.endpoint} did not answer in time.",
                hint="Look at the engine's log; a full heap shows there.",
                path=self.url,
            ) from error
        except httpx.TransportError as error:
            raise EngineLostError(
                f"The {self.endpoint} does not answer.",
                hint="The engine may have been stopped or killed; the next statement starts it again.",
                path=self.url,
            ) from error
