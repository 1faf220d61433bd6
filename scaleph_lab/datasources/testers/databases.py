"""SQL databases by their own Python drivers."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from typing import Any

from scaleph_lab.datasources.dbapi import connect
from scaleph_lab.datasources.outcome import Proven

__all__ = ["mysql", "postgresql", "sqlite"]


def postgresql(properties: Mapping[str, Any], test: Mapping[str, Any], seconds: float) -> Proven:
    """PostgreSQL and what speaks its protocol."""
    return _queried("postgresql", "SELECT current_setting('server_version')", properties, seconds)


def mysql(properties: Mapping[str, Any], test: Mapping[str, Any], seconds: float) -> Proven:
    """MySQL and what speaks its protocol: MariaDB, TiDB, Doris, StarRocks."""
    return _queried("mysql", "SELECT version()", properties, seconds)


def sqlite(properties: Mapping[str, Any], test: Mapping[str, Any], seconds: float) -> Proven:
    """A SQLite file, which must exist."""
    return _queried("sqlite", "SELECT sqlite_version() FROM (SELECT count(*) FROM sqlite_master)", properties, seconds)


def _queried(dialect: str, query: str, properties: Mapping[str, Any], seconds: float) -> Proven:
    with closing(connect(dialect, properties, seconds)) as connection, closing(connection.cursor()) as cursor:
        cursor.execute(query)
        return Proven("queried", version=str(cursor.fetchone()[0]))
