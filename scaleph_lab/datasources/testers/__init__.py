"""Testers by name, one module a family; each is loaded when it is first used.

A tester takes the properties with secrets in clear, the ``test`` part of the type and a time limit in seconds. It
returns `Proven` or raises `ConnectionProblem`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, cast

from scaleph_lab.datasources.outcome import Proven
from scaleph_lab.datasources.types import DataSourceType

__all__ = ["TESTERS", "Tester", "tester_of"]

Tester = Callable[[Mapping[str, Any], Mapping[str, Any], float], Proven]

TESTERS = {
    "ftp": "remote_files:ftp",
    "http": "web:http",
    "kafka": "kafka:kafka",
    "mongodb": "mongodb:mongodb",
    "mysql": "databases:mysql",
    "postgresql": "databases:postgresql",
    "redis": "redis:redis",
    "s3": "object_store:s3",
    "sftp": "remote_files:sftp",
    "smtp": "mail:smtp",
    "sqlite": "databases:sqlite",
    "tcp": "network:tcp",
}
"""Module and function by the name that a type's ``test`` says."""


def tester_of(kind: DataSourceType) -> Tester:
    """The tester that a type names. Raises `KeyError` where there is none of that name."""
    module, _, function = TESTERS[kind.test["tester"]].partition(":")
    return cast(Tester, getattr(import_module(f"{__name__}.{module}"), function))
