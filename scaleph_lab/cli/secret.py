"""``secret``: the secrets that Scaleph Lab keeps, from the shell. No value is an argument, and none is printed."""

from __future__ import annotations

import sys

import click
from rich.markup import escape

from scaleph_lab.cli.console import err, out, print_json, reports_errors
from scaleph_lab.errors import ConflictError
from scaleph_lab.platform import Platform, SecretVerbs

__all__ = ["secret"]

_JSON = click.option("--json", "as_json", is_flag=True, help="Print an answer for scripts.")


@click.group()
def secret() -> None:
    """Keep, list and forget the secrets that {{secret:NAME}} stands for."""


@secret.command("set")
@click.argument("name")
@reports_errors
def set_secret(name: str) -> None:
    """Keep the secret NAME; its value is asked for, or read from standard input."""
    from scaleph_lab.catalog.documents.base import read
    from scaleph_lab.catalog.documents.secret import NewSecret

    if sys.stdin.isatty():
        value = click.prompt("Value", hide_input=True, confirmation_prompt=True, err=True)
    else:
        value = sys.stdin.read().removesuffix("\n").removesuffix("\r")
    _secrets().put(name, read(NewSecret, {"value": value}))
    err.print(f"Kept. Write {{{{secret:{escape(name)}}}}} where it is wanted.", soft_wrap=True)


@secret.command("list")
@_JSON
@reports_errors
def list_secrets(as_json: bool) -> None:
    """List the names of the secrets."""
    found = _secrets().list()
    if as_json:
        print_json(found.model_dump(mode="json"))
        return
    for name in found.names:
        out.print(escape(name), soft_wrap=True)


@secret.command()
@click.argument("name")
@_JSON
@reports_errors
def delete(name: str, as_json: bool) -> None:
    """Forget the secret NAME."""
    _secrets().delete(name)
    if as_json:
        print_json({"deleted": name})
    else:
        out.print(f"Deleted {escape(name)}.")


@secret.command()
@reports_errors
def rotate() -> None:
    """Encrypt all secrets by a new key, and forget the keys before."""
    from scaleph_lab.access.secrets import writable_store

    turn = getattr(writable_store(), "rotate", None)
    if turn is None:
        raise ConflictError("The store of the settings has no key of its own.", path="secret_stores")
    err.print(f"{turn()} secrets have a new key.")


def _secrets() -> SecretVerbs:
    return Platform(origin="cli").secrets
