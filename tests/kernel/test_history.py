"""The inputs of the kernel and of those before it."""

from __future__ import annotations

from pathlib import Path

from scaleph_kernel.history import History


def test_a_later_kernel_knows_what_an_earlier_ran(tmp_path: Path) -> None:
    file = tmp_path / "below" / "flinksql.jsonl"
    first = History.open(file)
    first.add(1, "SELECT 1")
    first.add(2, "SHOW TABLES")
    second = History.open(file)
    second.add(1, "SELECT 1")
    assert second.tail(2) == [(1, 2, "SHOW TABLES"), (2, 1, "SELECT 1")]
    assert second.range(0, 0, None) == [(2, 1, "SELECT 1")]
    assert second.range(-1, 1, 2) == [(1, 1, "SELECT 1")]
    assert second.search("SELECT*", None, unique=True) == [(2, 1, "SELECT 1")]
    assert len(second.search("*", 2, unique=False)) == 2
    assert file.stat().st_mode & 0o077 == 0


def test_secrets_are_not_kept(tmp_path: Path) -> None:
    history = History.open(tmp_path / "h")
    history.add(1, "CREATE TABLE t (a INT) WITH ('connector' = 'jdbc', 'password' = 'hunter2')")
    assert "hunter2" not in history.tail(1)[0][2]
    assert "hunter2" not in (tmp_path / "h").read_text()


def test_a_broken_line_and_a_folder_in_the_way_do_no_harm(tmp_path: Path) -> None:
    file = tmp_path / "h"
    file.write_text('[1, 1, "SELECT 1"]\n[1, 2\nnull\n')
    assert History.open(file).tail(5) == [(1, 1, "SELECT 1")]
    blocked = History.open(tmp_path)
    blocked.add(1, "SELECT 2")
    assert blocked.tail(1) == [(1, 1, "SELECT 2")]
