"""Which handler serves which path of the contract."""

from __future__ import annotations

import re

from jupyter_server.base.handlers import JupyterHandler

from scaleph_lab.server.access import (
    GrantHandler,
    GrantListHandler,
    MeHandler,
    RightHandler,
    RoleHandler,
    RoleListHandler,
    UserHandler,
    UserListHandler,
)
from scaleph_lab.server.actions import ActionListHandler
from scaleph_lab.server.archives import ProjectArchiveHandler, ProjectImportHandler
from scaleph_lab.server.artifacts import ArtifactHandler, ArtifactListHandler, ArtifactTypesHandler
from scaleph_lab.server.clusters import (
    ClusterHandler,
    ClusterListHandler,
    ClusterNamespacesHandler,
    ClusterRightsHandler,
    ClusterTestHandler,
)
from scaleph_lab.server.datasources import (
    DataSourceColumnsHandler,
    DataSourceDraftTestHandler,
    DataSourceHandler,
    DataSourceListHandler,
    DataSourceSchemasHandler,
    DataSourceTablesHandler,
    DataSourceTestHandler,
    DataSourceTypesHandler,
)
from scaleph_lab.server.demo import DemoHandler
from scaleph_lab.server.dictionaries import DictionaryHandler, DictionaryListHandler
from scaleph_lab.server.engines import (
    EngineHandler,
    EngineListHandler,
    EngineLogHandler,
    EngineStartHandler,
    EngineStopHandler,
)
from scaleph_lab.server.events import EventStreamHandler
from scaleph_lab.server.health import HealthHandler
from scaleph_lab.server.jobs import JobCancelHandler, JobListHandler
from scaleph_lab.server.pipelines import (
    ConnectorListHandler,
    PipelineConfigHandler,
    PipelineDiagnosisHandler,
    PipelineImportHandler,
    PipelineRunCancelHandler,
    PipelineRunHandler,
    PipelineRunListHandler,
    PipelineSampleHandler,
)
from scaleph_lab.server.projects import ProjectHandler, ProjectListHandler
from scaleph_lab.server.revisions import (
    ContentHandler,
    DiffHandler,
    RestoreHandler,
    RevisionHandler,
    RevisionListHandler,
)
from scaleph_lab.server.secrets import SecretHandler, SecretListHandler
from scaleph_lab.server.standard import (
    ElementHandler,
    ElementListHandler,
    MappingHandler,
    MappingListHandler,
    ReferenceSetHandler,
    ReferenceSetListHandler,
    StandardExportHandler,
    StandardImportHandler,
    StandardLintHandler,
    SystemHandler,
    SystemListHandler,
    TranslationHandler,
    ValueHandler,
    ValueListHandler,
)
from scaleph_lab.server.ui import FlinkUiHandler
from scaleph_lab.server.uploads import UploadFinishHandler, UploadHandler, UploadListHandler

__all__ = ["ROUTES", "pattern"]

ROUTES: dict[str, type[JupyterHandler]] = {
    "/scaleph/health": HealthHandler,
    "/scaleph/engines": EngineListHandler,
    "/scaleph/engines/{name}": EngineHandler,
    "/scaleph/engines/{name}/start": EngineStartHandler,
    "/scaleph/engines/{name}/stop": EngineStopHandler,
    "/scaleph/engines/{name}/logs": EngineLogHandler,
    "/scaleph/engines/{name}/jobs": JobListHandler,
    "/scaleph/engines/{name}/jobs/{id}/cancel": JobCancelHandler,
    "/scaleph/engines/{name}/ui/{path}": FlinkUiHandler,
    "/scaleph/projects": ProjectListHandler,
    "/scaleph/projects/{key}": ProjectHandler,
    "/scaleph/projects/{key}/archive": ProjectArchiveHandler,
    "/scaleph/project-imports": ProjectImportHandler,
    "/scaleph/artifact-types": ArtifactTypesHandler,
    "/scaleph/artifacts": ArtifactListHandler,
    "/scaleph/artifacts/{key}": ArtifactHandler,
    "/scaleph/artifacts/{key}/diff": DiffHandler,
    "/scaleph/artifacts/{key}/revisions": RevisionListHandler,
    "/scaleph/artifacts/{key}/revisions/{number}": RevisionHandler,
    "/scaleph/artifacts/{key}/revisions/{number}/content": ContentHandler,
    "/scaleph/artifacts/{key}/revisions/{number}/restore": RestoreHandler,
    "/scaleph/uploads": UploadListHandler,
    "/scaleph/uploads/{id}": UploadHandler,
    "/scaleph/uploads/{id}/finish": UploadFinishHandler,
    "/scaleph/datasource-types": DataSourceTypesHandler,
    "/scaleph/datasource-tests": DataSourceDraftTestHandler,
    "/scaleph/datasources": DataSourceListHandler,
    "/scaleph/datasources/{key}": DataSourceHandler,
    "/scaleph/datasources/{key}/test": DataSourceTestHandler,
    "/scaleph/datasources/{key}/schemas": DataSourceSchemasHandler,
    "/scaleph/datasources/{key}/tables": DataSourceTablesHandler,
    "/scaleph/datasources/{key}/columns": DataSourceColumnsHandler,
    "/scaleph/clusters": ClusterListHandler,
    "/scaleph/clusters/{key}": ClusterHandler,
    "/scaleph/clusters/{key}/test": ClusterTestHandler,
    "/scaleph/clusters/{key}/namespaces": ClusterNamespacesHandler,
    "/scaleph/clusters/{key}/rights": ClusterRightsHandler,
    "/scaleph/standard/systems": SystemListHandler,
    "/scaleph/standard/systems/{key}": SystemHandler,
    "/scaleph/standard/sets": ReferenceSetListHandler,
    "/scaleph/standard/sets/{key}": ReferenceSetHandler,
    "/scaleph/standard/elements": ElementListHandler,
    "/scaleph/standard/elements/{key}": ElementHandler,
    "/scaleph/standard/values": ValueListHandler,
    "/scaleph/standard/values/{key}": ValueHandler,
    "/scaleph/standard/mappings": MappingListHandler,
    "/scaleph/standard/mappings/{key}": MappingHandler,
    "/scaleph/standard/translations": TranslationHandler,
    "/scaleph/standard/lint": StandardLintHandler,
    "/scaleph/standard/imports": StandardImportHandler,
    "/scaleph/standard/exports": StandardExportHandler,
    "/scaleph/dictionaries": DictionaryListHandler,
    "/scaleph/dictionaries/{key}": DictionaryHandler,
    "/scaleph/secrets": SecretListHandler,
    "/scaleph/secrets/{key}": SecretHandler,
    "/scaleph/actions": ActionListHandler,
    "/scaleph/events": EventStreamHandler,
    "/scaleph/me": MeHandler,
    "/scaleph/rights": RightHandler,
    "/scaleph/users": UserListHandler,
    "/scaleph/users/{key}": UserHandler,
    "/scaleph/roles": RoleListHandler,
    "/scaleph/roles/{key}": RoleHandler,
    "/scaleph/grants": GrantListHandler,
    "/scaleph/grants/{id}": GrantHandler,
    "/scaleph/connectors": ConnectorListHandler,
    "/scaleph/pipeline-diagnoses": PipelineDiagnosisHandler,
    "/scaleph/pipeline-configs": PipelineConfigHandler,
    "/scaleph/pipeline-imports": PipelineImportHandler,
    "/scaleph/pipeline-runs": PipelineRunListHandler,
    "/scaleph/pipeline-runs/{key}": PipelineRunHandler,
    "/scaleph/pipeline-runs/{key}/cancel": PipelineRunCancelHandler,
    "/scaleph/pipeline-samples": PipelineSampleHandler,
    "/scaleph/demo": DemoHandler,
}
"""Paths as the contract writes them, under Jupyter's base URL."""


def pattern(template: str) -> str:
    """The regular expression of a path; ``{path}`` takes the rest, any other parameter one segment."""
    return re.sub(r"\{(\w+)\}", lambda found: "(.*)" if found[1] == "path" else "([^/]+)", template)
