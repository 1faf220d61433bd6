"""The extension application: it puts the routes under Jupyter's base URL."""

from __future__ import annotations

from jupyter_server.extension.application import ExtensionApp

from scaleph_lab.server.base import SERVICE_KEY
from scaleph_lab.server.changes import CHANGES_KEY, ChangeFeed
from scaleph_lab.server.routes import ROUTES, pattern
from scaleph_lab.server.service import EngineService

__all__ = ["ScalephLabApp"]


class ScalephLabApp(ExtensionApp):
    """Serves ``openapi.yaml``, and is loaded by any Jupyter server that has the package installed."""

    name = "scaleph_lab"
    description = "Flink and SeaTunnel engines for notebooks."
    load_other_extensions = True

    def initialize_settings(self) -> None:
        """Puts the engines and the feed of changes where handlers find them."""
        self.settings[SERVICE_KEY] = EngineService.of_this_machine()
        self.settings[CHANGES_KEY] = ChangeFeed(self.serverapp.event_logger if self.serverapp else None)

    async def stop_extension(self) -> None:
        """Ends the streams of events, which would else hold the server's end up."""
        await self.settings[CHANGES_KEY].stop()

    def initialize_handlers(self) -> None:
        """Registers one handler a path of the contract."""
        self.handlers.extend([(pattern(template), handler) for template, handler in ROUTES.items()])
