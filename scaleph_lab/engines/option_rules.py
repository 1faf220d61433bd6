"""Reads the option rules of SeaTunnel's plug-ins from their jars, in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from scaleph_lab.engines.java import JavaRuntime
from scaleph_lab.errors import EngineError

__all__ = ["read_option_rules"]

_SECONDS = 120


def read_option_rules(java: JavaRuntime, api: Sequence[Path], jars: Sequence[Path]) -> list[dict[str, Any]]:
    """The plug-ins of the jars with their rules, in the order of the jars; ``api`` holds SeaTunnel's own classes.

    Each is ``{kind, name, jar, features, options: [{key, type, items?, values?, class?, default, description,
    fallback_keys?}], required, optional, exclusive: [[key]], bundled: [[key]], conditional: [{when, required}]}``,
    where ``when`` is ``{key, equals}`` or ``{"and" | "or": [when]}``. Raises `EngineError` when the jars cannot be
    read.
    """
    request = {"libjvm": str(java.libjvm), "api": [str(path) for path in api], "jars": [str(path) for path in jars]}
    answer = subprocess.run(
        [sys.executable, "-m", "scaleph_lab.engines.option_rule_reader"],
        input=json.dumps(request),
        capture_output=True,
        text=True,
        timeout=_SECONDS,
        check=False,
    )
    lines = [line for line in answer.stdout.splitlines() if line.startswith("[{") or line == "[]"]
    if answer.returncode or not lines:
        raise EngineError(
            f"The option rules of SeaTunnel's connectors could not be read: {answer.stderr.strip()[-500:]}",
            hint="A jar may be broken, or may be of another release of SeaTunnel than the home it is in.",
        )
    found: list[dict[str, Any]] = json.loads(lines[-1])
    return found
