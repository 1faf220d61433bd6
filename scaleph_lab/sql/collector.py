"""Python's cyclic garbage collector, out of the way while rows are made.

Rows are lists and numbers and hold no cycles, yet each few hundred of them make the collector look through those that
are there: half the time that it takes to read a page, and more than half of making a frame.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["paused_collector"]


@contextmanager
def paused_collector() -> Iterator[None]:
    """Nothing is looked for within. Threads may overlap: the one that found it on turns it on again."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
