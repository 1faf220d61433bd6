"""Kafka's test against Apache Kafka's own broker (KRaft), with and without a login."""

from __future__ import annotations

import socket
from typing import Any

import pytest
from confluent_kafka.admin import AdminClient, NewTopic

from scaleph_lab.datasources.connections import test_connection as connection_test
from scaleph_lab.datasources.outcome import TestOutcome
from scaleph_lab.datasources.properties import checked
from scaleph_lab.datasources.types import datasource_types

SECRETS = {"right": "canary-pa55", "wrong": "wrong-canary-9", "quoted": 'quo"ted\\canary'}
LOGIN = {"security_protocol": "SASL_PLAINTEXT", "sasl_mechanism": "PLAIN", "user": "scaleph"}


async def tell(port: int, properties: dict[str, Any], seconds: float = 10) -> TestOutcome:
    kind = datasource_types().get("kafka")
    given = checked(kind, {"bootstrap_servers": f"127.0.0.1:{port}", **properties})
    outcome = await connection_test(kind, given, SECRETS.__getitem__, seconds)
    assert not any(secret in str(outcome.as_dict()) for secret in SECRETS.values())
    return outcome


async def test_the_version_and_the_topics_are_told(kafka_server: Any) -> None:
    admin = AdminClient({"bootstrap.servers": f"127.0.0.1:{kafka_server.plain}"})
    admin.create_topics([NewTopic("counted", 1, 1)])["counted"].result(20)
    outcome = await tell(kafka_server.plain, {})
    assert (outcome.ok, outcome.proof, outcome.version) == (True, "queried", "3.9"), outcome
    topics = [name for name in admin.list_topics(timeout=10).topics if not name.startswith("__")]
    assert outcome.message == f"1 broker(s), {len(topics)} topic(s)."


@pytest.mark.parametrize("mechanism", ["PLAIN", "SCRAM-SHA-256"])
async def test_a_login(kafka_server: Any, mechanism: str) -> None:
    login = {**LOGIN, "sasl_mechanism": mechanism}
    outcome = await tell(kafka_server.sasl, {**login, "password": "{{secret:right}}"})
    assert (outcome.ok, outcome.proof, outcome.version) == (True, "authenticated", "3.9"), outcome
    refused = await tell(kafka_server.sasl, {**login, "password": "{{secret:wrong}}"})
    assert (refused.ok, refused.cause, refused.proof) == (False, "authentication", "reachable"), refused
    assert refused.latency_ms < 5000, "it waited for the time limit"


async def test_a_mechanism_that_the_broker_does_not_have(kafka_server: Any) -> None:
    login = {**LOGIN, "sasl_mechanism": "SCRAM-SHA-512", "password": "{{secret:right}}"}
    assert (await tell(kafka_server.sasl, login)).cause == "authentication"


async def test_a_password_with_quotes(kafka_server: Any) -> None:
    assert (await tell(kafka_server.sasl, {**LOGIN, "user": "quoted", "password": "{{secret:quoted}}"})).ok


async def test_a_login_is_asked_for_and_none_given(kafka_server: Any) -> None:
    outcome = await tell(kafka_server.sasl, {}, seconds=2)
    assert (outcome.ok, outcome.cause, "security protocol" in outcome.hint) == (False, "protocol", True), outcome


async def test_a_closed_port_is_refused() -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    assert (await tell(port, {})).cause == "refused"
