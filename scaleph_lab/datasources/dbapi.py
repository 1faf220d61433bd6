"""DBAPI connections to the SQL databases, with what goes wrong in words."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from scaleph_lab.datasources.outcome import ConnectionProblem, driver, network_problem
from scaleph_lab.datasources.testers.network import reach

__all__ = ["connect"]

_PASSWORD_HINT = "Check the user and the secret that holds the password."  # noqa: S105  words


def connect(dialect: str, properties: Mapping[str, Any], seconds: float = 10) -> Any:
    """An open connection; ``properties`` have secrets in clear. Raises `ConnectionProblem`."""
    return {"postgresql": _postgresql, "mysql": _mysql, "sqlite": _sqlite}[dialect](properties, seconds)


def _postgresql(properties: Mapping[str, Any], seconds: float) -> Any:
    psycopg = driver("psycopg", "psycopg[binary]")
    reach(properties["host"], properties["port"], seconds)
    try:
        return psycopg.connect(
            host=properties["host"],
            port=properties["port"],
            dbname=properties["database"],
            user=properties["user"],
            password=properties.get("password"),
            connect_timeout=max(2, int(seconds)),
            options=f"-c statement_timeout={int(seconds * 1000)}",
            autocommit=True,
            **_tls_of(properties.get("params", "")),
        )
    except psycopg.errors.ConnectionTimeout:
        place = f"{properties['host']}:{properties['port']}"
        hint = "It accepts connections but is silent: check that it is a PostgreSQL server."
        raise ConnectionProblem("timeout", f"{place} did not answer in time.", hint, "reachable") from None
    except psycopg.OperationalError as error:
        # psycopg gives no SQLSTATE for a failed login, and the server's language may be any: these are English.
        text = str(error)
        if "SSL" in text or "certificate" in text:
            hint = "Check sslmode among the parameters, whether the server speaks TLS, and its certificate."
            raise ConnectionProblem("tls", "TLS with the server failed.", hint, "reachable") from None
        if "password" in text or "authentication" in text or "no pg_hba.conf" in text:
            raise ConnectionProblem(
                "authentication", "The server refused the login.", _PASSWORD_HINT, "reachable"
            ) from None
        if "does not exist" in text and "database" in text:
            raise _no_database(properties["database"]) from None
        raise _failed(error, properties) from None


def _tls_of(params: str) -> dict[str, str]:
    """What the parameters of the JDBC URL say of TLS; libpq has the same words, and ``ssl=true`` for the strictest."""
    given = dict(parse_qsl(params.removeprefix("?")))
    told: dict[str, str] = {name: given[name] for name in ("sslmode", "sslrootcert") if name in given}
    return {"sslmode": "verify-full", **told} if given.get("ssl") == "true" else told


def _mysql(properties: Mapping[str, Any], seconds: float) -> Any:
    pymysql = driver("pymysql", "pymysql")
    reach(properties["host"], properties["port"], seconds)
    try:
        return pymysql.connect(
            host=properties["host"],
            port=properties["port"],
            database=properties["database"],
            user=properties["user"],
            password=properties.get("password", ""),
            connect_timeout=max(1, int(seconds)),
            read_timeout=max(1, int(seconds)),
            charset="utf8mb4",
        )
    except pymysql.err.MySQLError as error:
        code = error.args[0] if error.args else 0
        if code in {1045, 1698}:
            raise ConnectionProblem(
                "authentication", "The server refused the login.", _PASSWORD_HINT, "reachable"
            ) from None
        if code in {1044, 1049}:
            raise _no_database(properties["database"]) from None
        raise _failed(error, properties) from None


def _sqlite(properties: Mapping[str, Any], seconds: float) -> Any:
    path = Path(properties["path"])
    if not path.is_file():
        raise ConnectionProblem("not_found", f"There is no file {path}.", "Check its path on this machine.")
    return sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=seconds)


def _no_database(name: str) -> ConnectionProblem:
    hint = "Check its name, and whether the user may see it."
    return ConnectionProblem("not_found", f"There is no database {name!r} for that user.", hint, "authenticated")


def _failed(error: Exception, properties: Mapping[str, Any]) -> ConnectionProblem:
    place = f"{properties['host']}:{properties['port']}"
    words = ConnectionProblem("failed", f"{place} ended the connection: {str(error)[:200]}", proof="reachable")
    return network_problem(error, place) or words
