"""Kafka: the cluster's metadata, asked by Confluent's client (librdkafka).

kafka-python tells a refused login as a timeout, after trying it again and again: it is of no use for a test.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from typing import Any

from scaleph_lab.datasources.outcome import ConnectionProblem, Proven, driver
from scaleph_lab.datasources.testers.network import address_of, reach

__all__ = ["kafka"]

_SLICE = 0.3
"""Seconds between two looks at what the client's threads have seen."""
_SILENT = logging.getLogger("scaleph_lab.datasources.kafka_client")
_SILENT.addHandler(logging.NullHandler())
# What the client logs is in the answer; it repeats every failed try.
_SILENT.propagate = False


def kafka(properties: Mapping[str, Any], test: Mapping[str, Any], seconds: float) -> Proven:
    """Logs in where SASL is asked for, and counts the brokers and the topics that may be seen."""
    client = driver("confluent_kafka", "confluent-kafka")
    admins = driver("confluent_kafka.admin", "confluent-kafka")
    end = time.monotonic() + seconds
    reach(*address_of(properties["bootstrap_servers"], 9092), seconds)
    seen: list[Any] = []
    admin = admins.AdminClient(_settings(properties, seconds) | {"error_cb": seen.append}, logger=_SILENT)
    found = _metadata(client, admin, seen, end)
    topics = sum(1 for name in found.topics if not name.startswith("__"))
    version = _version(client, admins, admin, next(iter(found.brokers), None), end)
    proof = "authenticated" if "sasl.username" in _settings(properties, seconds) else "queried"
    return Proven(proof, version, f"{len(found.brokers)} broker(s), {topics} topic(s).")


def _settings(properties: Mapping[str, Any], seconds: float) -> dict[str, Any]:
    protocol = properties.get("security_protocol", "PLAINTEXT")
    settings = {
        "bootstrap.servers": properties["bootstrap_servers"],
        "security.protocol": protocol,
        "socket.timeout.ms": int(seconds * 1000),
        # Longer than a look takes, so that a refused login is not tried again: that could lock the account.
        "reconnect.backoff.ms": 1000,
    }
    if protocol.startswith("SASL"):
        settings["sasl.mechanism"] = properties["sasl_mechanism"]
        settings["sasl.username"] = properties["user"]
        settings["sasl.password"] = properties["password"]
    return settings


def _metadata(client: Any, admin: Any, seen: list[Any], end: float) -> Any:
    while True:
        try:
            return admin.list_topics(timeout=max(0.01, min(_SLICE, end - time.monotonic())))
        except client.KafkaException as error:
            admin.poll(0)
            _explain(client, [*seen, error.args[0]])
            if time.monotonic() >= end:
                hint = "Check the security protocol, and the addresses that the brokers advertise."
                raise ConnectionProblem("protocol", "No broker answered in time.", hint, "reachable") from None


def _explain(client: Any, seen: list[Any]) -> None:
    """Raises for what no second try would mend."""
    codes = {each.code() for each in seen}
    if codes & {client.KafkaError._AUTHENTICATION, client.KafkaError.SASL_AUTHENTICATION_FAILED}:
        hint = "Check the SASL mechanism, the user and the secret that holds the password."
        raise ConnectionProblem("authentication", "The broker refused the login.", hint, "reachable")
    if client.KafkaError._SSL in codes:
        hint = "Check whether the port speaks TLS, and whether its certificate is trusted."
        raise ConnectionProblem("tls", "TLS with the broker failed.", hint, "reachable")
    if client.KafkaError._RESOLVE in codes:
        hint = "The brokers advertise an address that this machine does not know."
        raise ConnectionProblem("host_unknown", "The host of a broker is unknown.", hint, "reachable")


def _version(client: Any, admins: Any, admin: Any, broker: int | None, end: float) -> str:
    """The version of the protocol between brokers, the nearest that a broker tells; empty where one may not ask."""
    if broker is None:
        return ""
    asked = admins.ConfigResource("broker", str(broker))
    left = max(0.1, end - time.monotonic())
    try:
        told = admin.describe_configs([asked], request_timeout=left)[asked].result(left)
    except (client.KafkaException, TimeoutError):
        return ""
    entry = told.get("inter.broker.protocol.version")
    return str(entry.value).partition("-")[0] if entry else ""
