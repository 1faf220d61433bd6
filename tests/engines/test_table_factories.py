"""What the jars of an engine say of its connectors."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from scaleph_lab.engines import Engine
from scaleph_lab.engines.assembly import FlinkAssembly
from scaleph_lab.engines.profiles import get_profile
from scaleph_lab.engines.table_factories import _kept_file, known_factories, read_factories

pytestmark = pytest.mark.engine


@pytest.mark.parametrize("name", ["flink-1.18", "flink-1.20", "flink-2.3"])
def test_connectors_formats_and_catalogs(flink: Callable[..., Engine], name: str) -> None:
    flink(name)
    found = read_factories(get_profile(name))
    assert {"datagen", "filesystem"} <= {each.identifier for each in found.of("source")}
    assert {"print", "blackhole", "filesystem"} <= {each.identifier for each in found.of("sink")}
    assert {"csv", "json", "raw"} <= {each.identifier for each in found.of("format")}
    assert "generic_in_memory" in {each.identifier for each in found.of("catalog")}
    [filesystem] = found.named("filesystem")
    options = {option.key: option for option in filesystem.options}
    assert options["path"].required and options["path"].type == "String"
    assert options["auto-compaction"].values == ("true", "false") and options["auto-compaction"].default == "false"
    assert options["auto-compaction"].description.startswith("Whether to enable")
    assert not any("<" in option.description for option in filesystem.options)
    assert options["sink.rolling-policy.rollover-interval"].default == "30 min"


def test_nobody_waits_for_them(flink: Callable[..., Engine]) -> None:
    flink()
    kept = _kept_file(FlinkAssembly(get_profile("flink-1.20")))
    kept.unlink(missing_ok=True)
    before = time.monotonic()
    first = known_factories("flink-1.20")
    assert time.monotonic() - before < 0.5
    end = time.monotonic() + 60
    while (found := known_factories("flink-1.20")) is None and time.monotonic() < end:
        time.sleep(0.1)
    assert found is not None and found.named("datagen")
    # A process that has asked before has them in memory.
    assert first is None or first is found


def test_a_remote_engine_has_those_of_its_version(flink: Callable[..., Engine]) -> None:
    flink()
    read_factories(get_profile("flink-1.20"))
    found = known_factories("far-away", "1.20.9")
    assert found is not None and found.named("datagen")
    assert known_factories("far-away", "0.1") is None
