"""What a data source gives to SeaTunnel, to a Flink table and as files."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from scaleph_lab.datasources.bindings import bind_files, bind_flink, bind_seatunnel
from scaleph_lab.datasources.properties import checked
from scaleph_lab.datasources.types import datasource_types
from scaleph_lab.errors import NotFoundError, ValidationError

SECRET = "{{secret:s}}"
POSTGRES = {"host": "db", "database": "lab", "user": "me", "password": SECRET}
SASL = {"security_protocol": "SASL_SSL", "sasl_mechanism": "PLAIN", "user": "me", "password": SECRET}
JAAS = f'org.apache.kafka.common.security.plain.PlainLoginModule required username="me" password="{SECRET}";'


def test_postgresql_fills_jdbc_of_seatunnel() -> None:
    kind = datasource_types().get("postgresql")
    assert bind_seatunnel(kind, checked(kind, POSTGRES), "Jdbc", "2.3.4") == {
        "url": "jdbc:postgresql://db:5432/lab",
        "driver": "org.postgresql.Driver",
        "user": "me",
        "password": SECRET,
    }


def test_kafka_fills_both_with_its_login() -> None:
    kind = datasource_types().get("kafka")
    given = checked(kind, {"bootstrap_servers": "a:1,b:2", **SASL, "options": {"acks": "all"}})
    client = {"security.protocol": "SASL_SSL", "sasl.mechanism": "PLAIN", "sasl.jaas.config": JAAS, "acks": "all"}
    assert bind_seatunnel(kind, given, "Kafka", "2.3.8") == {"bootstrap.servers": "a:1,b:2", "kafka.config": client}
    assert bind_flink(kind, given, "kafka", "1.20", {"table": "orders"}) == {
        "connector": "kafka",
        "properties.bootstrap.servers": "a:1,b:2",
        **{f"properties.{name}": value for name, value in client.items()},
        # The SQL jar keeps Kafka's client in a package of its own.
        "properties.sasl.jaas.config": f"org.apache.flink.kafka.shaded.{JAAS}",
        "topic": "orders",
    }


def test_a_version_has_options_of_its_own() -> None:
    kind = datasource_types().get("redis")
    given = checked(kind, {"host": "h"})
    assert "db_num" not in bind_seatunnel(kind, given, "Redis", "2.3.4")
    assert bind_seatunnel(kind, given, "Redis", "2.3.8")["db_num"] == 0


def test_a_connector_that_does_not_fit_is_told_with_those_that_do() -> None:
    kind = datasource_types().get("postgresql")
    with pytest.raises(NotFoundError, match="It fits: Jdbc, Postgres-CDC"):
        bind_seatunnel(kind, POSTGRES, "Kafka", "2.3.4")
    with pytest.raises(ValidationError, match="table"):
        bind_flink(kind, checked(kind, POSTGRES), "jdbc", "1.20", {})


def test_files_are_written_or_referred_to() -> None:
    kind = datasource_types().get("hdfs")
    kerberos = {"kerberos": True, "kerberos_principal": "me@R", "kerberos_keytab": "/k/me.keytab"}
    files = {each.name: each for each in bind_files(kind, checked(kind, {"default_fs": "hdfs://n:8020", **kerberos}))}
    assert set(files) == {"core-site.xml", "keytab"}
    assert files["keytab"].source == "/k/me.keytab"
    assert ElementTree.fromstring(files["core-site.xml"].text).findtext("property/value") == "hdfs://n:8020"
