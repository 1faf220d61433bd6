"""Engines: which there are, which one cells use, and stopping one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scaleph_lab.errors import NotFoundError
from scaleph_lab.magics.answers import Answer, sentence, table
from scaleph_lab.magics.verbs import Request, Verb, verbs

if TYPE_CHECKING:
    from scaleph_lab.engines.model import EngineStatus
    from scaleph_lab.magics.workbench import Workbench

__all__ = ["VERBS"]

_HEAD = ("", "engine", "state", "Flink", "memory", "session")


def show_status(request: Request) -> Answer:
    """All engines with their states; ``*`` marks the one that cells use."""
    from scaleph_lab.engines import list_engines

    chosen = request.workbench.engine().name
    return table(_HEAD, [_row(engine.status(), chosen, request.workbench) for engine in list_engines()])


def use_engine(request: Request) -> Answer:
    """Chooses the engine of the cells to come, or a session that is there; nothing is started yet."""
    bench, name = request.workbench, request.arguments[0]
    for engine, session in bench.sessions:
        if session == name:
            bench.use(engine, session)
            return sentence(f"Cells run on {engine} in its session {session} from now on.")
    try:
        chosen = bench.use(name)
    except NotFoundError as error:
        error.hint += " %flink sessions lists the sessions, %flink session NAME makes one."
        raise
    return sentence(f"Cells run on {chosen.name} from now on.")


def stop_engine(request: Request) -> Answer:
    """Closes the session on the engine and stops it, for everyone who uses it."""
    engine = request.workbench.engine(request.arguments[0] if request.arguments else None)
    request.workbench.leave(engine.name)
    stopped = engine.stop()
    return sentence(f"{engine.name} is stopped." if stopped else f"{engine.name} was not running.")


def show_help(request: Request) -> Answer:
    """All verbs, a line each."""
    return table(("verb", "does"), [(f"%flink {verb.form}", verb.summary) for verb in verbs().values()])


def _row(status: EngineStatus, chosen: str, workbench: Workbench) -> tuple[str, ...]:
    session = workbench.known_session(status.name)
    memory = f"{status.memory_bytes / 1e6:.0f} MB" if status.memory_bytes else ""
    return (
        "*" if status.name == chosen else "",
        status.name,
        str(status.state),
        status.flink_version,
        memory,
        (session.handle or "") if session else "",
    )


VERBS = (
    Verb("help", "lists these verbs", show_help, most=0),
    Verb("status", "shows the engines and their state", show_status, most=0),
    Verb(
        "use NAME",
        "runs the cells to come on that engine, at that gateway's URL, or in that session",
        use_engine,
        least=1,
        most=1,
    ),
    Verb("stop [NAME]", "stops an engine, for everyone who uses it", stop_engine, most=1),
)
