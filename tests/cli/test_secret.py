"""`jupyter scaleph secret`: a value comes by standard input, and is never printed."""

from __future__ import annotations

import os
import subprocess

import pytest

from .conftest import SCRIPT

CANARY = "canary-77c1"


@pytest.fixture
def secret(tmp_path):
    """``secret("list", stdin="")``, with a catalog and a file of secrets of its own."""
    environment = {
        **os.environ,
        "SCALEPH_LAB_CATALOG_URL": f"sqlite:///{tmp_path / 'catalog.sqlite'}",
        "SCALEPH_LAB_SECRETS_FILE": str(tmp_path / "secrets.json"),
    }

    def run(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        command = [str(SCRIPT), "secret", *arguments]
        return subprocess.run(command, env=environment, input=stdin, capture_output=True, text=True, check=False)

    return run


def test_a_secret_from_its_keeping_to_its_end(secret, tmp_path):
    kept = secret("set", "shop-db", stdin=f"{CANARY}\n")
    assert (kept.returncode, kept.stdout) == (0, "")
    assert "{{secret:shop-db}}" in kept.stderr
    assert secret("list").stdout.split() == ["shop-db"]
    assert "1 secrets have a new key" in secret("rotate").stderr
    assert secret("delete", "shop-db").returncode == 0
    gone = secret("delete", "shop-db", "--json")
    assert (gone.returncode, "secret_not_found" in gone.stdout) == (2, True)
    held = b"".join(file.read_bytes() for file in tmp_path.iterdir() if file.is_file())
    assert CANARY.encode() not in held


def test_nothing_is_no_secret(secret):
    answer = secret("set", "empty")
    assert answer.returncode == 2 and "Traceback" not in answer.stderr
