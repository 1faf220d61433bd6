"""Flink SQL: the gateway's client, sessions, scripts, typed results, changelogs and errors.

The names below are imported when they are first used, so that a kernel which only loads the magics does
not pay for the HTTP client.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scaleph_lab.sql.changelog import MaterializedTable, RowKind
    from scaleph_lab.sql.faults import SessionLostError, SqlError
    from scaleph_lab.sql.gateway import GatewayClient
    from scaleph_lab.sql.logical_types import LogicalType
    from scaleph_lab.sql.results import Batch, Column, ResultKind
    from scaleph_lab.sql.scripts import Statement, split_script
    from scaleph_lab.sql.session import SqlSession
    from scaleph_lab.sql.statements import StatementResult
    from scaleph_lab.sql.values import ValueConversionError

__all__ = [
    "Batch",
    "Column",
    "GatewayClient",
    "LogicalType",
    "MaterializedTable",
    "ResultKind",
    "RowKind",
    "SessionLostError",
    "SqlError",
    "SqlSession",
    "Statement",
    "StatementResult",
    "ValueConversionError",
    "split_script",
]

_HOMES = {
    "Batch": "results",
    "Column": "results",
    "GatewayClient": "gateway",
    "LogicalType": "logical_types",
    "MaterializedTable": "changelog",
    "ResultKind": "results",
    "RowKind": "changelog",
    "SessionLostError": "faults",
    "SqlError": "faults",
    "SqlSession": "session",
    "Statement": "scripts",
    "StatementResult": "statements",
    "ValueConversionError": "values",
    "split_script": "scripts",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(f"scaleph_lab.sql.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'scaleph_lab.sql' has no attribute '{name}'")
