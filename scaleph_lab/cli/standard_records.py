"""The commands of one noun of the data standard: list, show, create, update, delete."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import click
from rich.markup import escape
from rich.table import Table

from scaleph_lab.catalog.documents.base import Document, Input, Listing, read
from scaleph_lab.cli.console import err, out, print_json, reports_errors
from scaleph_lab.errors import UserError
from scaleph_lab.platform import Platform, StandardVerbs

__all__ = ["JSON", "Noun", "record_group", "standard_verbs"]

JSON = click.option("--json", "as_json", is_flag=True, help="Print an answer for scripts.")


@dataclass(frozen=True)
class Noun:
    """What the commands of a noun need to know."""

    name: str
    """As a command calls it."""
    title: str
    records: Callable[[StandardVerbs], Any]
    columns: Mapping[str, str]
    """Titles of a list's columns, and the fields that they show."""
    sorts: Sequence[str]
    listing: type[Listing]
    new: type[Input]
    changes: type[Input]
    arguments: Sequence[str]
    """The fields that `create` takes as arguments; others are options."""
    options: Sequence[click.Option]
    """Those of `create` and, without what cannot change, of `update`."""
    filters: Sequence[click.Option] = ()
    key: str = "its code or id"
    shown: Callable[[Any], str] = lambda one: str(one.code)
    clearable: Sequence[str] = ()


def standard_verbs() -> StandardVerbs:
    """The standard, of the settings' catalog."""
    return Platform(origin="cli").standard


def record_group(noun: Noun) -> click.Group:
    """The group with its five commands."""
    group = click.Group(noun.name, help=f"Make, list, change and delete {noun.title}s. KEY is {noun.key}.")
    for command in (_list(noun), _show(noun), _create(noun), _update(noun), _delete(noun)):
        group.add_command(command)
    return group


def _list(noun: Noun) -> click.Command:
    @click.option("--search", default="", help="Text that it has, in any case.")
    @click.option(
        "--sort", default=noun.sorts[0], show_default=True, help=f"{', '.join(noun.sorts)}; with - downwards."
    )
    @click.option("--limit", default=50, show_default=True, help="How many at most.")
    @click.option("--cursor", help="Where the page before ended.")
    @JSON
    @reports_errors
    def run(as_json: bool, **asked: Any) -> None:
        page = noun.records(standard_verbs()).list(read(noun.listing, asked))
        if as_json:
            print_json(page.model_dump(mode="json"))
            return
        table = Table(*noun.columns, box=None, pad_edge=False)
        for one in page.items:
            table.add_row(*(escape(_text(getattr(one, field))) for field in noun.columns.values()))
        out.print(table)
        if not page.items:
            err.print(f"There is none: jupyter scaleph standard {noun.name} create makes one.", soft_wrap=True)
        if page.next_cursor:
            err.print(f"There are more: --cursor {page.next_cursor}", soft_wrap=True)

    command = click.command("list", help=f"List {noun.title}s, a page at a time.")(run)
    command.params = [*noun.filters, *command.params]
    return command


def _show(noun: Noun) -> click.Command:
    @click.command("show", help=f"Show the {noun.title} KEY.")
    @click.argument("key")
    @JSON
    @reports_errors
    def run(key: str, as_json: bool) -> None:
        _print(noun, noun.records(standard_verbs()).get(key), as_json)

    return run


def _create(noun: Noun) -> click.Command:
    @JSON
    @reports_errors
    def run(as_json: bool, **fields: Any) -> None:
        given = {name: value for name, value in fields.items() if value is not None}
        _print(noun, noun.records(standard_verbs()).create(read(noun.new, given)), as_json)

    command = click.command("create", help=f"Make a {noun.title}.")(run)
    command.params = [*(click.Argument([name]) for name in noun.arguments), *noun.options, *command.params]
    return command


def _update(noun: Noun) -> click.Command:
    own = set(noun.changes.model_fields)
    options = [option for option in noun.options if option.name in own]
    options += [
        click.Option([f"--{name}"], help=f"The new {name}.")
        for name in noun.arguments
        if name in own and name not in {option.name for option in options}
    ]

    @click.option("--at-version", type=int, help="Only if it still has this version.")
    @JSON
    @reports_errors
    def run(key: str, at_version: int | None, as_json: bool, unset: tuple[str, ...] = (), **fields: Any) -> None:
        foreign = [name for name in unset if name not in noun.clearable]
        if foreign:
            raise UserError(
                f"{foreign[0]} cannot be taken away.", hint=f"These can: {', '.join(noun.clearable)}.", path="--unset"
            )
        given = {name: value for name, value in fields.items() if value is not None} | dict.fromkeys(unset)
        records = noun.records(standard_verbs())
        version = records.get(key).version if at_version is None else at_version
        _print(noun, records.update(key, read(noun.changes, given), version), as_json)

    command = click.command("update", help=f"Change the {noun.title} KEY; what is not given stays.")(run)
    if noun.clearable:
        options.append(click.Option(["--unset"], multiple=True, metavar="FIELD", help="What to take away."))
    command.params = [click.Argument(["key"]), *options, *command.params]
    return command


def _delete(noun: Noun) -> click.Command:
    @click.command("delete", help=f"Delete the {noun.title} KEY.")
    @click.argument("key")
    @click.option("--at-version", type=int, help="Only if it still has this version.")
    @JSON
    @reports_errors
    def run(key: str, at_version: int | None, as_json: bool) -> None:
        records = noun.records(standard_verbs())
        records.delete(key, records.get(key).version if at_version is None else at_version)
        if as_json:
            print_json({"deleted": key})
        else:
            out.print(f"Deleted {escape(key)}.")

    return run


def _print(noun: Noun, one: Document, as_json: bool) -> None:
    if as_json:
        print_json(one.model_dump(mode="json"))
        return
    out.print(f"[bold]{escape(noun.shown(one))}[/]  (version {one.version})", soft_wrap=True)
    for title, field in noun.columns.items():
        text = _text(getattr(one, field))
        if text:
            out.print(f"  {title}: {escape(text)}", soft_wrap=True, highlight=False)


def _text(value: Any) -> str:
    return "yes" if value is True else "no" if value is False else "" if value is None else str(value)
