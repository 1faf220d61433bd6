"""A project as a file: exported and imported, in process and over REST, on SQLite and on PostgreSQL."""

from __future__ import annotations

import io
import json
import zipfile

import pytest

from scaleph_lab.catalog.documents.archive import ProjectImport
from scaleph_lab.catalog.documents.artifact import NewArtifact, NewRevision
from scaleph_lab.catalog.documents.base import Listing
from scaleph_lab.catalog.documents.datasource import NewDataSource
from scaleph_lab.catalog.documents.project import NewProject
from scaleph_lab.catalog.documents.secret import NewSecret
from scaleph_lab.errors import ConflictError, NotFoundError, ValidationError

CANARY = "canary-in-no-archive"


@pytest.fixture(scope="module")
def exported(platform):
    """A project with an artifact of three revisions and a data source with a secret, as a file."""
    # Both ways in work on one database, one after the other.
    for left in platform.projects.list(Listing(limit=200)).items:
        platform.projects.delete(left.id, left.version, cascade=True)
    platform.projects.create(NewProject(code="origin", name="Origin", remark="of all"))
    new = NewArtifact(project="origin", type="SQL", name="daily", text="SELECT 1", message="first")
    made = platform.artifacts.create(new).artifact
    platform.revisions.save(made.id, NewRevision(text="SELECT 2"), 1)
    platform.revisions.restore(made.id, 1, 2)
    platform.revisions.delete(made.id, 2, 3)
    platform.secrets.put("origin.db", NewSecret(value=CANARY))
    properties = {"host": "db", "database": "shop", "user": "me", "password": "{{secret:origin.db}}"}
    source = NewDataSource(name="origin-db", type="postgresql", project="origin", properties=properties)
    platform.datasources.create(source)
    return b"".join(platform.archives.export("origin"))


def rewritten(archive, change):
    """The file with another manifest."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "manifest.json":
                manifest = json.loads(content)
                change(manifest)
                content = json.dumps(manifest).encode()
            new.writestr(name, content)
    return target.getvalue()


def test_an_imported_project_is_what_was_exported(platform, exported):
    asked = ProjectImport(code="copy", datasource_prefix="copy-")
    made = platform.archives.import_file(io.BytesIO(exported), asked)
    assert (made.code, made.name, made.remark) == ("copy", "Origin", "of all")
    old, new = (platform.revisions.list(f"{code}/SQL/daily").items for code in ("origin", "copy"))
    kept = {"number", "author", "at", "message", "sha256", "facts"}
    assert [one.model_dump(include=kept) for one in new] == [one.model_dump(include=kept) for one in old]
    assert [one.number for one in new] == [3, 1]
    assert b"".join(platform.revisions.content("copy/SQL/daily", 1)) == b"SELECT 1"
    source = platform.datasources.get("copy-origin-db")
    assert source.project == made.id
    assert source.properties == platform.datasources.get("origin-db").properties


def test_the_file_names_secrets_and_holds_none(exported):
    with zipfile.ZipFile(io.BytesIO(exported)) as archive:
        assert json.loads(archive.read("manifest.json"))["secrets"] == ["origin.db"]
        assert all(CANARY.encode() not in archive.read(name) for name in archive.namelist())


def test_a_code_or_a_name_that_is_taken_is_told_and_nothing_is_made(platform, exported):
    with pytest.raises(ConflictError, match="project 'origin' already"):
        platform.archives.import_file(io.BytesIO(exported))
    with pytest.raises(ConflictError, match="origin-db"):
        platform.archives.import_file(io.BytesIO(exported), ProjectImport(code="half"))
    with pytest.raises(NotFoundError):
        platform.projects.get("half")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda it: it.update(format="other"), "format"),
        (lambda it: it.update(version=2), "version"),
        (lambda it: it.update(surprise=1), "surprise"),
        (lambda it: it["artifacts"][0].update(current=2), "not whole"),
        (lambda it: it["artifacts"][0]["revisions"][0].update(sha256="0" * 64), "lacks the content"),
        (lambda it: it["artifacts"][0]["revisions"][0].update(size=1), "longer than it says"),
        (lambda it: it["artifacts"][0]["revisions"][0].update(facts={"flink_version": "9"}), "flink_version"),
        (lambda it: it["artifacts"][0].update(name="../x"), "name"),
        (lambda it: it["datasources"][0]["properties"].update(password="in clear"), "password"),
    ],
)
def test_a_file_that_was_tampered_with_is_refused_and_leaves_nothing(platform, exported, change, words):
    before = {one.code for one in platform.projects.list(Listing(limit=200)).items}
    file = io.BytesIO(rewritten(exported, change))
    with pytest.raises(ValidationError, match=words):
        platform.archives.import_file(file, ProjectImport(code="bad", datasource_prefix="bad-"))
    assert {one.code for one in platform.projects.list(Listing(limit=200)).items} == before


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK" + b"\0" * 100])
def test_what_is_no_archive_is_refused(platform, content):
    with pytest.raises(ValidationError, match="no archive of Scaleph Lab"):
        platform.archives.import_file(io.BytesIO(content))


def test_a_content_that_was_damaged_is_refused(platform, exported):
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(exported)) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, content if name == "manifest.json" else b"X" * len(content))
    with pytest.raises(ValidationError, match="is damaged"):
        platform.archives.import_file(io.BytesIO(target.getvalue()), ProjectImport(code="bad"))


def test_a_project_that_there_is_not_is_not_exported(platform):
    with pytest.raises(NotFoundError):
        list(platform.archives.export("nowhere"))
