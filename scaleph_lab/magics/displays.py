"""One output of a cell in both forms, HTML and text, which can be drawn anew in its place."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Protocol

from IPython import display as ipython
from IPython.core.getipython import get_ipython

from scaleph_lab.magics.answers import Answer

__all__ = ["Display", "IPythonDisplay", "Output", "send_busy", "show"]

NO_FORMS: Mapping[str, Any] = MappingProxyType({})


class Display(Protocol):
    """Where outputs appear: below an IPython cell, or below a cell of the Flink SQL kernel."""

    def publish(self, bundle: Mapping[str, Any], display_id: str | None, *, update: bool) -> None:
        """Shows a MIME bundle; with ``update`` in place of what that ``display_id`` shows."""

    def call_busy(self) -> None:
        """Says again that the kernel is busy with the cell; in another thread than the cell's it says nothing, for
        there the cell may have ended.

        The front end takes the last word for the whole kernel, also an idle after a message on a subshell.
        """


def send_busy(kernel: Any) -> None:
    """`Display.call_busy` for an ipykernel, whose cells run in the main thread."""
    if threading.current_thread() is not threading.main_thread():
        return
    kernel.session.send(
        kernel.iopub_socket,
        "status",
        {"execution_state": "busy"},
        parent=kernel.get_parent("shell"),
        ident=f"kernel.{kernel.ident}.status".encode(),
    )


class IPythonDisplay:
    """Below the IPython cell that runs."""

    def publish(self, bundle: Mapping[str, Any], display_id: str | None, *, update: bool) -> None:
        """See `Display`."""
        publish: Any = ipython.display
        place = {"display_id": display_id, "update": update} if display_id else {}
        publish(dict(bundle), raw=True, **place)

    def call_busy(self) -> None:
        """See `Display`."""
        kernel = getattr(get_ipython(), "kernel", None)
        if kernel is not None:
            send_busy(kernel)


class Output:
    """Appears with its first drawing."""

    def __init__(self, display: Display) -> None:
        self._display = display
        self._display_id: str | None = None

    @property
    def shown(self) -> bool:
        """Whether it was drawn at all."""
        return self._display_id is not None

    def draw(self, text: str, html: str, forms: Mapping[str, Any] = NO_FORMS) -> None:
        """Draws it, in place of what it showed before; ``forms`` are further MIME forms of the same."""
        update = self.shown
        self._display_id = self._display_id or uuid.uuid4().hex
        self._display.publish(Answer(text, html, forms).bundle, self._display_id, update=update)


def show(display: Display, answer: Answer) -> None:
    """An output that stays as it is."""
    display.publish(answer.bundle, None, update=False)
