"""The names of bound Flink options, against what the real connectors' jars say that they take."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from scaleph_lab.datasources.types import Binding, DataSourceType, datasource_types
from scaleph_lab.engines.assembly import FlinkAssembly
from scaleph_lab.engines.connector_jars import fetch_jar
from scaleph_lab.engines.java import find_java
from scaleph_lab.engines.model import ignore_progress
from scaleph_lab.engines.profiles import get_profile
from scaleph_lab.errors import OfflineError

FLINK = "org.apache.flink"
CDC = {
    f"{name}-cdc": f"{FLINK}:flink-sql-connector-{name}-cdc:3.2.1"
    for name in ("mysql", "postgres", "mongodb", "oracle", "sqlserver")
}
KAFKA = f"{FLINK}:flink-sql-connector-kafka:3.2.0-1.19"
JARS = {
    "1.18": {
        "kafka": KAFKA,
        "jdbc": f"{FLINK}:flink-connector-jdbc:3.2.0-1.18",
        "elasticsearch-7": f"{FLINK}:flink-sql-connector-elasticsearch7:3.0.1-1.17",
        "kudu": f"{FLINK}:flink-connector-kudu:2.0.0-1.19",
        "pulsar": f"{FLINK}:flink-connector-pulsar:4.1.0-1.18",
        **CDC,
    },
    "1.20": {
        "kafka": KAFKA,
        "jdbc": f"{FLINK}:flink-connector-jdbc:3.3.0-1.20",
        "elasticsearch-7": f"{FLINK}:flink-sql-connector-elasticsearch7:3.0.1-1.17",
        "kudu": f"{FLINK}:flink-connector-kudu:2.0.0-1.19",
        "pulsar": f"{FLINK}:flink-connector-pulsar:4.1.0-1.18",
        "iceberg": "org.apache.iceberg:iceberg-flink-runtime-1.20:1.7.1",
        **CDC,
    },
    "2.3": {
        "kafka": f"{FLINK}:flink-sql-connector-kafka:4.0.1-2.0",
        "jdbc": f"{FLINK}:flink-connector-jdbc-core:4.0.0-2.0",
    },
}
"""The jars of connectors that are asked, by Flink's version. Of Elasticsearch for 2.x, and of Doris, HBase, Hudi,
MongoDB and StarRocks no jar could be had where this was written: their options are of their documentation."""
PASSED_ON = {"iceberg": {"uri", "warehouse"}}
"""What a connector hands on to its catalog by name; no factory lists them, the classes hold them."""
BY_PREFIX = {"kafka": "properties.", "upsert-kafka": "properties."}
"""What a connector hands on to its client unread."""
OF_THE_TABLE = {"format", "key.format", "value.format"}
"""Required options that no data source can know."""


def bindings(version: str) -> list[tuple[DataSourceType, Binding]]:
    kinds = datasource_types().types.values()
    return [(kind, each) for kind in kinds for each in kind.flink if each.serves(version)]


def told_by_factories(version: str, jars: dict[str, Path]) -> dict[str, dict[str, Any]]:
    profile = get_profile(f"flink-{version}")
    assembly = FlinkAssembly(profile)
    assembly.ensure(ignore_progress)
    classpath = [*assembly.classpath, *map(str, jars.values())]
    answer = subprocess.run(
        [sys.executable, "-m", "scaleph_lab.engines.factory_reader"],
        input=json.dumps({"libjvm": str(find_java(profile.java_versions).libjvm), "classpath": classpath}),
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    entries = json.loads(next(line for line in answer.stdout.splitlines() if line.startswith("[{")))
    return {each["identifier"]: each for each in entries if {"source", "sink"} & set(each["kinds"])}


@cache
def constants(jar: Path) -> bytes:
    with zipfile.ZipFile(jar) as archive:
        return b"".join(archive.read(name) for name in archive.namelist() if name.endswith(".class"))


def in_constants(jar: Path, option: str) -> bool:
    # In a class file a text has its length in two bytes before it.
    return len(option).to_bytes(2, "big") + option.encode() in constants(jar)


@pytest.mark.engine
@pytest.mark.parametrize("version", JARS)
def test_bound_options_are_those_of_the_connectors(version: str, capsys: pytest.CaptureFixture[str]) -> None:
    jars = {}
    for identifier, coordinate in JARS[version].items():
        try:
            jars[identifier] = fetch_jar((coordinate,))
        except OfflineError as error:
            print(f"{identifier}: {error}")
    factories = told_by_factories(version, jars)
    wrong, unverified, by_constants, verified = [], set(), set(), 0
    for kind, binding in bindings(version):
        name = binding.connector
        prefix = BY_PREFIX.get(name, "\0")
        options = [each for each in (*binding.options, *binding.table) if not each.startswith(prefix)]
        if name in factories:
            known = {each["key"]: each["required"] for each in factories[name]["options"]}
            verified += len(options)
            passed = {each for each in PASSED_ON.get(name, ()) if in_constants(jars[name], each)}
            wrong += [f"{kind.name}: {name} has no option {each}" for each in set(options) - {*known, *passed}]
            bound = {*binding.options, *binding.table, *OF_THE_TABLE}
            lacking = [key for key, required in known.items() if required and key not in bound]
            wrong += [f"{kind.name}: {name} wants {each}" for each in lacking]
            able = set(factories[name]["kinds"])
            wrong += [f"{kind.name}: {name} is no {each}" for each in set(binding.kinds) - able]
        elif name in jars:
            # A factory whose client library is no part of its jar: the names are at least in its classes.
            by_constants.add(name)
            verified += len(options)
            wrong += [f"{kind.name}: {name} has no {each}" for each in options if not in_constants(jars[name], each)]
        else:
            unverified.add(name)
    with capsys.disabled():  # what was not verified belongs into the log of each run
        print()
        told = ", ".join(sorted(by_constants)) or "-"
        print(f"Flink {version}: {verified} options verified; by constants only: {told};")
        print(f"not verified, no jar was to be had: {', '.join(sorted(unverified)) or '-'}")
    assert not wrong
    assert verified
    if not jars:
        pytest.skip("no connector's jar is in the cache, and none can be fetched")


@pytest.mark.parametrize("connector", sorted({each for jars in JARS.values() for each in jars}))
def test_each_asked_jar_belongs_to_a_binding(connector: str) -> None:
    bound = {each.connector for version in JARS for _, each in bindings(version)}
    assert connector in bound


@pytest.mark.parametrize("name", ["mysql", "postgresql", "oracle", "sqlserver", "mongodb", "hbase", "pulsar", "kudu"])
def test_connectors_without_a_release_for_flink_2_are_not_offered_there(name: str) -> None:
    kind = datasource_types().get(name)
    offered = {each.connector for each in kind.flink if each.serves("2.3")}
    assert not {each for each in offered if each.endswith("-cdc") or each in {"hbase-2.2", "pulsar", "kudu"}}
