"""Secrets are found by name in the stores of the settings, and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from scaleph_lab.access.secrets import SecretNotFoundError, find_secret, secret_stores
from scaleph_lab.errors import NotFoundError, PlatformError
from scaleph_lab.settings import reload_settings


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty folder of secrets."""
    monkeypatch.setenv("SCALEPH_LAB_SECRETS_DIR", str(tmp_path))
    reload_settings()
    yield tmp_path
    monkeypatch.undo()
    reload_settings()


def test_the_built_in_stores_are_plug_ins() -> None:
    assert list(secret_stores()) == ["encrypted", "environment", "files", "keyring"]


def test_the_first_store_that_has_it_counts(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "pg-password").write_text("from a file\n")
    assert find_secret("pg-password") == "from a file"
    monkeypatch.setenv("SCALEPH_SECRET_PG_PASSWORD", "from the environment")
    assert find_secret("pg-password") == "from the environment"


def test_the_order_is_a_setting(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "a").write_text("file")
    monkeypatch.setenv("SCALEPH_SECRET_A", "variable")
    monkeypatch.setenv("SCALEPH_LAB_SECRET_STORES", '["files"]')
    reload_settings()
    assert find_secret("a") == "file"
    monkeypatch.setenv("SCALEPH_LAB_SECRET_STORES", '["vault"]')
    reload_settings()
    with pytest.raises(NotFoundError, match="no secret store 'vault'"):
        find_secret("a")


@pytest.mark.parametrize("name", ["nope", "../etc/passwd", "a/b", ""])
def test_what_is_not_there_says_where_it_would_be(folder: Path, name: str) -> None:
    with pytest.raises(SecretNotFoundError) as caught:
        find_secret(name)
    assert caught.value.hint


def test_a_file_that_is_no_text_is_said(folder: Path) -> None:
    (folder / "a").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(PlatformError, match="cannot be read"):
        find_secret("a")
