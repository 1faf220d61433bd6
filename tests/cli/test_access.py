"""`jupyter scaleph user`, `role` and `grant`: from the shell, for people and for scripts."""

from __future__ import annotations

import json
from dataclasses import dataclass

import pytest
from click.testing import CliRunner

from scaleph_lab.cli import main
from scaleph_lab.settings import reload_settings


@pytest.fixture
def shell(tmp_path, monkeypatch):
    """``shell("bob", "user", "me")`` runs a command as Bob, as on his server of JupyterHub's; Ada came first.

    All run in this process, since there are many: that a command is one, the neighbours show.
    """
    monkeypatch.setenv("SCALEPH_LAB_CATALOG_URL", f"sqlite:///{tmp_path / 'catalog.sqlite'}")
    reload_settings()

    def run(user, *arguments):
        done = CliRunner().invoke(main, arguments, env={"JUPYTERHUB_USER": user})
        return Answer(done.exit_code, done.stdout, done.stderr)

    assert run("ada", "project", "create", "sales").code == 0
    yield run
    monkeypatch.undo()
    reload_settings()


@dataclass(frozen=True)
class Answer:
    """What a command left."""

    code: int
    out: str
    err: str

    @property
    def json(self):
        return json.loads(self.out)


def test_a_right_from_its_grant_to_its_end(shell):
    assert "You are the only user." in shell("ada", "user", "me").out
    refused = shell("bob", "project", "show", "sales")
    assert (refused.code, "bob lacks the right to read project" in refused.err) == (2, True)
    assert "You have no rights yet. ada can grant some." in shell("bob", "user", "me").out
    made = shell("ada", "grant", "add", "bob", "developer", "--project", "sales", "--json").json
    assert (made["user"], made["role"], made["project_code"]) == ("bob", "developer", "sales")
    assert shell("bob", "project", "show", "sales").code == 0
    may = shell("bob", "grant", "check", "write", "artifact", "--project", "sales")
    assert (may.code, "By the role developer on sales, granted by ada" in may.out) == (0, True)
    may_not = shell("bob", "grant", "check", "delete", "project", "--project", "sales")
    assert (may_not.code, "Roles that have it: owner. Who can grant it: ada." in may_not.out) == (1, True)
    assert "developer" in shell("ada", "grant", "list", "--user", "bob").out
    assert shell("ada", "grant", "revoke", "bob", "developer", "--project", "sales").out == "Revoked.\n"
    assert shell("bob", "project", "show", "sales").code == 2
    gone = shell("ada", "grant", "revoke", "bob", "developer", "--project", "sales", "--json")
    assert gone.json["error"]["code"] == "not_found"


def test_users_and_roles_for_people_and_for_scripts(shell):
    assert shell("ada", "user", "create", "bob", "--display-name", "Bob [x]", "--json").json["version"] == 1
    assert "Bob [x]" in shell("ada", "user", "list").out
    assert shell("ada", "user", "update", "bob", "--disable", "--json").json["disabled"] is True
    assert "disabled" in shell("ada", "user", "show", "bob").out
    assert shell("ada", "user", "update", "bob", "--enable", "--json").json["disabled"] is False
    last = shell("ada", "user", "update", "ada", "--disable", "--json")
    assert (last.code, last.json["error"]["code"]) == (2, "conflict")
    role = shell(
        "ada", "role", "create", "tester", "--right", "read datasource", "--right", "execute datasource", "--json"
    )
    assert role.json["rights"] == ["read datasource", "execute datasource"]
    assert "execute datasource" in shell("ada", "role", "show", "tester").out
    assert shell("ada", "role", "update", "tester", "--title", "T", "--json").json["rights"] == role.json["rights"]
    grant = shell("ada", "grant", "add", "bob", "--right", "read secret", "--json").json
    assert shell("ada", "grant", "revoke", grant["id"], "--json").json == {"revoked": grant["id"]}
    assert shell("ada", "role", "delete", "tester", "--json").json == {"deleted": "tester"}
    assert shell("ada", "user", "delete", "bob", "--json").json == {"deleted": "bob"}
    wrong = shell("ada", "grant", "add", "bob", "--right", "read moon", "--json")
    assert (wrong.code, wrong.json["error"]["path"]) == (2, "right")
