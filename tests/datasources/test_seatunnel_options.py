"""The names of bound SeaTunnel options, against the option rules of the real connectors' factories."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from scaleph_lab.datasources.types import datasource_types
from scaleph_lab.engines.connector_jars import fetch_jar
from scaleph_lab.engines.java import find_java
from scaleph_lab.engines.seatunnel_home import SEATUNNEL_JAVA, SeaTunnelHome
from scaleph_lab.errors import OfflineError
from scaleph_lab.settings import get_settings

pytestmark = pytest.mark.engine
GROUP = "org.apache.seatunnel"
READER = Path(__file__).parent / "servers" / "seatunnel_rules.py"
FETCHED = {
    "2.3.4": ("jdbc", "kafka", "elasticsearch", "clickhouse"),
    "2.3.8": (
        "jdbc",
        "kafka",
        "redis",
        "elasticsearch",
        "clickhouse",
        "file-s3",
        "file-ftp",
        "file-sftp",
        "file-hadoop",
        "hive",
        "http-base",
    ),
}
"""The most used. Others are looked at where they are in the cache; of the rest, Maven Central had none for us."""
BEYOND_THE_RULE = {
    "hdfsfile": ("file-hadoop", {"hdfs_site_path", "kerberos_principal", "kerberos_keytab_path"}),
    "hive": ("hive", {"hdfs_site_path", "hive_site_path", "kerberos_principal", "kerberos_keytab_path"}),
    "redis": ("redis", {"db_num"}),
}
"""What a connector's classes read though its rule does not list it; a rule refuses no option that it does not know."""


def jars_of(version: str) -> dict[str, Path]:
    """The connectors' jars by name: those of the cache, of the home, and those that can be fetched."""
    found = {}
    kept = get_settings().cache_dir / "jars" / GROUP
    for place in (SeaTunnelHome().path / "connectors", kept):
        for jar in place.glob(f"connector-*-{version}.jar"):
            found[jar.name.removeprefix("connector-").removesuffix(f"-{version}.jar")] = jar
    for name in FETCHED[version]:
        if name in found:
            continue
        try:
            found[name] = fetch_jar((f"{GROUP}:connector-{name}:{version}",))
        except OfflineError as error:
            print(f"{name} {version}: {error}")
    return found


def rules_of(version: str, jars: dict[str, Path]) -> dict[tuple[str, str], dict[str, Any]]:
    home = SeaTunnelHome()
    home.ensure()
    # The engine of 2.3.8 is not needed for what its connectors say of themselves: its interfaces are.
    own = [fetch_jar((f"{GROUP}:seatunnel-api:{version}",))] if version != "2.3.4" else []
    base = [*own, home.starter_for_zeta, *(home.path / "lib").glob("*.jar")]
    classpath = [str(each) for each in (*base, *jars.values())]
    answer = subprocess.run(
        [sys.executable, READER],
        input=json.dumps({"libjvm": str(find_java(SEATUNNEL_JAVA).libjvm), "classpath": classpath}),
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    entries = json.loads(answer.stdout.splitlines()[-1])
    return {(each["connector"].lower(), each["kind"]): each for each in entries}


@cache
def constants(jar: Path) -> bytes:
    with zipfile.ZipFile(jar) as archive:
        names = [name for name in archive.namelist() if "seatunnel" in name and name.endswith(".class")]
        return b"".join(archive.read(name) for name in names)


def in_constants(jar: Path, option: str) -> bool:
    # In a class file a text has its length in two bytes before it.
    return len(option).to_bytes(2, "big") + option.encode() in constants(jar)


@pytest.mark.parametrize("version", FETCHED)
def test_bound_options_are_those_of_the_connectors(version: str, capsys: pytest.CaptureFixture[str]) -> None:
    jars = jars_of(version)
    if not jars:
        pytest.skip("no connector's jar is in the cache, and none can be fetched")
    rules = rules_of(version, jars)
    wrong, unverified, verified = [], set(), 0
    for kind in datasource_types().types.values():
        for binding in (each for each in kind.seatunnel if each.serves(version)):
            name = binding.connector
            jar, beyond = BEYOND_THE_RULE.get(name.lower(), ("", set()))
            for role in binding.kinds:
                if (name.lower(), role) not in rules:
                    unverified.add(f"{name} {role}")
                    continue
                known = {*rules[name.lower(), role]["options"]}
                known |= {each for each in beyond if in_constants(jars[jar], each)}
                verified += len(binding.options)
                wrong += [f"{kind.name}: {name} {role} has no {each}" for each in binding.options if each not in known]
    with capsys.disabled():  # what was not verified belongs into the log of each run
        print()
        print(f"SeaTunnel {version}: {verified} options of {len(rules)} connectors verified;")
        print(f"not verified, no jar is here: {', '.join(sorted(unverified)) or '-'}")
    assert not wrong
    assert verified
