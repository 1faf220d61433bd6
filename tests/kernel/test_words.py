"""The words that completion offers."""

from __future__ import annotations

import re
from pathlib import Path

from scaleph_kernel.words import WORDS

EDITOR = Path(__file__).parents[2] / "labextension" / "src" / "flinksql" / "words.ts"


def test_they_are_those_that_the_editor_highlights() -> None:
    blocks = re.findall(r"= `([^`]*)`", EDITOR.read_text(encoding="utf-8"))
    assert sorted({word for block in blocks for word in block.split()}) == list(WORDS)
