"""The content store, in a folder and on a real S3 (moto's server)."""

from __future__ import annotations

import errno
import hashlib

import pytest

from scaleph_lab.catalog.errors import StoreUnavailableError
from scaleph_lab.catalog.store import ContentStore
from scaleph_lab.errors import DiskFullError, ValidationError


def files(store):
    return store._fs.find(store._root)


def test_a_content_is_seen_when_it_is_whole_and_read_as_it_was_written(store):
    chunks = [bytes([number]) * 700_000 for number in range(5)]
    sha256 = hashlib.sha256(b"".join(chunks)).hexdigest()
    staged = store.stage(iter(chunks))
    assert (staged.sha256, staged.size, store.has(sha256), list(store.contents())) == (sha256, 3_500_000, False, [])
    store.publish(staged)
    assert b"".join(store.read(sha256)) == b"".join(chunks)
    with store.open(sha256) as file:
        file.seek(3_499_999)
        assert file.read() == b"\4"
    assert list(store.contents()) == [sha256]
    store.remove(sha256)
    assert files(store) == []


def test_the_same_content_is_kept_once(store):
    for _ in range(2):
        store.publish(store.stage([b"same"]))
    assert len(files(store)) == 1


def test_a_writer_that_fails_leaves_nothing(store):
    def broken():
        yield b"first"
        raise RuntimeError("the source is gone")

    with pytest.raises(RuntimeError):
        store.stage(broken())
    assert files(store) == []


def test_what_a_dead_writer_staged_is_swept_when_it_is_old(store):
    store.stage([b"left behind"])
    store.sweep_staged()
    assert len(files(store)) == 1
    store.sweep_staged(older_than_seconds=-5)
    assert files(store) == []


def test_parts_are_read_in_the_order_of_their_offsets(store):
    for offset in (12, 0, 3, 3):
        store.publish_part("one", offset, store.stage([f"<{offset}>".encode()]))
    store.publish_part("two", 0, store.stage([b"other"]))
    assert b"".join(store.parts("one")) == b"<0><3><12>"
    assert store.uploads() == {"one", "two"}
    store.remove_parts("one")
    assert store.uploads() == {"two"}


def test_a_content_that_is_not_there_is_told_in_words(store):
    with pytest.raises(StoreUnavailableError):
        list(store.read("0" * 64))


def test_a_full_disk_is_told_and_leaves_nothing(tmp_path):
    store = ContentStore(tmp_path.as_uri())

    def full():
        yield b"first"
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(DiskFullError):
        store.stage(full())
    assert files(store) == []


def test_a_url_that_serves_not_is_refused_without_showing_it():
    with pytest.raises(ValidationError) as refused:
        ContentStore("nosuchstore://key-canary@place")
    assert refused.value.path == "artifact_store_url"
    assert "key-canary" not in str(refused.value)


def test_a_store_that_is_not_there_is_told_in_words(monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "id-of-the-test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "key-of-the-test")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    with pytest.raises(StoreUnavailableError):
        ContentStore("s3://nowhere/lab").has("0" * 64)
