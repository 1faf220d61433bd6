"""The program that runs a SQL script as a Flink application, as a jar of a few kilobytes.

The jar is shipped beside its source: users' machines have a Java that runs, seldom one that compiles. ``python -m
scaleph_lab.deployments.runner JAR…`` makes it anew; the jars are flink-core, flink-annotations, flink-table-common and
flink-table-api-java of the oldest release that serves.
"""

from __future__ import annotations

import hashlib
from importlib.resources import files

__all__ = ["MAIN_CLASS", "runner_jar", "source_checksum"]

MAIN_CLASS = "io.scaleph.lab.SqlRunner"
_HERE = files(__name__)


def runner_jar() -> bytes:
    """The jar's content."""
    return (_HERE / "sql-runner.jar").read_bytes()


def source_checksum() -> str:
    """The SHA-256 of the source; the jar's manifest has that of the source that it was made from."""
    return hashlib.sha256((_HERE / "SqlRunner.java").read_bytes()).hexdigest()
