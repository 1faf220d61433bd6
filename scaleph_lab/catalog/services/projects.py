"""Projects."""

from __future__ import annotations

from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from scaleph_lab.access.policy import BUILT_IN_ROLES, OWNER, Right, Verb
from scaleph_lab.catalog.contents import sweep
from scaleph_lab.catalog.documents.base import Listing, Page
from scaleph_lab.catalog.documents.project import NewProject, Project, ProjectChanges
from scaleph_lab.catalog.models.access import GrantRow
from scaleph_lab.catalog.models.base import now
from scaleph_lab.catalog.models.project import ProjectRow
from scaleph_lab.catalog.paging import columns_page_of
from scaleph_lab.catalog.recorded_policy import ensure_user
from scaleph_lab.catalog.services.base import Service
from scaleph_lab.catalog.services.hanging import HANGING_RESOURCES, hanging_on_project, remove_from_project
from scaleph_lab.catalog.store import open_store
from scaleph_lab.errors import ConflictError, NotFoundError

__all__ = ["Projects"]

_SORTS = {"code": ProjectRow.code, "name": ProjectRow.name, "updated_at": ProjectRow.updated_at}

_LISTED = select(*(getattr(ProjectRow, name) for name in Project.model_fields))


class Projects(Service):
    """What can be done with projects. A key is an id or a code; all raise `ForbiddenError`."""

    resource = "project"

    def list(self, listing: Listing | None = None) -> Page[Project]:
        """The projects that the actor may read. Raises `ValidationError` for a sort or a cursor that serves not."""
        listing = listing or Listing()
        query = _LISTED
        if listing.search:
            words = (column.icontains(listing.search, autoescape=True) for column in (ProjectRow.code, ProjectRow.name))
            query = query.where(or_(*words))
        with self._database.read() as session:
            places = self._readable_places()
            if places is not None:
                query = query.where(ProjectRow.id.in_(places))
            rows, cursor = columns_page_of(session, query, ProjectRow, listing, _SORTS)
            return Page(items=[Project(**row._mapping) for row in rows], next_cursor=cursor)

    def _readable_places(self) -> frozenset[str] | None:
        # Who may make projects has none at first, which is no reason to refuse them.
        if self._places_of(Right(Verb.CREATE, self.resource)) is None:
            return self._places_of(Right(Verb.READ, self.resource))
        return self._places(Verb.READ)

    def get(self, key: str) -> Project:
        """One project. Raises `NotFoundError`."""
        with self._database.read() as session:
            return _document(self._row(session, key, Verb.READ))

    def create(self, new: NewProject) -> Project:
        """Makes a project. Raises `ConflictError` when its code is taken."""
        with self._writing(Verb.CREATE, new.code) as session:
            return self._made(session, new)

    def _made(self, session: Session, new: NewProject) -> Project:
        self._ask(Verb.CREATE, None)
        who, when = self._actor.name, now()
        row = ProjectRow(
            **new.model_dump(), version=1, created_by=who, created_at=when, updated_by=who, updated_at=when
        )
        session.add(row)
        _flush(session, new.code)
        self._log(session, Verb.CREATE, row, [*NewProject.model_fields])
        self._own(session, row)
        return _document(row)

    def update(self, key: str, changes: ProjectChanges, version: int) -> Project:
        """Changes a project that was read at `version`.

        Raises `NotFoundError`; `ConflictError` when it was changed since, or the new code is taken.
        """
        with self._writing(Verb.WRITE, key) as session:
            row = self._row(session, key, Verb.WRITE)
            self._fresh(session, row, version)
            given = changes.model_dump(exclude_none=True)
            changed = [field for field, value in given.items() if getattr(row, field) != value]
            for field in changed:
                setattr(row, field, given[field])
            if changed:
                self._touch(row)
                _flush(session, row.code)
                self._log(session, Verb.WRITE, row, changed)
            return _document(row)

    def delete(self, key: str, version: int, *, cascade: bool = False) -> None:
        """Deletes a project that was read at `version`; with `cascade`, also all that hangs on it.

        Raises `NotFoundError`; `ConflictError` when it was changed since, or when something hangs on it.
        """
        with self._writing(Verb.DELETE, key) as session:
            row = self._row(session, key, Verb.DELETE)
            self._fresh(session, row, version)
            if cascade:
                self._ask_for_all(row.id)
                contents = remove_from_project(session, row.id)
            else:
                self._refuse_if_used(session, row)
                contents = []
            session.delete(row)
            self._log(session, Verb.DELETE, row)
        if contents:
            sweep(self._database, open_store(self._database.identity), contents)

    def _own(self, session: Session, row: ProjectRow) -> None:
        """Who makes a project owns it, unless they own the platform anyway."""
        rights = self._policy.rights(self._actor.name)
        if BUILT_IN_ROLES[OWNER] <= rights.get(None, frozenset()):
            return
        session.add(
            GrantRow(
                user_id=ensure_user(session, self._actor.name, self._actor.name),
                project_id=row.id,
                role=OWNER,
                right="",
                version=1,
                created_by=row.created_by,
                created_at=row.created_at,
                updated_by=row.updated_by,
                updated_at=row.updated_at,
            )
        )

    def _ask_for_all(self, project: str) -> None:
        """Raises `ForbiddenError` unless the actor may delete whatever hangs on the project."""
        for resource in HANGING_RESOURCES:
            self._ask_for(Right(Verb.DELETE, resource), project)

    def _refuse_if_used(self, session: Session, row: ProjectRow) -> None:
        hanging = hanging_on_project(session, row.id)
        if hanging:
            raise ConflictError(
                f"On the project {row.code} hang {'; '.join(hanging)}.",
                hint="Delete or move them first, or say that they go too (cascade).",
                path="cascade",
            )

    def _row(self, session: Session, key: str, verb: Verb) -> ProjectRow:
        query = select(ProjectRow).where(or_(ProjectRow.id == key, ProjectRow.code == key))
        # Two writers of one row take turns, so that the second sees the version that the first has made.
        query = query if verb is Verb.READ else query.with_for_update()
        # PostgreSQL takes no NUL, so nothing is named by one.
        row = None if "\0" in key else session.scalars(query).one_or_none()
        if row is None:
            # Who may see no project is told so, not which there are.
            self._places(verb)
            raise NotFoundError(f"There is no project {key!r}.", path=key)
        self._ask(verb, row.id)
        return row


def _document(row: ProjectRow) -> Project:
    return Project.model_validate(row, from_attributes=True)


def _flush(session: Session, code: str) -> None:
    try:
        session.flush()
    except IntegrityError as error:
        raise ConflictError(f"There is a project {code!r} already.", hint="Take another code.", path="code") from error
