"""Outputs below a cell of this kernel."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ipykernel.kernelbase import Kernel

from scaleph_lab.magics.displays import send_busy

__all__ = ["CellDisplay"]


class CellDisplay:
    """Publishes below the cell that runs, in the main thread only. A silent request shows nothing."""

    def __init__(self, kernel: Kernel, *, silent: bool) -> None:
        self._kernel: Any = kernel
        self._silent = silent

    def publish(self, bundle: Mapping[str, Any], display_id: str | None, *, update: bool) -> None:
        """Shows a MIME bundle; with ``update`` in place of what that ``display_id`` shows."""
        transient = {"display_id": display_id} if display_id else {}
        self._send(
            "update_display_data" if update else "display_data",
            {"data": dict(bundle), "metadata": {}, "transient": transient},
        )

    def call_busy(self) -> None:
        """Says again that the kernel is busy with the cell."""
        send_busy(self._kernel)

    def fail(self, failure: dict[str, Any]) -> None:
        """Marks the cell as failed; ``failure`` has the keys ``ename``, ``evalue`` and ``traceback``."""
        self._send("error", failure)

    def _send(self, kind: str, content: dict[str, Any]) -> None:
        if not self._silent:
            self._kernel.send_response(self._kernel.iopub_socket, kind, content)
