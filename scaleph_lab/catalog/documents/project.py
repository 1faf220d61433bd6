"""Projects as documents."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

from scaleph_lab.catalog.documents.base import Document, Input

__all__ = ["NewProject", "Project", "ProjectChanges", "ProjectDeletion"]

# A code never looks like an id, since both name a project.
Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,30}$")]
Name = Annotated[str, StringConstraints(min_length=1, max_length=120)]
Remark = Annotated[str, StringConstraints(max_length=500)]


class Project(Document):
    """A project: what artifacts and jobs belong to."""

    code: str
    name: str
    remark: str


class NewProject(Input):
    """A project to make. Its code is unique."""

    code: Code
    name: Name
    remark: Remark = ""


class ProjectChanges(Input):
    """What to change; a field that is not given stays."""

    code: Code | None = None
    name: Name | None = None
    remark: Remark | None = None


class ProjectDeletion(Input):
    """How a project is deleted."""

    cascade: bool = False
    """Also all that hangs on it."""
