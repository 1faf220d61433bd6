"""``project``: the catalog's projects from the shell."""

from __future__ import annotations

from pathlib import Path

import click
from rich.markup import escape
from rich.table import Table

from scaleph_lab.catalog.documents.archive import ProjectImport
from scaleph_lab.catalog.documents.base import Listing, read
from scaleph_lab.catalog.documents.project import NewProject, Project, ProjectChanges
from scaleph_lab.cli.console import err, out, print_json, reports_errors
from scaleph_lab.platform import Platform, ProjectVerbs

__all__ = ["project"]

_JSON = click.option("--json", "as_json", is_flag=True, help="Print an answer for scripts.")
_AT = click.option("--at-version", type=int, help="Only if the project still has this version.")


@click.group()
def project() -> None:
    """Make, list, change and delete projects of the catalog. KEY is a project's code or id."""


@project.command("list")
@click.option("--search", default="", help="Text that the code or the name has.")
@click.option("--sort", default="code", show_default=True, help="code, name, updated_at; with - downwards.")
@click.option("--limit", default=50, show_default=True, help="How many at most.")
@click.option("--cursor", help="Where the page before ended.")
@_JSON
@reports_errors
def list_projects(search: str, sort: str, limit: int, cursor: str | None, as_json: bool) -> None:
    """List projects, a page at a time."""
    asked = read(Listing, {"search": search, "sort": sort, "limit": limit, "cursor": cursor})
    page = _projects().list(asked)
    if as_json:
        print_json(page.model_dump(mode="json"))
        return
    table = Table("Code", "Name", "Version", "Changed by", box=None, pad_edge=False)
    for one in page.items:
        table.add_row(*map(escape, (one.code, one.name, str(one.version), one.updated_by)))
    out.print(table)
    if page.next_cursor:
        err.print(f"There are more: --cursor {page.next_cursor}", soft_wrap=True)


@project.command()
@click.argument("key")
@_JSON
@reports_errors
def show(key: str, as_json: bool) -> None:
    """Show the project KEY."""
    _print(_projects().get(key), as_json)


@project.command()
@click.argument("code")
@click.option("--name", help="Its name for people; by default the code.")
@click.option("--remark", default="", help="What it is for.")
@_JSON
@reports_errors
def create(code: str, name: str | None, remark: str, as_json: bool) -> None:
    """Make a project with the unique CODE."""
    new = read(NewProject, {"code": code, "name": name or code, "remark": remark})
    _print(_projects().create(new), as_json)


@project.command()
@click.argument("key")
@click.option("--code", help="The new code.")
@click.option("--name", help="The new name.")
@click.option("--remark", help="The new remark.")
@_AT
@_JSON
@reports_errors
def update(key: str, at_version: int | None, as_json: bool, **fields: str | None) -> None:
    """Change the project KEY; what is not given stays."""
    projects = _projects()
    changes = read(ProjectChanges, fields)
    _print(projects.update(key, changes, _version(projects, key, at_version)), as_json)


@project.command()
@click.argument("key")
@click.option("--cascade", is_flag=True, help="Also all that hangs on it.")
@_AT
@_JSON
@reports_errors
def delete(key: str, cascade: bool, at_version: int | None, as_json: bool) -> None:
    """Delete the project KEY; one with artifacts stays without --cascade."""
    projects = _projects()
    projects.delete(key, _version(projects, key, at_version), cascade=cascade)
    if as_json:
        print_json({"deleted": key})
    else:
        out.print(f"Deleted {escape(key)}.")


@project.command("export")
@click.argument("key")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@reports_errors
def export_project(key: str, file: Path) -> None:
    """Write the project KEY, with all revisions and without secrets, into FILE."""
    chunks = Platform(origin="cli").archives.export(key)
    partial = file.with_name(f"{file.name}.part")
    try:
        with partial.open("wb") as target:
            for chunk in chunks:
                target.write(chunk)
        partial.replace(file)
    finally:
        partial.unlink(missing_ok=True)
    out.print(f"Wrote {escape(str(file))} ({file.stat().st_size:,} bytes).", soft_wrap=True)


@project.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--code", help="The code of the project that is made; by default that of the file.")
@click.option("--datasource-prefix", default="", help="Put before the names of the data sources.")
@_JSON
@reports_errors
def import_project(file: Path, code: str | None, datasource_prefix: str, as_json: bool) -> None:
    """Make the project of FILE, whole or not at all."""
    asked = read(ProjectImport, {"code": code, "datasource_prefix": datasource_prefix})
    with file.open("rb") as source:
        _print(Platform(origin="cli").archives.import_file(source, asked), as_json)


def _projects() -> ProjectVerbs:
    return Platform(origin="cli").projects


def _version(projects: ProjectVerbs, key: str, at_version: int | None) -> int:
    return projects.get(key).version if at_version is None else at_version


def _print(one: Project, as_json: bool) -> None:
    if as_json:
        print_json(one.model_dump(mode="json"))
    else:
        remark = f"\n{escape(one.remark)}" if one.remark else ""
        out.print(f"[bold]{escape(one.code)}[/]  {escape(one.name)}  (version {one.version}){remark}", soft_wrap=True)
