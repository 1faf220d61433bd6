"""What ``%flink`` shows and does. Each function gives its answer as text and as HTML."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scaleph_lab.engines.model import EngineStatus
    from scaleph_lab.magics.workbench import Workbench

__all__ = ["FLINK_USAGE", "engine_table", "engine_verb", "stop_engine", "use_engine"]

FLINK_USAGE = "%flink: status | use NAME | stop [NAME]"

_HEAD = ("", "engine", "state", "Flink", "memory", "session")


def engine_verb(workbench: Workbench, line: str) -> tuple[str, str] | None:
    """Does what stands behind ``%flink`` on the line; ``None`` where that is no verb."""
    verb, _, name = line.strip().partition(" ")
    if verb in {"", "status"}:
        return engine_table(workbench)
    if verb == "use" and name:
        return use_engine(workbench, name.strip())
    if verb == "stop":
        return stop_engine(workbench, name.strip() or None)
    return None


def engine_table(workbench: Workbench) -> tuple[str, str]:
    """All engines with their states; ``*`` marks the one that cells use."""
    from scaleph_lab.engines import list_engines

    chosen = workbench.engine().name
    rows = [_row(engine.status(), chosen, workbench) for engine in list_engines()]
    widths = [max(len(row[index]) for row in [_HEAD, *rows]) for index in range(len(_HEAD))]
    text = "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in [_HEAD, *rows]
    )
    head = "".join(f'<th scope="col" style="text-align:left">{escape(cell)}</th>' for cell in _HEAD)
    body = "".join(f"<tr>{''.join(map(_cell, row))}</tr>" for row in rows)
    return text, f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def use_engine(workbench: Workbench, name: str) -> tuple[str, str]:
    """Chooses the engine of the cells to come; it starts with their first statement."""
    engine = workbench.use(name)
    return _line(f"Cells run on {engine.name} from now on.")


def stop_engine(workbench: Workbench, name: str | None) -> tuple[str, str]:
    """Closes the session on the engine and stops it, for everyone who uses it."""
    engine = workbench.engine(name)
    workbench.leave(engine.name)
    stopped = engine.stop()
    return _line(f"{engine.name} is stopped." if stopped else f"{engine.name} was not running.")


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


def _cell(text: str) -> str:
    return f'<td style="text-align:left">{escape(text)}</td>'


def _line(text: str) -> tuple[str, str]:
    return text, f'<div style="color:var(--jp-ui-font-color2)">{escape(text)}</div>'
