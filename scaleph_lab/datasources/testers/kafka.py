"""Kafka: the cluster's metadata, asked by kafka-python."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scaleph_lab.datasources.outcome import ConnectionProblem, Proven, driver
from scaleph_lab.datasources.testers.network import address_of, reach

__all__ = ["kafka"]


def kafka(properties: Mapping[str, Any], test: Mapping[str, Any], seconds: float) -> Proven:
    """Logs in where SASL is asked for, and counts the brokers."""
    client = driver("kafka", "kafka-python")
    servers = properties["bootstrap_servers"].split(",")
    reach(*address_of(servers[0], 9092), seconds)
    protocol = properties.get("security_protocol", "PLAINTEXT")
    sasl = {}
    if protocol.startswith("SASL"):
        sasl = {
            "sasl_mechanism": properties["sasl_mechanism"],
            "sasl_plain_username": properties["user"],
            "sasl_plain_password": properties["password"],
        }
    milliseconds = int(seconds * 1000)
    try:
        admin = client.KafkaAdminClient(
            bootstrap_servers=servers,
            security_protocol=protocol,
            request_timeout_ms=milliseconds,
            bootstrap_timeout_ms=milliseconds,
            **sasl,
        )
    except client.errors.KafkaError as error:
        if "sasl" in type(error).__name__.lower() or "auth" in type(error).__name__.lower():
            raise _refused() from None
        hint = "Check the security protocol, and the addresses that the brokers advertise."
        raise ConnectionProblem("protocol", f"No broker answered: {type(error).__name__}.", hint, "reachable") from None
    try:
        brokers = len(admin.describe_cluster()["brokers"])
    finally:
        admin.close()
    proof = "authenticated" if sasl else "queried"
    return Proven(proof, note=f"{brokers} broker(s) answered.")


def _refused() -> ConnectionProblem:
    hint = "Check the SASL mechanism, the user and the secret that holds the password."
    return ConnectionProblem("authentication", "The broker refused the login.", hint, "reachable")
