"""What the tests of configurations share: the corpus of real ones, and SeaTunnel's own parser."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from scaleph_lab.engines.java import find_java
from scaleph_lab.engines.seatunnel_home import SEATUNNEL_JAVA, SeaTunnelHome

CORPUS = Path(__file__).parents[3] / "shared" / "corpus" / "seatunnel-conf"
Parser = Callable[..., list[dict[str, Any]]]


@pytest.fixture(scope="session")
def corpus() -> list[Path]:
    """The real configurations: SeaTunnel's own end-to-end tests."""
    files = sorted(CORPUS.glob("*.conf"))
    if not files:
        pytest.skip(f"no corpus of real configurations at {CORPUS}: it is not part of a checkout")
    return files


@pytest.fixture(scope="session")
def seatunnel_parser() -> Parser:
    """What SeaTunnel's parser makes of files: ``tree`` and ``resolved``, or ``error``; if ``whole``, also ``built``."""
    home = SeaTunnelHome()
    home.ensure()
    request = {"libjvm": str(find_java(SEATUNNEL_JAVA).libjvm), "classpath": [str(home.starter_for_zeta)]}

    def parse(files: Sequence[Path], *, whole: bool = False) -> list[dict[str, Any]]:
        answer = subprocess.run(
            [sys.executable, Path(__file__).with_name("seatunnel_parser.py")],
            input=json.dumps({**request, "files": [str(file) for file in files], "whole": whole}),
            capture_output=True,
            text=True,
            check=False,
            # References may be answered by the environment: it holds nothing here that a configuration would name.
            env={"PATH": os.environ["PATH"]},
        )
        assert answer.returncode == 0, answer.stderr
        # No `splitlines`: a text may hold other ends of lines.
        lines = [line for line in answer.stdout.split("\n") if line.startswith("ANSWER ")]
        return [json.loads(line.removeprefix("ANSWER ")) for line in lines]

    return parse
