"""SeaTunnel's own parser, in a process of its own: ``python seatunnel_parser.py``.

It takes ``{"libjvm", "classpath", "files"}`` on its standard input and prints one JSON object a file: the tree as the
parser renders it, with the order of its keys, the text of its numbers and its open references, or the parser's error.
"""

from __future__ import annotations

import json
import sys
from typing import Any


def main() -> None:
    """Reads the request, starts the JVM, answers."""
    import jpype

    request = json.load(sys.stdin)
    jpype.startJVM(
        request["libjvm"], "-Xmx512m", "-XX:+UseSerialGC", classpath=request["classpath"], convertStrings=True
    )
    shade = "org.apache.seatunnel.shade.com.typesafe.config"
    factory = jpype.JClass(f"{shade}.ConfigFactory")
    concise = jpype.JClass(f"{shade}.ConfigRenderOptions").concise()
    lenient = jpype.JClass(f"{shade}.ConfigResolveOptions").defaults().setAllowUnresolved(True)
    file = jpype.JClass("java.io.File")
    for path in request["files"]:
        print(json.dumps(_answer(jpype, factory, concise, lenient, file(path))), flush=True)


def _answer(jpype: Any, factory: Any, concise: Any, lenient: Any, file: Any) -> dict[str, Any]:
    try:
        # The two calls that SeaTunnel's ConfigBuilder makes of its file.
        root = factory.parseFile(file).resolve(lenient).root()
        return {"tree": root.render(concise), "resolved": root.toConfig().isResolved()}
    except jpype.JException as error:
        return {"error": str(error)}


if __name__ == "__main__":
    main()
