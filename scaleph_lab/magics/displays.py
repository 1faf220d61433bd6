"""One output of a cell in both forms, HTML and text, which can be drawn anew in its place."""

from __future__ import annotations

from typing import Any

from IPython import display

__all__ = ["Output", "show"]


class Output:
    """Appears with its first drawing."""

    def __init__(self) -> None:
        self._handle: Any = None

    @property
    def shown(self) -> bool:
        """Whether it was drawn at all."""
        return self._handle is not None

    def draw(self, text: str, html: str) -> None:
        """Draws it, in place of what it showed before."""
        bundle = {"text/plain": text, "text/html": html}
        if self._handle is None:
            handle: Any = display.DisplayHandle
            self._handle = handle()
            self._handle.display(bundle, raw=True)
        else:
            self._handle.update(bundle, raw=True)


def show(text: str, html: str) -> None:
    """An output that stays as it is."""
    publish: Any = display.display
    publish({"text/plain": text, "text/html": html}, raw=True)
