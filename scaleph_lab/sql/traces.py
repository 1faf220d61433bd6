"""From the gateway's Java trace (8 to 20 KB) to one line, a place and a way out.

The gateway answers a failed statement with HTTP 500 and ``{"errors": ["Internal server error.", trace]}``.
The trace's ``Caused by:`` chain goes from wrappers (``SqlGatewayException``, ``SqlExecutionException``) by
way of the exception that speaks to the user (``ValidationException``, ``SqlParserException``,
``TableException``) to the parser's own. The *deepest* of the first kind says it best: "Unable to create a
source" wraps "Could not find any factory". A job that failed has only its root cause.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from scaleph_lab.sql.faults import SqlError
from scaleph_lab.sql.trace_hints import hint_for

__all__ = ["Cause", "causes", "sql_error"]

_HEAD = re.compile(r"^(?:Caused by: )?((?:[a-z_][\w$]*\.)+[A-Z][\w$]*)(?:: (.*))?$", re.DOTALL)
_SPAN = re.compile(r"From line (\d+), column (\d+) to line (\d+), column (\d+)(?:: )?")
_AT = re.compile(r"(?:At|at) line (\d+), column (\d+)(?:: |\.)?")
_SPOKEN = ("ValidationException", "SqlParserException", "SqlParserEOFException", "TableException")
_WRAPPERS = (
    "SqlGatewayException",
    "SqlExecutionException",
    "ProgramInvocationException",
    "JobExecutionException",
    "ExecutionException",
    "CompletionException",
    "RestHandlerException",
)
_WAITING = ("Failed to wait job finish", "Fail to wait execution finish", "Failed to execute sql")
"""What a ``TableException`` says around a job that failed while the statement waited for it: nothing."""
_OPTION_VALUE = "Could not parse value '"
"""Of a table's or of the session's option: what is around it only says what could not be done for it."""
_LONGEST_MESSAGE = 600
_PREFIXES = ("SQL parse failed. ", "SQL validation failed. ")
_NOT_A_STATEMENT = "Non-query expression encountered in illegal context"
_SHORTER: tuple[tuple[re.Pattern[str], str], ...] = (
    # What is left out stands in the hint.
    (re.compile(r"(for identifier '[^']+') that implements .*", re.DOTALL), r"\1."),
    (re.compile(r"(for identifier '[^']+') in the classpath\.$"), r"\1."),
    (re.compile(r"\s*Supported options:.*", re.DOTALL), ""),
    (re.compile(r"Supported form\(s\): .*", re.DOTALL), ""),
    (re.compile(r"\s*Therefore, Flink assumes a managed table\..*", re.DOTALL), ""),
    (re.compile(r"\s*The physical plan is:.*", re.DOTALL), ""),
    (re.compile(r"\s*ENFORCED/NOT ENFORCED controls .*", re.DOTALL), ""),
    (re.compile(r"Could not parse value for enum class \S+ Expected one of: \[\[(.*)\]\]"), r"Expected one of: \1."),
    (re.compile(r"\s+\]\Z"), "."),
)
"""Parts of Flink's messages that are longer than what they say."""
_EXPECTED = re.compile(r"\s*Was expecting(?: one of)?:.*\Z", re.DOTALL)


@dataclass(frozen=True)
class Cause:
    """One exception of the chain: its Java class and its message, which may have several lines."""

    name: str
    message: str

    @property
    def simple_name(self) -> str:
        """The class without its package."""
        return self.name.rpartition(".")[2]


def causes(trace: str) -> list[Cause]:
    """The exceptions of a trace, the outermost first."""
    chain: list[Cause] = []
    for block in _blocks(trace):
        match = _HEAD.match(block)
        if match:
            chain.append(Cause(match.group(1), (match.group(2) or "").strip()))
    return chain


def sql_error(trace: str, statement: str = "") -> SqlError:
    """The trace as an error. The place, where there is one, counts in ``statement``."""
    chain = causes(trace)
    chosen = _speaker(chain)
    if chosen is None:
        first = next((line for line in trace.splitlines() if line.strip()), "The statement failed.")
        return SqlError(first.strip("<> ")[:500], trace=trace)
    message, place = _message(chosen)
    if place is None:
        place = next((found for cause in chain if (found := _place(cause.message))), None)
    if place is None and _NOT_A_STATEMENT in chosen.message and statement.strip():
        # The parser took the first word for an expression: that word is the place.
        place = (1, 1, 1, len(statement.split(maxsplit=1)[0]))
    line, column, end_line, end_column = _within(place, statement)
    return SqlError(
        message,
        hint=hint_for(chain, statement),
        line=line,
        column=column,
        end_line=end_line,
        end_column=end_column,
        cause=chosen.name,
        trace=trace,
    )


def _blocks(trace: str) -> Iterable[str]:
    """The trace without its frames, cut before each ``Caused by:``."""
    block: list[str] = []
    for line in trace.replace("\r\n", "\n").splitlines():
        if line.startswith(("\tat ", "\t... ", "End of exception", "<Exception on server side")):
            continue
        if line.startswith("Caused by: ") and block:
            yield "\n".join(block)
            block = []
        block.append(line)
    if block:
        yield "\n".join(block)


def _speaker(chain: list[Cause]) -> Cause | None:
    option = next((cause for cause in chain if cause.message.startswith(_OPTION_VALUE)), None)
    if option is not None:
        why = f": {chain[-1].message}" if chain[-1] is not option else "."
        return Cause(option.name, f"{option.message.rstrip('.')}{why}")
    spoken = [cause for cause in chain if cause.simple_name in _SPOKEN and not cause.message.startswith(_WAITING)]
    parse = [cause for cause in spoken if _place(cause.message)]
    if parse:
        return parse[0]
    if spoken:
        return _innermost(chain, spoken[-1])
    told = [cause for cause in chain if cause.simple_name not in _WRAPPERS and cause.message]
    return told[-1] if told else (chain[-1] if chain else None)


def _innermost(chain: list[Cause], spoken: Cause) -> Cause:
    """``Could not execute CreateTable in path …`` only says where; its cause says why."""
    index = chain.index(spoken)
    if spoken.message.startswith("Could not execute") and index + 1 < len(chain):
        return chain[-1]
    if spoken.message.startswith("Could not register") and chain[-1].simple_name == "ClassNotFoundException":
        return Cause(chain[-1].name, f"The function's class {chain[-1].message} was not found.")
    return spoken


def _message(cause: Cause) -> tuple[str, tuple[int, int, int, int] | None]:
    text = cause.message
    place = _place(text)
    for prefix in _PREFIXES:
        text = text.removeprefix(prefix)
    text = _EXPECTED.sub("", text)
    for pattern, shorter in _SHORTER:
        text = pattern.sub(shorter, text)
    text = _SPAN.sub("", text)
    text = re.sub(r"^At line \d+, column \d+: ", "", text)
    text = re.sub(r" at line \d+, column \d+\.?", "", text).replace("\\'", "'")
    if cause.simple_name == "NumberFormatException" or not text:
        text = f"{cause.simple_name}: {text}".rstrip(": ")
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return _one_line(lines), place


def _one_line(lines: list[str]) -> str:
    """The sentence and what it lists: ``Missing required options are: format, path``."""
    text = ""
    for index, line in enumerate(lines):
        listed = index > 0 and not lines[index - 1].endswith((":", ".")) and not line.endswith(":") and ":" in text
        text += (", " if listed and ":" not in line else " ") + line
    text = text.strip() or "The statement failed."
    return text if len(text) <= _LONGEST_MESSAGE else f"{text[:_LONGEST_MESSAGE]}…"


def _place(text: str) -> tuple[int, int, int, int] | None:
    span = _SPAN.search(text)
    if span:
        line, column, end_line, end_column = (int(number) for number in span.groups())
        return line, column, end_line, end_column
    at = _AT.search(text)
    if not at:
        return None
    line, column = int(at.group(1)), int(at.group(2))
    # The parser names the first of the tokens it quotes; the caret covers that token.
    quoted = re.search(r'Encountered "(\S+?)[ "]', text)
    length = len(quoted.group(1)) if quoted and not quoted.group(1).startswith("<EOF>") else 1
    return line, column, line, column + max(length, 1) - 1


def _within(
    place: tuple[int, int, int, int] | None, statement: str
) -> tuple[int, int, int, int] | tuple[None, None, None, None]:
    """The place, kept inside the text: at its end the parser counts one too far, or line 0."""
    if place is None:
        return None, None, None, None
    lines = statement.splitlines() or [""]
    line, column, end_line, end_column = place
    if line < 1 or (statement and line > len(lines)):
        last = len(lines)
        return last, len(lines[-1]) + 1, last, len(lines[-1]) + 1
    return line, max(column, 1), max(end_line, line), max(end_column, 1)
