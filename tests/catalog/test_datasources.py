"""Data sources: who may do what, and no secret in the database's files."""

from __future__ import annotations

import pytest

from scaleph_lab.access.policy import BUILT_IN_ROLES, Actor, Grant, GrantedRoles
from scaleph_lab.catalog.documents.datasource import DataSourceChanges, DataSourceDraft, NewDataSource
from scaleph_lab.catalog.documents.project import NewProject
from scaleph_lab.catalog.services.datasources import DataSources
from scaleph_lab.errors import ForbiddenError, ValidationError

LAKE = {"path": "/nowhere/lake.sqlite"}
CANARY = "canary-8d1f"


@pytest.fixture
def places(database, projects):
    """Two projects with a data source each, and one that all share."""
    owner = DataSources(database, Actor("ada", "test"))
    for code in ("own", "other"):
        projects.create(NewProject(code=code, name=code))
        owner.create(NewDataSource(name=f"{code}-lake", type="sqlite", project=code, properties=LAKE))
    owner.create(NewDataSource(name="shared-lake", type="sqlite", properties=LAKE))
    return {code: projects.get(code).id for code in ("own", "other")}


VERBS = {
    "read": lambda datasources, name: datasources.get(name),
    "write": lambda datasources, name: datasources.update(name, DataSourceChanges(remark="x"), 1),
    "execute": lambda datasources, name: datasources.test(name),
    "delete": lambda datasources, name: datasources.delete(name, 1),
}


@pytest.mark.parametrize("role", BUILT_IN_ROLES)
@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("place", ["own", "other", "shared"])
def test_a_role_in_a_project_reaches_what_it_gives_and_no_further(database, places, role, verb, place):
    policy = GrantedRoles([Grant("eve", role, places["own"])])
    datasources = DataSources(database, Actor("eve", "test"), policy)
    rights = {f"{right.verb}" for right in BUILT_IN_ROLES[role] if right.resource in {"*", "datasource"}}
    if place == "own" and verb in rights:
        VERBS[verb](datasources, f"{place}-lake")
        return
    with pytest.raises(ForbiddenError, match=f"eve lacks the right to {verb} datasource"):
        VERBS[verb](datasources, f"{place}-lake")


def test_a_list_has_what_its_reader_may_see(database, places):
    policy = GrantedRoles([Grant("eve", "viewer", places["own"])])
    found = DataSources(database, Actor("eve", "test"), policy).list().items
    assert [each.name for each in found] == ["own-lake"]


def test_a_stranger_tests_no_draft(database, places):
    stranger = DataSources(database, Actor("eve", "test"), GrantedRoles([]))
    with pytest.raises(ForbiddenError):
        stranger.test_draft(DataSourceDraft(type="sqlite", properties=LAKE))


def test_a_password_that_was_put_into_a_field_reaches_no_file(database, catalog_url, tmp_path):
    datasources = DataSources(database, Actor("ada", "test"))
    base = {"host": "h", "database": "d", "user": "u"}
    for bad in ({"password": CANARY}, {"params": f"?password={CANARY}"}, {CANARY: "x"}):
        with pytest.raises(ValidationError):
            datasources.create(NewDataSource(name="shop", type="postgresql", properties={**base, **bad}))
    if catalog_url.startswith("sqlite"):
        held = b"".join(file.read_bytes() for file in tmp_path.glob("catalog.sqlite*"))
        assert b"datasource" in held and CANARY.encode() not in held


def test_a_stranger_is_not_told_which_projects_there_are(database, places):
    stranger = DataSources(database, Actor("eve", "test"), GrantedRoles([Grant("eve", "viewer", places["own"])]))
    for code in ("other", "no-such-project"):
        with pytest.raises(ForbiddenError):
            stranger.create(NewDataSource(name="x", type="sqlite", project=code, properties=LAKE))
