"""``artifact``: the catalog's artifacts and their revisions from the shell."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, get_args

import click
from rich.markup import escape
from rich.table import Table

from scaleph_lab.catalog.documents.artifact import (
    MAX_TEXT,
    Artifact,
    ArtifactChanges,
    ArtifactListing,
    NewArtifact,
    NewRevision,
    RevisionListing,
    Saved,
)
from scaleph_lab.catalog.documents.base import read
from scaleph_lab.catalog.documents.facts import ArtifactType
from scaleph_lab.catalog.documents.upload import RevisionOf
from scaleph_lab.cli.artifact_output import print_artifact, print_diff, print_saved, upload_progress
from scaleph_lab.cli.console import err, out, print_json, reports_errors
from scaleph_lab.errors import UserError
from scaleph_lab.platform import Platform

__all__ = ["artifact"]

_TYPES = get_args(ArtifactType)
_JSON = click.option("--json", "as_json", is_flag=True, help="Print an answer for scripts.")
_AT = click.option("--at-version", type=int, help="Only if the artifact still has this version.")
_MESSAGE = click.option("--message", "-m", default="", help="What the revision is about.")
_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
_FACT = click.option(
    "--fact", "facts", multiple=True, metavar="NAME=VALUE", help="A fact; may be given again and again."
)
_ARGUMENT = click.option(
    "--argument", "arguments", multiple=True, help="An argument of a jar's job, spaces and all; again for the next."
)
_REVISION = click.option("--revision", type=int, help="The number of a revision; by default the current one.")


@click.group()
def artifact() -> None:
    """Keep artifacts with their revisions. KEY is PROJECT/TYPE/NAME, or an artifact's id."""


@artifact.command("list")
@click.option("--project", help="Only those of this project.")
@click.option("--type", "kind", type=click.Choice(_TYPES), help="Only those of this type.")
@click.option("--search", default="", help="Text that the name has.")
@click.option("--sort", default="name", show_default=True, help="name, type, updated_at; with - downwards.")
@click.option("--limit", default=50, show_default=True, help="How many at most.")
@click.option("--cursor", help="Where the page before ended.")
@_JSON
@reports_errors
def list_artifacts(*, as_json: bool, kind: str | None, **asked: Any) -> None:
    """List artifacts, a page at a time."""
    page = _platform().artifacts.list(read(ArtifactListing, {**asked, "type": kind}))
    if as_json:
        print_json(page.model_dump(mode="json"))
        return
    table = Table("Artifact", "Revision", "Version", "Changed by", box=None, pad_edge=False)
    for one in page.items:
        table.add_row(*map(escape, (one.key, str(one.current), str(one.version), one.updated_by)))
    out.print(table)
    if page.next_cursor:
        err.print(f"There are more: --cursor {page.next_cursor}", soft_wrap=True)


@artifact.command()
@click.argument("key")
@_JSON
@reports_errors
def show(key: str, as_json: bool) -> None:
    """Show the artifact KEY with its newest revisions."""
    platform = _platform()
    one = platform.artifacts.get(key)
    print_artifact(one, platform.revisions.list(one.id, RevisionListing(limit=20)).items, as_json=as_json)


@artifact.command()
@click.argument("key")
@click.argument("file", type=_FILE)
@click.option("--remark", default="", help="What it is for.")
@_MESSAGE
@_FACT
@_ARGUMENT
@_JSON
@reports_errors
def create(key: str, file: Path, *, as_json: bool, facts: Any, arguments: Any, **words: str) -> None:
    """Make the artifact PROJECT/TYPE/NAME from FILE.

    A file that was sent in part goes on where it was interrupted.
    """
    parts = key.split("/")
    if len(parts) != 3:
        raise UserError(f"{key!r} is not PROJECT/TYPE/NAME.", hint="Such as sales/SQL/daily.", path="key")
    named = dict(zip(("project", "type", "name"), parts, strict=True))
    new = read(NewArtifact, {**named, **words, "facts": _facts(facts, arguments, {})})
    platform, text = _platform(), _text(file, new.type)
    if text is None:
        with upload_progress(file) as progress:
            saved = platform.upload(file, new, progress)
    else:
        saved = platform.artifacts.create(read(NewArtifact, {**new.model_dump(), "text": text}))
    print_saved(saved, as_json=as_json)


@artifact.command()
@click.argument("key")
@click.argument("file", type=_FILE, required=False)
@_MESSAGE
@_FACT
@_ARGUMENT
@_AT
@_JSON
@reports_errors
def save(
    key: str, file: Path | None, *, message: str, facts: Any, arguments: Any, at_version: int | None, as_json: bool
) -> None:
    """Save FILE as the next revision of KEY; without it, other facts with the content that is current."""
    platform = _platform()
    one = platform.artifacts.get(key)
    version = one.version if at_version is None else at_version
    told: dict[str, Any] = {"message": message}
    if facts or arguments:
        told["facts"] = _facts(facts, arguments, platform.revisions.get(one.id, one.current).facts)
    print_saved(_save(platform, one, file, told, version), as_json=as_json)


@artifact.command()
@click.argument("key")
@_REVISION
@click.option(
    "--output", "-o", type=click.Path(path_type=Path, dir_okay=False), help="A file to write; else it is printed."
)
@reports_errors
def content(key: str, revision: int | None, output: Path | None) -> None:
    """Print the content of KEY, byte for byte, or write it to a file."""
    platform = _platform()
    one = platform.artifacts.get(key)
    chunks = platform.revisions.content(one.id, revision or one.current)
    if output is None:
        for chunk in chunks:
            sys.stdout.buffer.write(chunk)
        return
    # A file that is half written must not look like the whole one.
    part = output.with_name(f"{output.name}.part")
    try:
        with part.open("wb") as target:
            target.writelines(chunks)
        part.replace(output)
    except OSError as error:
        raise UserError(f"The file cannot be written: {error.strerror}.", path=str(output)) from error
    finally:
        part.unlink(missing_ok=True)


@artifact.command()
@click.argument("key")
@click.argument("old", type=int)
@click.argument("new", type=int, required=False)
@_JSON
@reports_errors
def diff(key: str, old: int, new: int | None, as_json: bool) -> None:
    """Show how revision NEW of KEY (by default the current one) differs from OLD."""
    print_diff(_platform().revisions.diff(key, old, new), as_json=as_json)


@artifact.command()
@click.argument("key")
@click.argument("revision", type=int)
@_MESSAGE
@_AT
@_JSON
@reports_errors
def restore(key: str, revision: int, *, message: str, at_version: int | None, as_json: bool) -> None:
    """Make the old REVISION of KEY the current one, as a new revision."""
    platform = _platform()
    version = _version(platform, key, at_version)
    print_saved(platform.revisions.restore(key, revision, version, message), as_json=as_json)


@artifact.command()
@click.argument("key")
@click.option("--project", help="The project to move it to.")
@click.option("--name", help="The new name.")
@click.option("--remark", help="The new remark.")
@_AT
@_JSON
@reports_errors
def update(key: str, *, at_version: int | None, as_json: bool, **fields: str | None) -> None:
    """Rename the artifact KEY, move it, or change its remark; what is not given stays."""
    platform = _platform()
    changes = read(ArtifactChanges, fields)
    print_artifact(platform.artifacts.update(key, changes, _version(platform, key, at_version)), [], as_json=as_json)


@artifact.command()
@click.argument("key")
@_REVISION
@_AT
@_JSON
@reports_errors
def delete(key: str, *, revision: int | None, at_version: int | None, as_json: bool) -> None:
    """Delete the artifact KEY with all its revisions, or one revision that is not the current one."""
    platform = _platform()
    version = _version(platform, key, at_version)
    if revision is None:
        platform.artifacts.delete(key, version)
    else:
        platform.revisions.delete(key, revision, version)
    what = key if revision is None else f"{key} revision {revision}"
    if as_json:
        print_json({"deleted": what})
    else:
        out.print(f"Deleted {escape(what)}.")


def _save(platform: Platform, one: Artifact, file: Path | None, told: dict[str, Any], version: int) -> Saved:
    text = None if file is None else _text(file, one.type)
    if file is None or text is not None:
        return platform.revisions.save(one.id, read(NewRevision, {**told, "text": text}), version)
    purpose = read(RevisionOf, {**told, "artifact": one.id, "version": version})
    with upload_progress(file) as progress:
        return platform.upload(file, purpose, progress)


def _text(file: Path, kind: ArtifactType) -> str | None:
    """The file as a text that goes in one request; None where it is to be uploaded."""
    try:
        if kind == "JAR" or file.stat().st_size > MAX_TEXT:
            return None
        # As it is: reading as text would change the ends of its lines.
        return file.read_bytes().decode()
    except UnicodeDecodeError as error:
        raise UserError(f"{file.name} is no text in UTF-8.", path=str(file)) from error
    except OSError as error:
        raise UserError(f"The file cannot be read: {error.strerror}.", path=str(file)) from error


def _facts(given: tuple[str, ...], arguments: tuple[str, ...], before: dict[str, Any]) -> dict[str, Any]:
    facts = dict(before)
    for one in given:
        name, equals, value = one.partition("=")
        if not equals:
            raise UserError(f"--fact wants NAME=VALUE, not {one!r}.", path="--fact")
        facts[name] = int(value) if value.isdecimal() and value.isascii() else value
    if arguments:
        facts["arguments"] = list(arguments)
    return facts


def _platform() -> Platform:
    return Platform(origin="cli")


def _version(platform: Platform, key: str, at_version: int | None) -> int:
    return platform.artifacts.get(key).version if at_version is None else at_version
