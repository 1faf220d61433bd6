"""What became of a pipeline's run: state, counts, and the root of a failure."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

__all__ = ["OutcomeListener", "PipelineOutcome", "root_cause"]


@dataclass(frozen=True)
class PipelineOutcome:
    """A run as seen now; the last one has a terminal state."""

    name: str
    runner: str
    """``flink`` or ``zeta``."""
    job_id: str
    state: str
    """Flink's and Zeta's common words: ``RUNNING``, ``FINISHED``, ``FAILED``, ``CANCELED``."""
    read: int | None
    """Rows that the sources gave (SeaTunnel's ``SourceReceivedCount``); None before the first count."""
    written: int | None
    """Rows that the sinks took, as the engine counts them (``SinkWriteCount``). Flink adds up all sinks; Zeta 2.3.4
    counts the rows once, whatever the number of sinks."""
    seconds: float
    """Since the run was asked for."""
    cause: str = ""
    """Of a failure: the root exception in one line."""
    trace: str = ""

    @property
    def done(self) -> bool:
        """Whether the run has ended."""
        return self.state in {"FINISHED", "FAILED", "CANCELED"}

    def as_dict(self) -> dict[str, Any]:
        """A JSON-ready form, without the trace."""
        return {key: value for key, value in asdict(self).items() if key != "trace"}


OutcomeListener = Callable[[PipelineOutcome], None]

_CAUSE = re.compile(r"^(?:Caused by: )([\w.$]+)(?:: (.*))?$", re.MULTILINE)
_HEAD = re.compile(r"^([\w$]+(?:\.[\w$]+)+(?:Exception|Error)): (.+)$", re.MULTILINE)


def root_cause(trace: str) -> str:
    """The last link of a Java exception chain that says something, as ``Class: message``."""
    causes = [(name.rpartition(".")[2], (message or "").strip()) for name, message in _CAUSE.findall(trace)]
    telling = [f"{name}: {message}" for name, message in causes if message]
    if telling:
        return telling[-1]
    # One exception without a cause, in a log whose other lines say nothing of it.
    if heads := _HEAD.findall(trace):
        name, message = heads[-1]
        return f"{name.rpartition('.')[2]}: {message.strip()}"
    return next((line.strip() for line in trace.splitlines() if line.strip()), "")[:500]
