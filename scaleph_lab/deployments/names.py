"""Names that Kubernetes takes, and that stay the same from one deploy to the next."""

from __future__ import annotations

import hashlib
import re

__all__ = ["LONGEST", "kubernetes_name"]

LONGEST = 45
"""Characters of a FlinkDeployment's name. Source: the operator's validator, ``[a-z]([-a-z\\d]{0,43}[a-z\\d])?``."""

_RIGHT = re.compile(r"[a-z]([-a-z0-9]{0,43}[a-z0-9])?")
_HASHED = re.compile(r".*-[0-9a-f]{8}")


def kubernetes_name(name: str) -> str:
    """The name itself where it serves, else what is left of it with a hash of it.

    Two names never become the same: one that looks as if it had a hash gets one too.
    """
    if _RIGHT.fullmatch(name) and not _HASHED.fullmatch(name):
        return name
    known = hashlib.sha256(name.encode()).hexdigest()[:8]
    left = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    left = left if left[:1].isalpha() else f"d-{left}".rstrip("-")
    return f"{left[: LONGEST - 9].rstrip('-')}-{known}"
