"""Properties: defaults, all errors at once, secrets only by reference."""

from __future__ import annotations

from typing import Any

import pytest

from scaleph_lab.datasources.properties import InvalidPropertiesError, checked
from scaleph_lab.datasources.references import resolve, split
from scaleph_lab.datasources.types import datasource_types

CANARY = "canary-pa55"
POSTGRES = {"host": "db", "database": "lab", "user": "me"}


def faults(name: str, properties: dict[str, Any]) -> set[str]:
    with pytest.raises(InvalidPropertiesError) as caught:
        checked(datasource_types().get(name), properties)
    assert CANARY not in str(caught.value.as_dict())
    assert caught.value.http_status == 422
    return {each.path for each in caught.value.problems}


def test_defaults_are_filled() -> None:
    filled = checked(datasource_types().get("postgresql"), POSTGRES)
    assert (filled["port"], filled["schema"]) == (5432, "public")


def test_all_errors_are_told_at_once() -> None:
    assert faults("postgresql", {"port": 0, "user": 1, "colour": "red"}) >= {
        "host",
        "database",
        "port",
        "user",
        "colour",
    }


@pytest.mark.parametrize(
    ("name", "properties", "path"),
    [
        ("postgresql", {**POSTGRES, "password": CANARY}, "password"),
        ("postgresql", {**POSTGRES, "params": f"?password={CANARY}"}, "params"),
        ("http", {"url": f"https://me:{CANARY}@example.org/"}, "url"),
        ("http", {"url": "https://example.org/", "headers": {"X-Token": f"token={CANARY}"}}, "headers"),
        ("kafka", {"bootstrap_servers": "a:1", "options": {"ssl.keystore.password": CANARY}}, "options"),
    ],
)
def test_a_password_in_clear_is_refused_and_not_repeated(name: str, properties: dict[str, Any], path: str) -> None:
    assert path in faults(name, properties)


@pytest.mark.parametrize(
    ("name", "properties", "missing"),
    [
        (
            "kafka",
            {"bootstrap_servers": "a:1", "security_protocol": "SASL_SSL"},
            {"sasl_mechanism", "user", "password"},
        ),
        ("s3", {"bucket": "b"}, {"access_key", "secret_key"}),
        ("sftp", {"host": "h", "user": "u", "auth": "key"}, {"private_key"}),
        ("hdfs", {"default_fs": "hdfs://n:1", "kerberos": True}, {"kerberos_principal", "kerberos_keytab"}),
    ],
)
def test_a_choice_makes_fields_required(name: str, properties: dict[str, Any], missing: set[str]) -> None:
    assert faults(name, properties) == missing


def test_an_instance_profile_needs_no_keys() -> None:
    assert checked(datasource_types().get("s3"), {"bucket": "b", "auth": "instance-profile"})


def test_secrets_are_split_from_properties_and_resolved() -> None:
    kind = datasource_types().get("postgresql")
    filled = checked(kind, {**POSTGRES, "password": "{{secret:pg}}"})
    plain, names = split(kind, filled)
    assert names == {"password": "pg"}
    assert "password" not in plain
    assert resolve(kind, filled, {"pg": CANARY}.__getitem__)["password"] == CANARY
