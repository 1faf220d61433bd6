"""``from scaleph_lab import Platform``: the catalog from Python, in this process or over REST, by the same verbs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from scaleph_lab.catalog.documents.action import Action, ActionListing
from scaleph_lab.catalog.documents.artifact import NewArtifact, Saved
from scaleph_lab.catalog.documents.base import Listing, Page
from scaleph_lab.catalog.documents.datasource import (
    ConnectionAnswer,
    DataSource,
    DataSourceChanges,
    DataSourceDraft,
    DataSourceListing,
    NewDataSource,
    TableColumns,
    TableNames,
    TableRequest,
    TypeList,
)
from scaleph_lab.catalog.documents.dictionary import Dictionary, DictionaryList, Language
from scaleph_lab.catalog.documents.project import NewProject, Project, ProjectChanges
from scaleph_lab.catalog.documents.secret import NewSecret, SecretNames
from scaleph_lab.catalog.documents.upload import RevisionOf
from scaleph_lab.platform.access_verbs import GrantVerbs, RightVerbs, RoleVerbs, UserVerbs
from scaleph_lab.platform.cluster_verbs import ClusterVerbs
from scaleph_lab.platform.standard import StandardVerbs
from scaleph_lab.platform.verbs import ArchiveVerbs, ArtifactVerbs, RevisionVerbs, UploadVerbs

__all__ = [
    "ActionVerbs",
    "ArchiveVerbs",
    "ArtifactVerbs",
    "ClusterVerbs",
    "DataSourceVerbs",
    "DictionaryVerbs",
    "GrantVerbs",
    "Platform",
    "ProjectVerbs",
    "RevisionVerbs",
    "RightVerbs",
    "RoleVerbs",
    "SecretVerbs",
    "StandardVerbs",
    "UploadVerbs",
    "UserVerbs",
]


class ProjectVerbs(Protocol):
    """The verbs of projects; see `scaleph_lab.catalog.services.projects` for what they raise."""

    def list(self, listing: Listing | None = None) -> Page[Project]:
        """The projects that the user may read."""

    def get(self, key: str) -> Project:
        """One project, by id or code."""

    def create(self, new: NewProject) -> Project:
        """Makes a project."""

    def update(self, key: str, changes: ProjectChanges, version: int) -> Project:
        """Changes a project that was read at `version`."""

    def delete(self, key: str, version: int, *, cascade: bool = False) -> None:
        """Deletes a project that was read at `version`; with `cascade`, also all that hangs on it."""


class DataSourceVerbs(Protocol):
    """The verbs of data sources; see `scaleph_lab.catalog.services.datasources` for what they raise."""

    def types(self) -> TypeList:
        """The types that there are."""

    def list(self, listing: DataSourceListing | None = None) -> Page[DataSource]:
        """The data sources that the user may read."""

    def get(self, key: str) -> DataSource:
        """One data source, by id or name."""

    def create(self, new: NewDataSource) -> DataSource:
        """Makes a data source."""

    def update(self, key: str, changes: DataSourceChanges, version: int) -> DataSource:
        """Changes a data source that was read at `version`."""

    def delete(self, key: str, version: int) -> None:
        """Deletes a data source that was read at `version`."""

    def test(self, key: str) -> ConnectionAnswer:
        """Connects, and says what came of it."""

    def test_draft(self, draft: DataSourceDraft) -> ConnectionAnswer:
        """The same for what is not kept yet."""

    def schemas(self, key: str) -> TableNames:
        """Its schemas, or databases."""

    def tables(self, key: str, asked: TableRequest) -> TableNames:
        """The tables and views of a schema, some at a time."""

    def columns(self, key: str, asked: TableRequest) -> TableColumns:
        """The columns of a table, and the statement that makes it in Flink."""


class DictionaryVerbs(Protocol):
    """The enumerations of the platform; see `scaleph_lab.platform.dictionary`."""

    def list(self, language: Language = "en") -> DictionaryList:
        """All of them, with labels."""

    def get(self, code: str, language: Language = "en") -> Dictionary:
        """One of them."""


class SecretVerbs(Protocol):
    """The verbs of secrets; see `scaleph_lab.catalog.services.secrets`. None of them gives a value."""

    def list(self) -> SecretNames:
        """The names of the secrets."""

    def put(self, name: str, new: NewSecret) -> None:
        """Keeps a secret."""

    def delete(self, name: str) -> None:
        """Forgets a secret."""


class ActionVerbs(Protocol):
    """The log of actions; see `scaleph_lab.catalog.services.actions`."""

    def list(self, listing: ActionListing | None = None) -> Page[Action]:
        """A page of the log, the newest first."""


class Platform:
    """The catalog. Without a URL it is the database of the settings, opened in this process."""

    actions: ActionVerbs
    archives: ArchiveVerbs
    clusters: ClusterVerbs
    datasources: DataSourceVerbs
    dictionaries: DictionaryVerbs
    artifacts: ArtifactVerbs
    revisions: RevisionVerbs
    uploads: UploadVerbs
    projects: ProjectVerbs
    secrets: SecretVerbs
    users: UserVerbs
    roles: RoleVerbs
    grants: GrantVerbs
    rights: RightVerbs
    standard: StandardVerbs

    def __init__(self, url: str | None = None, token: str | None = None, *, origin: str = "python") -> None:
        """`url` is a Jupyter server's base URL, `token` what it lets the user in by."""
        if url is None:
            self._open_here(origin)
        else:
            self._open_there(url, token)

    def _open_here(self, origin: str) -> None:
        from scaleph_lab.access.identity import current_user
        from scaleph_lab.access.policy import Actor
        from scaleph_lab.catalog.database import open_catalog
        from scaleph_lab.catalog.services.actions import Actions
        from scaleph_lab.catalog.services.archives import Archives
        from scaleph_lab.catalog.services.artifacts import Artifacts
        from scaleph_lab.catalog.services.clusters import Clusters
        from scaleph_lab.catalog.services.datasources import DataSources
        from scaleph_lab.catalog.services.grants import Grants
        from scaleph_lab.catalog.services.projects import Projects
        from scaleph_lab.catalog.services.revisions import Revisions
        from scaleph_lab.catalog.services.rights import RightsAnswers
        from scaleph_lab.catalog.services.roles import Roles
        from scaleph_lab.catalog.services.secrets import Secrets
        from scaleph_lab.catalog.services.uploads import Uploads
        from scaleph_lab.catalog.services.users import Users
        from scaleph_lab.platform.dictionary import Dictionaries
        from scaleph_lab.platform.standard import LocalStandard

        database, actor = open_catalog(), Actor(current_user(), origin)
        self.actions = Actions(database, actor)
        self.archives = Archives(database, actor)
        self.artifacts = Artifacts(database, actor)
        self.clusters = Clusters(database, actor)
        self.datasources = DataSources(database, actor)
        self.dictionaries = Dictionaries()
        self.projects = Projects(database, actor)
        self.revisions = Revisions(database, actor)
        self.secrets = Secrets(database, actor)
        self.standard = LocalStandard(database, actor)
        self.uploads = Uploads(database, actor)
        self.users = Users(database, actor)
        self.roles = Roles(database, actor)
        self.grants = Grants(database, actor)
        self.rights = RightsAnswers(database, actor)

    def _open_there(self, url: str, token: str | None) -> None:
        from scaleph_lab.platform import remote
        from scaleph_lab.platform.cluster_verbs import RemoteClusters
        from scaleph_lab.platform.remote_access import RemoteGrants, RemoteRights, RemoteRoles, RemoteUsers
        from scaleph_lab.platform.remote_artifacts import (
            RemoteArchives,
            RemoteArtifacts,
            RemoteRevisions,
            RemoteUploads,
        )
        from scaleph_lab.platform.standard import RemoteStandard

        connection = remote.Connection(url, token)
        self.actions = remote.RemoteActions(connection)
        self.archives = RemoteArchives(connection)
        self.artifacts = RemoteArtifacts(connection)
        self.clusters = RemoteClusters(connection)
        self.datasources = remote.RemoteDataSources(connection)
        self.dictionaries = remote.RemoteDictionaries(connection)
        self.projects = remote.RemoteProjects(connection)
        self.revisions = RemoteRevisions(connection)
        self.secrets = remote.RemoteSecrets(connection)
        self.standard = RemoteStandard(connection)
        self.uploads = RemoteUploads(connection)
        self.users = RemoteUsers(connection)
        self.roles = RemoteRoles(connection)
        self.grants = RemoteGrants(connection)
        self.rights = RemoteRights(connection)

    def upload(
        self, file: Path, purpose: NewArtifact | RevisionOf, progress: Callable[[int, int], None] | None = None
    ) -> Saved:
        """Makes a file of any size a new artifact, or a revision of one; `progress` is told the bytes sent, and all.

        It goes on by itself when the server is away for a minute, and where it was left when it is called again within
        a day. Raises as `scaleph_lab.catalog.services.uploads` says.
        """
        from scaleph_lab.platform.uploading import upload

        return upload(self.uploads, file, purpose, progress or (lambda sent, total: None))
