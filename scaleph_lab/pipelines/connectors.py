"""Which connector jars a pipeline needs: SeaTunnel's plug-in names and the jars that hold them."""

from __future__ import annotations

from scaleph_lab.engines.seatunnel_home import DEFAULT_CONNECTORS
from scaleph_lab.pipelines.document import NodeKind, Pipeline

__all__ = ["connectors_of"]

_JARS = {
    "amazondynamodb": "amazondynamodb",
    "assert": "assert",
    "cassandra": "cassandra",
    "clickhouse": "clickhouse",
    "clickhousefile": "clickhouse",
    "console": "console",
    "cosfile": "file-cos",
    "datahub": "datahub",
    "elasticsearch": "elasticsearch",
    "fakesource": "fake",
    "iceberg": "iceberg",
    "iotdb": "iotdb",
    "jdbc": "jdbc",
    "kafka": "kafka",
    "localfile": "file-local",
    "maxcompute": "maxcompute",
    "mysql-cdc": "cdc-mysql",
    "neo4j": "neo4j",
    "oracle-cdc": "cdc-oracle",
    "postgres-cdc": "cdc-postgres",
    "pulsar": "pulsar",
}


def connectors_of(pipeline: Pipeline) -> tuple[str, ...]:
    """Names of the jars to have in place. A plug-in that is not known here may be in a home of the user's: SeaTunnel
    itself says so when it is not."""
    named = {_JARS.get(node.connector.lower()) for node in pipeline.nodes if node.kind is not NodeKind.TRANSFORM}
    return tuple(sorted({*DEFAULT_CONNECTORS, *(name for name in named if name)}))
