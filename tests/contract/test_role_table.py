"""Each verb on each kind of thing, for each role, in its own project, in another and on the whole platform.

Each call of the catalog over REST asks just that. The table is printed when all tests have ended.
"""

from __future__ import annotations

import importlib.util
import json
import sys
from importlib.resources import files
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
import yaml

from scaleph_lab import Platform
from scaleph_lab.access.policy import RESOURCES, Verb
from scaleph_lab.catalog.documents.access import NewGrant, NewRole
from scaleph_lab.catalog.documents.artifact import NewArtifact
from scaleph_lab.catalog.documents.cluster import NewCluster
from scaleph_lab.catalog.documents.datasource import NewDataSource
from scaleph_lab.catalog.documents.project import NewProject
from scaleph_lab.server.catalog import CatalogHandler
from scaleph_lab.server.routes import ROUTES


def _calls():
    # Beside this file, which is no package.
    spec = importlib.util.spec_from_file_location("calls", Path(__file__).with_name("calls.py"))
    module = importlib.util.module_from_spec(spec)
    sys.modules["calls"] = module
    spec.loader.exec_module(module)
    return module


MODULE = _calls()
CALLS, LAKE = MODULE.CALLS, MODULE.LAKE
CONTRACT = yaml.safe_load((files("scaleph_lab.server") / "openapi.yaml").read_text("utf-8"))
ROLES = ("owner", "developer", "operator", "viewer")
ALL, CHANGES, RUNS, SOLE = ROLES, ("owner", "developer"), ("owner", "developer", "operator"), ("owner",)

MAY = {
    #           project  artifact  datasource  cluster  secret   standard  action  user  role  grant
    "read":    (ALL,     ALL,      ALL,        ALL,     ALL,     ALL,      ALL,    ALL,  ALL,  ALL),
    "create":  (SOLE,    CHANGES,  SOLE,       SOLE,    SOLE,    SOLE,     SOLE,   SOLE, SOLE, SOLE),
    "write":   (CHANGES, CHANGES,  CHANGES,    CHANGES, CHANGES, CHANGES,  SOLE,   SOLE, SOLE, SOLE),
    "delete":  (SOLE,    CHANGES,  SOLE,       SOLE,    SOLE,    SOLE,     SOLE,   SOLE, SOLE, SOLE),
    "execute": (RUNS,    RUNS,     RUNS,       RUNS,    RUNS,    RUNS,     RUNS,   RUNS, RUNS, RUNS),
    "grant":   (SOLE,    SOLE,     SOLE,       SOLE,    SOLE,    SOLE,     SOLE,   SOLE, SOLE, SOLE),
}  # fmt: skip
"""Who may do what: this is the specification, written by hand."""

RIGHTS = {f"{verb} {resource}": may for verb, row in MAY.items() for resource, may in zip(RESOURCES, row, strict=True)}
RIGHTS["grant *"] = SOLE


class Lab:
    """The server as any of its users."""

    def __init__(self, url):
        self.url = url
        self._clients = {}

    def ask(self, user, verb, path, body=None, headers=None):
        if user not in self._clients:
            self._clients[user] = httpx.Client(
                base_url=f"{self.url}scaleph/", headers={"Authorization": f"token {user}"}, trust_env=False, timeout=30
            )
        options = {} if body is None else {"content": json.dumps(body)}
        return self._clients[user].request(verb, path, headers=headers or {}, **options)

    def grant_again(self, place):
        """The id of a grant to ``passing`` in that project, which may have been revoked."""
        self.ask("ada", "POST", "grants", {"user": "passing", "role": "viewer", "project": place})
        return self.ask("ada", "GET", f"grants?user=passing&project={place}").json()["items"][0]["id"]


@pytest.fixture(scope="module")
def lab(shared_lab):
    """Ada owns all. For each role one user has it in the project ``own``, another one on the whole platform."""
    ada = Platform(shared_lab, "ada")
    ada.roles.create(NewRole(name="tester", title="Tester", rights=[]))
    for code in ("own", "other"):
        ada.projects.create(NewProject(code=code, name=code))
        ada.artifacts.create(NewArtifact(project=code, type="SQL", name="daily", text="SELECT 1"))
        ada.datasources.create(NewDataSource(name=f"{code}-lake", type="sqlite", project=code, properties=LAKE))
        ada.clusters.create(NewCluster(name=f"{code}-cluster", kubeconfig="{{secret:no-such}}", project=code))
        ada.grants.create(NewGrant(user=f"only-{code}", role="viewer", project=code))
    for role in ROLES:
        ada.grants.create(NewGrant(user=f"{role}-in-own", role=role, project="own"))
        ada.grants.create(NewGrant(user=f"{role}-of-all", role=role))
    return Lab(shared_lab)


PLACES = {
    "own": ("in-own", "own"),
    "other": ("in-own", "other"),
    "platform": ("of-all", ""),
}
"""Who asks by the place of the grant, and for which project; none is the platform."""


def test_all_verbs_on_all_things_are_in_the_table():
    assert [*MAY] == [verb.value for verb in Verb]


def test_each_role_has_its_rights_in_its_own_place_only(lab, catalog_url, told):
    found, wrong = {}, []
    for right, roles in RIGHTS.items():
        verb, resource = right.split(" ")
        for role in ROLES:
            for place, (who, project) in PLACES.items():
                user = f"{role}-{who}"
                asked = f"rights?verb={verb}&resource={quote(resource)}&user={user}&project={project}"
                may = lab.ask("ada", "GET", asked).json()["allowed"]
                found[right, role, place] = may
                if may is not (place != "other" and role in roles):
                    wrong.append((right, role, place, may))
    assert wrong == []
    if catalog_url.startswith("sqlite"):
        told += table(found)


def table(found):
    """The found rights as lines: where the role has them."""
    lines = ["role table (p: in the project of the grant; P: everywhere, by a grant on the platform; calls over REST)"]
    lines.append(f"{'':20}" + "".join(f"{role:>11}" for role in ROLES) + f"{'calls':>7}")
    for right in RIGHTS:
        cells = []
        for role in ROLES:
            own, other, platform = (found[right, role, place] for place in PLACES)
            cells.append(("p" if own else "") + ("!" if other else "") + ("P" if platform else "") or "-")
        calls = sum(call.right == right for call in CALLS)
        lines.append(f"{right:20}" + "".join(f"{cell:>11}" for cell in cells) + f"{calls:>7}")
    return lines


BY_JUPYTER = {
    "connectors",
    "pipeline-configs",
    "pipeline-diagnoses",
    "pipeline-imports",
    "pipeline-runs",
    "pipeline-samples",
}
"""Calls on a document that the request brings. Of the catalog they read the data sources that it names, by the service
of data sources, which asks the policy."""


def test_each_call_of_the_catalog_has_its_row():
    """A handler without one fails here. Those that are no calls of the catalog ask Jupyter's authoriser alone."""
    served = {
        (verb.upper(), template)
        for template, handler in ROUTES.items()
        if issubclass(handler, CatalogHandler) and template.split("/")[2] not in BY_JUPYTER
        for verb in ("get", "head", "post", "put", "patch", "delete")
        if verb in vars(handler)
    }
    assert served == {(call.verb, call.template) for call in CALLS}
    outside = {template for template, handler in ROUTES.items() if not issubclass(handler, CatalogHandler)}
    assert {template.split("/")[2] for template in outside} == {"health", "engines", "demo"}


def expected(call, role, place):
    if call.right is None:
        return True
    may = role in RIGHTS[call.right]
    if place == "platform" or (place == "own" and call.where != "platform"):
        return may
    return may and call.where == "anywhere"


@pytest.mark.parametrize("call", CALLS, ids=lambda call: f"{call.verb} {call.path.split('?')[0]}")
def test_a_call_is_allowed_by_the_role_and_the_place_alone(lab, call):
    wrong = []
    for place, (who, project) in PLACES.items():
        for role in (*ROLES, "nobody"):
            user = role if role == "nobody" else f"{role}-{who}"
            at = project or "own"
            names = {"place": at, "grant": lab.grant_again(at) if call.before else ""}
            path = call.path
            for name, value in names.items():
                path = path.replace(f"{{{name}}}", value)
            body = None if call.body is None else json.loads(json.dumps(call.body).replace("{place}", at))
            answer = lab.ask(user, call.verb, path, body, call.headers)
            may = answer.status_code != 403 and call.shows(answer, at)
            if may is not (call.right is None or (role != "nobody" and expected(call, role, place))):
                wrong.append((place, user, answer.status_code, answer.text[:200]))
            assert str(answer.status_code) in CONTRACT["paths"][call.template][call.verb.lower()]["responses"]
            if answer.status_code == 403:
                said = answer.json()
                assert said["code"] == "forbidden"
                assert said["message"].startswith(f"{user} lacks the right to ")
                assert "ada" in said["hint"]
    assert wrong == []
