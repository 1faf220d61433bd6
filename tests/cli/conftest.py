"""The command line as a user's shell runs it: a process, its two outputs, its exit code."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

SCRIPT = Path(sys.executable).parent / "jupyter-scaleph"


@dataclass(frozen=True)
class Answer:
    """What a command left."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture(scope="session")
def scaleph() -> Callable[..., Answer]:
    """``scaleph("sql", "-e", "SELECT 1")``: runs a command; further environment variables by ``env``."""

    def run(*arguments: str | Path, env: dict[str, str] | None = None, timeout: float = 180) -> Answer:
        done = subprocess.run(
            [SCRIPT, *map(str, arguments)],
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
            env={**os.environ, **(env or {})},
        )
        return Answer(done.returncode, done.stdout, done.stderr)

    return run


@pytest.fixture(scope="session")
def script() -> Path:
    """The command itself, for tests that hold its process."""
    return SCRIPT
