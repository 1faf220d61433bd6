"""The magics without an engine: options, documentation, what loading them costs, how failures look."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from IPython.core.error import UsageError

from scaleph_lab.errors import UserError
from scaleph_lab.magics.failures import failure_html, failure_text
from scaleph_lab.magics.options import CellOptions, parse_cell_options, parser
from scaleph_lab.magics.verbs import run_verb, verbs
from scaleph_lab.magics.workbench import Workbench
from scaleph_lab.sql.faults import SqlError

GUIDE = Path(__file__).parents[2] / "docs" / "user-guide" / "flinksql.md"


@pytest.mark.parametrize(
    ("line", "options", "rest"),
    [
        ("", CellOptions(), ""),
        ("SELECT 1", CellOptions(), "SELECT 1"),
        ("-o df --limit 1_000 SELECT '--mode x'", CellOptions(output="df", limit=1000), "SELECT '--mode x'"),
        ("--mode=batch --changelog", CellOptions(mode="batch", changelog=True), ""),
        ("--timeout 1.5 --as changelog", CellOptions(timeout=1.5, form="changelog"), ""),
        ("--engine 'flink-1.18' SELECT 1", CellOptions(engine="flink-1.18"), "SELECT 1"),
        ("-- a comment", CellOptions(), "-- a comment"),
    ],
)
def test_options_end_where_the_sql_begins(line: str, options: CellOptions, rest: str) -> None:
    assert parse_cell_options(line) == (options, rest)


@pytest.mark.parametrize("line", ["--nothing", "-o", "-o 1x", "--limit -1", "--limit x", "--timeout 0", "--mode slow"])
def test_wrong_options_are_said(line: str) -> None:
    with pytest.raises(UsageError, match="%%flinksql"):
        parse_cell_options(line)


def test_every_option_is_in_the_guide() -> None:
    guide = GUIDE.read_text(encoding="utf-8")
    for action in parser()._actions:
        assert any(f"`{name}" in guide for name in action.option_strings), action
        for choice in action.choices or ():
            assert choice in guide


def test_loading_imports_nothing_heavy() -> None:
    script = """
import sys, time
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
before = time.perf_counter()
shell.run_line_magic("load_ext", "scaleph_lab")
seconds = time.perf_counter() - before
heavy = {"httpx", "pandas", "numpy", "pydantic", "jpype", "pyarrow"} & set(sys.modules)
assert not heavy, heavy
assert seconds < 0.5, seconds
"""
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)


def test_a_failure_marks_the_place_and_escapes_everything() -> None:
    error = SqlError("no <b>", line=2, column=10, end_line=2, end_column=12, hint="a & b", trace="<trace>")
    cell = "%%flinksql\n\tSELECT <x> FROM t"
    assert failure_text(error, cell).splitlines() == [
        "Line 2, column 10: no <b>",
        "2 | \tSELECT <x> FROM t",
        "    \t        ^^^",
        "a & b",
    ]
    html = failure_html(error, cell)
    assert "<b>" not in html and "<x>" not in html and "<trace>" not in html
    assert "a &amp; b" in html


def test_a_place_at_the_end_of_the_text_has_its_caret() -> None:
    error = SqlError("more was expected", line=1, column=9, end_line=1, end_column=9)
    assert failure_text(error, "SELECT 1").splitlines()[1:] == ["1 | SELECT 1", "            ^"]


def test_every_verb_is_in_the_guide_as_it_is_written() -> None:
    guide = GUIDE.read_text(encoding="utf-8")
    for verb in verbs().values():
        assert f"`%flink {verb.form}`" in guide, verb.form


@pytest.mark.parametrize("line", ["nonsense", "use", "status now", 'use "unclosed'])
def test_a_verb_that_is_wrong_says_how_it_is_written(line: str) -> None:
    with pytest.raises(UserError) as caught:
        run_verb(Workbench(), line)
    assert "%flink" in f"{caught.value}"
