"""SeaTunnel's own parser, in a process of its own: ``python seatunnel_parser.py``.

It takes ``{"libjvm", "classpath", "files", "whole"}`` on its standard input and prints a line a file, ``ANSWER`` and
JSON: the tree as the parser renders it, with the order of its keys and its open references, or the parser's error; when
asked for the whole, also what SeaTunnel's ConfigBuilder makes of the file, which decrypts and checks it too.
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
        answer = _answer(jpype, factory, concise, lenient, file(path))
        if request["whole"]:
            answer["built"] = _built(jpype, path, concise)
        # The builder logs on standard output.
        print(f"\nANSWER {json.dumps(answer)}", flush=True)


def _answer(jpype: Any, factory: Any, concise: Any, lenient: Any, file: Any) -> dict[str, Any]:
    try:
        # The two calls that SeaTunnel's ConfigBuilder makes of its file.
        root = factory.parseFile(file).resolve(lenient).root()
        return {"tree": root.render(concise), "resolved": root.toConfig().isResolved()}
    except jpype.JException as error:
        return {"error": str(error)}


def _built(jpype: Any, path: str, concise: Any) -> str:
    builder = jpype.JClass("org.apache.seatunnel.core.starter.utils.ConfigBuilder")
    try:
        return str(builder.of(path).root().render(concise))
    except jpype.JException as error:
        # Its messages hold pieces of the text, which formatting changes.
        return str(error.getClass().getName())


if __name__ == "__main__":
    main()
