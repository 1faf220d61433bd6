"""`jupyter scaleph project`: from the shell, for people and for scripts."""

from __future__ import annotations

import pytest


@pytest.fixture
def project(scaleph, tmp_path):
    """``project("list")``, on a catalog of its own."""
    environment = {"SCALEPH_LAB_CATALOG_URL": f"sqlite:///{tmp_path / 'catalog.sqlite'}"}
    return lambda *arguments: scaleph("project", *arguments, env=environment)


def test_a_project_from_its_making_to_its_end(project):
    made = project("create", "sales", "--name", "Sales [all]", "--json")
    assert (made.code, made.json["version"]) == (0, 1)
    assert "Sales [all]" in project("list").out
    assert project("update", "sales", "--remark", "x", "--json").json["remark"] == "x"
    assert "version 2" in project("show", "sales").out
    assert project("delete", "sales", "--json").json == {"deleted": "sales"}
    assert project("list", "--json").json == {"items": [], "next_cursor": None}


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("create", "9 lives"), "invalid"),
        (("create", "taken"), "conflict"),
        (("update", "taken", "--name", "x", "--at-version", "7"), "conflict"),
        (("show", "nobody"), "not_found"),
        (("list", "--limit", "0"), "invalid"),
        (("list", "--sort", "colour"), "invalid"),
    ],
)
def test_a_failure_is_told_with_its_code(project, arguments, code):
    project("create", "taken")
    answer = project(*arguments, "--json")
    assert (answer.code, answer.json["error"]["code"]) == (2, code)
    assert "Traceback" not in answer.err
