"""Uploads: killed at the worst moments, expired, somebody else's, and never whole in memory."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import tracemalloc
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import update

from scaleph_lab import Platform
from scaleph_lab.access.policy import Actor, GrantedRoles, SoleOwner
from scaleph_lab.catalog.contents import sweep_all
from scaleph_lab.catalog.database import Database
from scaleph_lab.catalog.documents.artifact import NewArtifact
from scaleph_lab.catalog.documents.project import NewProject
from scaleph_lab.catalog.documents.upload import NewUpload
from scaleph_lab.catalog.models.upload import UploadRow
from scaleph_lab.catalog.services.uploads import Uploads
from scaleph_lab.catalog.store import open_store
from scaleph_lab.errors import ForbiddenError, NotFoundError
from scaleph_lab.platform.uploading import PART, upload
from scaleph_lab.settings import reload_settings

KILLED = """
import os, signal, sys
from pathlib import Path
from scaleph_lab import Platform
from scaleph_lab.catalog.documents.artifact import NewArtifact
from scaleph_lab.catalog.store import ContentStore
original = getattr(ContentStore, sys.argv[1])
def killed(*arguments):
    original(*arguments)
    os.kill(os.getpid(), signal.SIGKILL)
setattr(ContentStore, sys.argv[1], killed)
Platform().upload(Path(sys.argv[2]), NewArtifact(project="own", type="SQL", name="big"))
"""
BIG = NewArtifact(project="own", type="SQL", name="big")


@pytest.fixture
def settings(monkeypatch, catalog_url, store_url):
    monkeypatch.setenv("SCALEPH_LAB_CATALOG_URL", catalog_url)
    monkeypatch.setenv("SCALEPH_LAB_ARTIFACT_STORE_URL", store_url)
    reload_settings()
    yield
    monkeypatch.undo()
    reload_settings()


@pytest.mark.parametrize("moment", ["stage", "publish_part", "publish", "remove_parts"])
def test_an_upload_that_is_killed_goes_on_and_leaves_nothing_else(settings, catalog_url, tmp_path, moment):
    platform = Platform()
    platform.projects.create(NewProject(code="own", name="own"))
    file = tmp_path / "big.sql"
    file.write_bytes(b"SELECT 1;\n" * (PART // 5))
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, moment, file], check=False, capture_output=True, timeout=60, env=os.environ
    )
    assert killed.returncode == -signal.SIGKILL, killed.stderr.decode()
    # It is removed after all is done.
    assert [one.name for one in platform.artifacts.list().items] == (["big"] if moment == "remove_parts" else [])
    if moment != "remove_parts":
        assert platform.upload(file, BIG).revision.size == file.stat().st_size
    database = Database(catalog_url)
    store = open_store(database.identity)
    with database.write() as session:
        session.execute(update(UploadRow).values(updated_at=1))
    platform.uploads.create(
        NewUpload(file_name="x", size=1, sha256="0" * 64, create=BIG.model_copy(update={"name": "x"}))
    )
    sweep_all(database, store)
    store.sweep_staged(older_than_seconds=-5)
    sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
    assert [path.rsplit("/", 1)[-1] for path in store._fs.find(store._root)] == [sha256]
    database.close()


@pytest.fixture
def uploads(database, projects, store):
    """Uploads of Ada, with the project ``own``."""
    projects.create(NewProject(code="own", name="own"))
    return Uploads(database, Actor("ada", "test"), store=store)


def begin(uploads, size=10, name="big"):
    new = BIG.model_copy(update={"name": name})
    return uploads.create(NewUpload(file_name="big.sql", size=size, sha256=f"{size:064x}", create=new))


def test_an_upload_that_waited_too_long_is_removed_with_its_parts(database, uploads, store):
    old = begin(uploads)
    uploads.send(old.id, 0, b"12345")
    with database.write() as session:
        session.execute(update(UploadRow).values(updated_at=1))
    begin(uploads, size=11, name="other")
    assert store.uploads() == set()
    with pytest.raises(NotFoundError, match="no upload"):
        uploads.get(old.id)


def test_an_upload_is_its_makers_alone(database, uploads, store):
    mine = begin(uploads)
    bob = Uploads(database, Actor("bob", "test"), SoleOwner(), store)
    for ask in (bob.get, bob.finish, bob.delete, lambda key: bob.send(key, 0, b"x")):
        with pytest.raises(NotFoundError):
            ask(mine.id)
    assert begin(bob).id != mine.id


def test_who_has_no_right_cannot_begin_and_who_loses_it_cannot_go_on(database, uploads, store):
    mine = begin(uploads)
    denied = Uploads(database, Actor("ada", "test"), GrantedRoles([]), store)
    with pytest.raises(ForbiddenError):
        begin(denied)
    with pytest.raises(ForbiddenError):
        denied.send(mine.id, 0, b"x")
    assert uploads.get(mine.id).received == 0


# moto's server is in this very process, and it holds all in memory.
@pytest.mark.parametrize("store_url", ["folder"], indirect=True)
def test_a_file_is_never_whole_in_memory(uploads, tmp_path):
    file = tmp_path / "big.sql"
    with file.open("wb") as target:
        for _ in range(16):
            target.write(b"-- a line\n" * (PART // 10))
    tracemalloc.start()
    saved = upload(uploads, file, BIG, lambda sent, total: None)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert saved.revision.size == file.stat().st_size
    assert peak < 5 * PART


def test_an_upload_that_is_finished_by_many_at_once_becomes_one_revision(catalog_url, uploads, store):
    data = b"-- a line\n" * 100_000
    new = NewUpload(file_name="big.sql", size=len(data), sha256=hashlib.sha256(data).hexdigest(), create=BIG)
    begun = uploads.create(new)
    uploads.send(begun.id, 0, data)

    def finish(_: int):
        mine = Database(catalog_url)
        saved = Uploads(mine, Actor("ada", "test"), store=store).finish(begun.id)
        mine.close()
        return saved

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(finish, range(6)))
    assert all(one == answers[0] for one in answers)
    assert b"".join(store.read(answers[0].revision.sha256)) == data
