"""The name of this machine's time zone, as a session's ``table.local-time-zone``.

Flink's own SQL client uses the zone of the machine it runs on; the gateway would use that of its server.
"""

from __future__ import annotations

import os
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

__all__ = ["local_zone_name"]

_LINK = Path("/etc/localtime")
_FILE = Path("/etc/timezone")


def local_zone_name() -> str:
    """A name of the tz database; ``UTC`` where the machine does not tell one."""
    candidates = [os.environ.get("TZ", "").lstrip(":")]
    if _LINK.is_symlink():
        candidates.append(str(_LINK.readlink()).partition("zoneinfo/")[2])
    if _FILE.is_file():
        candidates.append(_FILE.read_text(encoding="utf-8").strip())
    return next((name for name in candidates if name and _known(name)), "UTC")


def _known(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
