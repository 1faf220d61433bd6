"""Frames of the notebook as tables of the session."""

from __future__ import annotations

from scaleph_lab.errors import NotFoundError
from scaleph_lab.magics.answers import Answer, sentence
from scaleph_lab.magics.verbs import Request, Verb

__all__ = ["VERBS"]


def register_frame(request: Request) -> Answer:
    """Makes a temporary table of a DataFrame, by the variable's name or another."""
    from scaleph_lab.sql import registration

    variable, *rest = request.arguments
    name = rest[0] if rest else variable
    try:
        frame = request.variable(variable)
    except KeyError:
        raise NotFoundError(f"There is no variable {variable!r}.", hint="Assign it in a cell before.") from None
    bench = request.workbench
    rows, file = request.wait(registration.register_frame(bench.session(), name, frame))
    bench.forget_at_end(file)
    return sentence(f"{name} is a temporary table of {rows:,} rows now.")


VERBS = (Verb("register DATAFRAME [TABLE]", "makes a temporary table of a DataFrame", register_frame, least=1, most=2),)
