"""One contract for artifacts, in process and over REST, on SQLite and on PostgreSQL."""

from __future__ import annotations

import json

import pytest

from scaleph_lab.catalog.documents.artifact import (
    ArtifactChanges,
    ArtifactListing,
    NewArtifact,
    NewRevision,
    RevisionListing,
)
from scaleph_lab.catalog.documents.base import Listing
from scaleph_lab.catalog.documents.project import NewProject
from scaleph_lab.errors import ConflictError, NotFoundError, ValidationError


@pytest.fixture
def lab(platform):
    """A platform with the projects ``sales`` and ``other``, and nothing in them."""
    for code in ("sales", "other"):
        platform.projects.create(NewProject(code=code, name=code))
    yield platform
    for project in platform.projects.list(Listing(limit=200)).items:
        platform.projects.delete(project.id, project.version, cascade=True)


def sql(lab, name="daily", text="SELECT 1;\n", **more):
    return lab.artifacts.create(NewArtifact(project="sales", type="SQL", name=name, text=text, **more))


def content(lab, key, number):
    return b"".join(lab.revisions.content(key, number))


def test_an_artifact_is_made_with_its_first_revision(lab):
    text = "  SELECT 'ä';\r\n\n"
    made = sql(lab, text=text, message="begin", facts={"flink_version": "1.18"})
    assert (made.artifact.key, made.artifact.current, made.is_new) == ("sales/SQL/daily", 1, True)
    revision = made.revision
    assert (revision.number, revision.message, revision.facts) == (1, "begin", {"flink_version": "1.18"})
    assert (revision.size, revision.media_type) == (len(text.encode()), "application/sql")
    assert lab.artifacts.get("sales/SQL/daily") == lab.artifacts.get(made.artifact.id) == made.artifact
    assert lab.revisions.get(made.artifact.id, 1) == revision
    assert content(lab, made.artifact.id, 1) == text.encode()


def test_a_save_is_a_revision_and_one_that_changes_nothing_is_none(lab):
    made = sql(lab)
    same = lab.revisions.save("sales/SQL/daily", NewRevision(text="SELECT 1;\n", facts={}), 1)
    assert (same.is_new, same.artifact.version, same.revision.number) == (False, 1, 1)
    saved = lab.revisions.save("sales/SQL/daily", NewRevision(text="SELECT 2;\n", message="two"), 1)
    assert (saved.is_new, saved.artifact.version, saved.artifact.current) == (True, 2, 2)
    facts = lab.revisions.save("sales/SQL/daily", NewRevision(facts={"flink_version": "2.0"}), 2)
    assert (facts.revision.number, facts.revision.sha256) == (3, saved.revision.sha256)
    assert content(lab, made.artifact.id, 1) == b"SELECT 1;\n"
    first = lab.revisions.list("sales/SQL/daily", RevisionListing(limit=2))
    rest = lab.revisions.list("sales/SQL/daily", RevisionListing(limit=2, cursor=first.next_cursor))
    assert [one.number for one in [*first.items, *rest.items]] == [3, 2, 1]
    assert rest.next_cursor is None


def test_a_name_is_taken_once_in_a_project_and_type(lab):
    sql(lab)
    with pytest.raises(ConflictError, match="'daily' of the type SQL in sales already"):
        sql(lab)
    other = lab.artifacts.create(NewArtifact(project="sales", type="CDC", name="daily", text="a: 1"))
    moved = lab.artifacts.create(NewArtifact(project="other", type="SQL", name="daily", text="SELECT 1"))
    with pytest.raises(ConflictError):
        lab.artifacts.update(moved.artifact.id, ArtifactChanges(project="sales"), 1)
    assert lab.artifacts.get(other.artifact.id).version == 1
    assert lab.artifacts.get(moved.artifact.id).project == "other"


def test_an_artifact_is_renamed_and_moved_by_who_has_read_it(lab):
    made = sql(lab)
    moved = lab.artifacts.update("sales/SQL/daily", ArtifactChanges(project="other", name="nightly"), 1)
    assert (moved.key, moved.version, moved.current) == ("other/SQL/nightly", 2, 1)
    with pytest.raises(ConflictError, match="project, name"):
        lab.artifacts.update(made.artifact.id, ArtifactChanges(remark="x"), 1)
    with pytest.raises(ConflictError):
        lab.revisions.save(made.artifact.id, NewRevision(text="SELECT 3"), 1)
    with pytest.raises(ConflictError):
        lab.artifacts.delete(made.artifact.id, 1)
    lab.artifacts.delete(made.artifact.id, 2)
    with pytest.raises(NotFoundError):
        lab.artifacts.get(made.artifact.id)


def test_two_revisions_are_compared_by_lines_and_facts(lab):
    sql(lab, text="SELECT 1\nFROM a\n")
    lab.revisions.save("sales/SQL/daily", NewRevision(text="SELECT 1\nFROM b", facts={"flink_version": "2.0"}), 1)
    diff = lab.revisions.diff("sales/SQL/daily", 1)
    assert "-FROM a\n+FROM b\n\\ No newline at end of file\n" in diff.text
    assert [(one.name, one.old, one.new) for one in diff.facts] == [("flink_version", "1.20", "2.0")]
    assert lab.revisions.diff("sales/SQL/daily", 2, 2).text == ""


def test_an_old_revision_is_restored_as_a_new_one(lab):
    made = sql(lab)
    lab.revisions.save("sales/SQL/daily", NewRevision(text="SELECT 2"), 1)
    restored = lab.revisions.restore("sales/SQL/daily", 1, 2)
    assert (restored.artifact.current, restored.revision.message) == (3, "Restores revision 1")
    assert restored.revision.sha256 == made.revision.sha256
    assert lab.revisions.restore("sales/SQL/daily", 1, 3).is_new is False


def test_the_current_revision_is_not_deleted_and_numbers_are_not_given_again(lab):
    sql(lab)
    lab.revisions.save("sales/SQL/daily", NewRevision(text="SELECT 2"), 1)
    with pytest.raises(ConflictError, match="Revision 2 is the current one of daily"):
        lab.revisions.delete("sales/SQL/daily", 2, 2)
    lab.revisions.delete("sales/SQL/daily", 1, 2)
    with pytest.raises(NotFoundError):
        content(lab, "sales/SQL/daily", 1)
    assert lab.revisions.save("sales/SQL/daily", NewRevision(text="SELECT 3"), 3).revision.number == 3


def test_a_list_goes_by_pages_search_type_project_and_sort(lab):
    for name in ("a", "b_", "c"):
        sql(lab, name)
    lab.artifacts.create(NewArtifact(project="other", type="CDC", name="d", text="x: 1"))

    def names(**asked):
        return [one.name for one in lab.artifacts.list(ArtifactListing(**asked)).items]

    assert names() == ["a", "b_", "c", "d"]
    assert names(project="other") == names(type="CDC") == ["d"]
    assert names(search="_") == ["b_"]
    assert names(sort="-name", limit=2) == ["d", "c"]
    first = lab.artifacts.list(ArtifactListing(limit=3, sort="type"))
    rest = names(limit=3, sort="type", cursor=first.next_cursor)
    assert first.items[0].name == "d"
    assert {*rest, *(one.name for one in first.items)} == {"a", "b_", "c", "d"}
    with pytest.raises(NotFoundError):
        names(project="nobody")
    with pytest.raises(ValidationError):
        names(sort="colour")


@pytest.mark.parametrize(
    ("new", "path"),
    [
        ({"type": "SQL", "facts": {"flink_version": "1.4"}, "text": "x"}, "facts.flink_version"),
        ({"type": "SQL"}, "text"),
        ({"type": "JAR", "text": "x"}, "text"),
        ({"type": "NOTEBOOK", "text": "{}"}, "text"),
        ({"type": "NOTEBOOK", "text": "no json"}, "text"),
        ({"type": "SEATUNNEL", "text": "[]"}, "text"),
    ],
)
def test_what_a_type_does_not_allow_is_refused_and_leaves_nothing(lab, new, path):
    with pytest.raises(ValidationError) as refused:
        lab.artifacts.create(NewArtifact(project="sales", name="wrong", **new))
    assert refused.value.path == path
    assert lab.artifacts.list().items == []


def test_a_notebook_and_a_pipeline_are_kept(lab):
    for kind, text in (
        ("NOTEBOOK", json.dumps({"cells": [], "nbformat": 4})),
        ("SEATUNNEL", json.dumps({"nodes": []})),
    ):
        lab.artifacts.create(NewArtifact(project="sales", type=kind, name="kept", text=text))
        assert content(lab, f"sales/{kind}/kept", 1) == text.encode()


@pytest.mark.parametrize(
    "key", ["no\0body", "sales/SQL/nobody", "sales/SQL", "nobody/SQL/x", "a/b/c/d", "%", "n" * 1000]
)
def test_a_key_that_names_nothing_is_not_found(lab, key):
    with pytest.raises(NotFoundError):
        lab.artifacts.get(key)
    with pytest.raises(NotFoundError):
        lab.revisions.save(key, NewRevision(text="x"), 1)


def test_a_project_with_artifacts_stays_unless_all_of_it_is_to_go(lab):
    for number in range(7):
        sql(lab, f"n{number}")
    with pytest.raises(
        ConflictError, match=r"On the project sales hang 7 artifacts \(n0, n1, n2, n3, n4, …\)"
    ) as refused:
        lab.projects.delete("sales", 1)
    assert refused.value.path == "cascade"
    lab.projects.delete("sales", 1, cascade=True)
    assert lab.artifacts.list().items == []


def test_each_type_says_what_its_form_needs(platform):
    kinds = {kind.name: kind for kind in platform.artifacts.kinds().items}
    assert {name for name, kind in kinds.items() if not kind.is_text} == {"JAR"}
    schema = kinds["CDC"].facts_schema
    assert schema["properties"]["parallelism"]["default"] == 1
    assert schema["additionalProperties"] is False
    assert "empty for the one" in kinds["JAR"].facts_schema["properties"]["entry_class"]["description"]
