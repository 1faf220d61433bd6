"""A pipeline that is built by drag and drop in the output of a cell: ``PipelineBuilder("orders.seatunnel.json")``.

It is ipycytoscape's widget with a view of our own, the one that the tabs of JupyterLab have too. The document is the
truth: the page sends it with each step, and what Python sets is drawn at once.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ipycytoscape import CytoscapeWidget
from traitlets import Dict, TraitError, Unicode, validate

from scaleph_lab._version import __version__
from scaleph_lab.pipelines import (
    Pipeline,
    PipelineInvalidError,
    PipelineOutcome,
    compile_pipeline,
    raise_for_failure,
    read_pipeline,
    render_config,
    run_pipeline,
)
from scaleph_lab.pipelines.datasources import datasource_names, with_datasources
from scaleph_lab.pipelines.diagnosis import Diagnostic
from scaleph_lab.pipelines.document import parse_pipeline
from scaleph_lab.pipelines.examination import examine
from scaleph_lab.pipelines.running import RunnerName
from scaleph_lab.widgets.graphs import Drawing, DrawnEdge, DrawnNode

__all__ = ["PipelineBuilder"]

_TONES = {"source": "plain", "transform": "unknown", "sink": "calm"}


class PipelineBuilder(CytoscapeWidget):  # type: ignore[misc]
    """A builder of one pipeline. Show it as the last line of a cell."""

    _model_name = Unicode("PipelineBuilderModel").tag(sync=True)
    _model_module = Unicode("scaleph-lab").tag(sync=True)
    _model_module_version = Unicode(__version__).tag(sync=True)
    _view_name = Unicode("PipelineBuilderView").tag(sync=True)
    _view_module = Unicode("scaleph-lab").tag(sync=True)
    _view_module_version = Unicode(__version__).tag(sync=True)

    document = Dict().tag(sync=True)
    """The document as JSON has it; see `pipeline` for its model."""

    def __init__(self, pipeline: Pipeline | Mapping[str, Any] | str | Path | None = None) -> None:
        """Begins with a pipeline, its JSON, or the file that holds it; `save` writes that file.

        Raises `NotFoundError` for a file that is not there, `PipelineInvalidError` for a document of no form.
        """
        self.path: Path | None = None
        """The file that it was read from or saved to last."""
        if isinstance(pipeline, str | Path):
            self.path = Path(pipeline)
            pipeline = read_pipeline(self.path)
        elif pipeline is None:
            pipeline = Pipeline(name="pipeline", env={"job.mode": "BATCH", "parallelism": 1}, nodes=[])
        elif not isinstance(pipeline, Pipeline):
            pipeline = parse_pipeline(pipeline)
        super().__init__(document=pipeline.as_json())

    @property
    def pipeline(self) -> Pipeline:
        """The pipeline as it is now; setting it changes the page. It may break rules: see `problems`."""
        return parse_pipeline(self.document)

    @pipeline.setter
    def pipeline(self, pipeline: Pipeline) -> None:
        self.document = pipeline.as_json()

    @property
    def problems(self) -> list[Diagnostic]:
        """All that is to be said of it: errors, warnings, and what is good to know."""
        return examine(self.document)

    def config(self, variables: Mapping[str, str] | None = None) -> str:
        """The SeaTunnel configuration that it compiles to. Raises `PipelineInvalidError`."""
        return render_config(compile_pipeline(self._bound(), variables))

    def save(self, path: str | Path | None = None) -> Path:
        """Writes the document to a file, by default the one that it was read from. Raises `ValueError` without one."""
        target = Path(path) if path is not None else self.path
        if target is None:
            raise ValueError("Name a file to save to, such as orders.seatunnel.json.")
        partial = target.with_name(f".{target.name}.partial")
        partial.write_text(self.pipeline.to_json(), encoding="utf-8")
        partial.replace(target)
        self.path = target
        return target

    async def run(self, runner: RunnerName = "zeta", variables: Mapping[str, str] | None = None) -> PipelineOutcome:
        """Runs it and waits for its end. Raises what `run_pipeline` and `raise_for_failure` raise."""
        return raise_for_failure(await run_pipeline(self._bound(), runner=runner, variables=variables))

    def _bound(self) -> Pipeline:
        pipeline = self.pipeline
        if not datasource_names(pipeline):
            return pipeline
        from scaleph_lab import Platform

        return with_datasources(pipeline, Platform(origin="notebook").datasources.get)

    def drawing(self) -> Drawing:
        """A picture that any page with ipycytoscape shows, where Scaleph Lab's own is not installed."""
        pipeline = self.pipeline
        nodes = [
            DrawnNode(node.id, f"{node.id}\n{node.connector}", str(node.options), _TONES[node.kind])
            for node in pipeline.nodes
        ]
        return Drawing(nodes, [DrawnEdge(edge.source, edge.target) for edge in pipeline.edges])

    @validate("document")
    def _has_form(self, proposal: Mapping[str, Any]) -> dict[str, Any]:
        document: dict[str, Any] = proposal["value"]
        try:
            parse_pipeline(document)
        except PipelineInvalidError as error:
            raise TraitError(error.message) from error
        return document

    def __repr__(self) -> str:
        nodes, edges = self.document["nodes"], self.document["edges"]
        return f"<PipelineBuilder {self.document['name']!r}: {len(nodes)} nodes, {len(edges)} edges>"
