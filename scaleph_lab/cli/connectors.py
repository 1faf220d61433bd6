"""``connectors``: SeaTunnel's connectors and what each can be told."""

from __future__ import annotations

from collections.abc import Sequence

import click
from rich.markup import escape
from rich.table import Table

from scaleph_lab.cli.console import engine_progress, out, print_json, reports_errors
from scaleph_lab.connectors import ConnectorDescriptor, OptionDescriptor, descriptors_of
from scaleph_lab.connectors.descriptors import read_descriptors
from scaleph_lab.errors import NotFoundError

__all__ = ["connectors"]


@click.command()
@click.argument("name", required=False)
@click.option("--seatunnel", "version", default="", metavar="VERSION", help="A release, by default your own home's.")
@click.option("--kind", type=click.Choice(["source", "transform", "sink"]), help="Only plug-ins of that kind.")
@click.option("--shipped", is_flag=True, help="Use the snapshot that is shipped: nothing is fetched, no jar is opened.")
@click.option("--json", "as_json", is_flag=True, help="Print an answer for scripts.")
@reports_errors
def connectors(name: str | None, version: str, kind: str | None, shipped: bool, as_json: bool) -> None:
    """List SeaTunnel's connectors, or the options of the one called NAME, straight from its jars."""
    if shipped:
        found = descriptors_of(version)
    else:
        with engine_progress() as progress:
            found = read_descriptors(version, progress)
    found = tuple(each for each in found if kind in {None, each.kind})
    if name is not None:
        found = tuple(each for each in found if each.name.lower() == name.lower())
        if not found:
            raise NotFoundError(f"There is no connector {name!r}.", hint="List them without a name.", path=name)
    if as_json:
        print_json(
            {
                "seatunnel": version,
                "plugins": len(found),
                "options": sum(len(each.options) for each in found),
                "connectors": [each.model_dump(mode="json", by_alias=True) for each in found],
            }
        )
    elif name is None:
        _list(found)
    else:
        for each in found:
            _describe(each)


def _list(found: Sequence[ConnectorDescriptor]) -> None:
    table = Table("Kind", "Name", "Options", "Group", "Is", box=None, pad_edge=False)
    for each in found:
        dressing = each.dressing
        table.add_row(each.kind, escape(each.name), str(len(each.options)), dressing.group, escape(dressing.summary))
    out.print(table)
    out.print(f"[dim]{len(found)} plug-ins, {sum(len(each.options) for each in found)} options[/]")


def _describe(connector: ConnectorDescriptor) -> None:
    out.print(f"[bold]{escape(connector.name)}[/] ({connector.kind}, {escape(connector.jar)})")
    table = Table("Option", "Type", "Default", "Given", "Is", box=None, pad_edge=False)
    for option in connector.options:
        default = "" if option.default is None else repr(option.default)
        table.add_row(*map(escape, (option.key, _type(option), default, _need(connector, option), option.description)))
    out.print(table)


def _type(option: OptionDescriptor) -> str:
    if option.values:
        return " | ".join(str(value) for value in option.values)
    return f"{option.type} of {option.items.type}" if option.items else option.type


def _need(connector: ConnectorDescriptor, option: OptionDescriptor) -> str:
    if option.key in connector.required and option.default is None:
        return "always"
    for group in connector.exclusive:
        if option.key in group:
            return f"one of {', '.join(group)}"
    for group in connector.bundled:
        if option.key in group and len(group) > 1:
            return f"with {', '.join(key for key in group if key != option.key)}"
    for rule in connector.conditional:
        if option.key in rule.required and option.default is None:
            return f"if {rule.when.words()}"
    return ""
