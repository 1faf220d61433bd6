"""Pod templates, as Kubernetes writes them, with something added. What is given is left as it was."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import Any

__all__ = ["MAIN_CONTAINER", "with_annotation", "with_volume"]

MAIN_CONTAINER = "flink-main-container"
"""The container that runs Flink. Source: the operator's documentation of pod templates."""


def with_annotation(template: Mapping[str, Any], key: str, value: str) -> dict[str, Any]:
    """The template with an annotation."""
    pod = copy.deepcopy(dict(template))
    pod.setdefault("metadata", {}).setdefault("annotations", {})[key] = value
    return pod


def with_volume(template: Mapping[str, Any], volume: Mapping[str, Any], folder: str) -> dict[str, Any]:
    """The template with a volume that Flink's container reads in a folder."""
    pod = copy.deepcopy(dict(template))
    spec = pod.setdefault("spec", {})
    spec.setdefault("volumes", []).append(dict(volume))
    mount = {"name": volume["name"], "mountPath": folder, "readOnly": True}
    _main_container(spec).setdefault("volumeMounts", []).append(mount)
    return pod


def _main_container(spec: dict[str, Any]) -> dict[str, Any]:
    containers: list[dict[str, Any]] = spec.setdefault("containers", [])
    for each in containers:
        if each.get("name") == MAIN_CONTAINER:
            return each
    containers.append({"name": MAIN_CONTAINER})
    return containers[-1]
