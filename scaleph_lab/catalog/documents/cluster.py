"""Kubernetes clusters as documents."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from scaleph_lab.access.secrets import SECRET_NAME
from scaleph_lab.catalog.documents.base import Document, Input, Listing

__all__ = [
    "Cluster",
    "ClusterAnswer",
    "ClusterChanges",
    "ClusterListing",
    "ClusterNamespaces",
    "ClusterRight",
    "ClusterRights",
    "NewCluster",
    "RightsRequest",
]

IN_CLUSTER = "in-cluster"


def _reference(value: Any) -> Any:
    # A kubeconfig that was put here is a secret: no message may quote it.
    if isinstance(value, str) and not re.fullmatch(rf"in-cluster|\{{\{{secret:{SECRET_NAME}\}}\}}", value.strip()):
        raise ValueError(f"keep the kubeconfig as a secret and write {{{{secret:NAME}}}} here, or {IN_CLUSTER}")
    return value


# It is written in commands, so it has no spaces; it never looks like an id.
ClusterName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_.-]{0,30}$")]
KubeconfigReference = Annotated[str, BeforeValidator(_reference), StringConstraints(min_length=1, max_length=220)]
Namespace = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$")]
MaybeNamespace = Annotated[str, StringConstraints(pattern=r"^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)?$")]
Context = Annotated[str, StringConstraints(max_length=200)]
Remark = Annotated[str, StringConstraints(max_length=500)]


class Cluster(Document):
    """A Kubernetes cluster, and by which secret one is let in."""

    name: str
    kubeconfig: str
    """``{{secret:NAME}}``, or ``in-cluster``: the service account of the pod that Scaleph Lab runs in."""
    context: str
    """Of the kubeconfig; empty for its current one."""
    namespace: str
    """Where deployments go that name no other."""
    remark: str
    project: str | None
    """The id of the project that it belongs to; None where the whole platform shares it."""


class NewCluster(Input):
    """A cluster to make. Its name is unique."""

    name: ClusterName
    kubeconfig: KubeconfigReference
    context: Context = ""
    namespace: Namespace = "default"
    remark: Remark = ""
    project: str | None = None
    """A project's id or code. A cluster ``in-cluster`` belongs to the platform."""


class ClusterChanges(Input):
    """What to change; a field that is not given stays."""

    name: ClusterName | None = None
    kubeconfig: KubeconfigReference | None = None
    context: Context | None = None
    namespace: Namespace | None = None
    remark: Remark | None = None


class ClusterListing(Listing):
    """How a list of clusters is asked for."""

    project: str = Field(default="", max_length=64)
    """Only those of this project, by id or code."""


class RightsRequest(Input):
    """Where rights are asked for."""

    namespace: MaybeNamespace = ""
    """Empty for the cluster's default one."""


class _Answer(BaseModel):
    model_config = ConfigDict(frozen=True, from_attributes=True)


class ClusterAnswer(_Answer):
    """What a connection test found. It holds no secret."""

    ok: bool
    cause: str
    """Of a failure, for programs: ``unreachable``, ``timeout``, ``certificate``, ``tls``, ``login``, ``forbidden``,
    ``no_operator``, ``not_in_cluster``, ``kubeconfig``, ``failed``."""
    message: str
    hint: str
    version: str
    """Of Kubernetes."""
    kinds: list[str]
    """What the Flink operator's definitions serve, such as ``FlinkDeployment``."""
    latency_ms: float


class ClusterNamespaces(_Answer):
    """The namespaces of a cluster, as far as its account may see them."""

    names: list[str]
    default: str
    note: str
    """Why these are not all."""


class ClusterRight(_Answer):
    """Whether the cluster's account has one right."""

    verb: str
    group: str
    resource: str
    """``pods/log`` is the part ``log`` of ``pods``."""
    allowed: bool
    purpose: str
    """What deployments need it for."""


class ClusterRights(_Answer):
    """The rights that deployments need in one namespace."""

    namespace: str
    complete: bool
    """Whether none of them lacks."""
    items: list[ClusterRight]
