"""A disk that is really full: a small file system of this test's own, in a mount namespace that ends with it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

SCRIPT = Path(sys.executable).parent / "jupyter-scaleph"
IN_NAMESPACE = ["unshare", "--map-root-user", "--mount"]
ON_SMALL_DISK = """
set -e
mount -t tmpfs -o size=5m tmpfs "$DISK"
if [ -n "$FILLED" ]; then head -c 10000000 /dev/zero > "$DISK/fill" 2>/dev/null || true; fi
exec "$@"
"""


@pytest.fixture(scope="module", autouse=True)
def may_mount() -> None:
    """Root may, and users where the kernel lets them have a namespace of their own."""
    if not shutil.which("unshare"):
        pytest.skip("a full disk needs Linux' unshare")
    tried = subprocess.run([*IN_NAMESPACE, "mount", "-t", "tmpfs", "tmpfs", "/mnt"], capture_output=True, check=False)
    if tried.returncode:
        pytest.skip(f"a full disk needs the right to mount: {tried.stderr.decode().strip()[:100]}")


def on_small_disk(variable: str, disk: Path, *, filled: bool = False, **env: str) -> tuple[int, Any, float]:
    """Exit code, answer and seconds of `SELECT 1` where that variable's folder is on a disk of 5 MB."""
    disk.mkdir(exist_ok=True)
    begun = time.monotonic()
    answer = subprocess.run(
        [*IN_NAMESPACE, "sh", "-c", ON_SMALL_DISK, "sh", SCRIPT, "sql", "-e", "SELECT 1", "--format", "json"],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        env={**os.environ, variable: str(disk), "DISK": str(disk), "FILLED": "1" if filled else "", **env},
    )
    assert "Traceback" not in answer.stderr, answer.stderr
    return answer.returncode, json.loads(answer.stdout), time.monotonic() - begun


def test_a_cache_without_room_is_named_before_anything_is_fetched(tmp_path: Path) -> None:
    state = str(tmp_path / "state")
    code, answer, seconds = on_small_disk("SCALEPH_LAB_CACHE_DIR", tmp_path / "cache", SCALEPH_LAB_STATE_DIR=state)
    assert (code, answer["error"]["code"]) == (3, "disk_full")
    assert "needs 130 MB more" in answer["error"]["message"]
    assert "SCALEPH_LAB_CACHE_DIR" in answer["error"]["hint"]
    assert seconds < 10


@pytest.mark.engine
@pytest.mark.parametrize("filled", [True, False], ids=["before the start", "by the start"])
def test_a_state_folder_that_is_full_is_named(filled: bool, tmp_path: Path) -> None:
    code, answer, _ = on_small_disk("SCALEPH_LAB_STATE_DIR", tmp_path / "state", filled=filled)
    assert (code, answer["error"]["code"]) == (3, "disk_full")
    assert str(tmp_path / "state") in answer["error"]["message"]
    assert "SCALEPH_LAB_STATE_DIR" in answer["error"]["hint"]


@pytest.mark.engine
def test_with_room_again_the_next_start_works(tmp_path: Path) -> None:
    """The same folder, after the small disk has gone from it."""
    on_small_disk("SCALEPH_LAB_STATE_DIR", tmp_path / "state", filled=True)
    env = {**os.environ, "SCALEPH_LAB_STATE_DIR": str(tmp_path / "state")}
    try:
        again = subprocess.run(
            [SCRIPT, "sql", "-e", "SELECT 1 AS n", "--format", "json"],
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
            env=env,
        )
        assert (again.returncode, json.loads(again.stdout)) == (0, [{"n": 1}])
    finally:
        subprocess.run([SCRIPT, "down"], capture_output=True, timeout=60, check=False, env=env)
