"""The demo notebook, copied to where the user's notebooks are."""

from __future__ import annotations

import asyncio
import json
from http import HTTPStatus
from importlib.resources import files
from typing import Any

from jupyter_core.utils import ensure_async
from jupyter_server.auth.decorator import authorized
from tornado.web import authenticated

from scaleph_lab.errors import NotFoundError
from scaleph_lab.server.base import ScalephHandler

__all__ = ["DemoHandler"]

_NOTEBOOK = "flights.ipynb"


class DemoHandler(ScalephHandler):
    """``/scaleph/demo``"""

    # It writes among the user's notebooks, so who may not write there may not do it this way either.
    auth_resource = "contents"

    @authenticated
    @authorized
    async def post(self) -> None:
        """Copies the notebook under a name that is free and answers its ``path``."""
        notebook = await asyncio.to_thread(_demo_notebook)
        contents: Any = self.contents_manager
        path = await ensure_async(contents.increment_filename(_NOTEBOOK))
        await ensure_async(contents.save({"type": "notebook", "format": "json", "content": notebook}, path))
        self.reply({"path": path}, HTTPStatus.CREATED)


def _demo_notebook() -> dict[str, Any]:
    source = files("scaleph_lab") / "demo" / _NOTEBOOK
    if not source.is_file():
        raise NotFoundError(
            "This installation has no demo notebook.",
            hint="Install scaleph-lab anew: the wheel brings the notebook.",
            path=_NOTEBOOK,
        )
    notebook: dict[str, Any] = json.loads(source.read_text("utf-8"))
    return notebook
