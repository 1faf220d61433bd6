"""The encrypted file: what it holds is unreadable without its key, by one writer or by many."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.fernet import Fernet, InvalidToken
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scaleph_lab.access.secrets import find_secret, writable_store
from scaleph_lab.errors import ConflictError, PlatformError
from scaleph_lab.settings import reload_settings
from scaleph_plugins.secrets import EncryptedSecrets


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The place of a file of secrets that is not there yet."""
    monkeypatch.setenv("SCALEPH_LAB_SECRETS_FILE", str(tmp_path / "own" / "secrets.json"))
    reload_settings()
    yield tmp_path / "own" / "secrets.json"
    monkeypatch.undo()
    reload_settings()


def test_a_secret_is_kept_named_and_forgotten(file: Path) -> None:
    store = EncryptedSecrets()
    assert (store.get("shop"), store.names(), store.delete("shop")) == (None, [], False)
    store.put("shop", "canary-1")
    store.put("shop", "canary-2")
    assert (find_secret("shop"), store.names()) == ("canary-2", ["shop"])
    assert b"canary" not in file.read_bytes()
    assert store.delete("shop")
    assert store.get("shop") is None


def test_its_files_are_the_users_alone(file: Path) -> None:
    EncryptedSecrets().put("shop", "x")
    for each in (file, file.with_suffix(".key")):
        assert stat.S_IMODE(each.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(st.text(min_size=1).filter(lambda text: "\ud800" not in text))
def test_any_text_comes_back(file: Path, value: str) -> None:
    EncryptedSecrets().put("any", value)
    assert EncryptedSecrets().get("any") == value


def test_a_new_key_opens_all_and_the_old_one_nothing(file: Path) -> None:
    store = EncryptedSecrets()
    for number in range(5):
        store.put(f"s{number}", f"value {number}")
    old = Fernet(file.with_suffix(".key").read_text())
    assert store.rotate() == 5
    assert [store.get(f"s{number}") for number in range(5)] == [f"value {number}" for number in range(5)]
    for token in json.loads(file.read_text()).values():
        with pytest.raises(InvalidToken):
            old.decrypt(token.encode())


def test_a_wrong_key_is_told_without_the_secret(file: Path) -> None:
    store = EncryptedSecrets()
    store.put("shop", "canary")
    file.with_suffix(".key").write_text(Fernet.generate_key().decode())
    with pytest.raises(PlatformError, match="No key opens the secret 'shop'") as told:
        store.get("shop")
    assert "canary" not in str(told.value)
    file.with_suffix(".key").write_text("no key")
    with pytest.raises(PlatformError, match="is none"):
        store.get("shop")


def test_a_key_of_the_platform_is_used(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCALEPH_SECRETS_KEY", Fernet.generate_key().decode())
    store = EncryptedSecrets()
    store.put("shop", "x")
    assert store.get("shop") == "x"
    assert not file.with_suffix(".key").exists()
    with pytest.raises(PlatformError, match="SCALEPH_SECRETS_KEY"):
        store.rotate()


def test_many_writers_lose_nothing(file: Path) -> None:
    with ThreadPoolExecutor(12) as pool:
        list(pool.map(lambda number: EncryptedSecrets().put(f"s{number}", str(number)), range(60)))
    assert len(EncryptedSecrets().names()) == 60
    assert EncryptedSecrets().get("s59") == "59"


def test_where_no_store_can_be_written_that_is_said(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(writable_store(), EncryptedSecrets)
    monkeypatch.setenv("SCALEPH_LAB_SECRET_STORES", '["environment", "files"]')
    reload_settings()
    with pytest.raises(ConflictError, match="can be written"):
        writable_store()
