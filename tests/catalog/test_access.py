"""Who may do what, from the records: claims, grants, roles, users, and what nobody can do."""

from __future__ import annotations

import pkgutil
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module

import psycopg
import pytest
from sqlalchemy import text, update

from scaleph_lab.access.policy import RESOURCES, Actor
from scaleph_lab.catalog import services
from scaleph_lab.catalog.database import Database, _engine
from scaleph_lab.catalog.documents.access import (
    GrantListing,
    NewGrant,
    NewRole,
    NewUser,
    RoleChanges,
    UserChanges,
)
from scaleph_lab.catalog.documents.action import ActionListing
from scaleph_lab.catalog.documents.artifact import NewArtifact
from scaleph_lab.catalog.documents.project import NewProject, ProjectChanges
from scaleph_lab.catalog.documents.rights import RightQuestion
from scaleph_lab.catalog.migrating import migrate
from scaleph_lab.catalog.models.access import UserRow
from scaleph_lab.catalog.services.actions import Actions
from scaleph_lab.catalog.services.artifacts import Artifacts
from scaleph_lab.catalog.services.base import Service
from scaleph_lab.catalog.services.grants import Grants
from scaleph_lab.catalog.services.projects import Projects
from scaleph_lab.catalog.services.rights import RightsAnswers
from scaleph_lab.catalog.services.roles import Roles
from scaleph_lab.catalog.services.users import Users
from scaleph_lab.errors import ConflictError, ForbiddenError, NotFoundError
from scaleph_lab.settings import reload_settings


class Desk:
    """All services as one user."""

    def __init__(self, database: Database, name: str) -> None:
        actor = Actor(name, "test", name.title())
        self.projects = Projects(database, actor)
        self.artifacts = Artifacts(database, actor)
        self.users = Users(database, actor)
        self.roles = Roles(database, actor)
        self.grants = Grants(database, actor)
        self.rights = RightsAnswers(database, actor)
        self.actions = Actions(database, actor)

    def grant(self, user, what, project=None):
        given = {"right": what} if " " in what else {"role": what}
        return self.grants.create(NewGrant(user=user, project=project, **given))


@pytest.fixture
def desk(database):
    """``desk("bob")``: all services as Bob. Ada came first, and made the projects ``own`` and ``other``."""
    ada = Desk(database, "ada")
    for code in ("own", "other"):
        ada.projects.create(NewProject(code=code, name=code))
    return lambda name: Desk(database, name)


@pytest.fixture
def owners(monkeypatch):
    """``owners("root")`` puts names into the setting."""

    def name(*names):
        monkeypatch.setenv("SCALEPH_LAB_CATALOG_OWNERS", str([*names]).replace("'", '"'))
        reload_settings()

    yield name
    monkeypatch.undo()
    reload_settings()


def kinds(base=Service):
    yield base
    for child in base.__subclasses__():
        yield from kinds(child)


def test_the_first_who_asks_owns_the_catalog_and_the_second_has_nothing(database):
    ada, bob = Desk(database, "ada"), Desk(database, "bob")
    assert ada.projects.list().items == []
    with pytest.raises(ForbiddenError, match="bob lacks the right to read project") as refused:
        bob.projects.list()
    assert refused.value.hint == "ada can grant it."
    assert [(one.user, one.role, one.created_by) for one in ada.grants.list().items] == [("ada", "owner", "ada")]
    claim = ada.actions.list(ActionListing(search="grant")).items[-1]
    assert (claim.actor, claim.verb, claim.result, claim.changed) == (
        "ada",
        "grant",
        "done",
        ["user", "role", "claimed"],
    )
    assert bob.rights.me().owners == ["ada"]


def test_one_of_many_who_come_at_once_owns_the_catalog(catalog_url, database):
    def come(number):
        mine = Database(catalog_url)
        try:
            return Desk(mine, f"user{number}").rights.me().is_owner
        finally:
            mine.close()

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(come, range(8))) == [False] * 7 + [True]
    with database.read() as session:
        assert session.scalar(text("SELECT count(*) FROM grants")) == 1


def test_a_write_may_be_the_first_that_anybody_asks(database):
    assert Desk(database, "ada").projects.create(NewProject(code="sales", name="Sales")).created_by == "ada"


def test_a_catalog_of_before_is_claimed_by_whom_comes_next(catalog_url):
    engine = _engine(catalog_url)
    migrate(engine.execution_options(scaleph_writes=True), "0005")
    with engine.begin() as connection:
        connection.execute(text("INSERT INTO projects VALUES ('1', 1, 'ada', 1, 'ada', 1, 'old', 'Old', '')"))
    engine.dispose()
    database = Database(catalog_url)
    assert Desk(database, "bob").projects.get("old").name == "Old"
    assert Desk(database, "bob").rights.me().is_owner
    with pytest.raises(ForbiddenError):
        Desk(database, "ada").projects.get("old")
    database.close()


def test_the_setting_names_owners_and_then_nobody_can_claim(database, owners):
    owners("root")
    with pytest.raises(ForbiddenError, match="eve lacks") as refused:
        Desk(database, "eve").projects.list()
    assert refused.value.hint == "root can grant it."
    root = Desk(database, "root")
    root.grant("eve", "owner")
    eve = Desk(database, "eve")
    assert eve.projects.create(NewProject(code="sales", name="Sales"))
    with pytest.raises(ConflictError, match="catalog_owners names root"):
        eve.users.update("root", UserChanges(disabled=True), eve.users.get("root").version)
    root.users.update("eve", UserChanges(disabled=True), root.users.get("eve").version)
    assert root.rights.check(RightQuestion(verb="delete", resource="project")).by_setting


@pytest.mark.parametrize("way", ["revoke", "disable", "delete"])
def test_the_last_owner_stays(desk, way):
    ada = desk("ada")
    [grant] = ada.grants.list(GrantListing(role="owner")).items
    ways = {
        "revoke": lambda: ada.grants.delete(grant.id),
        "disable": lambda: ada.users.update("ada", UserChanges(disabled=True), 1),
        "delete": lambda: ada.users.delete("ada", 1),
    }
    ada.grant("bob", "owner")
    bob = desk("bob")
    bob.users.update("bob", UserChanges(disabled=True), 1) if way != "revoke" else bob.grants.delete(
        bob.grants.list(GrantListing(user="bob")).items[0].id
    )
    with pytest.raises(ConflictError, match="ada is the last owner of the platform"):
        ways[way]()
    assert ada.rights.me().is_owner
    assert ada.actions.list(ActionListing(result="failed")).items[0].actor == "ada"


def test_two_owners_who_leave_at_once_do_not_both(catalog_url, desk):
    ada = desk("ada")
    ada.grant("bob", "owner")
    ids = {one.user: one.id for one in ada.grants.list(GrantListing(role="owner")).items}

    def leave(name):
        mine = Database(catalog_url)
        try:
            Desk(mine, name).grants.delete(ids[name])
        except ConflictError:
            return False
        finally:
            mine.close()
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(leave, ids)) == [False, True]


def test_a_grant_works_at_once_and_so_does_its_end(desk):
    ada, bob = desk("ada"), desk("bob")
    with pytest.raises(ForbiddenError):
        bob.projects.get("own")
    grant = ada.grant("bob", "viewer", "own")
    assert (grant.project_code, grant.role, grant.created_by) == ("own", "viewer", "ada")
    assert bob.projects.get("own").code == "own"
    assert [one.code for one in bob.projects.list().items] == ["own"]
    with pytest.raises(ForbiddenError) as refused:
        bob.projects.update("own", ProjectChanges(name="x"), 1)
    assert refused.value.message == "bob lacks the right to write project in the project own."
    ada.grants.delete(grant.id)
    with pytest.raises(ForbiddenError):
        bob.projects.get("own")


def test_who_may_make_projects_sees_none_before_they_have_and_who_may_not_is_refused(desk):
    desk("ada").grant("bob", "create project")
    assert desk("bob").projects.list().items == []
    with pytest.raises(ForbiddenError):
        desk("eve").projects.list()


def test_a_disabled_user_has_no_right_until_enabled(desk):
    ada, bob = desk("ada"), desk("bob")
    ada.grant("bob", "owner", "own")
    disabled = ada.users.update("bob", UserChanges(disabled=True), ada.users.get("bob").version)
    with pytest.raises(ForbiddenError, match="the user is disabled") as refused:
        bob.projects.get("own")
    assert refused.value.hint == "ada can enable the user again."
    me = bob.rights.me()
    assert (me.disabled, me.places) == (True, [])
    ada.users.update("bob", UserChanges(disabled=False), disabled.version)
    assert bob.projects.get("own")


def test_who_makes_a_project_owns_it_unless_they_own_all(desk):
    ada, bob = desk("ada"), desk("bob")
    with pytest.raises(ForbiddenError, match="lacks the right to create project"):
        bob.projects.create(NewProject(code="mine", name="Mine"))
    ada.grant("bob", "create project")
    made = bob.projects.create(NewProject(code="mine", name="Mine"))
    assert bob.projects.update("mine", ProjectChanges(name="Ours"), made.version).name == "Ours"
    assert [(one.user, one.role) for one in bob.grants.list(GrantListing(project="mine", role="owner")).items] == [
        ("ada", "owner"),
        ("bob", "owner"),
    ]
    assert ada.grants.list(GrantListing(project="own", user="ada")).items[0].project is None
    bob.projects.delete("mine", 2)
    assert [one.right for one in ada.grants.list(GrantListing(user="bob")).items] == ["create project"]


@pytest.mark.parametrize(
    ("has", "gives", "project", "may"),
    [
        ("owner", "viewer", "own", True),
        ("owner", "owner", "own", True),
        ("owner", "viewer", "other", False),
        ("owner", "viewer", None, False),
        ("developer", "viewer", "own", False),
        ("viewer", "read artifact", "own", False),
        ("grant artifact", "read artifact", "own", False),
        ("grant artifact", "grant artifact", "own", True),
    ],
)
def test_nobody_gives_what_they_lack_or_where_they_may_not(desk, has, gives, project, may):
    ada, bob = desk("ada"), desk("bob")
    ada.grant("bob", has, "own")
    if may:
        grant = bob.grant("eve", gives, project)
        bob.grants.delete(grant.id)
        return
    with pytest.raises(ForbiddenError):
        bob.grant("eve", gives, project)
    given = ada.grant("eve", gives, project)
    with pytest.raises(ForbiddenError):
        bob.grants.delete(given.id)
    assert [
        (one.actor, one.verb, one.resource) for one in ada.actions.list(ActionListing(result="denied")).items[:2]
    ] == [("bob", "grant", "grant")] * 2


def test_a_role_of_ones_own_is_no_way_to_more_rights(desk):
    ada, bob = desk("ada"), desk("bob")
    for right in ("create role", "write role", "delete role", "read role", "read project", "grant project"):
        ada.grant("bob", right)
    with pytest.raises(ForbiddenError, match="lacks the right to delete project"):
        bob.roles.create(NewRole(name="sly", title="Sly", rights=["delete project"]))
    made = bob.roles.create(NewRole(name="reader", title="Reader", rights=["read project"]))
    bob.grant("bob", "reader", "own")
    with pytest.raises(ForbiddenError, match="lacks the right to delete project"):
        bob.roles.update("reader", RoleChanges(rights=["read project", "delete project"]), made.version)
    ada.roles.update("reader", RoleChanges(rights=["read project", "write project"]), made.version)
    assert bob.projects.update("own", ProjectChanges(name="x"), 1)
    with pytest.raises(ForbiddenError, match="lacks the right to write project"):
        bob.roles.update("reader", RoleChanges(rights=[]), 2)


def test_an_owner_is_not_disabled_or_deleted_by_who_could_not_grant_that(desk):
    ada, bob = desk("ada"), desk("bob")
    for right in ("write user", "delete user", "read user"):
        ada.grant("bob", right)
    ada.grant("eve", "owner")
    eve = ada.users.get("eve")
    for sly in (
        lambda: bob.users.update("eve", UserChanges(disabled=True), eve.version),
        lambda: bob.users.delete("eve", eve.version),
    ):
        with pytest.raises(ForbiddenError, match="bob lacks the right to create"):
            sly()
    assert bob.users.update("eve", UserChanges(display_name="Eve"), eve.version).display_name == "Eve"


def test_a_role_that_somebody_has_stays_and_a_built_in_one_always(desk):
    ada = desk("ada")
    made = ada.roles.create(NewRole(name="tester", title="Tester", rights=["execute datasource", "read datasource"]))
    grant = ada.grant("bob", "tester", "own")
    with pytest.raises(ConflictError, match="The role tester is granted to bob"):
        ada.roles.delete("tester", made.version)
    ada.grants.delete(grant.id)
    ada.roles.delete("tester", made.version)
    for change in (
        lambda: ada.roles.delete("viewer", 1),
        lambda: ada.roles.update("viewer", RoleChanges(title="x"), 1),
        lambda: ada.roles.create(NewRole(name="viewer", title="x", rights=[])),
    ):
        with pytest.raises(ConflictError):
            change()
    with pytest.raises(NotFoundError, match="no role 'tester'") as missing:
        ada.grant("bob", "tester")
    assert missing.value.hint == "There are: owner, developer, operator, viewer."


def test_grants_are_read_from_both_sides(desk):
    ada, bob = desk("ada"), desk("bob")
    ada.grant("bob", "viewer", "own")
    ada.grant("bob", "execute datasource", "other")
    ada.grant("eve", "operator")
    of_bob = [(one.project_code, one.role or one.right) for one in ada.grants.list(GrantListing(user="bob")).items]
    assert of_bob == [("own", "viewer"), ("other", "execute datasource")]
    of_own = [(one.user, one.role, one.project_code) for one in bob.grants.list(GrantListing(project="own")).items]
    assert of_own == [("ada", "owner", None), ("bob", "viewer", "own"), ("eve", "operator", None)]
    assert {one.user for one in bob.grants.list().items} == {"bob"}
    with pytest.raises(ForbiddenError):
        bob.grants.list(GrantListing(project="other"))
    first = ada.grants.list(GrantListing(limit=3))
    assert len([*first.items, *ada.grants.list(GrantListing(limit=3, cursor=first.next_cursor)).items]) == 4
    assert [one.user for one in ada.grants.list(GrantListing(search="OPER")).items] == ["eve"]


def test_an_answer_says_by_which_grant_or_what_would_give_it(desk):
    ada, bob = desk("ada"), desk("bob")
    grant = ada.grant("bob", "viewer", "own")
    yes = bob.rights.check(RightQuestion(verb="read", resource="artifact", project="own"))
    assert (yes.allowed, [one.id for one in yes.by]) == (True, [grant.id])
    no = ada.rights.check(RightQuestion(user="bob", verb="write", resource="artifact", project="own"))
    assert (no.allowed, no.by, no.roles, no.owners) == (False, [], ["owner", "developer"], ["ada"])
    assert not ada.rights.check(RightQuestion(user="bob", verb="read", resource="artifact", project="other")).allowed
    with pytest.raises(ForbiddenError):
        bob.rights.check(RightQuestion(user="ada", verb="read", resource="artifact"))
    me = bob.rights.me()
    assert [(place.project_code, place.roles, place.rights) for place in me.places] == [("own", ["viewer"], ["read *"])]


def test_users_are_seen_as_far_as_ones_projects_go(desk):
    ada, bob, eve = desk("ada"), desk("bob"), desk("eve")
    ada.grant("bob", "viewer", "own")
    ada.grant("eve", "viewer", "other")
    ada.users.create(NewUser(name="zoe", display_name="Zoë"))
    assert [one.name for one in ada.users.list().items] == ["ada", "bob", "eve", "zoe"]
    assert [one.name for one in bob.users.list().items] == ["bob"]
    assert bob.users.get("bob").name == "bob"
    with pytest.raises(ForbiddenError):
        bob.users.get("eve")
    assert eve.users.get("eve").last_seen is not None
    assert ada.users.get("zoe").last_seen is None
    with pytest.raises(ConflictError, match="user 'zoe' already"):
        ada.users.create(NewUser(name="zoe"))
    ada.users.delete("eve", ada.users.get("eve").version)
    with pytest.raises(ForbiddenError):
        eve.projects.get("other")


def test_that_a_user_was_here_is_written_once_an_hour(catalog_url, desk, database):
    bob = desk("bob")
    bob.rights.me()
    seen = desk("ada").users.get("bob")
    assert (seen.display_name, seen.version, seen.first_seen) == ("Bob", 1, seen.last_seen)

    def come_again(ago):
        with database.write() as session:
            session.execute(update(UserRow).where(UserRow.name == "bob").values(last_seen=seen.last_seen - ago))
        other = Database(catalog_url)
        Desk(other, "bob").rights.me()
        other.close()
        return desk("ada").users.get("bob").last_seen

    assert come_again(3_000_000) == seen.last_seen - 3_000_000
    assert come_again(3_700_000) >= seen.last_seen


def test_the_log_shows_refusals_and_all_of_it_only_to_who_may_read_it_everywhere(desk):
    ada, bob = desk("ada"), desk("bob")
    ada.grant("bob", "viewer", "own")
    for refused in (bob.users.create, bob.roles.create):
        with pytest.raises(ForbiddenError):
            refused(NewRole(name="x", title="x", rights=[]) if refused == bob.roles.create else NewUser(name="x"))
    with pytest.raises(ForbiddenError):
        bob.grant("bob", "owner")
    with pytest.raises(ForbiddenError):
        bob.projects.get("other")
    with pytest.raises(ConflictError):
        ada.grant("bob", "viewer", "own")
    denied = [(one.verb, one.resource) for one in bob.actions.list(ActionListing(result="denied")).items]
    assert denied == [("read", "project"), ("grant", "grant"), ("create", "role"), ("create", "user")]
    assert {one.actor for one in bob.actions.list().items} == {"bob"}
    assert {one.actor for one in ada.actions.list().items} == {"ada", "bob"}
    assert ada.actions.list(ActionListing(result="failed")).items[0].subject == "bob viewer"
    with pytest.raises(ForbiddenError):
        desk("eve").actions.list()


def test_who_sees_nothing_of_a_project_is_not_told_that_it_is_there(desk):
    desk("ada").grant("bob", "viewer", "own")
    said = set()
    for code in ("other", "no-such-project"):
        with pytest.raises(ForbiddenError) as refused:
            desk("bob").artifacts.create(NewArtifact(project=code, type="SQL", name="x", text="SELECT 1"))
        said.add(str(refused.value))
        with pytest.raises(ForbiddenError) as refused:
            desk("bob").grant("eve", "viewer", code)
        said.add(str(refused.value).replace("grant *", "create artifact"))
    assert said == {"bob lacks the right to create artifact. ada can grant it."}


def test_each_service_names_a_resource_that_there_are_rights_on():
    for module in pkgutil.iter_modules(services.__path__, f"{services.__name__}."):
        import_module(module.name)
    named = {kind.resource for kind in kinds() if hasattr(kind, "resource")}
    assert named == {*RESOURCES}


@pytest.mark.parametrize("catalog_url", ["postgresql"], indirect=True)
def test_a_connection_that_the_server_has_closed_is_replaced(catalog_url, desk, monkeypatch):
    ada = desk("ada")
    monkeypatch.setattr("scaleph_lab.catalog.database._IDLE_SECONDS", 0)
    with psycopg.connect(catalog_url, autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
            "AND pid <> pg_backend_pid()"
        )
    assert len(ada.projects.list().items) == 2
