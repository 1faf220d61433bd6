"""The words that completion offers."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scaleph_lab.sql import words

EDITOR = Path(__file__).parents[2] / "labextension" / "src" / "flinksql" / "words.ts"


@pytest.mark.parametrize("kind", words.__all__)
def test_they_are_those_that_the_editor_highlights(kind: str) -> None:
    block = re.search(rf"FLINK_{kind} = `([^`]*)`", EDITOR.read_text(encoding="utf-8"))
    assert block is not None
    assert tuple(block[1].split()) == getattr(words, kind)
