"""Each call of the catalog, with the right that it asks for; none of them leaves a trace when it is allowed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

STALE = {"If-Match": '"999"'}
LAKE = {"path": "/nowhere/lake.sqlite"}
NOBODYS = "0" * 32


def _any(answer: Any, place: str) -> bool:
    return True


def _named(name: str) -> Callable[[Any, str], bool]:
    return lambda answer, place: name.format(place=place) in answer.text


@dataclass(frozen=True)
class Call:
    """A verb on a path of the contract."""

    verb: str
    template: str
    right: str | None
    """None: whoever is logged in may."""
    path: str
    """What is asked; ``{place}`` is a project, ``own`` or ``other``."""
    where: str = "project"
    """Where the right is asked for: in the ``project``, on the ``platform``, or ``anywhere``."""
    body: dict[str, Any] | None = None
    headers: dict[str, str] = field(default_factory=dict)
    shows: Callable[[Any, str], bool] = _any
    """Whether an answer has what the right is for: lists leave out what one may not see."""
    before: str = ""
    """What the owner does first: ``grant`` makes the grant that ``{grant}`` names."""


def _artifact(verb: str, rest: str, right: str, path: str = "", **more: Any) -> Call:
    return Call(
        verb, f"/scaleph/artifacts/{{key}}{rest}", right, f"artifacts/{{place}}%2FSQL%2Fdaily{path or rest}", **more
    )


def _source(verb: str, rest: str, right: str, **more: Any) -> Call:
    return Call(verb, f"/scaleph/datasources/{{key}}{rest}", right, f"datasources/{{place}}-lake{rest}", **more)


def _cluster(verb: str, rest: str, right: str, **more: Any) -> Call:
    return Call(verb, f"/scaleph/clusters/{{key}}{rest}", right, f"clusters/{{place}}-cluster{rest}", **more)


def _standard(noun: str, new: dict[str, Any]) -> list[Call]:
    """The calls for one noun of the data standard; none of it is made, changed or deleted when they are allowed."""
    one = f"standard/{noun}/{NOBODYS}"
    return [
        Call("GET", f"/scaleph/standard/{noun}", "read standard", f"standard/{noun}", "anywhere"),
        Call("POST", f"/scaleph/standard/{noun}", "create standard", f"standard/{noun}", "platform", new),
        Call("GET", f"/scaleph/standard/{noun}/{{key}}", "read standard", one, "anywhere"),
        Call("PATCH", f"/scaleph/standard/{noun}/{{key}}", "write standard", one, "platform", {}, STALE),
        Call("DELETE", f"/scaleph/standard/{noun}/{{key}}", "delete standard", one, "platform", headers=STALE),
    ]


_REVISION = "/revisions/{number}"
_NO_SET = {"set": "nowhere", "code": "1"}
_TEXT = {"type": "SQL", "name": "daily", "text": "SELECT 1"}

CALLS = [
    Call("GET", "/scaleph/projects", "read project", "projects", shows=_named('"code":"{place}"')),
    Call("POST", "/scaleph/projects", "create project", "projects", "platform", {"code": "own", "name": "own"}),
    Call("GET", "/scaleph/projects/{key}", "read project", "projects/{place}"),
    Call("PATCH", "/scaleph/projects/{key}", "write project", "projects/{place}", body={"name": "x"}, headers=STALE),
    Call("DELETE", "/scaleph/projects/{key}", "delete project", "projects/{place}", headers=STALE),
    Call("GET", "/scaleph/projects/{key}/archive", "read project", "projects/{place}/archive"),
    Call("POST", "/scaleph/project-imports", None, "project-imports", body={"no": "zip"}),
    Call("GET", "/scaleph/artifact-types", None, "artifact-types"),
    Call("GET", "/scaleph/artifacts", "read artifact", "artifacts", shows=_named('"project":"{place}"')),
    Call("POST", "/scaleph/artifacts", "create artifact", "artifacts", body={**_TEXT, "project": "{place}"}),
    _artifact("GET", "", "read artifact"),
    _artifact("PATCH", "", "write artifact", body={"remark": "x"}, headers=STALE),
    _artifact("DELETE", "", "delete artifact", headers=STALE),
    _artifact("GET", "/diff", "read artifact", "/diff?old=1"),
    _artifact("GET", "/revisions", "read artifact"),
    _artifact("POST", "/revisions", "write artifact", body={"text": "SELECT 2"}, headers=STALE),
    _artifact("GET", _REVISION, "read artifact", "/revisions/1"),
    _artifact("DELETE", _REVISION, "delete artifact", "/revisions/1", headers=STALE),
    _artifact("GET", f"{_REVISION}/content", "read artifact", "/revisions/1/content"),
    _artifact("POST", f"{_REVISION}/restore", "write artifact", "/revisions/1/restore", body={}, headers=STALE),
    Call(
        "POST",
        "/scaleph/uploads",
        "create artifact",
        "uploads",
        body={
            "file_name": "daily.sql",
            "size": 1,
            "sha256": "0" * 64,
            "create": {"project": "{place}", "type": "SQL", "name": "daily"},
        },
    ),
    # An upload is there for its maker alone; that a right lost on the way ends it, test_uploads.py shows.
    Call("GET", "/scaleph/uploads/{id}", None, f"uploads/{NOBODYS}"),
    Call("PATCH", "/scaleph/uploads/{id}", None, f"uploads/{NOBODYS}?offset=0", body={}),
    Call("DELETE", "/scaleph/uploads/{id}", None, f"uploads/{NOBODYS}"),
    Call("POST", "/scaleph/uploads/{id}/finish", None, f"uploads/{NOBODYS}/finish"),
    Call("GET", "/scaleph/datasource-types", None, "datasource-types"),
    Call(
        "POST",
        "/scaleph/datasource-tests",
        "execute datasource",
        "datasource-tests",
        body={"type": "sqlite", "project": "{place}", "properties": LAKE},
    ),
    Call("GET", "/scaleph/datasources", "read datasource", "datasources", shows=_named('"name":"{place}-lake"')),
    Call(
        "POST",
        "/scaleph/datasources",
        "create datasource",
        "datasources",
        body={"name": "{place}-lake", "type": "sqlite", "project": "{place}", "properties": LAKE},
    ),
    _source("GET", "", "read datasource"),
    _source("PATCH", "", "write datasource", body={"remark": "x"}, headers=STALE),
    _source("DELETE", "", "delete datasource", headers=STALE),
    _source("POST", "/test", "execute datasource"),
    _source("GET", "/schemas", "execute datasource"),
    _source("GET", "/tables", "execute datasource"),
    _source("GET", "/columns", "execute datasource"),
    Call("GET", "/scaleph/clusters", "read cluster", "clusters", shows=_named('"name":"{place}-cluster"')),
    Call(
        "POST",
        "/scaleph/clusters",
        "create cluster",
        "clusters",
        body={"name": "{place}-cluster", "kubeconfig": "{{secret:no-such}}", "project": "{place}"},
    ),
    _cluster("GET", "", "read cluster"),
    _cluster("PATCH", "", "write cluster", body={"remark": "x"}, headers=STALE),
    _cluster("DELETE", "", "delete cluster", headers=STALE),
    _cluster("POST", "/test", "execute cluster"),
    _cluster("GET", "/namespaces", "execute cluster"),
    _cluster("GET", "/rights", "execute cluster"),
    Call("GET", "/scaleph/secrets", "read secret", "secrets", "platform"),
    Call("PUT", "/scaleph/secrets/{key}", "write secret", "secrets/table", "platform", {"value": "x"}),
    Call("DELETE", "/scaleph/secrets/{key}", "delete secret", "secrets/no-such-secret", "platform"),
    Call("GET", "/scaleph/actions", "read action", "actions?search=ada", "platform", shows=_named('"actor":"ada"')),
    # All may listen; that each learns of what they may read alone, tests/catalog/test_changes.py shows.
    Call("GET", "/scaleph/events", None, "events", headers={"Last-Event-ID": "none"}),
    Call("GET", "/scaleph/me", None, "me"),
    Call("GET", "/scaleph/rights", "read grant", "rights?verb=read&resource=project&user=ada&project={place}"),
    Call("GET", "/scaleph/users", "read user", "users?search=only", shows=_named('"name":"only-{place}"')),
    Call("POST", "/scaleph/users", "create user", "users", "platform", {"name": "only-own"}),
    Call("GET", "/scaleph/users/{key}", "read user", "users/only-{place}"),
    Call("PATCH", "/scaleph/users/{key}", "write user", "users/only-own", "platform", {"display_name": "x"}, STALE),
    Call("DELETE", "/scaleph/users/{key}", "delete user", "users/only-own", "platform", headers=STALE),
    Call("GET", "/scaleph/roles", "read role", "roles", "anywhere"),
    Call(
        "POST",
        "/scaleph/roles",
        "create role",
        "roles",
        "platform",
        {"name": "tester", "title": "Tester", "rights": []},
    ),
    Call("GET", "/scaleph/roles/{key}", "read role", "roles/tester", "anywhere"),
    Call("PATCH", "/scaleph/roles/{key}", "write role", "roles/tester", "platform", {"title": "x"}, STALE),
    Call("DELETE", "/scaleph/roles/{key}", "delete role", "roles/tester", "platform", headers=STALE),
    Call("GET", "/scaleph/grants", "read grant", "grants?project={place}", shows=_named('"user":"only-{place}"')),
    Call(
        "POST",
        "/scaleph/grants",
        "grant *",
        "grants",
        body={"user": "only-{place}", "role": "viewer", "project": "{place}"},
    ),
    Call("GET", "/scaleph/grants/{id}", "read grant", "grants/{grant}", before="grant"),
    Call("DELETE", "/scaleph/grants/{id}", "grant *", "grants/{grant}", before="grant"),
    *_standard("systems", {"code": "crm", "name": "CRM"}),
    *_standard("sets", {"code": "gender", "name": "Gender"}),
    *_standard("elements", {"code": "gender", "name": "Gender", "type": "STRING"}),
    *_standard("values", {**_NO_SET, "value": "x"}),
    *_standard("mappings", {**_NO_SET, "mapped_code": "2"}),
    Call(
        "GET",
        "/scaleph/standard/translations",
        "read standard",
        "standard/translations?set=nowhere&code=1",
        "anywhere",
    ),
    Call("POST", "/scaleph/standard/lint", "read standard", "standard/lint", "anywhere", {"text": "SELECT 1"}),
    Call("POST", "/scaleph/standard/imports", "write standard", "standard/imports", "platform", {"no": "file"}),
    Call("GET", "/scaleph/standard/exports", "read standard", "standard/exports?kind=elements", "anywhere"),
    Call("GET", "/scaleph/dictionaries", None, "dictionaries"),
    Call("GET", "/scaleph/dictionaries/{key}", None, "dictionaries/verb"),
]
