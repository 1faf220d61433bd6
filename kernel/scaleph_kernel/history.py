"""What was run before: the inputs of this kernel, and those of earlier ones from a file of the user's.

Secrets of options are hidden before an input is kept, in memory too.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

from scaleph_lab.sql.secrets import mask_secrets

__all__ = ["Entry", "History"]

_KEPT = 2000
"""Inputs that are read back from the file, and left in it when it is cut."""
_CUT_BYTES = 4_000_000

Entry = tuple[int, int, str]
"""Session, line and input, as the protocol has them."""


@dataclass
class History:
    """Inputs by session and line; this kernel's session has the highest number."""

    file: Path
    """One JSON array a line, readable by its owner only. A file that cannot be written is done without."""
    session: int = 1
    _entries: list[Entry] = field(default_factory=list)

    @classmethod
    def open(cls, file: Path) -> History:
        """Reads what earlier kernels left."""
        entries = list(_read(file))[-_KEPT:]
        return cls(file, max((entry[0] for entry in entries), default=0) + 1, entries)

    def add(self, line: int, source: str) -> None:
        """Keeps an input."""
        entry = (self.session, line, mask_secrets(source))
        self._entries.append(entry)
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            if self.file.exists() and self.file.stat().st_size > _CUT_BYTES:
                self._write(self._entries[-_KEPT:])
            else:
                self.file.touch(mode=0o600)
                with self.file.open("a", encoding="utf-8") as sink:
                    sink.write(f"{json.dumps(entry)}\n")
        except OSError:
            # A full or read-only disk: the inputs of this kernel are in memory still.
            return

    def tail(self, count: int) -> list[Entry]:
        """The last inputs."""
        return self._entries[-count:] if count > 0 else []

    def range(self, session: int, start: int, stop: int | None) -> list[Entry]:
        """The lines from ``start`` to before ``stop`` of a session; 0 is this one, -1 the one before."""
        wanted = session if session > 0 else self.session + session
        return [
            entry
            for entry in self._entries
            if entry[0] == wanted and entry[1] >= start and (stop is None or entry[1] < stop)
        ]

    def search(self, pattern: str, count: int | None, *, unique: bool) -> list[Entry]:
        """The last inputs that match a pattern with ``*`` and ``?``; of equal ones the last, where ``unique``."""
        found: list[Entry] = []
        seen: set[str] = set()
        for entry in reversed(self._entries):
            if fnmatchcase(entry[2], pattern) and not (unique and entry[2] in seen):
                seen.add(entry[2])
                found.append(entry)
            if count is not None and len(found) >= count:
                break
        return found[::-1]

    def _write(self, entries: list[Entry]) -> None:
        partial = self.file.with_suffix(".new")
        partial.touch(mode=0o600)
        partial.write_text("".join(f"{json.dumps(entry)}\n" for entry in entries), encoding="utf-8")
        partial.replace(self.file)


def _read(file: Path) -> Iterator[Entry]:
    try:
        lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return
    for line in lines:
        try:
            session, number, source = json.loads(line)
            yield int(session), int(number), str(source)
        except (ValueError, TypeError):
            # Two kernels may have written at once.
            continue
