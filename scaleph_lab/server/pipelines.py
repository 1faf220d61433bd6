"""Pipelines: the connectors there are, diagnosis, preview of the configuration, and runs."""

from __future__ import annotations

import asyncio
import contextlib
import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, TypeVar

from jupyter_server.auth.decorator import authorized
from tornado.web import authenticated

from scaleph_lab.errors import UserError
from scaleph_lab.server.base import authorized_to_execute, authorized_to_read
from scaleph_lab.server.catalog import CatalogHandler

if TYPE_CHECKING:
    from pydantic import BaseModel

    from scaleph_lab.catalog.services.datasources import DataSources
    from scaleph_lab.pipelines.document import Pipeline
    from scaleph_lab.pipelines.requests import ConfigRequest
    from scaleph_lab.pipelines.runs import PipelineRuns
    from scaleph_lab.pipelines.sampling import Sample

    D = TypeVar("D", bound=BaseModel)

__all__ = [
    "ConnectorListHandler",
    "PipelineConfigHandler",
    "PipelineDiagnosisHandler",
    "PipelineImportHandler",
    "PipelineRunCancelHandler",
    "PipelineRunHandler",
    "PipelineRunListHandler",
    "PipelineSampleHandler",
]

_RUNS_KEY = "scaleph_pipeline_runs"


class _PipelineHandler(CatalogHandler):
    auth_resource = "scaleph:pipelines"

    @property
    def runs(self) -> PipelineRuns:
        """The runs of this server, which are loaded with the first of them."""
        if _RUNS_KEY not in self.settings:
            from scaleph_lab.pipelines.runs import PipelineRuns

            self.settings[_RUNS_KEY] = PipelineRuns()
        runs: PipelineRuns = self.settings[_RUNS_KEY]
        return runs

    def asked(self, kind: type[D]) -> D:
        """The body as a document. Raises `UserError` for no JSON, `ValidationError` for what is not right."""
        from scaleph_lab.pipelines.requests import read_request

        try:
            body = json.loads(self.request.body)
        except ValueError as error:
            raise UserError("The body is not JSON.", path="body") from error
        return read_request(kind, body)

    async def bound(self, document: dict[str, Any]) -> Pipeline:
        """The pipeline with the options of its data sources, as the user of the request sees them."""
        from scaleph_lab.pipelines.datasources import datasource_names, with_datasources
        from scaleph_lab.pipelines.document import parse_pipeline

        pipeline = await asyncio.to_thread(parse_pipeline, document)
        if not datasource_names(pipeline):
            return pipeline
        return await self.ask(_datasources, lambda datasources: with_datasources(pipeline, datasources.get))


class ConnectorListHandler(_PipelineHandler):
    """``/scaleph/connectors``"""

    @authenticated
    @authorized
    async def get(self) -> None:
        """Lists the connectors of a release with all they can be told."""
        version = self.get_query_argument("seatunnel", "")
        self.set_header("Cache-Control", "private, max-age=60")
        self.reply(await asyncio.to_thread(_connectors, version))


class PipelineDiagnosisHandler(_PipelineHandler):
    """``/scaleph/pipeline-diagnoses``"""

    @authenticated
    @authorized_to_read
    async def post(self) -> None:
        """Answers what is wrong with a document, while it is written."""
        self.reply(await asyncio.to_thread(_diagnose, self))


class PipelineConfigHandler(_PipelineHandler):
    """``/scaleph/pipeline-configs``"""

    @authenticated
    @authorized_to_read
    async def post(self) -> None:
        """Answers the configuration that a document compiles to; secrets stay references."""
        from scaleph_lab.pipelines.requests import ConfigRequest

        asked = await asyncio.to_thread(self.asked, ConfigRequest)
        pipeline = await self.bound(asked.document)
        self.reply({"text": await asyncio.to_thread(_config, pipeline, asked)})


class PipelineImportHandler(_PipelineHandler):
    """``/scaleph/pipeline-imports``"""

    @authenticated
    @authorized_to_read
    async def post(self) -> None:
        """Answers the document that a configuration says, with the loss report."""
        self.reply(await asyncio.to_thread(_imported, self))


class PipelineRunListHandler(_PipelineHandler):
    """``/scaleph/pipeline-runs``"""

    @authenticated
    @authorized
    async def get(self) -> None:
        """Lists the runs of this server, the newest first."""
        self.reply({"items": [run.as_dict() for run in self.runs.list()]})

    @authenticated
    @authorized_to_execute
    async def post(self) -> None:
        """Begins to run a document; ``GET`` of the run shows how it goes."""
        from scaleph_lab.pipelines import compile_pipeline
        from scaleph_lab.pipelines.requests import RunRequest

        asked = await asyncio.to_thread(self.asked, RunRequest)
        pipeline = await self.bound(asked.document)
        # What is wrong with the document is told before anything is begun.
        await asyncio.to_thread(compile_pipeline, pipeline, asked.variables)
        run = self.runs.start(pipeline, runner=asked.runner, variables=asked.variables)
        self.reply(run.as_dict(), HTTPStatus.ACCEPTED)


class PipelineSampleHandler(_PipelineHandler):
    """``/scaleph/pipeline-samples``"""

    _sampling: asyncio.Task[Sample] | None = None

    @authenticated
    @authorized_to_execute
    async def post(self) -> None:
        """Runs what leads to a node and answers its first rows."""
        from scaleph_lab.pipelines.requests import SampleRequest
        from scaleph_lab.pipelines.sampling import sample_pipeline

        asked = await asyncio.to_thread(self.asked, SampleRequest)
        pipeline = await self.bound(asked.document)
        self._sampling = asyncio.ensure_future(
            sample_pipeline(pipeline, asked.node, rows=asked.rows, variables=asked.variables)
        )
        with contextlib.suppress(asyncio.CancelledError):
            self.reply((await self._sampling).as_dict())

    def on_connection_close(self) -> None:
        """Cancels what runs for rows that nobody waits for any more."""
        super().on_connection_close()
        if self._sampling is not None:
            self._sampling.cancel()


class PipelineRunHandler(_PipelineHandler):
    """``/scaleph/pipeline-runs/{key}``"""

    @authenticated
    @authorized
    async def get(self, key: str) -> None:
        """Answers one run as it is now."""
        self.reply(self.runs.get(key).as_dict())


class PipelineRunCancelHandler(_PipelineHandler):
    """``/scaleph/pipeline-runs/{key}/cancel``"""

    @authenticated
    @authorized_to_execute
    async def post(self, key: str) -> None:
        """Cancels the job and answers when it has ended."""
        self.reply((await self.runs.cancel(key)).as_dict())


def _connectors(version: str) -> dict[str, Any]:
    from scaleph_lab.connectors.palette import palette

    return palette(version)


def _diagnose(handler: _PipelineHandler) -> dict[str, Any]:
    from scaleph_lab.pipelines.examination import examine
    from scaleph_lab.pipelines.requests import DiagnosisRequest

    asked = handler.asked(DiagnosisRequest)
    return {"problems": [found.as_dict() for found in examine(asked.document, asked.seatunnel)]}


def _config(pipeline: Pipeline, asked: ConfigRequest) -> str:
    if asked.format == "json":
        from scaleph_lab.pipelines import compile_pipeline, render_config

        return render_config(compile_pipeline(pipeline, asked.variables))
    from scaleph_lab.engines.seatunnel_home import SEATUNNEL_VERSION
    from scaleph_lab.pipelines.config_writer import to_hocon
    from scaleph_lab.pipelines.exporting import export_pipeline

    return to_hocon(export_pipeline(pipeline, SEATUNNEL_VERSION, asked.variables))


def _imported(handler: _PipelineHandler) -> dict[str, Any]:
    from pathlib import PurePath

    from scaleph_lab.pipelines.config_reader import read_config_text
    from scaleph_lab.pipelines.importing import import_config
    from scaleph_lab.pipelines.requests import ImportRequest

    asked = handler.asked(ImportRequest)
    name = PurePath(asked.name)
    config = read_config_text(asked.text, "json" if name.suffix.lower() == ".json" else "hocon", name.name)
    found = import_config(config, name.stem or "pipeline")
    return {"document": found.pipeline.as_json(), "notes": [note.as_dict() for note in found.notes]}


def _datasources() -> type[DataSources]:
    from scaleph_lab.catalog.services.datasources import DataSources

    return DataSources
