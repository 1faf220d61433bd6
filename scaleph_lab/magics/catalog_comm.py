"""The catalog for a front end: questions and answers over a comm, also while a cell runs.

A question is ``{"id", "ask", "path"}``, where ``ask`` is ``state``, ``children``, ``sample`` or ``ddl``; its answer is
``{"id", "answer"}``, or ``{"id", "failure": {"message", "hint"}}``. No engine is started and no session opened for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scaleph_lab.errors import NotFoundError, ScalephError

if TYPE_CHECKING:
    from scaleph_lab.magics.workbench import Workbench
    from scaleph_lab.sql.session import SqlSession

__all__ = ["CATALOG_TARGET", "register_catalog"]

CATALOG_TARGET = "scaleph.catalog"
_CHARACTERS = 200
"""Of a value in a sample."""


def register_catalog(comms: Any, workbench: Workbench) -> None:
    """Answers the comms that a front end opens on `CATALOG_TARGET`; ``comms`` is the kernel's comm manager."""
    comms.register_target(CATALOG_TARGET, lambda comm, _: comm.on_msg(_Desk(comm, workbench).receive))


class _Desk:
    """One front end's comm. It is told in the thread of its subshell, and answers from the loop of the workbench."""

    def __init__(self, comm: Any, workbench: Workbench) -> None:
        self._comm = comm
        self._workbench = workbench

    def receive(self, message: dict[str, Any]) -> None:
        """Takes a question."""
        question = message["content"]["data"]
        self._workbench.loop.start(self._reply(question))

    async def _reply(self, question: dict[str, Any]) -> None:
        reply: dict[str, Any] = {"id": question.get("id")}
        try:
            path = [str(part) for part in question.get("path") or []]
            reply["answer"] = await self._answer(str(question.get("ask")), path)
        except ScalephError as error:
            reply["failure"] = {"message": error.message, "hint": error.hint}
        self._comm.send(reply)

    async def _answer(self, ask: str, path: list[str]) -> Any:
        from scaleph_lab.sql.catalog_tree import children

        engine = self._workbench.engine()
        session = self._workbench.known_session(engine.name)
        opened = session is not None and session.handle is not None
        if ask == "state":
            if session is None or not opened:
                return {"engine": engine.name, "open": False, "revision": ""}
            return {"engine": engine.name, "open": True, "revision": session.catalog.revision}
        if session is None or not opened:
            raise NotFoundError("The session is not open.", hint="Run a statement: it opens the session.")
        if ask == "children":
            return [node.as_dict() for node in await children(session.catalog, path)]
        if ask == "ddl":
            return await session.catalog.ddl(path)
        if ask == "sample":
            return await _sampled(session, path)
        raise NotFoundError(f"There is no answer to {ask!r}.")


async def _sampled(session: SqlSession, path: list[str]) -> dict[str, Any]:
    from scaleph_lab.magics.tables import shown
    from scaleph_lab.sql.catalog_tree import sample
    from scaleph_lab.sql.identifiers import path_sql

    found = await sample(session, path_sql(path))
    rows = [[None if value is None else shown(value, _CHARACTERS) for value in row] for row in found.rows]
    return {"columns": found.columns, "types": found.types, "rows": rows, "timed_out": found.timed_out}
