"""``user``: who works with the catalog, from the shell."""

from __future__ import annotations

from datetime import UTC, datetime

import click
from rich.markup import escape
from rich.table import Table

from scaleph_lab.catalog.documents.access import NewUser, User, UserChanges
from scaleph_lab.catalog.documents.base import Listing, read
from scaleph_lab.cli.console import err, out, print_json, reports_errors
from scaleph_lab.platform import Platform, UserVerbs

__all__ = ["user"]

_JSON = click.option("--json", "as_json", is_flag=True, help="Print an answer for scripts.")
_AT = click.option("--at-version", type=int, help="Only if the user still has this version.")


@click.group()
def user() -> None:
    """List, make, disable and delete users of the catalog. KEY is a user's name or id."""


@user.command()
@_JSON
@reports_errors
def me(as_json: bool) -> None:
    """Say who you are, and what you may do where."""
    found = Platform(origin="cli").rights.me()
    if as_json:
        print_json(found.model_dump(mode="json"))
        return
    out.print(f"[bold]{escape(found.name)}[/]  {escape(found.display_name)}", soft_wrap=True)
    if found.disabled:
        out.print("You are disabled: an owner can enable you again.")
    if found.alone:
        out.print("You are the only user.")
    if not found.places:
        out.print(f"You have no rights yet. {escape(', '.join(found.owners))} can grant some.", soft_wrap=True)
        return
    table = Table("Where", "Roles", "Rights", box=None, pad_edge=False)
    for place in found.places:
        where = place.project_code or "the whole platform"
        table.add_row(*map(escape, (where, ", ".join(place.roles), ", ".join(place.rights))))
    out.print(table)


@user.command("list")
@click.option("--search", default="", help="Text that the name or the display name has.")
@click.option("--sort", default="name", show_default=True, help="name, updated_at; with - downwards.")
@click.option("--limit", default=50, show_default=True, help="How many at most.")
@click.option("--cursor", help="Where the page before ended.")
@_JSON
@reports_errors
def list_users(search: str, sort: str, limit: int, cursor: str | None, as_json: bool) -> None:
    """List users, a page at a time."""
    asked = read(Listing, {"search": search, "sort": sort, "limit": limit, "cursor": cursor})
    page = _users().list(asked)
    if as_json:
        print_json(page.model_dump(mode="json"))
        return
    table = Table("Name", "Display name", "Last seen (UTC)", "Disabled", box=None, pad_edge=False)
    for one in page.items:
        table.add_row(*map(escape, (one.name, one.display_name, _when(one.last_seen), "yes" if one.disabled else "")))
    out.print(table)
    if page.next_cursor:
        err.print(f"There are more: --cursor {page.next_cursor}", soft_wrap=True)


@user.command()
@click.argument("key")
@_JSON
@reports_errors
def show(key: str, as_json: bool) -> None:
    """Show the user KEY."""
    _print(_users().get(key), as_json)


@user.command()
@click.argument("name")
@click.option("--display-name", default="", help="What people call them.")
@_JSON
@reports_errors
def create(name: str, display_name: str, as_json: bool) -> None:
    """Make a user before they come. NAME is as Jupyter, or the operating system, names them."""
    _print(_users().create(read(NewUser, {"name": name, "display_name": display_name})), as_json)


@user.command()
@click.argument("key")
@click.option("--display-name", help="The new display name.")
@click.option("--disable", "disabled", flag_value=True, type=bool, default=None, help="Take all rights away.")
@click.option("--enable", "disabled", flag_value=False, type=bool, help="Give them back.")
@_AT
@_JSON
@reports_errors
def update(key: str, display_name: str | None, disabled: bool | None, at_version: int | None, as_json: bool) -> None:
    """Change the user KEY; what is not given stays."""
    users = _users()
    changes = read(UserChanges, {"display_name": display_name, "disabled": disabled})
    _print(users.update(key, changes, _version(users, key, at_version)), as_json)


@user.command()
@click.argument("key")
@_AT
@_JSON
@reports_errors
def delete(key: str, at_version: int | None, as_json: bool) -> None:
    """Delete the user KEY, with all grants."""
    users = _users()
    users.delete(key, _version(users, key, at_version))
    if as_json:
        print_json({"deleted": key})
    else:
        out.print(f"Deleted {escape(key)}.")


def _users() -> UserVerbs:
    return Platform(origin="cli").users


def _version(users: UserVerbs, key: str, at_version: int | None) -> int:
    return users.get(key).version if at_version is None else at_version


def _when(at: int | None) -> str:
    return "never" if at is None else datetime.fromtimestamp(at / 1000, UTC).strftime("%Y-%m-%d %H:%M")


def _print(one: User, as_json: bool) -> None:
    if as_json:
        print_json(one.model_dump(mode="json"))
        return
    state = "  disabled" if one.disabled else ""
    out.print(
        f"[bold]{escape(one.name)}[/]  {escape(one.display_name)}  (version {one.version}){state}\n"
        f"last seen {_when(one.last_seen)}, first seen {_when(one.first_seen)} (UTC)",
        soft_wrap=True,
    )
