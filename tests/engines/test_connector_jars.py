"""Jars of connectors: the right one for each Flink, fetched once, and of use in a session."""

from __future__ import annotations

import pytest

from scaleph_lab.engines.connector_jars import coordinates_of, fetch_jar, jar_for, known_jars
from scaleph_lab.errors import NotFoundError, OfflineError
from scaleph_lab.settings import reload_settings


@pytest.mark.parametrize(
    ("name", "flink", "first"),
    [
        ("kafka", "1.18.1", "org.apache.flink:flink-sql-connector-kafka:3.2.0-1.18"),
        ("upsert-kafka", "1.20.3", "org.apache.flink:flink-sql-connector-kafka:3.4.0-1.20"),
        ("kafka", "2.3.0", "org.apache.flink:flink-sql-connector-kafka:4.0.1-2.0"),
        ("avro", "1.20.3", "org.apache.flink:flink-sql-avro:1.20.3"),
        ("a.b:c:1", "1.20.3", "a.b:c:1"),
    ],
)
def test_a_name_leads_to_the_jar_for_that_flink(name: str, flink: str, first: str) -> None:
    assert coordinates_of(name, flink)[0] == first


def test_what_is_not_known_says_what_is() -> None:
    with pytest.raises(NotFoundError) as caught:
        coordinates_of("kafak", "1.20.3")
    assert "kafka" in caught.value.hint
    with pytest.raises(NotFoundError, match=r"for Flink 2\.3\.0"):
        coordinates_of("mysql-cdc", "2.3.0")
    assert jar_for("avro", "connector") is None
    identifiers = [identifier for jar in known_jars() for identifier in jar.identifiers]
    assert len(identifiers) == len(set(identifiers))


def test_what_the_cache_lacks_is_not_asked_for_offline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCALEPH_LAB_OFFLINE", "true")
    reload_settings()
    with pytest.raises(OfflineError, match="offline"):
        fetch_jar(("no.such:jar:1",))
    monkeypatch.undo()
    reload_settings()
