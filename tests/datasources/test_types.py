"""Types as data: the inventory, broken files, the form, and the table of the guide."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from scaleph_lab.access import secrets
from scaleph_lab.datasources import references, testers
from scaleph_lab.datasources.derived import with_derived
from scaleph_lab.datasources.guide import types_table
from scaleph_lab.datasources.types import DataSourceType, datasource_types, load_types

GUIDE = Path(__file__).parents[2] / "docs" / "user-guide" / "datasources.md"
INVENTORY = [
    "MySQL",
    "Oracle",
    "PostgreSQL",
    "SQLServer",
    "DmDB",
    "GBase8a",
    "Greenplum",
    "Phoenix",
    "Redis",
    "Elasticsearch",
    "Solr",
    "MongoDB",
    "TiDB",
    "Kafka",
    "Pulsar",
    "DataHub",
    "Ftp",
    "Sftp",
    "OSS",
    "S3",
    "HDFS",
    "Hive",
    "HBase",
    "Impala",
    "Doris",
    "ClickHouse",
    "Kudu",
    "Kylin",
    "Druid",
    "IoTDB",
    "Neo4j",
    "Hudi",
    "Iceberg",
    "InfluxDB",
    "Email",
    "Socket",
    "Http",
    "OSSJindo",
    "Cassandra",
    "StarRocks",
    "MaxCompute",
]
KINDS = datasource_types().types.values()


def test_every_type_of_the_inventory_is_there() -> None:
    assert len(INVENTORY) == 41
    assert {name.lower() for name in INVENTORY} <= set(datasource_types().types)
    assert not datasource_types().broken


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_type_is_whole(kind: DataSourceType) -> None:
    Draft202012Validator.check_schema(kind.schema)
    assert set(kind.label) == {"en", "zh"}
    assert all(each.get("title") for each in kind.schema["properties"].values())
    assert kind.test["tester"] in testers.TESTERS
    assert callable(testers.tester_of(kind))
    assert kind.test["proof"] in {"reachable", "authenticated", "queried"}
    for name, each in kind.schema["properties"].items():
        if re.search("password|secret|access_key|private", name):
            assert each.get("x-secret"), f"{kind.name}.{name} is no secret"


def _leaves(template: Any) -> Iterator[Any]:
    if isinstance(template, dict | list):
        for each in template.values() if isinstance(template, dict) else template:
            yield from _leaves(each)
    else:
        yield template


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_template_is_a_text(kind: DataSourceType) -> None:
    """``{name}`` without quotes is a mapping in YAML, and would be bound to nothing."""
    for binding in (*kind.seatunnel, *kind.flink):
        assert all(isinstance(each, str) for each in _leaves([binding.options, binding.table])), binding.connector
    assert all(isinstance(each, str) for each in _leaves(kind.files))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_template_names_what_there_is(kind: DataSourceType) -> None:
    whole: dict[str, Any] = dict.fromkeys(kind.schema["properties"], "x")
    for name, value in {"urls": ["x"], "options": {}, "security_protocol": "SASL_SSL", "auth": "bearer"}.items():
        whole |= {name: value} if name in whole else {}
    known = set(with_derived(whole))
    for binding in (*kind.seatunnel, *kind.flink):
        names = {name for each in _leaves(binding.options) for name in re.findall(r"(?<!\{)\{(\w+)\}(?!\})", each)}
        assert names <= known, binding.connector


def test_a_broken_file_of_another_is_told_and_takes_nothing_down(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("name: [")
    (tmp_path / "b.yaml").write_text("name: b\nschema: {type: nonsense}\n")
    (tmp_path / "c.yaml").write_text(
        "{name: c, label: {en: C, zh: C}, group: x, icon: x, schema: {properties: {a: {}}}, "
        "ui: [{title: A, fields: [a]}], test: {tester: tcp, proof: reachable}}"
    )
    registry = load_types({"theirs": tmp_path, "gone": tmp_path / "gone"})
    assert list(registry.types) == ["c"]
    assert set(registry.broken) == {"theirs: a.yaml", "theirs: b.yaml", "gone"}


def test_secrets_have_the_names_of_the_stores() -> None:
    assert references.SECRET_NAME == secrets.SECRET_NAME


def test_the_table_of_the_guide_is_that_of_the_types() -> None:
    assert types_table(KINDS) in GUIDE.read_text(encoding="utf-8")
