"""``datasource``: the catalog's data sources from the shell."""

from __future__ import annotations

import json
import sys
from typing import Any

import click
from rich.markup import escape
from rich.table import Table

from scaleph_lab.catalog.documents.base import read
from scaleph_lab.catalog.documents.datasource import (
    ConnectionAnswer,
    DataSource,
    DataSourceChanges,
    DataSourceListing,
    NewDataSource,
    TableRequest,
)
from scaleph_lab.cli.console import err, out, print_json, reports_errors
from scaleph_lab.errors import UserError
from scaleph_lab.platform import DataSourceVerbs, Platform

__all__ = ["datasource"]

_JSON = click.option("--json", "as_json", is_flag=True, help="Print an answer for scripts.")
_AT = click.option("--at-version", type=int, help="Only if the data source still has this version.")
_SET = click.option("--set", "given", multiple=True, metavar="KEY=VALUE", help="A property; JSON, or plain text.")
_SCHEMA = click.option("--schema", default="", help="A schema, or a database; without it the data source's own.")


@click.group()
def datasource() -> None:
    """Make, test, browse, change and delete data sources. KEY is a data source's name or id.

    A password is not given here: keep it as a secret, and write {{secret:NAME}}.
    """


@datasource.command("types")
@_JSON
@reports_errors
def list_types(as_json: bool) -> None:
    """List the types, and which connectors each of them fills."""
    found = _datasources().types()
    if as_json:
        print_json(found.model_dump(mode="json"))
        return
    table = Table("Type", "Label", "Test proves", "SeaTunnel", "Flink", box=None, pad_edge=False)
    for each in found.items:
        cells = (each.name, each.label["en"], each.proof, ", ".join(each.seatunnel), ", ".join(each.flink))
        table.add_row(*map(escape, cells))
    out.print(table)
    for file, why in found.broken.items():
        err.print(f"Left out: {escape(file)}: {escape(why)}", soft_wrap=True)


@datasource.command("list")
@click.option("--search", default="", help="Text that the name, the type or the remark has.")
@click.option("--type", "kind", default="", help="Only those of this type.")
@click.option("--project", default="", help="Only those of this project, by code or id.")
@click.option("--sort", default="name", show_default=True, help="name, type, updated_at; with - downwards.")
@click.option("--limit", default=50, show_default=True, help="How many at most.")
@click.option("--cursor", help="Where the page before ended.")
@_JSON
@reports_errors
def list_datasources(kind: str, as_json: bool, **asked: Any) -> None:
    """List data sources, a page at a time."""
    page = _datasources().list(read(DataSourceListing, {**asked, "type": kind}))
    if as_json:
        print_json(page.model_dump(mode="json"))
        return
    table = Table("Name", "Type", "Remark", "Version", "Changed by", box=None, pad_edge=False)
    for one in page.items:
        table.add_row(*map(escape, (one.name, one.type, one.remark, str(one.version), one.updated_by)))
    out.print(table)
    if page.next_cursor:
        err.print(f"There are more: --cursor {page.next_cursor}", soft_wrap=True)


@datasource.command()
@click.argument("key")
@_JSON
@reports_errors
def show(key: str, as_json: bool) -> None:
    """Show the data source KEY."""
    _print(_datasources().get(key), as_json)


@datasource.command()
@click.argument("name")
@click.argument("type", metavar="TYPE")
@_SET
@click.option("--remark", default="", help="What it is for.")
@click.option("--project", help="The project that it belongs to; without it the whole platform shares it.")
@_JSON
@reports_errors
def create(given: tuple[str, ...], as_json: bool, **fields: Any) -> None:
    """Make a data source with the unique NAME, of a TYPE that `datasource types` lists."""
    new = read(NewDataSource, {**fields, "properties": _properties(given)})
    _print(_datasources().create(new), as_json)


@datasource.command()
@click.argument("key")
@_SET
@click.option("--unset", multiple=True, metavar="KEY", help="A property to take away, or back to its default.")
@click.option("--name", help="The new name.")
@click.option("--remark", help="The new remark.")
@_AT
@_JSON
@reports_errors
def update(
    key: str,
    given: tuple[str, ...],
    unset: tuple[str, ...],
    at_version: int | None,
    as_json: bool,
    **fields: str | None,
) -> None:
    """Change the data source KEY; what is not given stays."""
    datasources = _datasources()
    before = datasources.get(key)
    properties = {name: value for name, value in before.properties.items() if name not in unset} | _properties(given)
    changes = read(DataSourceChanges, {**fields, **({"properties": properties} if given or unset else {})})
    _print(datasources.update(key, changes, before.version if at_version is None else at_version), as_json)


@datasource.command()
@click.argument("key")
@_AT
@_JSON
@reports_errors
def delete(key: str, at_version: int | None, as_json: bool) -> None:
    """Delete the data source KEY."""
    datasources = _datasources()
    datasources.delete(key, datasources.get(key).version if at_version is None else at_version)
    if as_json:
        print_json({"deleted": key})
    else:
        out.print(f"Deleted {escape(key)}.")


@datasource.command()
@click.argument("key")
@_JSON
@reports_errors
def test(key: str, as_json: bool) -> None:
    """Connect to the data source KEY; exit code 4 when that fails."""
    answer = _datasources().test(key)
    if as_json:
        print_json(answer.model_dump(mode="json"))
    else:
        out.print(_told(answer), soft_wrap=True)
    sys.exit(0 if answer.ok else 4)


@datasource.command()
@click.argument("key")
@_SCHEMA
@click.option("--limit", default=100, show_default=True, help="How many at most.")
@click.option("--offset", default=0, help="How many to leave out.")
@_JSON
@reports_errors
def tables(key: str, as_json: bool, **asked: Any) -> None:
    """List the tables of the data source KEY."""
    found = _datasources().tables(key, read(TableRequest, asked))
    if as_json:
        print_json(found.model_dump(mode="json"))
        return
    for name in found.names:
        out.print(escape(name), soft_wrap=True)
    if found.next_offset is not None:
        err.print(f"There are more: --offset {found.next_offset}")


@datasource.command()
@click.argument("key")
@click.argument("table")
@_SCHEMA
@click.option("--as", "name", default="", help="What the table is called in Flink; without it by its own name.")
@click.option("--connector", default="", help="Of Flink; without it the first that fits.")
@click.option("--flink", default="1.20", show_default=True, help="The version of Flink that the statement is for.")
@_JSON
@reports_errors
def ddl(key: str, as_json: bool, **asked: Any) -> None:
    """Print the statement that makes the TABLE of the data source KEY in Flink."""
    found = _datasources().columns(key, read(TableRequest, asked))
    if as_json:
        print_json(found.model_dump(mode="json"))
    elif found.ddl:
        out.print(escape(found.ddl), soft_wrap=True, highlight=False)
    else:
        raise UserError(found.note, path="connector")


def _datasources() -> DataSourceVerbs:
    return Platform(origin="cli").datasources


def _properties(given: tuple[str, ...]) -> dict[str, Any]:
    properties: dict[str, Any] = {}
    for each in given:
        name, sign, text = each.partition("=")
        if not sign:
            raise UserError(f"--set {each} has no value.", hint="It is written --set port=5432.", path="--set")
        try:
            properties[name] = json.loads(text)
        except ValueError:
            properties[name] = text
    return properties


def _told(answer: ConnectionAnswer) -> str:
    if not answer.ok:
        return escape(f"Failed ({answer.cause}): {answer.message} {answer.hint}".rstrip())
    said = " ".join(filter(None, (f"{answer.proof} in {answer.latency_ms:.0f} ms", answer.version, answer.message)))
    return escape(f"OK: {said}")


def _print(one: DataSource, as_json: bool) -> None:
    if as_json:
        print_json(one.model_dump(mode="json"))
        return
    remark = f"\n{escape(one.remark)}" if one.remark else ""
    out.print(f"[bold]{escape(one.name)}[/]  {escape(one.type)}  (version {one.version}){remark}", soft_wrap=True)
    for name, value in one.properties.items():
        text = value if isinstance(value, str) else json.dumps(value)
        out.print(f"  {escape(name)} = {escape(text)}", soft_wrap=True, highlight=False)
