"""``standard``: the data standard from the shell."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click
from rich.markup import escape
from rich.table import Table

from scaleph_lab.catalog.documents.base import Listing, read
from scaleph_lab.catalog.documents.standard import (
    ElementChanges,
    ElementListing,
    MappingChanges,
    MappingListing,
    NewElement,
    NewMapping,
    NewReferenceSet,
    NewSystem,
    NewValue,
    ReferenceSetChanges,
    SystemChanges,
    TranslationRequest,
    ValueChanges,
    ValueListing,
)
from scaleph_lab.catalog.documents.standard_files import ExportRequest, ImportReport, ImportRequest
from scaleph_lab.catalog.documents.standard_lint import LintReport
from scaleph_lab.cli.console import err, out, print_json, reports_errors
from scaleph_lab.cli.standard_records import JSON, Noun, record_group, standard_verbs
from scaleph_lab.errors import NotFoundError, UserError
from scaleph_lab.standard.files import KINDS
from scaleph_lab.standard.types import TypeName

__all__ = ["standard"]

_SHOWN = 40
_KIND = click.option("--kind", type=click.Choice(KINDS), help="What it holds, where the file does not say it.")


@click.group()
def standard() -> None:
    """Keep a data standard: elements, reference data sets, values, mappings, business systems."""


def _option(name: str, text: str, **more: Any) -> click.Option:
    return click.Option([f"--{name}"], help=text, **more)


_NAME, _REMARK = _option("name", "Its name for people."), _option("remark", "What it is for.")
standard.add_command(
    record_group(
        Noun(
            name="system",
            title="business system",
            records=lambda verbs: verbs.systems,
            columns={"Code": "code", "Name": "name", "Contact": "contact", "Remark": "remark"},
            sorts=("code", "name", "updated_at"),
            listing=Listing,
            new=NewSystem,
            changes=SystemChanges,
            arguments=("code", "name"),
            options=[_option("contact", "Whom to ask about its data."), _REMARK],
        )
    )
)
standard.add_command(
    record_group(
        Noun(
            name="set",
            title="reference data set",
            records=lambda verbs: verbs.sets,
            columns={"Code": "code", "Name": "name", "Remark": "remark"},
            sorts=("code", "name", "updated_at"),
            listing=Listing,
            new=NewReferenceSet,
            changes=ReferenceSetChanges,
            arguments=("code", "name"),
            options=[_REMARK],
        )
    )
)
standard.add_command(
    record_group(
        Noun(
            name="element",
            title="data element",
            records=lambda verbs: verbs.elements,
            columns={"Code": "code", "Name": "name", "Type": "sql", "Default": "default", "Low": "low", "High": "high",
                     "Set": "set", "Remark": "remark"},
            sorts=("code", "name", "type", "updated_at"),
            listing=ElementListing,
            new=NewElement,
            changes=ElementChanges,
            arguments=("code", "name", "type"),
            options=[
                _option("length", "Of a text in characters, of bytes in bytes.", type=int),
                _option("precision", "Digits of a DECIMAL, or of a second.", type=int),
                _option("scale", "Digits of a DECIMAL behind the point.", type=int),
                click.Option(["--nullable/--not-null"], default=None, help="Whether it may be NULL."),
                _option("default", "Its value where none is given."),
                _option("low", "The least value."),
                _option("high", "The greatest value."),
                _option("set", "The reference data set whose codes it may have."),
                _REMARK,
            ],
            filters=[
                _option("type", "Only those of this type.", type=click.Choice([*TypeName])),
                _option("set", "Only those of this reference data set.", default=""),
            ],
            clearable=("length", "precision", "scale", "default", "low", "high", "set"),
        )
    )
)  # fmt: skip
standard.add_command(
    record_group(
        Noun(
            name="value",
            title="value",
            records=lambda verbs: verbs.values,
            columns={"Set": "set", "System": "system", "Code": "code", "Value": "value", "Standard": "standard",
                     "Remark": "remark"},
            sorts=("order", "code", "updated_at"),
            listing=ValueListing,
            new=NewValue,
            changes=ValueChanges,
            arguments=("set", "code", "value"),
            options=[
                _option("system", "The business system that writes it so; without it, it is the standard's own."),
                click.Option(["--standard/--not-standard"], default=None, help="Whether it is one of the standard."),
                _option("order", "Its place in the set.", type=int),
                _REMARK,
            ],
            filters=[
                _option("set", "Only those of this set.", default=""),
                _option("system", "Only those of this system.", default=""),
                click.Option(["--standard/--not-standard"], default=None, help="Of the standard, or not."),
            ],
            key="its id, or SET/SYSTEM/CODE with nothing as the system of the standard's own",
            shown=lambda one: f"{one.set}/{one.system or ''}/{one.code}",
        )
    )
)  # fmt: skip
standard.add_command(
    record_group(
        Noun(
            name="mapping",
            title="mapping",
            records=lambda verbs: verbs.mappings,
            columns={"Id": "id", "Set": "set", "System": "system", "Code": "code", "Mapped system": "mapped_system",
                     "Mapped code": "mapped_code", "Remark": "remark"},
            sorts=("created_at", "updated_at"),
            listing=MappingListing,
            new=NewMapping,
            changes=MappingChanges,
            arguments=("set", "code", "mapped_code"),
            options=[
                _option("system", "The system of CODE; without it the standard."),
                _option("mapped-system", "The system of MAPPED_CODE; without it the standard."),
                _REMARK,
            ],
            filters=[_option("set", "Only those of this set.", default="")],
            key="its id",
            shown=lambda one: f"{one.set}: {one.system or 'standard'} {one.code} = "
            f"{one.mapped_system or 'standard'} {one.mapped_code}",
        )
    )
)  # fmt: skip


@standard.command()
@click.argument("set_key", metavar="SET")
@click.argument("code")
@click.option("--system", help="The system that writes it so; without it the standard.")
@JSON
@reports_errors
def translate(set_key: str, code: str, system: str | None, as_json: bool) -> None:
    """Say what the CODE of a system is in the standard and in other systems."""
    asked = read(TranslationRequest, {"set": set_key, "code": code, "system": system})
    found = standard_verbs().values.translate(asked)
    if as_json:
        print_json(found.model_dump(mode="json"))
        return
    table = Table("System", "Code", "Value", box=None, pad_edge=False)
    for one in (*found.standard, *found.others):
        table.add_row(*map(escape, (one.system or "standard", one.code, one.value)))
    out.print(table)


@standard.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@_KIND
@click.option("--dry-run", is_flag=True, help="Say what would happen, and do nothing.")
@click.option("--partial", is_flag=True, help="Take the rows that can be taken, though others are refused.")
@JSON
@reports_errors
def import_file(file: Path, kind: str | None, dry_run: bool, partial: bool, as_json: bool) -> None:
    """Import a FILE of CSV or xlsx: all of it, or nothing where a row is refused (exit code 2)."""
    asked = read(ImportRequest, {"name": file.name, "kind": kind, "dry_run": dry_run, "partial": partial})
    data = _bytes(file)
    with err.status(f"Importing {escape(file.name)}") as status:

        def told(done: int, total: int) -> None:
            status.update(f"Importing {escape(file.name)}: {done / total:.0%}")

        report = standard_verbs().import_file(data, asked, told)
    if as_json:
        print_json(report.model_dump(mode="json"))
    else:
        _print_report(report)
    sys.exit(2 if report.refused and not partial else 0)


@standard.command("export")
@click.argument("file", type=click.Path(path_type=Path))
@_KIND
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@JSON
@reports_errors
def export_file(file: Path, kind: str | None, force: bool, as_json: bool) -> None:
    """Export the standard into a FILE.xlsx, or one kind of it into a FILE.csv."""
    form = file.suffix.lstrip(".").lower()
    kind = kind or (file.stem if form == "csv" and file.stem in KINDS else None)
    asked = read(ExportRequest, {"kind": kind, "format": form})
    if file.exists() and not force:
        raise UserError(f"{file} is there already.", hint="Take another name, or --force.", path=str(file))
    data = standard_verbs().export(asked)
    try:
        file.write_bytes(data)
    except OSError as error:
        raise UserError(f"{file} cannot be written: {error.strerror}.", path=str(file)) from error
    if as_json:
        print_json({"file": str(file), "bytes": len(data)})
    else:
        out.print(f"Wrote {escape(str(file))}.", soft_wrap=True)


@standard.command("lint")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--fix", is_flag=True, help="Write the quick fixes into the file.")
@JSON
@reports_errors
def lint_file(file: Path, fix: bool, as_json: bool) -> None:
    """Compare the columns of a FILE with the standard: SQL or *.seatunnel.json; exit code 1 with findings."""
    try:
        text = _bytes(file).decode("utf-8")
    except UnicodeDecodeError as error:
        raise UserError(f"{file} is no text in UTF-8.", path=str(file)) from error
    report = standard_verbs().lint(text)
    if fix and report.corrected != text:
        # As bytes, so that the ends of lines stay.
        file.write_bytes(report.corrected.encode())
    if as_json:
        print_json(report.model_dump(mode="json"))
    else:
        _print_findings(file, report, fix and report.corrected != text)
    left = [each for each in report.findings if not (fix and each.edit)]
    sys.exit(1 if left else 0)


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise NotFoundError(f"{file} cannot be read: {error.strerror}.", path=str(file)) from error


def _print_report(report: ImportReport) -> None:
    counts = ", ".join(
        f"{getattr(report, name)} {name}"
        for name in ("created", "changed", "unchanged", "refused")
        if getattr(report, name)
    )
    head = "Would be done" if report.dry_run else "Done" if report.applied else "Nothing was done"
    out.print(f"{head}: {counts or 'the file has no rows'}.", soft_wrap=True)
    refused = [row for row in report.rows if row.result == "refused"]
    shown = refused or ([row for row in report.rows if row.result != "unchanged"] if report.dry_run else [])
    if not shown:
        return
    table = Table("Row", "What", "Result", "Field", "Why", box=None, pad_edge=False)
    for row in shown[:_SHOWN]:
        cells = (str(row.row), f"{row.kind} {row.key}", row.result, row.field or ", ".join(row.changed), row.reason)
        table.add_row(*map(escape, cells))
    out.print(table)
    if len(shown) > _SHOWN:
        err.print(f"And {len(shown) - _SHOWN} more: --json has all.")
    if refused and not report.applied and not report.dry_run:
        err.print("Mend these rows, or take the others by --partial.")


def _print_findings(file: Path, report: LintReport, fixed: bool) -> None:
    for each in report.findings:
        place = f":{each.line}:{each.column_number}" if each.line else ""
        mended = f" → {each.edit.text}" if each.edit else ""
        line = f"{file}{place}: {each.rule}: {each.message}{mended}"
        out.print(escape(line), soft_wrap=True, highlight=False)
    matched, found = len(report.columns), len(report.findings)
    words = f"{matched} column{'' if matched == 1 else 's'} of the standard, {found} finding{'' if found == 1 else 's'}"
    err.print(f"{words}.{' The quick fixes are written.' if fixed else ''}")
    if not fixed and any(each.edit for each in report.findings):
        err.print("--fix writes the quick fixes into the file.")
