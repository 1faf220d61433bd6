"""Sessions by name: which there are, what made them, and which one cells use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scaleph_lab.errors import NotFoundError, UserError
from scaleph_lab.magics.answers import Answer, sentence, table
from scaleph_lab.magics.verbs import Request, Verb

if TYPE_CHECKING:
    from scaleph_lab.sql.session import SqlSession

__all__ = ["VERBS"]

_HEAD = ("", "session", "engine", "state", "made in it", "jobs", "handle")


def list_sessions(request: Request) -> Answer:
    """All sessions of this notebook; ``*`` marks the one that cells use."""
    bench = request.workbench
    chosen = (bench.engine().name, bench.session_name)
    rows = [_row(key, session, key == chosen) for key, session in bench.sessions.items()]
    return table(_HEAD, rows, empty="No session yet: the first statement opens one.")


def go_to_session(request: Request) -> Answer:
    """Chooses the session of that name; makes it where there is none yet."""
    name, *rest = request.arguments
    properties = dict(part.split("=", 1) for part in rest if "=" in part)
    engines = [part for part in rest if "=" not in part]
    if len(engines) > 1:
        raise UserError("A session is on one engine.", hint="%flink session NAME [ENGINE] [KEY=VALUE …]")
    bench = request.workbench
    engine = bench.engine(engines[0] if engines else None).name
    is_new = (engine, name) not in bench.sessions
    if properties and not is_new:
        raise UserError(f"The session {name} is there already.", hint="SET changes the options of an open session.")
    bench.use(engine, name)
    bench.session(properties=properties)
    what = "a new session" if is_new else "its session"
    return sentence(f"Cells run on {engine} in {what} {name} from now on.")


def close_session(request: Request) -> Answer:
    """Closes a session: its queries end, the jobs of its INSERTs go on."""
    bench = request.workbench
    name = request.arguments[0] if request.arguments else bench.session_name
    engine = next((engine for engine, known in bench.sessions if known == name), None)
    if engine is None:
        raise NotFoundError(f"There is no session {name!r}.", hint="%flink sessions lists them.", path=name)
    bench.leave(engine, name)
    return sentence(f"The session {name} on {engine} is closed.")


def show_journal(request: Request) -> Answer:
    """What would be run again if the gateway lost the session."""
    from scaleph_lab.sql.secrets import mask_secrets

    session = request.workbench.session()
    rows = [(str(number), mask_secrets(entry.statement)) for number, entry in enumerate(session.journal.entries, 1)]
    return table(("", "statement"), rows, empty="The journal is empty: nothing was made or set in this session.")


def _row(key: tuple[str, str], session: SqlSession, is_chosen: bool) -> tuple[str, ...]:
    engine, name = key
    return (
        "*" if is_chosen else "",
        name,
        engine,
        "open" if session.handle else "not open yet",
        session.journal.summary(),
        str(len(session.submitted_jobs) or ""),
        session.handle or "",
    )


VERBS = (
    Verb("sessions", "lists the sessions of this notebook", list_sessions, most=0),
    Verb(
        "session NAME [ENGINE] [KEY=VALUE …]",
        "runs the cells to come in the session of that name, made if need be",
        go_to_session,
        least=1,
    ),
    Verb("close [NAME]", "closes a session; the jobs of its INSERTs go on", close_session, most=1),
    Verb("journal", "shows what makes the session again when its gateway is lost", show_journal, most=0),
)
