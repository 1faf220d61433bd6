"""Redis by its own client."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scaleph_lab.datasources.outcome import ConnectionProblem, Proven, driver
from scaleph_lab.datasources.testers.network import reach

__all__ = ["redis"]


def redis(properties: Mapping[str, Any], test: Mapping[str, Any], seconds: float) -> Proven:
    """Logs in, chooses the database and asks for the version."""
    client = driver("redis", "redis")
    retry = driver("redis.retry", "redis")
    backoff = driver("redis.backoff", "redis")
    reach(properties["host"], properties["port"], seconds)
    connection = client.Redis(
        host=properties["host"],
        port=properties["port"],
        db=properties.get("database", 0),
        ssl=properties.get("tls", False),
        username=properties.get("user"),
        password=properties.get("password"),
        socket_timeout=seconds,
        socket_connect_timeout=seconds,
        # A refused login is not tried again.
        retry=retry.Retry(backoff.NoBackoff(), 0),
    )
    try:
        with connection:
            connection.ping()
            return Proven("authenticated", version=str(connection.info("server").get("redis_version", "")))
    except client.exceptions.AuthenticationError:
        hint = "Check the user and the secret that holds the password."
        raise ConnectionProblem("authentication", "The server refused the login.", hint, "reachable") from None
    except client.exceptions.ResponseError as error:
        if "DB index" in str(error):
            raise ConnectionProblem("not_found", "There is no database of that number.", "", "authenticated") from None
        raise ConnectionProblem("failed", f"The server answered: {error}", proof="reachable") from None
