"""Properties: defaults, all errors at once, secrets only by reference."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scaleph_lab.datasources.properties import InvalidPropertiesError, checked
from scaleph_lab.datasources.references import SECRET_NAME, reference, resolve, split
from scaleph_lab.datasources.types import DataSourceType, datasource_types

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


KINDS = [kind for kind in datasource_types().types.values() if kind.secret_fields]
NAMES = st.from_regex(SECRET_NAME, fullmatch=True)
VALUES = st.one_of(st.text(max_size=20), st.integers(), st.booleans(), st.lists(st.text(max_size=5), max_size=3))
# The first text of a run takes a second: the table of all characters is made.
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def filled_forms(draw: st.DrawFn) -> tuple[DataSourceType, dict[str, Any], dict[str, str]]:
    """A type, any values of its open fields, and the names of secrets for some of the others."""
    kind = draw(st.sampled_from(KINDS))
    open_fields = [name for name in kind.schema["properties"] if name not in kind.secret_fields]
    chosen = draw(st.lists(st.sampled_from(open_fields), unique=True))
    fields = draw(st.lists(st.sampled_from(kind.secret_fields), unique=True))
    plain = {name: draw(VALUES) for name in chosen}
    return kind, plain, {name: draw(NAMES) for name in fields}


@patient
@given(filled_forms())
def test_what_is_split_comes_together_again(form: tuple[DataSourceType, dict[str, Any], dict[str, str]]) -> None:
    kind, plain, names = form
    properties = {**plain, **{field: reference(name) for field, name in names.items()}}
    assert split(kind, properties) == (plain, names)
    secrets = {name: f"{CANARY} {name}" for name in names.values()}
    found = resolve(kind, properties, secrets.__getitem__)
    assert found == {**plain, **{field: secrets[name] for field, name in names.items()}}


@patient
@given(st.sampled_from(KINDS), st.text(min_size=1), st.data())
def test_no_text_but_a_reference_gets_into_a_secret_field(kind: DataSourceType, text: str, data: st.DataObject) -> None:
    field = data.draw(st.sampled_from(kind.secret_fields))
    secret = f"{CANARY}{text}"
    with pytest.raises(InvalidPropertiesError) as caught:
        checked(kind, {field: secret})
    assert field in {each.path for each in caught.value.problems}
    assert CANARY not in str(caught.value.as_dict()) + str(caught.value)


@patient
@given(
    st.from_regex(SECRET_NAME, fullmatch=True),
    st.integers(1, 65535),
    st.text(st.characters(categories=["L"]), min_size=1),
)
def test_checked_properties_stay_as_they_are_when_checked_again(name: str, port: int, user: str) -> None:
    kind = datasource_types().get("postgresql")
    once = checked(kind, {**POSTGRES, "port": port, "user": user, "password": reference(name)})
    assert checked(kind, once) == once
    plain, names = split(kind, once)
    assert names == {"password": name}
    assert "{{secret:" not in str(plain)
    assert checked(kind, {**plain, **{field: reference(each) for field, each in names.items()}}) == once
