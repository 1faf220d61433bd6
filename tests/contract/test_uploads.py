"""One contract for uploads, in process and over REST, on SQLite and on PostgreSQL."""

from __future__ import annotations

import hashlib
import io
import os
import zipfile

import pytest

from scaleph_lab.catalog.documents.artifact import NewArtifact
from scaleph_lab.catalog.documents.base import Listing
from scaleph_lab.catalog.documents.project import NewProject
from scaleph_lab.catalog.documents.upload import MAX_PART, NewUpload, RevisionOf
from scaleph_lab.errors import ConflictError, NotFoundError, ValidationError
from scaleph_lab.platform.uploading import PART


def jar(payload: bytes = b"", main_class: str = "org.example.Job") -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as file:
        file.writestr("META-INF/MANIFEST.MF", f"Manifest-Version: 1.0\r\nMain-Class: {main_class}\r\n\r\n")
        file.writestr(f"{main_class.replace('.', '/')}.class", payload)
    return made.getvalue()


@pytest.fixture
def lab(platform):
    platform.projects.create(NewProject(code="sales", name="sales"))
    yield platform
    for project in platform.projects.list(Listing(limit=200)).items:
        platform.projects.delete(project.id, project.version, cascade=True)


def job(name="job", **more):
    return NewArtifact(project="sales", type="JAR", name=name, **more)


def begin(lab, data, sha256=None, **more):
    new = NewUpload(
        file_name="job.jar", size=len(data), sha256=sha256 or hashlib.sha256(data).hexdigest(), create=job(**more)
    )
    return lab.uploads.create(new)


def test_a_file_of_several_parts_becomes_an_artifact_with_progress(lab, tmp_path):
    data = jar(os.urandom(2 * PART + 123))
    file = tmp_path / "job.jar"
    file.write_bytes(data)
    told = []
    facts = {"arguments": ["--name", "two words", ""]}
    saved = lab.upload(file, job(message="first", facts=facts), lambda sent, total: told.append((sent, total)))
    assert told == [(0, len(data)), (PART, len(data)), (2 * PART, len(data)), (len(data), len(data))]
    assert (saved.is_new, saved.revision.file_name, saved.revision.size) == (True, "job.jar", len(data))
    assert saved.revision.facts["arguments"] == ["--name", "two words", ""]
    assert saved.revision.found["main_class"] == "org.example.Job"
    assert b"".join(lab.revisions.content("sales/JAR/job", 1)) == data


def test_a_file_becomes_a_revision_and_the_same_one_does_not(lab, tmp_path):
    file = tmp_path / "job.jar"
    file.write_bytes(jar(b"one"))
    lab.upload(file, job())
    assert lab.upload(file, RevisionOf(artifact="sales/JAR/job", version=1)).is_new is False
    file.write_bytes(jar(b"two"))
    saved = lab.upload(file, RevisionOf(artifact="sales/JAR/job", version=1, message="two"))
    assert (saved.revision.number, saved.artifact.version) == (2, 2)
    with pytest.raises(ConflictError, match="it has version 2, and you have 1"):
        lab.upload(file, RevisionOf(artifact="sales/JAR/job", version=1))
    assert lab.revisions.diff("sales/JAR/job", 1).note.startswith("A file: ")


def test_an_upload_says_where_it_goes_on_and_begins_but_once(lab):
    data = jar(b"x" * 1000)
    begun = begin(lab, data)
    assert lab.uploads.send(begun.id, 0, data[:10]).received == 10
    assert begin(lab, data).id == begun.id
    with pytest.raises(ConflictError, match="has 10 bytes, so no part begins at 0") as refused:
        lab.uploads.send(begun.id, 0, data[:10])
    assert refused.value.path == "offset"
    with pytest.raises(ConflictError, match=f"has 10 of {len(data):,} bytes"):
        lab.uploads.finish(begun.id)
    assert lab.uploads.get(begun.id).received == 10
    lab.uploads.send(begun.id, 10, data[10:])
    saved = lab.uploads.finish(begun.id)
    assert lab.uploads.finish(begun.id) == saved


def test_a_wrong_checksum_is_refused_and_nothing_of_it_stays(lab):
    data = jar()
    begun = begin(lab, data, sha256="0" * 64)
    lab.uploads.send(begun.id, 0, data)
    with pytest.raises(ValidationError) as refused:
        lab.uploads.finish(begun.id)
    assert refused.value.path == "sha256"
    with pytest.raises(NotFoundError):
        lab.uploads.get(begun.id)
    assert lab.artifacts.list().items == []


@pytest.mark.parametrize(
    ("data", "told"),
    [(b"no zip at all", "no jar"), (b"", "no jar"), (jar()[:-30], "no jar")],
    ids=["text", "empty", "cut"],
)
def test_what_is_no_jar_is_refused_in_words(lab, tmp_path, data, told):
    file = tmp_path / "job.jar"
    file.write_bytes(data)
    with pytest.raises(ValidationError, match=told):
        lab.upload(file, job())
    assert lab.artifacts.list().items == []


def test_what_would_be_refused_at_the_end_is_refused_at_the_beginning(lab, tmp_path):
    file = tmp_path / "job.jar"
    file.write_bytes(jar())
    lab.upload(file, job())
    with pytest.raises(ConflictError, match="'job' of the type JAR in sales already"):
        begin(lab, b"another")
    with pytest.raises(ValidationError):
        begin(lab, b"another", name="other", facts={"flink_version": "0.1"})
    with pytest.raises(NotFoundError):
        lab.uploads.create(
            NewUpload(
                file_name="x", size=1, sha256="0" * 64, create=NewArtifact(project="nobody", type="JAR", name="x")
            )
        )


@pytest.mark.parametrize("data", [b"", b"x" * (MAX_PART + 1), b"x" * 20], ids=["empty", "too large", "too long"])
def test_a_part_that_cannot_be_is_refused(lab, data):
    begun = begin(lab, b"x" * 10)
    with pytest.raises(ValidationError) as refused:
        lab.uploads.send(begun.id, 0, data)
    assert refused.value.path == "body"
    assert lab.uploads.get(begun.id).received == 0


def test_an_upload_that_is_given_up_is_gone(lab):
    begun = begin(lab, b"x" * 10)
    lab.uploads.send(begun.id, 0, b"xxx")
    lab.uploads.delete(begun.id)
    for ask in (lab.uploads.get, lab.uploads.finish, lab.uploads.delete):
        with pytest.raises(NotFoundError):
            ask(begun.id)
