"""The log of actions, in process and over REST, on SQLite and on PostgreSQL."""

from __future__ import annotations

import getpass

import pytest

from scaleph_lab.catalog.documents.action import ActionListing
from scaleph_lab.catalog.documents.project import NewProject, ProjectChanges
from scaleph_lab.errors import ConflictError


def test_the_log_is_searched_and_read_by_pages_newest_first(platform):
    made = platform.projects.create(NewProject(code="logged", name="Logged"))
    assert made.created_by == getpass.getuser()
    platform.projects.update("logged", ProjectChanges(name="x"), 1)
    with pytest.raises(ConflictError):
        platform.projects.update("logged", ProjectChanges(name="y"), 1)
    platform.projects.delete("logged", 2)
    page = platform.actions.list(ActionListing(search=made.id, limit=2))
    assert [(one.verb, one.version, one.changed) for one in page.items] == [("delete", 2, []), ("write", 2, ["name"])]
    rest = platform.actions.list(ActionListing(search=made.id, limit=2, cursor=page.next_cursor))
    assert ([one.verb for one in rest.items], rest.next_cursor) == (["create"], None)
    failed = platform.actions.list(ActionListing(result="failed", search="LOGGED")).items
    assert (failed[0].verb, failed[0].version) == ("write", None)
    assert failed[0].origin
