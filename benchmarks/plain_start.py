"""MiniCluster, then SQL Gateway, in one process by JPype, without any of the engine's means to start quickly."""

from __future__ import annotations

import json
import sys

import jpype


def main() -> None:
    """Serves until it is killed."""
    order = json.loads(sys.argv[1])
    jpype.startJVM(order["libjvm"], *order["options"], classpath=order["classpath"])
    configuration = jpype.JClass("org.apache.flink.configuration.GlobalConfiguration").loadConfiguration(order["conf"])
    built = (
        jpype.JClass("org.apache.flink.runtime.minicluster.MiniClusterConfiguration$Builder")()
        .setConfiguration(configuration)
        .setNumTaskManagers(1)
        .setNumSlotsPerTaskManager(4)
        .setRpcServiceSharing(jpype.JClass("org.apache.flink.runtime.minicluster.RpcServiceSharing").SHARED)
        .build()
    )
    jpype.JClass("org.apache.flink.runtime.minicluster.MiniCluster")(built).start()
    jpype.JClass("org.apache.flink.table.gateway.SqlGateway").main(jpype.JArray(jpype.JString)(0))


if __name__ == "__main__":
    main()
