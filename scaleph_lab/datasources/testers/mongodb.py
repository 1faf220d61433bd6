"""MongoDB by its own client."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scaleph_lab.datasources.outcome import ConnectionProblem, Proven, driver
from scaleph_lab.datasources.testers.network import address_of, reach

__all__ = ["mongodb"]

_REFUSED = {13, 18}
"""Codes of MongoDB: not authorised, and authentication failed."""


def mongodb(properties: Mapping[str, Any], test: Mapping[str, Any], seconds: float) -> Proven:
    """Logs in, and lists the collections of the database."""
    client = driver("pymongo", "pymongo")
    reach(*address_of(properties["hosts"], 27017), seconds)
    login = {}
    if properties.get("user"):
        login = {
            "username": properties["user"],
            "password": properties["password"],
            "authSource": properties.get("auth_database", "admin"),
        }
    milliseconds = int(seconds * 1000)
    connection = client.MongoClient(
        properties["hosts"].split(","),
        serverSelectionTimeoutMS=milliseconds,
        connectTimeoutMS=milliseconds,
        socketTimeoutMS=milliseconds,
        **login,
    )
    try:
        with connection:
            version = str(connection.server_info()["version"])
            connection[properties["database"]].list_collection_names()
            return Proven("authenticated" if login else "queried", version=version)
    except client.errors.ServerSelectionTimeoutError:
        hint = "Check that it is a MongoDB server, and the addresses that a replica set names."
        raise ConnectionProblem("timeout", "No server of MongoDB answered in time.", hint, "reachable") from None
    except client.errors.ConfigurationError as error:
        hint = "Servers before MongoDB 4.4 are not spoken to by its driver of today." if "wire" in str(error) else ""
        words = "The driver and the server do not fit." if hint else f"It cannot be: {str(error)[:200]}"
        raise ConnectionProblem("protocol", words, hint, "reachable") from None
    except client.errors.OperationFailure as error:
        if error.code in _REFUSED:
            hint = "Check the user, the authentication database and the secret that holds the password."
            raise ConnectionProblem("authentication", "The server refused the login.", hint, "reachable") from None
        raise ConnectionProblem("failed", f"The server answered with code {error.code}.", proof="reachable") from None
