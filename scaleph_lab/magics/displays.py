"""One output of a cell in both forms, HTML and text, which can be drawn anew in its place."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any, Protocol

from IPython import display as ipython

from scaleph_lab.magics.answers import Answer

__all__ = ["Display", "IPythonDisplay", "Output", "show"]


class Display(Protocol):
    """Where outputs appear: below an IPython cell, or below a cell of the Flink SQL kernel."""

    def publish(self, bundle: Mapping[str, Any], display_id: str | None, *, update: bool) -> None:
        """Shows a MIME bundle; with ``update`` in place of what that ``display_id`` shows."""


class IPythonDisplay:
    """Below the IPython cell that runs."""

    def publish(self, bundle: Mapping[str, Any], display_id: str | None, *, update: bool) -> None:
        """See `Display`."""
        publish: Any = ipython.display
        place = {"display_id": display_id, "update": update} if display_id else {}
        publish(dict(bundle), raw=True, **place)


class Output:
    """Appears with its first drawing."""

    def __init__(self, display: Display) -> None:
        self._display = display
        self._display_id: str | None = None

    @property
    def shown(self) -> bool:
        """Whether it was drawn at all."""
        return self._display_id is not None

    def draw(self, text: str, html: str) -> None:
        """Draws it, in place of what it showed before."""
        update = self.shown
        self._display_id = self._display_id or uuid.uuid4().hex
        self._display.publish(Answer(text, html).bundle, self._display_id, update=update)


def show(display: Display, answer: Answer) -> None:
    """An output that stays as it is."""
    display.publish(answer.bundle, None, update=False)
