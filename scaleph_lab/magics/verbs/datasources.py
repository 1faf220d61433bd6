"""Data sources of the catalog, in cells: listed, tested, and their tables made in Flink."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scaleph_lab.magics.answers import Answer, sentence, table
from scaleph_lab.magics.verbs import Request, Verb
from scaleph_lab.magics.verbs.jobs import VerbParser

if TYPE_CHECKING:
    from scaleph_lab.catalog.documents.datasource import DataSource
    from scaleph_lab.platform import DataSourceVerbs

__all__ = ["VERBS"]

_SHOWN = 100


def list_datasources(request: Request) -> Answer:
    """Those of the catalog, or those that a text finds."""
    from scaleph_lab.catalog.documents.datasource import DataSourceListing

    search = " ".join(request.arguments)
    page = _datasources().list(DataSourceListing(limit=_SHOWN, search=search))
    rows = [(each.name, each.type, each.remark) for each in page.items]
    empty = f"None has {search!r}." if search else "There is none: jupyter scaleph datasource create makes one."
    return table(("data source", "type", "remark"), rows, empty=empty)


def use_datasource(request: Request) -> Answer:
    """Its facts; with ``--test`` what a connection gives; with a table its statement, run in the session."""
    parser = VerbParser(_FORM)
    parser.add_argument("name")
    parser.add_argument("table", nargs="?", default="")
    parser.add_argument("--test", action="store_true")
    parser.add_argument("--schema", default="")
    parser.add_argument("--as", dest="alias", default="")
    parser.add_argument("--connector", default="")
    parser.add_argument("--show", action="store_true")
    given = parser.parse_args(request.arguments)
    datasources = _datasources()
    if given.test:
        return _tested(datasources, given.name)
    if not given.table:
        return _facts(datasources, datasources.get(given.name), given.schema)
    return _made(request, datasources, given)


def _tested(datasources: DataSourceVerbs, name: str) -> Answer:
    answer = datasources.test(name)
    if answer.ok:
        said = " ".join(filter(None, (answer.proof, f"in {answer.latency_ms:.0f} ms", answer.version, answer.message)))
        return sentence(f"{name}: {said}")
    return sentence(f"{name} failed ({answer.cause}): {answer.message} {answer.hint}".rstrip())


def _facts(datasources: DataSourceVerbs, found: DataSource, schema: str) -> Answer:
    """The properties, with references in the place of secrets, and the first tables where it has some."""
    from scaleph_lab.catalog.documents.datasource import TableRequest
    from scaleph_lab.errors import ScalephError

    rows = [(name, str(value)) for name, value in found.properties.items() if value not in ("", {}, [])]
    kind = next((each for each in datasources.types().items if each.name == found.type), None)
    if kind is not None:
        rows += [("Flink connectors", ", ".join(kind.flink)), ("SeaTunnel connectors", ", ".join(kind.seatunnel))]
    if kind is not None and kind.browsable:
        try:
            page = datasources.tables(found.name, TableRequest(schema=schema, limit=_SHOWN))
            more = " …" if page.next_offset is not None else ""
            rows.append(("tables", ", ".join(page.names) + more))
        except ScalephError as error:
            rows.append(("tables", str(error)))
    return table((found.name, found.type), rows)


def _made(request: Request, datasources: DataSourceVerbs, given: Any) -> Answer:
    """The table in the session. Its statement keeps references; they are resolved at the gateway's door."""
    from scaleph_lab.catalog.documents.datasource import TableRequest
    from scaleph_lab.errors import NotFoundError

    session = request.workbench.session()

    async def version() -> str:
        await session.open(request.progress)
        return ".".join((session.endpoint.flink_version if session.endpoint else "1.20").split(".")[:2])

    asked = TableRequest(
        schema=given.schema,
        table=given.table,
        name=given.alias,
        connector=given.connector,
        flink=request.wait(version()),
    )
    found = datasources.columns(given.name, asked)
    if not found.ddl:
        raise NotFoundError(found.note, path=given.connector or given.name)
    if given.show:
        return sentence(found.ddl)

    async def make() -> None:
        await (await session.execute(found.ddl, keyword="CREATE")).rows()

    request.wait(make())
    return sentence(f"Made {given.alias or given.table}:\n{found.ddl}")


def _datasources() -> DataSourceVerbs:
    from scaleph_lab.platform import Platform

    return Platform(origin="notebook").datasources


_FORM = "datasource NAME [TABLE] [--schema NAME] [--as NAME] [--connector NAME] [--show] [--test]"
VERBS = (
    Verb("datasources [TEXT]", "lists the data sources of the catalog", list_datasources),
    Verb(_FORM, "shows a data source, tests it, or makes a table of it in the session", use_datasource, least=1),
)
