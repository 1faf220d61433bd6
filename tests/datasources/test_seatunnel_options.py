"""The names of bound SeaTunnel options, against the option rules of the real connectors' jars."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from scaleph_lab.connectors.descriptors import descriptors_of, known_versions
from scaleph_lab.datasources.types import datasource_types
from scaleph_lab.engines.connector_jars import fetch_jar

GROUP = "org.apache.seatunnel"
BEYOND_THE_RULE = {
    "hdfsfile": ("file-hadoop", {"hdfs_site_path", "kerberos_principal", "kerberos_keytab_path"}),
    "hive": ("hive", {"hdfs_site_path", "hive_site_path", "kerberos_principal", "kerberos_keytab_path"}),
    "redis": ("redis", {"db_num"}),
}
"""What a connector's classes read though its rule does not list it; a rule refuses no option that it does not know."""


def holds_constant(jar: Path, option: str) -> bool:
    # In a class file a text has its length in two bytes before it.
    constant = len(option).to_bytes(2, "big") + option.encode()
    with zipfile.ZipFile(jar) as archive:
        names = (name for name in archive.namelist() if "seatunnel" in name and name.endswith(".class"))
        return any(constant in archive.read(name) for name in names)


def beyond(connector: str) -> set[str]:
    return BEYOND_THE_RULE.get(connector.lower(), ("", set[str]()))[1]


@pytest.mark.parametrize("version", known_versions())
def test_bound_options_are_those_of_the_connectors(version: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The descriptors are those of the jars: tests/connectors compares the two."""
    known = {(each.name.lower(), each.kind): {one.key for one in each.options} for each in descriptors_of(version)}
    wrong, unverified, verified = [], set(), 0
    for kind in datasource_types().types.values():
        for binding in (each for each in kind.seatunnel if each.serves(version)):
            for role in binding.kinds:
                options = known.get((binding.connector.lower(), role))
                if options is None:
                    unverified.add(f"{binding.connector} {role}")
                    continue
                verified += len(binding.options)
                names = set(binding.options) - options - beyond(binding.connector)
                wrong += [f"{kind.name}: {binding.connector} {role} has no {each}" for each in sorted(names)]
    with capsys.disabled():  # what was not verified belongs into the log of each run
        print(f"\nSeaTunnel {version}: {verified} options of {len(known)} connectors verified;")
        print(f"not verified, the release has no such connector here: {', '.join(sorted(unverified)) or '-'}")
    assert not wrong
    assert verified


@pytest.mark.engine
@pytest.mark.parametrize("connector", BEYOND_THE_RULE)
def test_options_beyond_a_connector_s_rule_are_read_by_its_classes(connector: str) -> None:
    name, options = BEYOND_THE_RULE[connector]
    jar = fetch_jar((f"{GROUP}:connector-{name}:2.3.8",))
    assert [each for each in sorted(options) if not holds_constant(jar, each)] == []
