"""How versions of SeaTunnel name the tables between plug-ins."""

from __future__ import annotations

import re
from dataclasses import dataclass

from scaleph_lab.errors import UserError

__all__ = ["NAMINGS", "NEW_NAMING", "OLD_NAMING", "Naming", "naming_of"]

_RENAMED = (2, 3, 9)


@dataclass(frozen=True)
class Naming:
    """The two keys of a generation."""

    output: str
    input: str


OLD_NAMING = Naming("result_table_name", "source_table_name")
NEW_NAMING = Naming("plugin_output", "plugin_input")
"""From 2.3.9 on, which reads the old names too."""
NAMINGS = (NEW_NAMING, OLD_NAMING)


def naming_of(version: str) -> Naming:
    """The naming of a release, such as ``2.3.4``. Raises `UserError` for what is no version."""
    if not re.fullmatch(r"\d+(\.\d+)+(-[\w.]+)?", version):
        raise UserError(f"{version!r} is no version of SeaTunnel.", hint="Write, say, 2.3.4.", path=version)
    numbers = tuple(int(part) for part in re.findall(r"\d+", version.partition("-")[0]))
    return NEW_NAMING if numbers >= _RENAMED else OLD_NAMING
