"""``grant``: who may do what where, from the shell."""

from __future__ import annotations

import sys

import click
from rich.markup import escape
from rich.table import Table

from scaleph_lab.access.policy import Verb
from scaleph_lab.catalog.documents.access import Grant, GrantListing, NewGrant
from scaleph_lab.catalog.documents.base import read
from scaleph_lab.catalog.documents.rights import RightAnswer, RightQuestion
from scaleph_lab.cli.console import err, out, print_json, reports_errors
from scaleph_lab.errors import NotFoundError
from scaleph_lab.platform import GrantVerbs, Platform

__all__ = ["grant"]

_JSON = click.option("--json", "as_json", is_flag=True, help="Print an answer for scripts.")
_PROJECT = "A project, by code or id; without it, the whole platform."


@click.group()
def grant() -> None:
    """Grant and revoke roles and rights, list them, and ask what somebody may do."""


@grant.command("list")
@click.option("--user", default="", help="Only those of this user.")
@click.option("--project", default="", help="Only those that hold in this project, by code or id.")
@click.option("--role", default="", help="Only those of this role.")
@click.option("--search", default="", help="Text that the user, the role or the right has.")
@click.option("--sort", default="created_at", show_default=True, help="created_at; with - downwards.")
@click.option("--limit", default=50, show_default=True, help="How many at most.")
@click.option("--cursor", help="Where the page before ended.")
@_JSON
@reports_errors
def list_grants(limit: int, cursor: str | None, as_json: bool, **asked: str) -> None:
    """List grants: of a user, of a project, or all, a page at a time."""
    page = _grants().list(read(GrantListing, {**asked, "limit": limit, "cursor": cursor}))
    if as_json:
        print_json(page.model_dump(mode="json"))
        return
    table = Table("User", "May", "Where", "Granted by", "Id", box=None, pad_edge=False)
    for one in page.items:
        name = f"{one.user} (disabled)" if one.user_disabled else one.user
        table.add_row(*map(escape, (name, one.role or one.right or "", _place(one), one.created_by, one.id)))
    out.print(table)
    if page.next_cursor:
        err.print(f"There are more: --cursor {page.next_cursor}", soft_wrap=True)


@grant.command()
@click.argument("user")
@click.argument("role", required=False)
@click.option("--right", help="A single right in the place of a role, as 'VERB RESOURCE'.")
@click.option("--project", help=_PROJECT)
@_JSON
@reports_errors
def add(user: str, role: str | None, right: str | None, project: str | None, as_json: bool) -> None:
    """Grant USER a ROLE, or a single right."""
    made = _grants().create(read(NewGrant, {"user": user, "role": role, "right": right, "project": project}))
    if as_json:
        print_json(made.model_dump(mode="json"))
    else:
        out.print(f"{escape(made.user)} has {escape(_what(made))} on {escape(_place(made))}.", soft_wrap=True)


@grant.command()
@click.argument("user")
@click.argument("role", required=False)
@click.option("--right", help="A single right in the place of a role, as 'VERB RESOURCE'.")
@click.option("--project", help=_PROJECT)
@_JSON
@reports_errors
def revoke(user: str, role: str | None, right: str | None, project: str | None, as_json: bool) -> None:
    """Revoke what was granted to USER by the same words; or the grant of that id, when it stands alone."""
    grants = _grants()
    key = _key(grants, user, role, right, project) if role or right else user
    grants.delete(key)
    if as_json:
        print_json({"revoked": key})
    else:
        out.print("Revoked.")


@grant.command()
@click.argument("verb", type=click.Choice([verb.value for verb in Verb]))
@click.argument("resource")
@click.option("--user", default="", help="Of whom; without it, of yourself.")
@click.option("--project", default="", help=_PROJECT)
@_JSON
@reports_errors
def check(verb: str, resource: str, user: str, project: str, as_json: bool) -> None:
    """Say whether somebody may do VERB on RESOURCE, and by which grant; exit code 1 when they may not."""
    question = read(RightQuestion, {"user": user, "verb": verb, "resource": resource, "project": project})
    found = Platform(origin="cli").rights.check(question)
    if as_json:
        print_json(found.model_dump(mode="json"))
    else:
        _explain(found)
    sys.exit(0 if found.allowed else 1)


def _explain(found: RightAnswer) -> None:
    word = "may" if found.allowed else "may not"
    out.print(f"{escape(found.user)} [bold]{word}[/] {escape(found.right)}.", soft_wrap=True)
    if found.by_setting:
        out.print("The setting catalog_owners names them.")
    if found.disabled and not found.by_setting:
        out.print("They are disabled.")
    for one in found.by:
        line = f"By {_what(one)} on {_place(one)}, granted by {one.created_by} ({one.id})."
        out.print(escape(line), soft_wrap=True)
    if not found.allowed and not found.by:
        ways = f"Roles that have it: {', '.join(found.roles)}. Who can grant it: {', '.join(found.owners)}."
        out.print(escape(ways), soft_wrap=True)


def _key(grants: GrantVerbs, user: str, role: str | None, right: str | None, project: str | None) -> str:
    """The id of the grant that these words name. Raises `NotFoundError`."""
    cursor = None
    while True:
        asked = {"user": user, "project": project or "", "role": role or "", "limit": 200, "cursor": cursor}
        page = grants.list(read(GrantListing, asked))
        for one in page.items:
            is_there = project in {one.project, one.project_code} if project else one.project is None
            if is_there and (one.role, one.right) == (role, right):
                return one.id
        cursor = page.next_cursor
        if cursor is None:
            raise NotFoundError(
                f"{user} was not granted {role or right} there.",
                hint=f"jupyter scaleph grant list --user {user} shows what was.",
                path="user",
            )


def _grants() -> GrantVerbs:
    return Platform(origin="cli").grants


def _what(one: Grant) -> str:
    return f"the role {one.role}" if one.role else f"the right to {one.right}"


def _place(one: Grant) -> str:
    return one.project_code or "the whole platform"
