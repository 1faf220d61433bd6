"""Which plug-ins a connector's jar holds, asked from SeaTunnel's own factory interface.

The asking is done in a process of its own (``python -m scaleph_lab.engines.factories``): a JVM can be started only
once in a process, and it must not be the kernel's.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from scaleph_lab.engines.java import JavaRuntime
from scaleph_lab.errors import EngineError

__all__ = ["ConnectorFactory", "list_factories"]

_SECONDS = 120


@dataclass(frozen=True)
class ConnectorFactory:
    """One plug-in of a connector."""

    kind: str
    """``source`` or ``sink``."""
    identifier: str
    """The name it has in a configuration, such as ``LocalFile``."""
    jar: str
    """The file name of the jar that holds it."""


def list_factories(java: JavaRuntime, api: Sequence[Path], jars: Sequence[Path]) -> list[ConnectorFactory]:
    """The factories of the jars, in their order; ``api`` holds the jars that SeaTunnel's own classes come from.

    Raises `EngineError` when the jars cannot be read.
    """
    request = {"libjvm": str(java.libjvm), "api": [str(path) for path in api], "jars": [str(path) for path in jars]}
    answer = subprocess.run(
        [sys.executable, "-m", "scaleph_lab.engines.factories"],
        input=json.dumps(request),
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
    )
    lines = [line for line in answer.stdout.splitlines() if line.startswith("[")]
    if answer.returncode or not lines:
        raise EngineError(
            f"SeaTunnel's connectors could not be read: {answer.stderr.strip()[-500:]}",
            hint="A jar may be broken: delete SeaTunnel's folder in the cache and try again.",
        )
    return [ConnectorFactory(**entry) for entry in json.loads(lines[-1])]


def _main() -> None:
    import jpype

    request = json.load(sys.stdin)
    jpype.startJVM(request["libjvm"], "-Xmx256m", "-XX:+UseSerialGC", classpath=request["api"], convertStrings=True)
    found = [factory for jar in request["jars"] for factory in _factories_of(Path(jar))]
    print(json.dumps([asdict(factory) for factory in found]), flush=True)


def _factories_of(jar: Path) -> list[ConnectorFactory]:
    import jpype

    factory_class = jpype.JClass("org.apache.seatunnel.api.table.factory.Factory")
    kinds = {
        "source": jpype.JClass("org.apache.seatunnel.api.table.factory.TableSourceFactory"),
        "sink": jpype.JClass("org.apache.seatunnel.api.table.factory.TableSinkFactory"),
    }
    plugins = {
        "source": jpype.JClass("org.apache.seatunnel.api.source.SeaTunnelSource"),
        "sink": jpype.JClass("org.apache.seatunnel.api.sink.SeaTunnelSink"),
    }
    parent = jpype.JClass("java.lang.ClassLoader").getSystemClassLoader()
    url = jpype.JClass("java.io.File")(str(jar)).toURI().toURL()
    # One class loader a jar: two connectors may bundle two versions of the same library.
    loader = jpype.JClass("java.net.URLClassLoader")([url], parent)
    factories = _own(factory_class, loader)
    found = []
    for kind, face in kinds.items():
        by_factory = [str(one.factoryIdentifier()) for one in factories if isinstance(one, face)]
        # The older interface of the same plug-ins. Where the two disagree this one has the documented name: the
        # factory of the CosFile source calls itself OssFile.
        by_plugin = [str(one.getPluginName()) for one in _own(plugins[kind], loader)]
        known = {name.lower() for name in by_plugin}
        names = [name for name in by_factory if not known or name.lower() in known]
        names += [name for name in by_plugin if name.lower() not in {one.lower() for one in names}]
        found += [ConnectorFactory(kind, name, jar.name) for name in names]
    return found


def _own(service: Any, loader: Any) -> list[Any]:
    """The implementations that this loader's jar itself holds."""
    import jpype

    loaded = _load(jpype.JClass("java.util.ServiceLoader").load(service, loader))
    return [one for one in loaded if one.getClass().getClassLoader() == loader]


def _load(loader: Any) -> list[Any]:
    import jpype

    factories: list[Any] = []
    iterator = loader.iterator()
    while True:
        try:
            if not iterator.hasNext():
                return factories
            factories.append(iterator.next())
        except jpype.JException as error:
            # A factory whose optional library is absent; the others of the jar are still of use.
            print(error, file=sys.stderr)


if __name__ == "__main__":
    _main()
