"""``%%flinksql`` and ``%flink``: Flink SQL in the cells of a notebook."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

__all__ = ["register"]


def register(ipython: InteractiveShell) -> None:
    """Registers the magics in a shell. Engines, HTTP and pandas are imported when a cell needs them."""
    from scaleph_lab.magics.completer import assist
    from scaleph_lab.magics.flinksql import FlinkMagics

    magics = FlinkMagics(ipython)
    ipython.register_magics(magics)
    assist(ipython, magics.workbench)
