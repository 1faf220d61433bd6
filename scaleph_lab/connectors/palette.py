"""The connectors as a page takes them: groups in their order, and each connector without what is empty."""

from __future__ import annotations

from typing import Any

from scaleph_lab.connectors.descriptors import descriptors_of, known_versions
from scaleph_lab.connectors.overlays import overlays
from scaleph_lab.engines.seatunnel_home import SEATUNNEL_VERSION
from scaleph_lab.settings import get_settings

__all__ = ["palette"]


def palette(version: str = "") -> dict[str, Any]:
    """``{seatunnel, versions, groups: [{name, label: {en, zh}}], items}``.

    ``seatunnel`` is empty for a home of the user's, whose release nobody knows. Raises what `descriptors_of` raises.
    """
    items = descriptors_of(version)
    own = not version and get_settings().seatunnel_home is not None
    return {
        "seatunnel": "" if own else version or SEATUNNEL_VERSION,
        "versions": list(known_versions()),
        "groups": [{"name": name, "label": dict(label)} for name, label in overlays().groups.items()],
        "items": [each.model_dump(mode="json", by_alias=True, exclude_defaults=True) for each in items],
    }
