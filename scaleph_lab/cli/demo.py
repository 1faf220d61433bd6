"""``jupyter scaleph demo``: the main job from nothing, timed and checked."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TypeVar, cast

import click

from scaleph_lab.cli.console import engine_progress, err, out, print_json, reports_errors
from scaleph_lab.demo import notebook_path, pipeline_path, prepare
from scaleph_lab.demo.checks import Check, check_notebook, check_pipeline
from scaleph_lab.demo.notebook import execute_notebook
from scaleph_lab.engines import get_engine
from scaleph_lab.pipelines import raise_for_failure, read_pipeline, run_pipeline
from scaleph_lab.pipelines.running import RunnerName

__all__ = ["demo"]

T = TypeVar("T")


@click.command()
@click.option(
    "--runner",
    type=click.Choice(["zeta", "flink"]),
    default="zeta",
    show_default=True,
    help="What runs the pipeline: SeaTunnel's own engine, or Flink 1.18 (fetched too).",
)
@click.option("--json", "as_json", is_flag=True, help="Print the results as JSON.")
@reports_errors
def demo(runner: str, as_json: bool) -> None:
    """Run the demonstration: 336,776 flights through a SeaTunnel pipeline and a Flink SQL notebook.

    Each result is compared with pandas on the same files; exits with 1 when one differs.
    """
    watch = _Watch(quiet=as_json)
    with engine_progress() as progress:
        files = watch.step("Data unpacked", prepare)
        endpoint = watch.step("Flink runs", lambda: get_engine().ensure(progress))
        outcome = watch.step(
            f"Pipeline finished on {runner}",
            lambda: asyncio.run(
                run_pipeline(
                    read_pipeline(pipeline_path()),
                    runner=cast(RunnerName, runner),
                    variables={"data": str(files.data), "out": str(files.out)},
                    progress=progress,
                )
            ),
        )
        raise_for_failure(outcome)
        checks = watch.step("Pipeline's rows compared with pandas", lambda: check_pipeline(outcome, files))
        executed = files.out.parent / "flights-executed.ipynb"
        frames = watch.step("Notebook executed", lambda: execute_notebook(executed))
        checks += watch.step("Notebook's results compared with pandas", lambda: check_notebook(frames, files))
    ok = all(check.ok for check in checks)
    if as_json:
        print_json(
            {
                "ok": ok,
                "engine": {"name": endpoint.name, "flink_version": endpoint.flink_version},
                "pipeline": outcome.as_dict(),
                "checks": [asdict(check) for check in checks],
                "seconds": watch.seconds,
                "notebook": str(executed),
            }
        )
    else:
        _summary(checks, watch, executed)
    sys.exit(0 if ok else 1)


class _Watch:
    """Times the steps and says each as it ends."""

    def __init__(self, *, quiet: bool) -> None:
        self._console = err if quiet else out
        self.seconds: dict[str, float] = {}

    def step(self, name: str, work: Callable[[], T]) -> T:
        """Does the work and notes how long it took."""
        begun = time.monotonic()
        result = work()
        self.seconds[name] = round(time.monotonic() - begun, 2)
        self._console.print(f"[green]✓[/] {name} [dim]({self.seconds[name]:.1f} s)[/]")
        return result


def _summary(checks: list[Check], watch: _Watch, executed: Path) -> None:
    out.print()
    for check in checks:
        mark = "[green]equal[/]  " if check.ok else "[bold red]differs[/]"
        out.print(f"  {mark} {check.what}: {check.detail}")
    out.print(
        f"\n[bold]{sum(watch.seconds.values()):.0f} s in all.[/] The notebook with its results: {executed}",
        soft_wrap=True,
    )
    out.print(
        f"See it live: [bold]make lab[/] (or [bold]jupyter scaleph lab[/]) and open {notebook_path().name} "
        "from the launcher; the panel at the left shows the engines. "
        "[bold]jupyter scaleph down[/] stops them.",
        soft_wrap=True,
    )
