"""The tail of the log: every change once, and only those that a user may know of."""

from __future__ import annotations

import pytest

from scaleph_lab.access.policy import Actor, Grant, GrantedRoles
from scaleph_lab.catalog.changes import ChangeTail
from scaleph_lab.catalog.documents.project import NewProject
from scaleph_lab.catalog.models.action import ActionRow
from scaleph_lab.catalog.models.base import now
from scaleph_lab.catalog.services.changes import Changes
from scaleph_lab.errors import ConflictError


def entry(actor: str) -> ActionRow:
    about = {"verb": "write", "resource": "project", "subject": "s", "result": "done", "origin": "test", "changed": []}
    return ActionRow(at=now(), actor=actor, **about)


def test_each_change_is_read_once_and_failures_are_none(database, projects):
    projects.create(NewProject(code="before", name="x"))
    tail = ChangeTail(database)
    made = projects.create(NewProject(code="after", name="x"))
    with pytest.raises(ConflictError):
        projects.create(NewProject(code="after", name="x"))
    assert [(change.verb, change.subject) for change in tail.read()] == [("create", made.id)]
    assert tail.read() == []


@pytest.mark.parametrize("catalog_url", ["postgresql"], indirect=True)
def test_a_change_with_a_lower_number_that_is_committed_later_is_read_too(database):
    tail = ChangeTail(database)
    with database.write() as slow:
        slow.add(entry("slow"))
        slow.flush()
        with database.write() as quick:
            quick.add(entry("quick"))
        assert [change.actor for change in tail.read()] == ["quick"]
    assert [change.actor for change in tail.read()] == ["slow"]
    assert tail.read() == []


def test_a_user_learns_of_their_own_projects_alone(database, projects):
    tail = ChangeTail(database)
    theirs, other = (projects.create(NewProject(code=code, name="x")) for code in ("theirs", "other"))
    policy = GrantedRoles([Grant("bob", "viewer", theirs.id)])
    every = tail.read()
    assert {change.subject for change in every} == {theirs.id, other.id}
    assert [change.subject for change in Changes(database, Actor("bob", "test"), policy).readable(every)] == [theirs.id]
    assert Changes(database, Actor("eve", "test"), policy).readable(every) == []


def test_a_commit_calls_who_listens_until_they_end_it(database, projects):
    calls: list[str] = []
    end = database.listen(lambda: calls.append("called"))
    projects.create(NewProject(code="one", name="x"))
    end()
    projects.create(NewProject(code="two", name="x"))
    assert calls == ["called"]
