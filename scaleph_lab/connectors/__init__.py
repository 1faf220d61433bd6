"""SeaTunnel's connectors and transforms: what each can be told, by the rules of its own jar.

The rules are data: read from the jars of a release (`installed`), shipped for two releases (`snapshots`), and dressed
with what jars do not tell (`overlays`). No connector needs code.
"""

from scaleph_lab.connectors.descriptor import (
    Condition,
    ConditionalRule,
    ConnectorDescriptor,
    Dressing,
    OptionDescriptor,
)
from scaleph_lab.connectors.descriptors import descriptors_of, find_descriptor, known_versions
from scaleph_lab.connectors.rules import Violation, violations

__all__ = [
    "Condition",
    "ConditionalRule",
    "ConnectorDescriptor",
    "Dressing",
    "OptionDescriptor",
    "Violation",
    "descriptors_of",
    "find_descriptor",
    "known_versions",
    "violations",
]
