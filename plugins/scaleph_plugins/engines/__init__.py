"""The built-in engine profiles. A profile is data: a Flink version and the lock of its jars.

The Java versions are those that each was started on, with statements run, the best first.
"""

from importlib.resources import files

from scaleph_lab.engines.profiles import EngineProfile

__all__ = ["FLINK_1_18", "FLINK_1_20", "FLINK_2_3"]

_HERE = files(__package__)

FLINK_1_18 = EngineProfile(
    name="flink-1.18",
    title="Apache Flink 1.18",
    flink_version="1.18.1",
    java_versions=(17, 21),
    lock=_HERE / "flink-1.18.lock.json",
    config_file="flink-conf.yaml",
    roles=("sql", "jar", "seatunnel"),
)

FLINK_1_20 = EngineProfile(
    name="flink-1.20",
    title="Apache Flink 1.20",
    flink_version="1.20.3",
    java_versions=(17, 21),
    lock=_HERE / "flink-1.20.lock.json",
)

FLINK_2_3 = EngineProfile(
    name="flink-2.3",
    title="Apache Flink 2.3",
    flink_version="2.3.0",
    java_versions=(17, 21, 25),
    lock=_HERE / "flink-2.3.lock.json",
)
