"""MongoDB's test against mongo-java-server: it speaks MongoDB's protocol, but is not MongoDB and knows no logins."""

from __future__ import annotations

from typing import Any

import pytest

from scaleph_lab.datasources.bindings import bind_flink, bind_seatunnel
from scaleph_lab.datasources.connections import test_connection as connection_test
from scaleph_lab.datasources.outcome import TestOutcome
from scaleph_lab.datasources.properties import checked
from scaleph_lab.datasources.types import datasource_types

CANARY = "canary-pa55"


async def tell(properties: dict[str, Any]) -> TestOutcome:
    kind = datasource_types().get("mongodb")
    outcome = await connection_test(kind, checked(kind, properties), {"right": CANARY}.__getitem__, 8)
    assert CANARY not in str(outcome.as_dict())
    return outcome


async def test_a_server_of_the_protocol_is_queried_and_its_version_told(mongo_server: int) -> None:
    outcome = await tell({"hosts": f"127.0.0.1:{mongo_server}", "database": "lab"})
    assert (outcome.ok, outcome.proof, outcome.version) == (True, "queried", "5.0.0"), outcome


async def test_a_server_that_is_too_old_for_the_driver_is_told(old_mongo_server: int) -> None:
    outcome = await tell({"hosts": f"127.0.0.1:{old_mongo_server}", "database": "lab"})
    assert (outcome.ok, outcome.cause, outcome.proof) == (False, "protocol", "reachable"), outcome
    assert "4.4" in outcome.hint


async def test_a_login_that_the_server_cannot_take_is_no_success(mongo_server: int) -> None:
    """That a right login is taken is not tested: mongo-java-server has no SCRAM."""
    login = {"hosts": f"127.0.0.1:{mongo_server}", "database": "lab", "user": "me", "password": "{{secret:right}}"}
    outcome = await tell(login)
    assert not outcome.ok, outcome


@pytest.mark.parametrize("login", [{}, {"user": "me", "password": "{{secret:right}}"}])
def test_its_address_is_bound(login: dict[str, str]) -> None:
    kind = datasource_types().get("mongodb")
    given = checked(kind, {"hosts": "a:1,b:2", "database": "lab", **login})
    account = "me:{{secret:right}}@" if login else ""
    uri = f"mongodb://{account}a:1,b:2/lab?authSource=admin"
    assert bind_seatunnel(kind, given, "MongoDB", "2.3.8")["uri"] == uri
    assert bind_flink(kind, given, "mongodb", "1.20")["uri"] == uri
