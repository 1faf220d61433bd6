"""A SeaTunnel home: a folder with starters, transforms, connectors and the plug-in mapping."""

from __future__ import annotations

from pathlib import Path

from scaleph_lab.settings import get_settings

__all__ = ["SEATUNNEL_VERSION", "seatunnel_home_path"]

SEATUNNEL_VERSION = "2.3.4"


def seatunnel_home_path() -> Path:
    """Where the home is, assembled or not: the user's own, or one in the cache."""
    settings = get_settings()
    return settings.seatunnel_home or settings.cache_dir / "seatunnel" / SEATUNNEL_VERSION
