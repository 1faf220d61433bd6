"""What SeaTunnel's connectors can be told: shipped, and read from the jars themselves."""

from __future__ import annotations

from pathlib import Path

import pytest

from scaleph_lab.connectors import ConnectorDescriptor, descriptors_of, find_descriptor, known_versions
from scaleph_lab.connectors.descriptors import read_descriptors
from scaleph_lab.connectors.installed import chosen, read_home, read_release
from scaleph_lab.connectors.snapshots import snapshot_text
from scaleph_lab.engines.seatunnel_home import SEATUNNEL_VERSION, SeaTunnelHome
from scaleph_lab.errors import EngineError, NotFoundError
from scaleph_lab.settings import get_settings


def kinds(found: tuple[ConnectorDescriptor, ...]) -> list[int]:
    return [sum(1 for each in found if each.kind == kind) for kind in ("source", "transform", "sink")]


def test_two_releases_are_shipped_and_nothing_has_to_be_fetched() -> None:
    assert known_versions() == ("2.3.4", "2.3.8")
    found = descriptors_of("2.3.4")
    assert (len(found), sum(len(each.options) for each in found), kinds(found)) == (41, 474, [17, 8, 16])
    found = descriptors_of("2.3.8")
    assert (len(found), sum(len(each.options) for each in found), kinds(found)) == (73, 994, [33, 11, 29])


@pytest.mark.engine
@pytest.mark.parametrize(
    ("version", "connectors"),
    [
        ("2.3.4", {"assert", "console", "fake", "file-local", "jdbc", "kafka", "cdc-postgres"}),
        ("2.3.8", {"console", "fake", "jdbc", "http-base", "http-jira", "redis", "email", "slack", "cdc-mysql"}),
    ],
)
def test_the_snapshot_says_what_the_jars_say(version: str, connectors: set[str]) -> None:
    read = {(each.kind, each.name): each for each in read_release(version, connectors=connectors)}
    shipped = {(each.kind, each.name): each for each in descriptors_of(version)}
    assert len(read) > 15
    for key, each in read.items():
        assert snapshot_text([each]) == snapshot_text([shipped[key]]), key


@pytest.mark.engine
def test_a_home_of_the_users_is_read_with_what_is_dropped_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = SeaTunnelHome().ensure(connectors=["fake", "console", "kafka"])
    for folder in ("starter", "lib", "connectors"):
        (tmp_path / folder).mkdir()
    for name in ("starter/seatunnel-starter.jar", "lib/seatunnel-transforms-v2.jar"):
        (tmp_path / name).symlink_to(ours / name)
    (tmp_path / "connectors/connector-fake-2.3.4.jar").symlink_to(ours / "connectors/connector-fake-2.3.4.jar")
    monkeypatch.setenv("SCALEPH_LAB_SEATUNNEL_HOME", str(tmp_path))
    get_settings.cache_clear()
    try:
        assert kinds(descriptors_of()) == [1, 8, 0]
        dropped = "connectors/connector-kafka-2.3.4.jar"
        (tmp_path / dropped).symlink_to(ours / dropped)
        assert kinds(descriptors_of()) == [2, 8, 1]
        assert read_descriptors() == descriptors_of()
    finally:
        get_settings.cache_clear()


def test_a_folder_without_connectors_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="holds no connectors") as caught:
        read_home(tmp_path)
    assert "seatunnel_home" in caught.value.hint


def test_an_unknown_release_and_an_unknown_connector_are_told() -> None:
    with pytest.raises(NotFoundError, match=r"SeaTunnel 9\.9") as release:
        descriptors_of("9.9")
    assert "2.3.4" in release.value.hint
    with pytest.raises(NotFoundError, match="no source 'LocalFiel'") as connector:
        find_descriptor("source", "LocalFiel")
    assert connector.value.hint == "Did you mean LocalFile?"
    assert find_descriptor("sink", "jdbc").name == "Jdbc"


def test_a_plugin_is_taken_from_the_jar_that_is_its_own() -> None:
    jdbc = {"kind": "source", "name": "Jdbc", "jar": "connector-jdbc.jar"}
    bundled = {**jdbc, "jar": "connector-cdc-mysql.jar"}
    cdc = {**bundled, "name": "MySQL-CDC"}
    assert chosen([bundled, cdc, jdbc]) == [jdbc, cdc]


def test_every_connector_has_a_home_in_the_palette_and_words_of_its_own() -> None:
    for version in known_versions():
        for each in descriptors_of(version):
            assert each.dressing.group != "other" and each.dressing.summary, each.name
    assert find_descriptor("sink", "Jdbc").dressing.datasources[0] == "dmdb"
    assert "postgresql" in find_descriptor("source", "Jdbc").dressing.datasources


@pytest.mark.parametrize("version", ["2.3.4", "2.3.8"])
def test_passwords_and_keys_are_known_as_secrets(version: str) -> None:
    found = {option.key for each in descriptors_of(version) for option in each.options if option.sensitive}
    every = {option.key for each in descriptors_of(version) for option in each.options if option.type == "string"}
    assert {key for key in every if "password" in key or "secret" in key} <= found
    assert not found & {"user", "username", "url", "topic", "primary_key", "keyspace", "key_delimiter"}


def test_the_release_that_runs_here_is_the_default() -> None:
    assert descriptors_of() == descriptors_of(SEATUNNEL_VERSION)
