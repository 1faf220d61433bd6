"""Data sources: kept, tested, looked into, and written as tables of Flink."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from scaleph_lab.access.policy import Verb
from scaleph_lab.access.secrets import find_secret
from scaleph_lab.catalog.documents.base import Page
from scaleph_lab.catalog.documents.datasource import (
    ConnectionAnswer,
    DataSource,
    DataSourceChanges,
    DataSourceDraft,
    DataSourceListing,
    DataSourceType,
    NewDataSource,
    TableColumn,
    TableColumns,
    TableNames,
    TableRequest,
    TypeList,
)
from scaleph_lab.catalog.models.base import now
from scaleph_lab.catalog.models.datasource import DataSourceRow
from scaleph_lab.catalog.paging import page_of
from scaleph_lab.catalog.services.base import Service
from scaleph_lab.datasources import types
from scaleph_lab.datasources.browse import Browser
from scaleph_lab.datasources.connections import connect_and_tell
from scaleph_lab.datasources.ddl import flink_ddl, flink_type
from scaleph_lab.datasources.properties import checked
from scaleph_lab.errors import ConflictError, NotFoundError

__all__ = ["DataSources"]

_SORTS = {"name": DataSourceRow.name, "type": DataSourceRow.type, "updated_at": DataSourceRow.updated_at}


class DataSources(Service):
    """What can be done with data sources. A key is an id or a name; all raise `ForbiddenError`."""

    resource = "datasource"

    def types(self) -> TypeList:
        """The types that there are; whoever may log in may see them."""
        registry = types.datasource_types()
        return TypeList(items=[_type(each) for each in registry.types.values()], broken=dict(registry.broken))

    def list(self, listing: DataSourceListing | None = None) -> Page[DataSource]:
        """The data sources that the actor may read. Raises `ValidationError` for a sort or cursor that serves not."""
        listing = listing or DataSourceListing()
        query = select(DataSourceRow)
        if listing.search:
            columns = (DataSourceRow.name, DataSourceRow.type, DataSourceRow.remark)
            query = query.where(or_(*(each.icontains(listing.search, autoescape=True) for each in columns)))
        if listing.type:
            query = query.where(DataSourceRow.type == listing.type)
        with self._database.read() as session:
            places = self._places(Verb.READ)
            if places is not None:
                query = query.where(DataSourceRow.project_id.in_(places))
            if listing.project:
                query = query.where(DataSourceRow.project_id == self._project(session, listing.project, Verb.READ).id)
            rows, cursor = page_of(session, query, DataSourceRow, listing, _SORTS)
            return Page(items=[_document(row) for row in rows], next_cursor=cursor)

    def get(self, key: str) -> DataSource:
        """One data source. Raises `NotFoundError`."""
        with self._database.read() as session:
            return _document(self._row(session, key, Verb.READ))

    def create(self, new: NewDataSource) -> DataSource:
        """Makes a data source.

        Raises `ConflictError` when its name is taken, `InvalidPropertiesError` with all that is wrong of its
        properties, `NotFoundError` for a type or project that there is not.
        """
        with self._writing(Verb.CREATE, new.name) as session:
            project = self._project(session, new.project, Verb.CREATE).id if new.project else None
            if project is None:
                self._ask(Verb.CREATE, None)
            who, when = self._actor.name, now()
            row = DataSourceRow(
                name=new.name,
                type=new.type,
                remark=new.remark,
                project_id=project,
                properties=checked(types.datasource_types().get(new.type), new.properties),
                version=1,
                created_by=who,
                created_at=when,
                updated_by=who,
                updated_at=when,
            )
            session.add(row)
            _flush(session, new.name)
            self._log(session, Verb.CREATE, row, [*NewDataSource.model_fields])
            return _document(row)

    def update(self, key: str, changes: DataSourceChanges, version: int) -> DataSource:
        """Changes a data source that was read at `version`.

        Raises `NotFoundError`; `InvalidPropertiesError`; `ConflictError` when it was changed since, or the new name
        is taken.
        """
        with self._writing(Verb.WRITE, key) as session:
            row = self._row(session, key, Verb.WRITE)
            self._fresh(session, row, version)
            given = changes.model_dump(exclude_none=True)
            if "properties" in given:
                given["properties"] = checked(types.datasource_types().get(row.type), given["properties"])
            changed = [field for field, value in given.items() if getattr(row, field) != value]
            for field in changed:
                setattr(row, field, given[field])
            if changed:
                self._touch(row)
                _flush(session, row.name)
                self._log(session, Verb.WRITE, row, changed)
            return _document(row)

    def delete(self, key: str, version: int) -> None:
        """Deletes a data source that was read at `version`. Raises `NotFoundError`, `ConflictError`."""
        with self._writing(Verb.DELETE, key) as session:
            row = self._row(session, key, Verb.DELETE)
            self._fresh(session, row, version)
            session.delete(row)
            self._log(session, Verb.DELETE, row)

    def test(self, key: str) -> ConnectionAnswer:
        """Connects, for some seconds at most, and says what came of it. Raises `NotFoundError`, and
        `SecretNotFoundError` where a secret that it names is in no store."""
        with self._writing(Verb.EXECUTE, key) as session:
            row = self._row(session, key, Verb.EXECUTE)
            self._log(session, Verb.EXECUTE, row)
        return _tested(row.type, row.properties)

    def test_draft(self, draft: DataSourceDraft) -> ConnectionAnswer:
        """The same for what is not kept yet. Raises `InvalidPropertiesError` too."""
        with self._database.read() as session:
            if draft.project:
                self._project(session, draft.project, Verb.EXECUTE)
            else:
                self._ask(Verb.EXECUTE, None)
        kind = types.datasource_types().get(draft.type)
        return _tested(draft.type, checked(kind, draft.properties))

    def schemas(self, key: str) -> TableNames:
        """Its schemas, or databases. Raises `UserError` for a type without tables, `PlatformError` where it cannot be
        connected to."""
        with self._looking_into(key) as browser:
            return TableNames(names=browser.schemas())

    def tables(self, key: str, asked: TableRequest) -> TableNames:
        """The tables and views of a schema, some at a time. Raises as `schemas` does."""
        with self._looking_into(key) as browser:
            page = browser.tables(asked.schema_name, asked.limit, asked.offset)
            return TableNames(names=[*page.names], next_offset=page.next_offset)

    def columns(self, key: str, asked: TableRequest) -> TableColumns:
        """The columns of a table, and the statement that makes it in Flink. Raises `NotFoundError` for a table that
        there is not, and as `schemas` does."""
        with self._database.read() as session:
            row = self._row(session, key, Verb.EXECUTE)
        kind = types.datasource_types().get(row.type)
        browser = Browser(kind, row.properties, find_secret)
        found = browser.columns(asked.table, asked.schema_name)
        table = {"table": asked.table, "schema": asked.schema_name or browser.default_schema}
        table["database"] = str(row.properties.get("database") or table["schema"])
        ddl, note = "", ""
        try:
            name, connector = asked.name or asked.table, asked.connector
            ddl = flink_ddl(kind, row.properties, table, found, name, connector=connector, version=asked.flink)
        except NotFoundError as error:
            note = str(error)
        shown = [
            TableColumn(
                name=each.name,
                type=each.type,
                flink_type=flink_type(browser.dialect, each),
                nullable=each.nullable,
                key=each.key,
            )
            for each in found
        ]
        return TableColumns(columns=shown, ddl=ddl, note=note)

    @contextmanager
    def _looking_into(self, key: str) -> Iterator[Browser]:
        with self._database.read() as session:
            row = self._row(session, key, Verb.EXECUTE)
        yield Browser(types.datasource_types().get(row.type), row.properties, find_secret)

    def _row(self, session: Session, key: str, verb: Verb) -> DataSourceRow:
        query = select(DataSourceRow).where(or_(DataSourceRow.id == key, DataSourceRow.name == key))
        query = query.with_for_update() if verb in {Verb.WRITE, Verb.DELETE} else query
        row = None if "\0" in key else session.scalars(query).one_or_none()
        if row is None:
            # Who may see none is told so, not which there are.
            self._places(verb)
            raise NotFoundError(
                f"There is no data source {key!r}.",
                hint="jupyter scaleph datasource list shows those there are.",
                path=key,
            )
        self._ask(verb, row.project_id)
        return row


def _tested(kind: str, properties: dict[str, Any]) -> ConnectionAnswer:
    outcome = connect_and_tell(types.datasource_types().get(kind), properties, find_secret)
    return ConnectionAnswer.model_validate(outcome.as_dict())


def _type(kind: types.DataSourceType) -> DataSourceType:
    return DataSourceType(
        name=kind.name,
        label=dict(kind.label),
        group=kind.group,
        icon=kind.icon,
        properties_schema=dict(kind.schema),
        form=[dict(each) for each in kind.ui],
        proof=kind.test["proof"],
        browsable=bool(kind.browse),
        seatunnel=[*dict.fromkeys(each.connector for each in kind.seatunnel)],
        flink=[*dict.fromkeys(each.connector for each in kind.flink)],
    )


def _document(row: DataSourceRow) -> DataSource:
    return DataSource(
        **{name: getattr(row, name) for name in DataSource.model_fields if name != "project"}, project=row.project_id
    )


def _flush(session: Session, name: str) -> None:
    try:
        session.flush()
    except IntegrityError as error:
        raise ConflictError(
            f"There is a data source {name!r} already.", hint="Take another name.", path="name"
        ) from error
