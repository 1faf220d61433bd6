"""What hangs on a project, kind by kind; a noun that belongs to projects has its line here."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from scaleph_lab.catalog.models.artifact import ArtifactRow, RevisionRow
from scaleph_lab.catalog.models.cluster import ClusterRow
from scaleph_lab.catalog.models.datasource import DataSourceRow

__all__ = ["HANGING_RESOURCES", "hanging_on_project", "remove_from_project"]

_NAMES = 5

_KINDS: tuple[tuple[str, InstrumentedAttribute[Any], InstrumentedAttribute[str]], ...] = (
    ("artifacts", ArtifactRow.project_id, ArtifactRow.name),
    ("data sources", DataSourceRow.project_id, DataSourceRow.name),
    ("clusters", ClusterRow.project_id, ClusterRow.name),
)
HANGING_RESOURCES = ("artifact", "datasource", "cluster")
"""The nouns that belong to projects, as rights name them."""


def hanging_on_project(session: Session, project: str) -> list[str]:
    """One text a kind, with its count and first names; empty where nothing hangs on the project."""
    told = []
    for kind, of_project, name in _KINDS:
        count = session.scalar(select(func.count()).where(of_project == project)) or 0
        if count:
            names = session.scalars(select(name).where(of_project == project).order_by(name).limit(_NAMES))
            shown = ", ".join([*names, *(["…"] if count > _NAMES else [])])
            told.append(f"{count} {kind if count > 1 else kind.removesuffix('s')} ({shown})")
    return told


def remove_from_project(session: Session, project: str) -> list[str]:
    """Removes all of it; the checksums of contents that may be named no more."""
    artifacts = select(ArtifactRow.id).where(ArtifactRow.project_id == project)
    contents = [*session.scalars(select(RevisionRow.sha256).where(RevisionRow.artifact_id.in_(artifacts)).distinct())]
    session.execute(delete(RevisionRow).where(RevisionRow.artifact_id.in_(artifacts)))
    session.execute(delete(ArtifactRow).where(ArtifactRow.project_id == project))
    session.execute(delete(DataSourceRow).where(DataSourceRow.project_id == project))
    session.execute(delete(ClusterRow).where(ClusterRow.project_id == project))
    return contents
