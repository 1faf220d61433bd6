"""Projects: stale writes, the log of actions, pages of 10,000, twenty writers, who may do what."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import insert, select

from scaleph_lab.access.policy import BUILT_IN_ROLES, Actor, Grant, GrantedRoles, SoleOwner
from scaleph_lab.catalog.database import Database
from scaleph_lab.catalog.documents.base import Listing
from scaleph_lab.catalog.documents.project import NewProject, ProjectChanges
from scaleph_lab.catalog.models.action import ActionRow
from scaleph_lab.catalog.models.project import ProjectRow
from scaleph_lab.catalog.services.projects import Projects
from scaleph_lab.errors import ConflictError, ForbiddenError


def actions(database):
    with database.read() as session:
        rows = session.scalars(select(ActionRow).order_by(ActionRow.id))
        return [(row.actor, row.verb, row.result, row.version, row.changed) for row in rows]


def test_a_stale_write_is_told_who_changed_which_fields(database, projects):
    made = projects.create(NewProject(code="sales", name="Sales"))
    bob = Projects(database, Actor("bob", "test"), SoleOwner())
    bob.update("sales", ProjectChanges(name="Selling"), made.version)
    bob.update("sales", ProjectChanges(remark="All of it"), made.version + 1)
    with pytest.raises(ConflictError, match=r"bob has changed this project \(name, remark\): it has version 3"):
        projects.update("sales", ProjectChanges(name="Trade"), made.version)
    assert projects.get("sales").name == "Selling"


def test_a_change_that_changes_nothing_makes_no_version(database, projects):
    made = projects.create(NewProject(code="sales", name="Sales"))
    assert projects.update("sales", ProjectChanges(name="Sales"), 1) == made
    assert len(actions(database)) == 1


def test_changes_and_failures_are_in_the_log_of_actions(database, projects):
    projects.create(NewProject(code="sales", name="Sales"))
    with pytest.raises(ConflictError):
        projects.create(NewProject(code="sales", name="Sales again"))
    projects.update("sales", ProjectChanges(name="Selling"), 1)
    projects.delete("sales", 2)
    assert actions(database) == [
        ("ada", "create", "done", 1, ["code", "name", "remark"]),
        ("ada", "create", "failed", None, []),
        ("ada", "write", "done", 2, ["name"]),
        ("ada", "delete", "done", 2, []),
    ]


@pytest.mark.parametrize("sort", ["code", "-code", "name", "-updated_at"])
def test_pages_of_ten_thousand_show_each_project_once(database, projects, sort):
    rows = [
        {
            "id": f"{number:032x}",
            "version": 1,
            "created_by": "ada",
            "created_at": 1,
            "updated_by": "ada",
            "updated_at": number % 7,
            "code": f"p{number}",
            "name": f"name {number % 100}",
            "remark": "",
        }
        for number in range(10_000)
    ]
    with database.write() as session:
        session.execute(insert(ProjectRow), rows)
    seen, cursor = [], None
    while True:
        page = projects.list(Listing(limit=200, cursor=cursor, sort=sort))
        seen += page.items
        cursor = page.next_cursor
        if cursor is None:
            break
    assert len(seen) == len({project.id for project in seen}) == 10_000


def test_twenty_writers_at_once_lose_nothing(catalog_url, database, projects):
    projects.create(NewProject(code="counter", name="0"))

    def write(writer: int) -> None:
        # A database of its own has connections of its own, as another process has.
        mine = Database(catalog_url)
        service = Projects(mine, Actor(f"writer{writer}", "test"), SoleOwner())
        for turn in range(5):
            service.create(NewProject(code=f"w{writer}-{turn}", name="x"))
            while True:
                read = service.get("counter")
                try:
                    service.update("counter", ProjectChanges(name=str(int(read.name) + 1)), read.version)
                    break
                except ConflictError:
                    continue
        mine.close()

    with ThreadPoolExecutor(20) as pool:
        list(pool.map(write, range(20)))
    assert projects.get("counter").name == "100"
    assert len(projects.list(Listing(limit=200)).items) == 101


VERBS = {
    "read": lambda service, own: service.get("own" if own else "other"),
    "write": lambda service, own: service.update("own" if own else "other", ProjectChanges(name="new"), 1),
    "delete": lambda service, own: service.delete("own" if own else "other", 1),
}
MAY = {
    "owner": {"read", "write", "delete"},
    "developer": {"read", "write"},
    "operator": {"read"},
    "viewer": {"read"},
}


@pytest.mark.parametrize("own", [True, False], ids=["own", "other"])
@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("role", BUILT_IN_ROLES)
def test_a_role_may_do_its_verbs_in_its_own_project_only(database, projects, role, verb, own):
    granted = projects.create(NewProject(code="own", name="Own"))
    projects.create(NewProject(code="other", name="Other"))
    service = Projects(database, Actor("bob", "test"), GrantedRoles([Grant("bob", role, granted.id)]))
    if own and verb in MAY[role]:
        VERBS[verb](service, own)
        return
    with pytest.raises(ForbiddenError, match=f"bob lacks the right to {verb} project"):
        VERBS[verb](service, own)
    assert {project.name for project in projects.list().items} == {"Own", "Other"}
    if verb != "read":
        assert actions(database)[-1][:3] == ("bob", verb, "denied")


@pytest.mark.parametrize(
    ("role", "place", "may"), [("owner", None, True), ("owner", "own", False), ("viewer", None, False)]
)
def test_only_an_owner_of_the_platform_makes_projects(database, projects, role, place, may):
    granted = projects.create(NewProject(code="own", name="Own"))
    grants = [Grant("bob", role, granted.id if place else None)]
    service = Projects(database, Actor("bob", "test"), GrantedRoles(grants))
    if may:
        service.create(NewProject(code="more", name="More"))
        return
    with pytest.raises(ForbiddenError, match="lacks the right to create project"):
        service.create(NewProject(code="more", name="More"))


def test_a_list_has_only_what_the_actor_may_read(database, projects):
    granted = projects.create(NewProject(code="own", name="Own"))
    projects.create(NewProject(code="other", name="Other"))
    bob = Projects(database, Actor("bob", "test"), GrantedRoles([Grant("bob", "viewer", granted.id)]))
    assert [project.code for project in bob.list().items] == ["own"]
    with pytest.raises(ForbiddenError):
        Projects(database, Actor("eve", "test"), GrantedRoles([])).list()
