"""One contract for the catalog, in process and over REST, on SQLite and on PostgreSQL."""

from __future__ import annotations

import base64
import json

import pytest

from scaleph_lab.catalog.documents.base import Listing
from scaleph_lab.catalog.documents.project import NewProject, ProjectChanges
from scaleph_lab.errors import ConflictError, NotFoundError, ValidationError


@pytest.fixture
def projects(platform):
    """The verbs of projects, on a catalog without any."""
    yield platform.projects
    for project in platform.projects.list(Listing(limit=200)).items:
        platform.projects.delete(project.id, project.version)


def test_a_project_is_made_read_changed_and_deleted(projects):
    made = projects.create(NewProject(code="sales", name="Säles", remark="all"))
    assert (made.code, made.name, made.remark, made.version) == ("sales", "Säles", "all", 1)
    assert projects.get("sales") == projects.get(made.id) == made
    changed = projects.update("sales", ProjectChanges(name="Selling"), made.version)
    assert (changed.name, changed.remark, changed.version) == ("Selling", "all", 2)
    projects.delete("sales", changed.version)
    with pytest.raises(NotFoundError, match="no project 'sales'"):
        projects.get("sales")


def test_a_code_is_taken_once(projects):
    projects.create(NewProject(code="sales", name="Sales"))
    other = projects.create(NewProject(code="other", name="Other"))
    with pytest.raises(ConflictError, match="'sales' already"):
        projects.create(NewProject(code="sales", name="Sales"))
    with pytest.raises(ConflictError, match="'sales' already"):
        projects.update("other", ProjectChanges(code="sales"), other.version)
    assert projects.get("other") == other


@pytest.mark.parametrize("write", ["update", "delete"])
def test_a_stale_write_is_a_conflict(projects, write):
    made = projects.create(NewProject(code="sales", name="Sales"))
    projects.update("sales", ProjectChanges(name="Selling"), made.version)
    with pytest.raises(ConflictError, match=r"\(name\): it has version 2, and you have 1") as refused:
        if write == "update":
            projects.update("sales", ProjectChanges(remark="mine"), made.version)
        else:
            projects.delete("sales", made.version)
    assert refused.value.path == "version"
    assert projects.get("sales").name == "Selling"


def test_a_list_goes_by_pages_search_and_sort(projects):
    for code, name in (("a", "Zebra"), ("b", "100% Yak"), ("c", "Xerus")):
        projects.create(NewProject(code=code, name=name))
    first = projects.list(Listing(limit=2))
    assert [project.code for project in first.items] == ["a", "b"]
    last = projects.list(Listing(limit=2, cursor=first.next_cursor))
    assert ([project.code for project in last.items], last.next_cursor) == (["c"], None)
    assert [project.code for project in projects.list(Listing(sort="-code")).items] == ["c", "b", "a"]
    assert [project.code for project in projects.list(Listing(search="zEB")).items] == ["a"]
    assert [project.code for project in projects.list(Listing(search="%")).items] == ["b"]


@pytest.mark.parametrize("key", ["no\0body", "no/body", "nö body", "%", "n" * 1000])
def test_a_key_that_names_nothing_is_not_found(projects, key):
    with pytest.raises(NotFoundError):
        projects.get(key)
    with pytest.raises(NotFoundError):
        projects.delete(key, 1)


@pytest.mark.parametrize(
    "place", [["code", "a\0", "x"], ["code", 1, "x"], ["name", "a", "x"], ["code"], {}, ["updated_at", 2**70, "x"]]
)
def test_a_cursor_that_was_made_up_is_refused(projects, place):
    sort = "updated_at" if "updated_at" in place else "code"
    cursor = base64.urlsafe_b64encode(json.dumps(place).encode()).decode()
    with pytest.raises(ValidationError):
        projects.list(Listing(cursor=cursor, sort=sort))


@pytest.mark.parametrize(
    ("listing", "path"),
    [(Listing(sort="colour"), "sort"), (Listing(cursor="bm8="), "cursor"), (Listing(cursor="§"), "cursor")],
)
def test_a_list_that_cannot_be_is_refused(projects, listing, path):
    with pytest.raises(ValidationError) as refused:
        projects.list(listing)
    assert refused.value.path == path
