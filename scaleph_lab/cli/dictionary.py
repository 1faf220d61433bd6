"""``dictionary``: the platform's enumerations from the shell."""

from __future__ import annotations

from typing import get_args

import click
from rich.markup import escape
from rich.table import Table

from scaleph_lab.catalog.documents.dictionary import Language
from scaleph_lab.cli.console import out, print_json, reports_errors
from scaleph_lab.platform import Platform

__all__ = ["dictionary"]


@click.command()
@click.argument("code", required=False)
@click.option("--lang", type=click.Choice(get_args(Language)), default="en", show_default=True, help="The language.")
@click.option("--json", "as_json", is_flag=True, help="Print an answer for scripts.")
@reports_errors
def dictionary(code: str | None, lang: Language, as_json: bool) -> None:
    """List the platform's enumerations, or the values of the one called CODE."""
    dictionaries = Platform(origin="cli").dictionaries
    if code is None:
        every = dictionaries.list(lang)
        if as_json:
            print_json(every.model_dump(mode="json"))
            return
        table = Table("Code", "Label", "Values", box=None, pad_edge=False)
        for one in every.items:
            table.add_row(*map(escape, (one.code, one.label, ", ".join(item.value for item in one.items))))
        out.print(table)
        return
    found = dictionaries.get(code, lang)
    if as_json:
        print_json(found.model_dump(mode="json"))
        return
    table = Table("Value", found.label, box=None, pad_edge=False)
    for item in found.items:
        table.add_row(escape(item.value), escape(item.label))
    out.print(table)
