"""Users, roles and grants by both ways in, on both databases; `tests/catalog/test_access.py` has many users."""

from __future__ import annotations

import getpass

import pytest

from scaleph_lab.catalog.documents.access import (
    GrantListing,
    NewGrant,
    NewRole,
    NewUser,
    RoleChanges,
    UserChanges,
)
from scaleph_lab.catalog.documents.base import Listing, read
from scaleph_lab.catalog.documents.project import NewProject
from scaleph_lab.catalog.documents.rights import RightQuestion
from scaleph_lab.errors import ConflictError, NotFoundError, ValidationError

ME = getpass.getuser()


@pytest.fixture
def lab(platform):
    """The platform, without users, roles and projects but the first user."""
    platform.rights.me()
    yield platform
    for user in platform.users.list(Listing(limit=200)).items:
        if user.name != ME:
            platform.users.delete(user.name, user.version)
    for role in platform.roles.list().items:
        if not role.built_in:
            platform.roles.delete(role.name, role.version)
    for project in platform.projects.list().items:
        platform.projects.delete(project.id, project.version)


def test_the_first_user_is_alone_and_owns_the_platform(lab):
    me = lab.rights.me()
    assert (me.name, me.is_owner, me.alone, me.owners) == (ME, True, True, [ME])
    assert [(place.project, place.roles) for place in me.places] == [(None, ["owner"])]
    lab.users.create(NewUser(name="bob"))
    assert not lab.rights.me().alone


def test_a_user_is_made_read_changed_and_deleted(lab):
    made = lab.users.create(NewUser(name="bob@house.example", display_name="Bob"))
    assert (made.version, made.disabled, made.last_seen, made.created_by) == (1, False, None, ME)
    assert lab.users.get("bob@house.example") == lab.users.get(made.id) == made
    changed = lab.users.update(made.name, UserChanges(disabled=True), 1)
    assert (changed.disabled, changed.version, changed.display_name) == (True, 2, "Bob")
    with pytest.raises(ConflictError, match=r"\(disabled\): it has version 2, and you have 1"):
        lab.users.update(made.name, UserChanges(display_name="x"), 1)
    assert [one.name for one in lab.users.list(Listing(search="BOB")).items] == ["bob@house.example"]
    assert [one.name for one in lab.users.list(Listing(limit=1, sort="-name")).items] == [ME]
    lab.users.delete(made.name, 2)
    with pytest.raises(NotFoundError, match="no user"):
        lab.users.get(made.name)


def test_a_role_is_made_read_changed_and_deleted(lab):
    assert [role.name for role in lab.roles.list().items] == ["owner", "developer", "operator", "viewer"]
    made = lab.roles.create(NewRole(name="tester", title="Tester", rights=["execute datasource", "read *"]))
    assert (made.rights, made.built_in) == (["execute datasource", "read *"], False)
    assert lab.roles.get("tester") == lab.roles.get(made.id) == made
    changed = lab.roles.update("tester", RoleChanges(rights=["read datasource"]), 1)
    assert (changed.title, changed.rights, changed.version) == ("Tester", ["read datasource"], 2)
    with pytest.raises(ConflictError, match=r"\(rights\): it has version 2"):
        lab.roles.update("tester", RoleChanges(title="x"), 1)
    with pytest.raises(ConflictError, match="role 'tester' already"):
        lab.roles.create(NewRole(name="tester", title="x", rights=[]))
    assert lab.roles.get("viewer").built_in
    lab.roles.delete("tester", 2)
    with pytest.raises(NotFoundError, match="no role 'tester'"):
        lab.roles.get("tester")


def test_a_grant_is_made_explained_and_revoked(lab):
    lab.projects.create(NewProject(code="sales", name="Sales"))
    question = RightQuestion(user="bob", verb="write", resource="artifact", project="sales")
    assert not lab.rights.check(question).allowed
    made = lab.grants.create(NewGrant(user="bob", role="developer", project="sales"))
    assert (made.user, made.role, made.right, made.project_code) == ("bob", "developer", None, "sales")
    assert lab.grants.get(made.id) == made
    assert lab.users.get("bob").last_seen is None
    answer = lab.rights.check(question)
    assert (answer.allowed, answer.by, answer.by_setting) == (True, [made], False)
    with pytest.raises(ConflictError, match="bob was granted developer there before"):
        lab.grants.create(NewGrant(user="bob", role="developer", project="sales"))
    right = lab.grants.create(NewGrant(user="bob", right="create project"))
    assert (right.role, right.right, right.project) == (None, "create project", None)
    assert lab.grants.list(GrantListing(user="bob")).items == [made, right]
    lab.grants.delete(made.id)
    assert not lab.rights.check(question).allowed
    with pytest.raises(NotFoundError, match="no grant"):
        lab.grants.delete(made.id)


@pytest.mark.parametrize(
    ("kind", "given", "path"),
    [
        (NewGrant, {"user": "bob"}, ""),
        (NewGrant, {"user": "bob", "role": "viewer", "right": "read project"}, ""),
        (NewGrant, {"user": "bob", "right": "read everything"}, "right"),
        (NewGrant, {"user": "bob", "right": "fly project"}, "right"),
        (NewRole, {"name": "Tester", "title": "x", "rights": []}, "name"),
        (NewRole, {"name": "tester", "title": "x", "rights": ["read"]}, "rights.0"),
        (NewUser, {"name": ""}, "name"),
        (NewUser, {"name": "a\0b"}, "name"),
    ],
)
def test_what_cannot_be_is_refused_by_its_field(kind, given, path):
    with pytest.raises(ValidationError) as refused:
        read(kind, given)
    assert refused.value.path == path


@pytest.mark.parametrize("key", ["no\0body", "no/body", "%", "n" * 300])
def test_a_key_that_names_nothing_is_not_found(lab, key):
    for ask in (
        lambda: lab.users.get(key),
        lambda: lab.users.delete(key, 1),
        lambda: lab.roles.get(key),
        lambda: lab.roles.delete(key, 1),
        lambda: lab.grants.get(key),
        lambda: lab.grants.delete(key),
    ):
        with pytest.raises(NotFoundError):
            ask()
    with pytest.raises((NotFoundError, ValidationError)):
        lab.grants.list(GrantListing.model_construct(**GrantListing().model_dump() | {"user": key[:200]}))


def test_a_question_about_what_there_is_not_is_refused(lab):
    with pytest.raises(ValidationError, match="no rights on 'planet'"):
        lab.rights.check(RightQuestion(verb="read", resource="planet"))
    with pytest.raises(NotFoundError, match="no project 'nowhere'"):
        lab.rights.check(RightQuestion(verb="read", resource="project", project="nowhere"))
    with pytest.raises(NotFoundError, match="no project 'nowhere'"):
        lab.grants.create(NewGrant(user="bob", role="viewer", project="nowhere"))
    with pytest.raises(NotFoundError, match="no role 'king'"):
        lab.grants.create(NewGrant(user="bob", role="king"))
