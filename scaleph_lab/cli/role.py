"""``role``: rights by one name, from the shell."""

from __future__ import annotations

import click
from rich.markup import escape
from rich.table import Table

from scaleph_lab.catalog.documents.access import NewRole, Role, RoleChanges
from scaleph_lab.catalog.documents.base import read
from scaleph_lab.cli.console import out, print_json, reports_errors
from scaleph_lab.platform import Platform, RoleVerbs

__all__ = ["role"]

_JSON = click.option("--json", "as_json", is_flag=True, help="Print an answer for scripts.")
_AT = click.option("--at-version", type=int, help="Only if the role still has this version.")
_RIGHT = "A right, as 'VERB RESOURCE', such as 'read artifact'; again for the next."


@click.group()
def role() -> None:
    """List roles; make, change and delete those of your own. KEY is a role's name or id."""


@role.command("list")
@_JSON
@reports_errors
def list_roles(as_json: bool) -> None:
    """List all roles, the built-in ones first."""
    found = _roles().list()
    if as_json:
        print_json(found.model_dump(mode="json"))
        return
    table = Table("Name", "Title", "Rights", box=None, pad_edge=False)
    for one in found.items:
        table.add_row(*map(escape, (one.name, one.title, ", ".join(one.rights))))
    out.print(table)


@role.command()
@click.argument("key")
@_JSON
@reports_errors
def show(key: str, as_json: bool) -> None:
    """Show the role KEY."""
    _print(_roles().get(key), as_json)


@role.command()
@click.argument("name")
@click.option("--title", help="Its name for people; by default the name.")
@click.option("--right", "rights", multiple=True, help=_RIGHT)
@_JSON
@reports_errors
def create(name: str, title: str | None, rights: tuple[str, ...], as_json: bool) -> None:
    """Make a role with the unique NAME."""
    new = read(NewRole, {"name": name, "title": title or name, "rights": [*rights]})
    _print(_roles().create(new), as_json)


@role.command()
@click.argument("key")
@click.option("--title", help="The new title.")
@click.option("--right", "rights", multiple=True, help=f"{_RIGHT} All of them, in the place of those before.")
@_AT
@_JSON
@reports_errors
def update(key: str, title: str | None, rights: tuple[str, ...], at_version: int | None, as_json: bool) -> None:
    """Change the role KEY; what is not given stays."""
    roles = _roles()
    changes = read(RoleChanges, {"title": title, "rights": [*rights] or None})
    _print(roles.update(key, changes, _version(roles, key, at_version)), as_json)


@role.command()
@click.argument("key")
@_AT
@_JSON
@reports_errors
def delete(key: str, at_version: int | None, as_json: bool) -> None:
    """Delete the role KEY; one that somebody has stays."""
    roles = _roles()
    roles.delete(key, _version(roles, key, at_version))
    if as_json:
        print_json({"deleted": key})
    else:
        out.print(f"Deleted {escape(key)}.")


def _roles() -> RoleVerbs:
    return Platform(origin="cli").roles


def _version(roles: RoleVerbs, key: str, at_version: int | None) -> int:
    return roles.get(key).version if at_version is None else at_version


def _print(one: Role, as_json: bool) -> None:
    if as_json:
        print_json(one.model_dump(mode="json"))
        return
    kind = "built in" if one.built_in else f"version {one.version}"
    rights = "\n".join(f"  {right}" for right in one.rights) or "  no rights"
    out.print(f"[bold]{escape(one.name)}[/]  {escape(one.title)}  ({kind})\n{escape(rights)}", soft_wrap=True)
