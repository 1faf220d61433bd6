"""How two revisions differ: texts by their lines, facts by their names, files by size and checksum."""

from __future__ import annotations

import difflib
from typing import Any

from scaleph_lab.catalog.documents.artifact import Diff, FactChange, Revision
from scaleph_lab.catalog.store import ContentStore

__all__ = ["diff_of"]

_MAX_BYTES = 1024 * 1024
_MAX_LINES = 20_000
"""Comparing takes the product of both sides' lines at worst."""


def diff_of(store: ContentStore, old: Revision, new: Revision, *, as_text: bool) -> Diff:
    """The diff of two revisions; `as_text` says that their contents are texts in UTF-8."""
    sizes = f"{old.size:,} bytes ({old.sha256[:12]}) → {new.size:,} bytes ({new.sha256[:12]})"
    text, note = None, ""
    if old.sha256 == new.sha256:
        text = ""
    elif not as_text:
        note = f"A file: {sizes}."
    elif max(old.size, new.size) > _MAX_BYTES:
        note = f"Too large to be compared by lines: {sizes}."
    else:
        text = _lines(store, old, new)
        note = "" if text is not None else f"Too many lines to be compared: {sizes}."
    return Diff(old=old, new=new, text=text, note=note, facts=[*_facts(old.facts, new.facts), *_found(old, new)])


def _lines(store: ContentStore, old: Revision, new: Revision) -> str | None:
    before, after = (_read(store, one) for one in (old, new))
    if max(len(before), len(after)) > _MAX_LINES:
        return None
    lines = difflib.unified_diff(before, after, f"revision {old.number}", f"revision {new.number}")
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def _read(store: ContentStore, revision: Revision) -> list[str]:
    text = b"".join(store.read(revision.sha256)).decode()
    # Not by splitlines, which ends lines at more than a newline.
    return [line for line in text.replace("\n", "\n\0").split("\0") if line]


def _found(old: Revision, new: Revision) -> list[FactChange]:
    return [FactChange(name=f"found.{one.name}", old=one.old, new=one.new) for one in _facts(old.found, new.found)]


def _facts(old: dict[str, Any], new: dict[str, Any]) -> list[FactChange]:
    names = [name for name in {**old, **new} if old.get(name) != new.get(name)]
    return [FactChange(name=name, old=old.get(name), new=new.get(name)) for name in names]
