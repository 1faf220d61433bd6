"""Kubernetes clusters: kept, tested, and asked for their namespaces and rights."""

from __future__ import annotations

import re

from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from scaleph_lab.access.policy import Verb
from scaleph_lab.access.secrets import SECRET_NAME, find_secret
from scaleph_lab.catalog.documents.base import Page
from scaleph_lab.catalog.documents.cluster import (
    Cluster,
    ClusterAnswer,
    ClusterChanges,
    ClusterListing,
    ClusterNamespaces,
    ClusterRight,
    ClusterRights,
    NewCluster,
    RightsRequest,
)
from scaleph_lab.catalog.models.base import now
from scaleph_lab.catalog.models.cluster import ClusterRow
from scaleph_lab.catalog.paging import page_of
from scaleph_lab.catalog.services.base import Service
from scaleph_lab.deployments.clusters import (
    IN_CLUSTER,
    Answer,
    ask_namespaces,
    ask_rights,
    connect_and_tell,
)
from scaleph_lab.deployments.kubeconfig import Kubeconfig, read_kubeconfig
from scaleph_lab.errors import ConflictError, NotFoundError, ValidationError

__all__ = ["Clusters", "kubeconfig_of"]

_SORTS = {"name": ClusterRow.name, "updated_at": ClusterRow.updated_at}


class Clusters(Service):
    """What can be done with clusters. A key is an id or a name; all raise `ForbiddenError`."""

    resource = "cluster"

    def list(self, listing: ClusterListing | None = None) -> Page[Cluster]:
        """The clusters that the actor may read. Raises `ValidationError` for a sort or cursor that serves not."""
        listing = listing or ClusterListing()
        query = select(ClusterRow)
        if listing.search:
            columns = (ClusterRow.name, ClusterRow.remark)
            query = query.where(or_(*(each.icontains(listing.search, autoescape=True) for each in columns)))
        with self._database.read() as session:
            places = self._places(Verb.READ)
            if places is not None:
                query = query.where(ClusterRow.project_id.in_(places))
            if listing.project:
                query = query.where(ClusterRow.project_id == self._project(session, listing.project, Verb.READ).id)
            rows, cursor = page_of(session, query, ClusterRow, listing, _SORTS)
            return Page(items=[_document(row) for row in rows], next_cursor=cursor)

    def get(self, key: str) -> Cluster:
        """One cluster. Raises `NotFoundError`."""
        with self._database.read() as session:
            return _document(self._row(session, key, Verb.READ))

    def create(self, new: NewCluster) -> Cluster:
        """Makes a cluster. Nothing is connected to.

        Raises `ConflictError` when its name is taken, `NotFoundError` for a project that there is not,
        `ValidationError` for ``in-cluster`` in a project.
        """
        with self._writing(Verb.CREATE, new.name) as session:
            project = self._project(session, new.project, Verb.CREATE).id if new.project else None
            if project is None:
                self._ask(Verb.CREATE, None)
            _check_place(new.kubeconfig, project)
            who, when = self._actor.name, now()
            row = ClusterRow(
                **new.model_dump(exclude={"project"}),
                project_id=project,
                version=1,
                created_by=who,
                created_at=when,
                updated_by=who,
                updated_at=when,
            )
            session.add(row)
            _flush(session, new.name)
            self._log(session, Verb.CREATE, row, [*NewCluster.model_fields])
            return _document(row)

    def update(self, key: str, changes: ClusterChanges, version: int) -> Cluster:
        """Changes a cluster that was read at `version`.

        Raises `NotFoundError`; `ConflictError` when it was changed since, or the new name is taken; `ValidationError`.
        """
        with self._writing(Verb.WRITE, key) as session:
            row = self._row(session, key, Verb.WRITE)
            self._fresh(session, row, version)
            given = changes.model_dump(exclude_none=True)
            _check_place(given.get("kubeconfig", row.kubeconfig), row.project_id)
            changed = [field for field, value in given.items() if getattr(row, field) != value]
            for field in changed:
                setattr(row, field, given[field])
            if changed:
                self._touch(row)
                _flush(session, row.name)
                self._log(session, Verb.WRITE, row, changed)
            return _document(row)

    def delete(self, key: str, version: int) -> None:
        """Forgets a cluster that was read at `version`; what runs there goes on. Raises `NotFoundError`,
        `ConflictError`."""
        with self._writing(Verb.DELETE, key) as session:
            row = self._row(session, key, Verb.DELETE)
            self._fresh(session, row, version)
            session.delete(row)
            self._log(session, Verb.DELETE, row)

    def test(self, key: str) -> ClusterAnswer:
        """Connects, for some seconds at most, and says what came of it. Raises `NotFoundError`, and
        `SecretNotFoundError` where its secret is in no store."""
        with self._writing(Verb.EXECUTE, key) as session:
            row = self._row(session, key, Verb.EXECUTE)
            self._log(session, Verb.EXECUTE, row)
            reference, context = row.kubeconfig, row.context
        try:
            answer = connect_and_tell(kubeconfig_of(reference, context))
        except ValidationError as error:
            answer = Answer(False, "kubeconfig", error.message, error.hint)
        return ClusterAnswer.model_validate(answer)

    def namespaces(self, key: str) -> ClusterNamespaces:
        """Its namespaces; where listing them is forbidden, the default one and a note.

        Raises as `test` does, `PlatformError` where it cannot be connected to, `ValidationError` for a kubeconfig that
        serves not.
        """
        with self._database.read() as session:
            row = self._row(session, key, Verb.EXECUTE)
        return ClusterNamespaces.model_validate(
            ask_namespaces(kubeconfig_of(row.kubeconfig, row.context), row.namespace)
        )

    def rights(self, key: str, asked: RightsRequest | None = None) -> ClusterRights:
        """What its account may do of what deployments need, verb by verb. Raises as `namespaces` does."""
        with self._database.read() as session:
            row = self._row(session, key, Verb.EXECUTE)
        place = (asked or RightsRequest()).namespace or row.namespace
        found = ask_rights(kubeconfig_of(row.kubeconfig, row.context), place)
        return ClusterRights(
            namespace=place,
            complete=all(each.allowed for each in found),
            items=[ClusterRight.model_validate(each) for each in found],
        )

    def _row(self, session: Session, key: str, verb: Verb) -> ClusterRow:
        query = select(ClusterRow).where(or_(ClusterRow.id == key, ClusterRow.name == key))
        query = query.with_for_update() if verb in {Verb.WRITE, Verb.DELETE} else query
        row = None if "\0" in key else session.scalars(query).one_or_none()
        if row is None:
            # Who may see none is told so, not which there are.
            self._places(verb)
            raise NotFoundError(
                f"There is no cluster {key!r}.",
                hint="jupyter scaleph resource cluster list shows those there are.",
                path=key,
            )
        self._ask(verb, row.project_id)
        return row


def kubeconfig_of(reference: str, context: str) -> Kubeconfig | None:
    """What lets in; None for the service account of the pod. Raises `SecretNotFoundError`, `ValidationError`."""
    if reference == IN_CLUSTER:
        return None
    found = re.search(rf"secret:({SECRET_NAME})", reference)
    return read_kubeconfig(find_secret(found[1] if found else ""), context)


def _check_place(kubeconfig: str, project: str | None) -> None:
    # Who owns a project alone must not come by the rights that the server's own account has.
    if kubeconfig == IN_CLUSTER and project is not None:
        raise ValidationError(
            "A cluster of a project cannot be in-cluster: that is the server's own account.",
            hint="Give it a kubeconfig, or make it a cluster of the platform.",
            path="kubeconfig",
        )


def _document(row: ClusterRow) -> Cluster:
    return Cluster(
        **{name: getattr(row, name) for name in Cluster.model_fields if name != "project"}, project=row.project_id
    )


def _flush(session: Session, name: str) -> None:
    try:
        session.flush()
    except IntegrityError as error:
        raise ConflictError(f"There is a cluster {name!r} already.", hint="Take another name.", path="name") from error
