"""One open session of a gateway: its clients, its heartbeat, and its lease."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from scaleph_lab.engines.session_leases import SessionLease, close_abandoned_sessions, grant, release
from scaleph_lab.errors import EngineLostError, ScalephError
from scaleph_lab.settings import get_settings
from scaleph_lab.sql.gateway import GatewayClient

if TYPE_CHECKING:
    from scaleph_lab.engines.jobmanager import JobManagerClient
    from scaleph_lab.engines.model import EngineEndpoint

__all__ = ["Connection"]

_HEARTBEAT_SECONDS = 60.0
_SILENCE_SECONDS = 0.2
_CLOSE_SECONDS = 5.0


class Connection:
    """Made by `open`. ``lost`` says that the gateway, or the session in it, is gone."""

    def __init__(
        self, endpoint: EngineEndpoint, gateway: GatewayClient, jobmanager: JobManagerClient, handle: str
    ) -> None:
        self.endpoint = endpoint
        self.gateway = gateway
        self.jobmanager = jobmanager
        self.handle = handle
        self.lost = False
        self._heartbeat: asyncio.Task[None] | None = None

    @classmethod
    async def open(cls, endpoint: EngineEndpoint, name: str, properties: dict[str, str]) -> Connection:
        """Opens a session; it is held by this process from now on. Raises `EngineError`."""
        from scaleph_lab.engines.jobmanager import JobManagerClient

        leases = get_settings().leases_dir
        await asyncio.to_thread(close_abandoned_sessions, leases)
        gateway = GatewayClient(endpoint.gateway_url)
        handle: str | None = None
        try:
            handle = await gateway.open_session(name, properties)
            await asyncio.to_thread(grant, leases, SessionLease.mine(endpoint.gateway_url, handle))
        except BaseException:
            if handle is not None:
                # Without a lease nobody else would close it.
                with contextlib.suppress(ScalephError):
                    await asyncio.shield(gateway.close_session(handle))
            await gateway.close()
            raise
        return cls(endpoint, gateway, JobManagerClient(endpoint.jobmanager_url), handle)

    def keep_alive(self, touch: Callable[[], Awaitable[object]]) -> None:
        """Beats from now on; ``touch`` notes that the engine is in use."""
        self._heartbeat = asyncio.create_task(self._beat(touch))

    async def is_there(self) -> bool:
        """Whether the session is open; after a while of silence the gateway is asked.

        A statement cannot be sent again when the connection breaks under it, but this call can.
        """
        if not self.lost and self.gateway.silent_for() > _SILENCE_SECONDS:
            try:
                await self.gateway.heartbeat(self.handle)
            except EngineLostError:
                self.lost = True
        return not self.lost

    async def close(self) -> None:
        """Closes the session, as far as the gateway answers, and the clients."""
        if not self.lost:
            # A gateway whose JobManager is gone takes a minute for it; it goes on with it by itself.
            with contextlib.suppress(ScalephError, TimeoutError):
                async with asyncio.timeout(_CLOSE_SECONDS):
                    await self.gateway.close_session(self.handle)
        await self.drop()

    async def drop(self) -> None:
        """Closes the clients of a session that is gone."""
        if self._heartbeat is not None:
            self._heartbeat.cancel()
        await asyncio.to_thread(release, get_settings().leases_dir, self.handle)
        await self.gateway.close()
        await self.jobmanager.close()

    async def _beat(self, touch: Callable[[], Awaitable[object]]) -> None:
        """Keeps the session from being closed as idle, and the engine: what lives in the session would go with it."""
        while True:
            await asyncio.sleep(_HEARTBEAT_SECONDS)
            try:
                await self.gateway.heartbeat(self.handle)
                await touch()
            except EngineLostError:
                self.lost = True
                return
            except ScalephError:
                # The gateway is busy; the next beat is in time.
                continue
