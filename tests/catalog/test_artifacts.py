"""Artifacts: contents that are swept, roles, many writers, what the log tells."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from scaleph_lab.access.policy import BUILT_IN_ROLES, Actor, Grant, GrantedRoles, Right, SoleOwner, Verb
from scaleph_lab.catalog.contents import sweep_all
from scaleph_lab.catalog.database import Database
from scaleph_lab.catalog.documents.artifact import ArtifactChanges, NewArtifact, NewRevision
from scaleph_lab.catalog.documents.project import NewProject
from scaleph_lab.catalog.services.artifacts import Artifacts
from scaleph_lab.catalog.services.projects import Projects
from scaleph_lab.catalog.services.revisions import Revisions
from scaleph_lab.errors import ConflictError, ForbiddenError, ValidationError

ADA = Actor("ada", "test")


def new(project="own", name="daily", text="SELECT 1", **more):
    return NewArtifact(project=project, type="SQL", name=name, text=text, **more)


@pytest.fixture
def lab(database, projects, store):
    """The services of artifacts and of revisions as Ada, in the projects ``own`` and ``other``."""
    for code in ("own", "other"):
        projects.create(NewProject(code=code, name=code))
    return Artifacts(database, ADA, store=store), Revisions(database, ADA, store=store)


def test_a_content_goes_with_the_last_revision_that_names_it(lab, store):
    artifacts, revisions = lab
    first = artifacts.create(new())
    second = artifacts.create(new(name="copy"))
    revisions.save("own/SQL/daily", NewRevision(text="SELECT 2"), 1)
    assert len([*store.contents()]) == 2
    revisions.delete("own/SQL/daily", 1, 2)
    assert store.has(first.revision.sha256)
    artifacts.delete("own/SQL/copy", 1)
    assert not store.has(second.revision.sha256)
    artifacts.delete("own/SQL/daily", 3)
    assert [*store.contents()] == []


def test_what_is_refused_leaves_neither_content_nor_stage(lab, store):
    artifacts, _ = lab
    kept = artifacts.create(new())
    with pytest.raises(ConflictError):
        artifacts.create(new(text="SELECT 'other'"))
    with pytest.raises(ConflictError):
        artifacts.create(new())
    with pytest.raises(ValidationError):
        artifacts.create(NewArtifact(project="own", type="NOTEBOOK", name="n", text="[]"))
    assert [path.rsplit("/", 1)[-1] for path in store._fs.find(store._root)] == [kept.revision.sha256]


def test_contents_of_writers_that_were_killed_are_swept_and_named_ones_stay(lab, database, store):
    artifacts, _ = lab
    kept = artifacts.create(new())
    store.publish(store.stage([b"nobody names it"]))
    assert sweep_all(database, store) == 1
    assert [*store.contents()] == [kept.revision.sha256]


def test_writers_at_once_lose_no_revision(catalog_url, lab, store):
    artifacts, revisions = lab
    artifacts.create(new(text="0"))

    def write(writer: int) -> None:
        mine = Database(catalog_url)
        service = Revisions(mine, Actor(f"writer{writer}", "test"), SoleOwner(), store)
        while True:
            version = Artifacts(mine, ADA, store=store).get("own/SQL/daily").version
            try:
                service.save("own/SQL/daily", NewRevision(text=f"by {writer}"), version)
                break
            except ConflictError:
                continue
        mine.close()

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(write, range(10)))
    assert [one.number for one in revisions.list("own/SQL/daily").items] == [*range(11, 0, -1)]
    texts = {b"".join(revisions.content("own/SQL/daily", number)) for number in range(2, 12)}
    assert texts == {f"by {writer}".encode() for writer in range(10)}


VERBS = {
    "read": lambda artifacts, revisions, place: revisions.get(f"{place}/SQL/daily", 1),
    "create": lambda artifacts, revisions, place: artifacts.create(new(place, "more")),
    "write": lambda artifacts, revisions, place: revisions.save(f"{place}/SQL/daily", NewRevision(text="SELECT 2"), 1),
    "delete": lambda artifacts, revisions, place: artifacts.delete(f"{place}/SQL/daily", 1),
}
MAY = {
    "owner": {"read", "create", "write", "delete"},
    "developer": {"read", "create", "write", "delete"},
    "operator": {"read"},
    "viewer": {"read"},
}


@pytest.mark.parametrize("store_url", ["folder"], indirect=True)
@pytest.mark.parametrize("place", ["own", "other"])
@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("role", BUILT_IN_ROLES)
def test_a_role_may_do_its_verbs_in_its_own_project_only(lab, database, projects, store, role, verb, place):
    artifacts, _ = lab
    for code in ("own", "other"):
        artifacts.create(new(code))
    policy = GrantedRoles([Grant("bob", role, projects.get("own").id)])
    bob = [kind(database, Actor("bob", "test"), policy, store) for kind in (Artifacts, Revisions)]
    if place == "own" and verb in MAY[role]:
        VERBS[verb](*bob, place)
        return
    with pytest.raises(ForbiddenError, match=f"bob lacks the right to {verb} artifact"):
        VERBS[verb](*bob, place)
    assert [(one.name, one.version) for one in artifacts.list().items] == [("daily", 1)] * 2


@pytest.mark.parametrize("store_url", ["folder"], indirect=True)
def test_a_move_needs_rights_in_both_projects(lab, database, projects, store):
    artifacts, _ = lab
    artifacts.create(new())
    own, other = (Grant("bob", "developer", projects.get(code).id) for code in ("own", "other"))
    bob = Artifacts(database, Actor("bob", "test"), GrantedRoles([own]), store)
    with pytest.raises(ForbiddenError, match="create artifact"):
        bob.update("own/SQL/daily", ArtifactChanges(project="other"), 1)
    both = Artifacts(database, Actor("bob", "test"), GrantedRoles([own, other]), store)
    assert both.update("own/SQL/daily", ArtifactChanges(project="other"), 1).key == "other/SQL/daily"


@pytest.mark.parametrize("store_url", ["folder"], indirect=True)
def test_a_project_goes_with_its_artifacts_only_by_who_may_delete_them(lab, database, projects):
    lab[0].create(new())
    roles = {"closer": frozenset({Right(verb, "project") for verb in (Verb.READ, Verb.DELETE)})}
    policy = GrantedRoles([Grant("bob", "closer", projects.get("own").id)], roles)
    bob = Projects(database, Actor("bob", "test"), policy)
    with pytest.raises(ForbiddenError, match="delete artifact"):
        bob.delete("own", 1, cascade=True)
    assert [one.name for one in lab[0].list().items] == ["daily"]
