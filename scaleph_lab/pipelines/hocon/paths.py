"""Paths of keys and references: ``a->b`` are two keys, ``a.b`` is one."""

from __future__ import annotations

from collections.abc import Sequence

from scaleph_lab.pipelines.hocon.source import Source
from scaleph_lab.pipelines.hocon.tokens import QUOTED, Token, string_value

__all__ = ["SEPARATOR", "read_path"]

SEPARATOR = "->"


def read_path(source: Source, tokens: Sequence[Token]) -> tuple[str, ...]:
    """The keys of a path. The separator counts within one token that has no quotes, as it does in SeaTunnel.

    Raises `ConfigSyntaxError` for an empty key.
    """
    keys = [""]
    quoted = [False]
    for token in tokens:
        if token.kind in QUOTED:
            keys[-1] += string_value(token)
            quoted[-1] = True
            continue
        first, *others = token.text.split(SEPARATOR)
        keys[-1] += first
        keys += others
        quoted += [False] * len(others)
    for key, given in zip(keys, quoted, strict=True):
        if not key and not given:
            raise source.error(
                "A path has an empty part beside its '->'.", tokens[0].start, 'Write "" for an empty key.'
            )
    return tuple(keys)
