"""Which jar holds a plug-in: the names that pipelines use against the mapping of all published connectors."""

from __future__ import annotations

from pathlib import Path

import pytest

from scaleph_lab.engines.seatunnel_home import DEFAULT_CONNECTORS, SEATUNNEL_VERSION, SeaTunnelHome
from scaleph_lab.pipelines.connectors import connectors_of
from scaleph_lab.pipelines.document import Node, NodeKind, Pipeline

GOLDEN = Path(__file__).parents[1] / "golden" / f"plugin-mapping-{SEATUNNEL_VERSION}.properties"
"""The mapping as it was generated from the jars of all connectors."""


def golden() -> list[tuple[NodeKind, str, str]]:
    """Kind, plug-in and the connector whose jar holds it."""
    entries = []
    for line in GOLDEN.read_text(encoding="utf-8").splitlines():
        key, _, jar = line.partition(" = ")
        _, kind, plugin = key.split(".")
        entries.append((NodeKind(kind), plugin, jar.removeprefix("connector-")))
    return entries


@pytest.mark.parametrize(("kind", "plugin", "connector"), golden())
def test_a_plugin_brings_the_jar_that_holds_it(kind: NodeKind, plugin: str, connector: str) -> None:
    pipeline = Pipeline(name="p", nodes=[Node(id="n", kind=kind, connector=plugin)], edges=[])
    assert connectors_of(pipeline) == tuple(sorted({*DEFAULT_CONNECTORS, connector}))


def test_the_mapping_knows_every_connector_and_no_other() -> None:
    assert {connector for _, _, connector in golden()} == {*SeaTunnelHome().available_connectors}


def test_a_plugin_that_is_not_published_is_left_to_a_home_of_the_users() -> None:
    for plugin in ("OssFile", "MongoDB"):
        pipeline = Pipeline(name="p", nodes=[Node(id="n", kind=NodeKind.SOURCE, connector=plugin)], edges=[])
        assert connectors_of(pipeline) == tuple(sorted(DEFAULT_CONNECTORS))


@pytest.mark.engine
def test_the_generated_mapping_is_the_golden_one_for_what_is_installed() -> None:
    home = SeaTunnelHome()
    mapping = (home.ensure() / "connectors" / "plugin-mapping.properties").read_text(encoding="utf-8").splitlines()
    installed = {f"connector-{name}" for name in home.installed_connectors}
    expected = [line for line in GOLDEN.read_text(encoding="utf-8").splitlines() if line.split(" = ")[1] in installed]
    assert mapping == expected
