"""``jupyter scaleph pipeline``: check, compile and run a pipeline document."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import cast

import click

from scaleph_lab.cli.console import engine_progress, err, out, print_json, reports_errors
from scaleph_lab.engines.model import ProgressListener
from scaleph_lab.errors import UserError
from scaleph_lab.pipelines import (
    Pipeline,
    PipelineOutcome,
    compile_pipeline,
    raise_for_failure,
    read_pipeline,
    render_config,
    run_pipeline,
)
from scaleph_lab.pipelines.running import RunnerName

__all__ = ["pipeline"]


@click.group()
def pipeline() -> None:
    """Check, compile and run SeaTunnel pipelines (*.seatunnel.json)."""


_VARIABLES = click.option("-i", "--var", "pairs", multiple=True, metavar="NAME=VALUE", help="A variable's value.")


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
    document = read_pipeline(file)
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
@click.argument("file", type=click.Path(path_type=Path))
@_VARIABLES
@reports_errors
def compile_(file: Path, pairs: tuple[str, ...]) -> None:
    """Print the SeaTunnel configuration that FILE compiles to."""
    click.echo(render_config(compile_pipeline(read_pipeline(file), _variables(pairs))), nl=False)


@pipeline.command()
@click.argument("file", type=click.Path(path_type=Path))
@reports_errors
def validate(file: Path) -> None:
    """Check the shape of FILE: names, edges, inputs and outputs."""
    from scaleph_lab.pipelines.checks import check_shape

    document = read_pipeline(file)
    check_shape(document)
    out.print(f"{file.name} is well-formed: {len(document.nodes)} nodes, {len(document.edges)} edges.")


def _variables(pairs: tuple[str, ...]) -> dict[str, str]:
    variables = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise UserError(f"{pair!r} is no NAME=VALUE.", hint="Write, say, -i data=/tmp/data", path=pair)
        variables[name] = value
    return variables
