"""Values that connectors want and no person should have to write, made from the properties."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["with_derived"]

_INSTANCE_PROFILE = "com.amazonaws.auth.InstanceProfileCredentialsProvider"
_KEYS = "org.apache.hadoop.fs.s3a.SimpleAWSCredentialsProvider"
_TOKEN_PLUGIN = "org.apache.pulsar.client.impl.auth.AuthenticationToken"  # noqa: S105  a class

_SHADED = "org.apache.flink.kafka.shaded."
"""Where ``flink-sql-connector-kafka``, the jar that ``%flink add kafka`` brings, keeps Kafka's client."""


def with_derived(properties: Mapping[str, Any]) -> dict[str, Any]:
    """The properties, and beside them what the templates of the types know by other names."""
    get = properties.get
    derived: dict[str, Any] = {"params_or_nothing": get("params") or ""}
    if urls := get("urls"):
        derived["urls_semicolons"] = ";".join(urls)
    if host := get("host"):
        derived["url"] = f"{'https' if get('tls') else 'http'}://{host}:{get('port')}"
    if str(get("security_protocol", "")).startswith("SASL"):
        derived["sasl_jaas"] = _jaas(properties)
        derived["sasl_jaas_shaded"] = _jaas(properties, _SHADED)
    if "service_url" in properties and get("password"):
        derived["token_plugin"] = _TOKEN_PLUGIN
    if "bucket" in properties:
        derived["s3_provider"] = _INSTANCE_PROFILE if get("auth") == "instance-profile" else _KEYS
    if get("security"):
        derived["smtp_auth"] = bool(get("user"))
    if get("auth") == "bearer":
        derived["bearer"] = f"Bearer {get('password')}"
    if "auth_database" in properties:
        derived["mongodb_uri"] = _mongodb_uri(properties)
    return {**derived, **properties}


def _jaas(properties: Mapping[str, Any], prefix: str = "") -> str:
    plain = properties.get("sasl_mechanism") == "PLAIN"
    module = "plain.PlainLoginModule" if plain else "scram.ScramLoginModule"
    # The password is a reference: who resolves it between double quotes puts the backslashes.
    user, password = str(properties.get("user")).replace("\\", "\\\\").replace('"', '\\"'), properties.get("password")
    return f'{prefix}org.apache.kafka.common.security.{module} required username="{user}" password="{password}";'


def _mongodb_uri(properties: Mapping[str, Any]) -> str:
    """A password stands in it as its reference: one with characters of URLs must be kept percent-encoded."""
    account = f"{properties['user']}:{properties['password']}@" if properties.get("user") else ""
    given = {"authSource": properties["auth_database"], **properties.get("options", {})}
    parameters = "&".join(f"{name}={value}" for name, value in given.items())
    return f"mongodb://{account}{properties['hosts']}/{properties['database']}?{parameters}"
