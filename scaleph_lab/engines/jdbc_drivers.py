"""JDBC drivers of a SeaTunnel home, as the embedded Flink must see them.

``java.sql.DriverManager`` keeps a driver for the class loader that loaded it. SeaTunnel 2.3.4 asks it for a driver by
URL, and Flink gives each job a loader of its own: the first job of a JVM would find its driver and the second would not
("No suitable driver"). On the engine's own class path, and loaded from there first, a driver serves all jobs.
"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path

__all__ = ["driver_classes", "driver_jars", "parent_first_patterns"]

_SERVICE = "META-INF/services/java.sql.Driver"


def driver_classes(jar: Path) -> list[str]:
    """Names of the JDBC drivers that a jar offers, none if it is no jar."""
    try:
        with zipfile.ZipFile(jar) as archive:
            lines = archive.read(_SERVICE).decode().splitlines()
    except (KeyError, OSError, zipfile.BadZipFile):
        return []
    return [name for line in lines if (name := line.partition("#")[0].strip())]


def driver_jars(folder: Path) -> list[Path]:
    """The jars of a folder that hold a driver, by name."""
    return [jar for jar in sorted(folder.glob("*.jar")) if driver_classes(jar)]


def parent_first_patterns(jars: Sequence[Path]) -> str:
    """The value of Flink's ``classloader.parent-first-patterns.additional``: the drivers' packages."""
    packages = {name.rpartition(".")[0] + "." for jar in jars for name in driver_classes(jar)}
    return ";".join(sorted(packages))
