"""``jupyter scaleph pipeline``: check, compile and run a pipeline document; read and write configurations."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click
from rich.markup import escape

from scaleph_lab.cli.console import engine_progress, err, out, print_json, reports_errors
from scaleph_lab.engines.model import ProgressListener
from scaleph_lab.engines.seatunnel_home import SEATUNNEL_VERSION
from scaleph_lab.errors import ConflictError, UserError
from scaleph_lab.pipelines import (
    Pipeline,
    PipelineOutcome,
    compile_pipeline,
    raise_for_failure,
    read_pipeline,
    render_config,
    run_pipeline,
)
from scaleph_lab.pipelines.formatting import write_file
from scaleph_lab.pipelines.running import RunnerName

if TYPE_CHECKING:
    from scaleph_lab.pipelines.config import Note
    from scaleph_lab.pipelines.diagnosis import Diagnostic
    from scaleph_lab.pipelines.hocon import Place

__all__ = ["pipeline"]


@click.group()
def pipeline() -> None:
    """Check, compile and run SeaTunnel pipelines (*.seatunnel.json); import, export and compare configurations."""


_VARIABLES = click.option("-i", "--var", "pairs", multiple=True, metavar="NAME=VALUE", help="A variable's value.")
_VERSION = click.option(
    "--seatunnel",
    "version",
    default=SEATUNNEL_VERSION,
    show_default=True,
    metavar="VERSION",
    help="The release that reads it: from 2.3.9 on, tables are named by plugin_output and plugin_input.",
)
_FILE = click.argument("file", type=click.Path(path_type=Path))


@pipeline.command()
@click.argument("file", type=click.Path(path_type=Path))
@_VARIABLES
@click.option(
    "--runner",
    type=click.Choice(["flink", "zeta"]),
    default="flink",
    show_default=True,
    help="Flink 1.18, or SeaTunnel's own engine, which is quicker for small work.",
)
@click.option("--engine", help="The Flink engine to run on, by default the embedded one that serves SeaTunnel.")
@click.option("--json", "as_json", is_flag=True, help="Print the outcome as JSON.")
@reports_errors
def run(file: Path, pairs: tuple[str, ...], runner: str, engine: str | None, as_json: bool) -> None:
    """Run the pipeline FILE and wait for its end. Ctrl-C cancels its job."""
    document = _bound(read_pipeline(file))
    with engine_progress() as progress:
        outcome = asyncio.run(_run(document, _variables(pairs), cast(RunnerName, runner), engine, progress))
    if as_json:
        print_json(outcome.as_dict())
    raise_for_failure(outcome)
    if not as_json:
        out.print(
            f"[green]{outcome.name} finished[/] on {outcome.runner} after {outcome.seconds:.1f} s: "
            f"{outcome.read or 0:,} rows read, {outcome.written or 0:,} written."
        )


def _bound(document: Pipeline) -> Pipeline:
    """The document with the options of its data sources; the catalog is opened where it names some."""
    from scaleph_lab.pipelines.datasources import datasource_names, with_datasources

    if not datasource_names(document):
        return document
    from scaleph_lab.platform import Platform

    return with_datasources(document, Platform(origin="cli").datasources.get)


async def _run(
    document: Pipeline,
    variables: dict[str, str],
    runner: RunnerName,
    engine: str | None,
    progress: ProgressListener,
) -> PipelineOutcome:
    last: list[object] = []

    def tell(outcome: PipelineOutcome) -> None:
        now = [outcome.state, outcome.read, outcome.written]
        if now != last:
            last[:] = now
            err.print(f"{outcome.state} read {outcome.read or 0:,} written {outcome.written or 0:,}")

    return await run_pipeline(
        document, runner=runner, variables=variables, engine=engine, progress=progress, listener=tell
    )


@pipeline.command("compile")
@_FILE
@_VARIABLES
@_VERSION
@reports_errors
def compile_(file: Path, pairs: tuple[str, ...], version: str) -> None:
    """Print the SeaTunnel configuration that FILE compiles to."""
    click.echo(
        render_config(compile_pipeline(_bound(read_pipeline(file)), _variables(pairs), version=version)), nl=False
    )


@pipeline.command()
@_FILE
@_VERSION
@click.option("--json", "as_json", is_flag=True, help="Print what was found as JSON.")
@reports_errors
def validate(file: Path, version: str, as_json: bool) -> None:
    """Check FILE, a document or a configuration: names, edges, inputs and outputs, the mode, variables.

    What is only odd is told on standard error.
    """
    from scaleph_lab.pipelines.errors import PipelineInvalidError, Problem
    from scaleph_lab.pipelines.examination import examine
    from scaleph_lab.pipelines.loading import load_pipeline

    found = load_pipeline(file)
    document = found.pipeline
    diagnostics = examine(document, version)
    errors = [each for each in diagnostics if each.severity == "error"]
    if as_json:
        print_json([each.as_dict() for each in diagnostics])
        if errors:
            sys.exit(PipelineInvalidError.exit_code)
        return
    _tell([note for note in found.notes if note.code not in {each.code for each in diagnostics}])
    for each in diagnostics:
        if each.severity != "error":
            style = "yellow" if each.severity == "warning" else "blue"
            where = escape(_where(each, found.places))
            err.print(f"[{style}]{each.severity.capitalize()}:[/] {escape(each.message)} {where}", soft_wrap=True)
    if errors:
        raise PipelineInvalidError(
            [Problem(each.code, f"{each.message} {_where(each, found.places)}", "", each.node) for each in errors]
        )
    out.print(f"{file.name} is well-formed: {len(document.nodes)} nodes, {len(document.edges)} edges.")


@pipeline.command("import")
@_FILE
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Where the document goes, instead of the screen.")
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@click.option("--json", "as_json", is_flag=True, help="Print the document and the loss report as JSON.")
@reports_errors
def import_(file: Path, output: Path | None, force: bool, as_json: bool) -> None:
    """Turn the SeaTunnel configuration FILE (*.conf in HOCON, or *.json) into a document.

    What the document cannot hold, and what SeaTunnel reads in another way than it looks, is told on standard error.
    """
    from scaleph_lab.pipelines.importing import import_file

    found = import_file(file)
    if output:
        _write(output, found.pipeline.to_json(), force=force)
    _tell(found.notes)
    if as_json:
        document = json.loads(found.pipeline.to_json())
        print_json({"document": document, "notes": [note.as_dict() for note in found.notes]})
    elif output:
        nodes, edges = len(found.pipeline.nodes), len(found.pipeline.edges)
        out.print(f"{escape(output.name)}: {nodes} nodes, {edges} edges, {len(found.notes)} notes.")
    else:
        click.echo(found.pipeline.to_json(), nl=False)


@pipeline.command()
@_FILE
@click.option("--hocon", "syntax", flag_value="hocon", help="Write HOCON, with the comments (the default).")
@click.option("--json", "syntax", flag_value="json", help="Write JSON, which SeaTunnel reads from a *.json file.")
@_VERSION
@_VARIABLES
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Where it goes; *.json is written as JSON.")
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@reports_errors
def export(
    file: Path, *, syntax: str | None, version: str, pairs: tuple[str, ...], output: Path | None, force: bool
) -> None:
    """Write the document FILE as a SeaTunnel configuration.

    Variables that have a value are replaced by it, the others stay references.
    """
    from scaleph_lab.pipelines.config_writer import lost_in_json, to_hocon, to_json
    from scaleph_lab.pipelines.exporting import export_pipeline, left_out

    document = read_pipeline(file)
    config = export_pipeline(document, version, _variables(pairs))
    _tell(left_out(document))
    as_json = syntax == "json" or (syntax is None and output is not None and output.suffix == ".json")
    if as_json:
        _tell(lost_in_json(config))
    text = to_json(config) if as_json else to_hocon(config)
    if output:
        _write(output, text, force=force)
    else:
        click.echo(text, nl=False)


@pipeline.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, allow_dash=True))
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 when a file would change.")
@reports_errors
def fmt(files: tuple[Path, ...], check: bool) -> None:
    """Write configurations and documents in the one style. The name - stands for standard input and output."""
    from scaleph_lab.pipelines.formatting import format_file
    from scaleph_lab.pipelines.hocon import format_text

    changed = 0
    for file in files:
        if str(file) == "-":
            click.echo(format_text(sys.stdin.read(), "standard input"), nl=False)
            continue
        before, after = format_file(file)
        if before == after:
            continue
        changed += 1
        if not check:
            write_file(file, after)
        out.print(f"{escape(str(file))} {'would change' if check else 'was formatted'}.", soft_wrap=True)
    if check and changed:
        sys.exit(1)


@pipeline.command()
@click.argument("before", type=click.Path(path_type=Path))
@click.argument("after", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the differences as JSON.")
@reports_errors
def diff(before: Path, after: Path, as_json: bool) -> None:
    """Compare what two files do, documents or configurations; exit with 1 when they differ.

    Layout, comments, the order of options and the generation of the tables' names do not count.
    """
    from scaleph_lab.pipelines.diffing import diff_pipelines
    from scaleph_lab.pipelines.loading import load_pipeline

    changes = diff_pipelines(load_pipeline(before).pipeline, load_pipeline(after).pipeline)
    if as_json:
        print_json([change.as_dict() for change in changes])
    for change in () if as_json else changes:
        sign = {"added": "[green]+", "removed": "[red]-", "changed": "[yellow]~"}[change.kind]
        values = [_short(value) for value in (change.before, change.after) if value is not None]
        out.print(f"{sign}[/] {escape(change.path)} {escape(' → '.join(values))}", soft_wrap=True)
    if changes:
        sys.exit(1)


def _where(found: Diagnostic, places: Mapping[str, Place]) -> str:
    """The place in a configuration, by line and column; in a document, the node and the option."""
    named = f"{found.node}{found.field}"
    if found.node and (place := places.get(named, places.get(found.node))):
        return f"(line {place.line}, column {place.column})"
    return f"({named})" if named else ""


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    line = " ".join(text.split())
    return line if len(line) <= 200 else f"{line[:200]}…"


def _tell(notes: Sequence[Note]) -> None:
    """The loss report, on standard error."""
    for note in notes:
        place = f" (line {note.place.line}, column {note.place.column})" if note.place else ""
        err.print(f"[yellow]Note:[/] {escape(note.message)}{place} [dim]{escape(note.path)}[/]", soft_wrap=True)


def _write(path: Path, text: str, *, force: bool) -> None:
    if path.exists() and not force:
        raise ConflictError(f"{path} is there already.", hint="Choose another name, or add --force.", path=str(path))
    write_file(path, text)


def _variables(pairs: tuple[str, ...]) -> dict[str, str]:
    variables = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise UserError(f"{pair!r} is no NAME=VALUE.", hint="Write, say, -i data=/tmp/data", path=pair)
        variables[name] = value
    return variables
