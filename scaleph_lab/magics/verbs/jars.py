"""Jars of a session: connectors and formats that the engine does not bring."""

from __future__ import annotations

from pathlib import Path

from scaleph_lab.errors import UserError
from scaleph_lab.magics.answers import Answer, sentence, table
from scaleph_lab.magics.verbs import Request, Verb

__all__ = ["VERBS"]


def add_jars(request: Request) -> Answer:
    """Fetches what is not a file, and adds all of it to the session."""

    async def add() -> list[str]:
        import asyncio

        from scaleph_lab.engines.connector_jars import coordinates_of, fetch_jar

        session = request.workbench.session()
        await session.open()
        version = session.endpoint.flink_version if session.endpoint else ""
        paths: list[Path] = []
        for name in request.arguments:
            if name.endswith(".jar"):
                paths.append(_file(name))
            else:
                paths.append(await asyncio.to_thread(fetch_jar, coordinates_of(name, version), request.progress))
        for path in paths:
            quoted = str(path).replace("'", "''")
            await (await session.execute(f"ADD JAR '{quoted}'", keyword="ADD")).rows()
        return [path.name for path in paths]

    return sentence(f"Added to the session: {', '.join(request.wait(add()))}.")


def list_jars(request: Request) -> Answer:
    """The session's jars, and what can be added by name."""
    from scaleph_lab.engines.connector_jars import known_jars

    async def listed() -> list[str]:
        result = await request.workbench.session().execute("SHOW JARS", keyword="SHOW")
        return [str(row[0]) for row in await result.rows()]

    rows = [("in the session", path, "") for path in request.wait(listed())]
    rows += [(jar.kind, ", ".join(jar.identifiers), jar.artifact) for jar in known_jars()]
    return table(("", "name", "jar"), rows)


def _file(name: str) -> Path:
    path = Path(name).expanduser().resolve()
    if not path.is_file():
        raise UserError(f"There is no file {path}.", hint="The path counts from the notebook's folder.", path=name)
    return path


VERBS = (
    Verb("add JAR …", "adds jars to the session: by a connector's name, a coordinate or a path", add_jars, least=1),
    Verb("jars", "lists the jars of the session, and those that can be added by name", list_jars, most=0),
)
