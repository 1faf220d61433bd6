"""``from scaleph_lab import Platform``: the catalog from Python, in this process or over REST, by the same verbs."""

from __future__ import annotations

import getpass
from typing import Protocol

from scaleph_lab.catalog.documents.base import Listing, Page
from scaleph_lab.catalog.documents.project import NewProject, Project, ProjectChanges

__all__ = ["Platform", "ProjectVerbs"]


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

    def delete(self, key: str, version: int) -> None:
        """Deletes a project that was read at `version`."""


class Platform:
    """The catalog. Without a URL it is the database of the settings, opened in this process."""

    projects: ProjectVerbs

    def __init__(self, url: str | None = None, token: str | None = None, *, origin: str = "python") -> None:
        """`url` is a Jupyter server's base URL, `token` what it lets the user in by."""
        if url is None:
            from scaleph_lab.access.policy import Actor
            from scaleph_lab.catalog.database import open_catalog
            from scaleph_lab.catalog.services.projects import Projects

            self.projects = Projects(open_catalog(), Actor(getpass.getuser(), origin))
        else:
            from scaleph_lab.platform.remote import Connection, RemoteProjects

            self.projects = RemoteProjects(Connection(url, token))
