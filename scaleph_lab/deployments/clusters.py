"""What a cluster is asked before anything is deployed on it: does it answer, where, and what may we do there."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from scaleph_lab.deployments.connection import ClusterConnection, ClusterProblem, connected
from scaleph_lab.deployments.kubeconfig import Kubeconfig

__all__ = [
    "IN_CLUSTER",
    "NEEDED",
    "Answer",
    "Namespaces",
    "NeededRight",
    "RightFound",
    "ask_namespaces",
    "ask_rights",
    "connect_and_tell",
]

IN_CLUSTER = "in-cluster"
"""In the place of a kubeconfig: the service account of the pod that Scaleph Lab runs in."""
GROUP = "flink.apache.org"

_CHANGES = ("get", "list", "watch", "create", "patch", "delete")
_READS = ("get", "list", "watch")


@dataclass(frozen=True)
class Answer:
    """What a test found. It holds no secret."""

    ok: bool
    cause: str = ""
    """Of a failure, for programs: ``unreachable``, ``timeout``, ``certificate``, ``tls``, ``login``, ``forbidden``,
    ``no_operator``, ``not_in_cluster``, ``failed``."""
    message: str = ""
    hint: str = ""
    version: str = ""
    """Of Kubernetes."""
    kinds: list[str] = field(default_factory=list)
    """What the Flink operator's definitions serve, such as ``FlinkDeployment``."""
    latency_ms: float = 0


@dataclass(frozen=True)
class Namespaces:
    """The namespaces of a cluster, as far as the account may see them."""

    names: list[str]
    default: str
    note: str = ""
    """Why these are not all."""


@dataclass(frozen=True)
class NeededRight:
    """Rights on one kind of thing, and what deployments need them for."""

    group: str
    resource: str
    """``pods/log`` is the part ``log`` of ``pods``."""
    verbs: tuple[str, ...]
    purpose: str


@dataclass(frozen=True)
class RightFound:
    """Whether the account has one right."""

    verb: str
    group: str
    resource: str
    allowed: bool
    purpose: str


NEEDED = (
    NeededRight(GROUP, "flinkdeployments", _CHANGES, "deploy, suspend, resume and delete jobs and session clusters"),
    NeededRight(GROUP, "flinksessionjobs", _CHANGES, "jobs on session clusters"),
    NeededRight("", "configmaps", ("get", "create", "patch", "delete"), "SQL scripts of deployments"),
    NeededRight("", "secrets", ("get", "create", "patch", "delete"), "credentials of deployments"),
    NeededRight("", "pods", _READS, "phases and causes"),
    NeededRight("", "pods/log", ("get",), "logs, and causes that stand only there"),
    NeededRight("", "events", ("get", "list", "watch"), "causes that pods do not tell"),
    NeededRight("", "services", ("get", "list"), "Flink's page of a job"),
)
"""What the least service account for deployments may do, in its namespace."""


def connect_and_tell(kubeconfig: Kubeconfig | None) -> Answer:
    """Connects, and says in words what came of it; a failure is an answer, not an error."""
    start = time.perf_counter()
    version = ""
    try:
        with connected(kubeconfig) as cluster:
            version = str(cluster.ask("GET", "/version").get("gitVersion", ""))
            # `/version` answers strangers too: this one shows that the login is right.
            _who_am_i(cluster)
            kinds = served_kinds(cluster)
    except ClusterProblem as problem:
        return Answer(False, problem.cause, problem.message, problem.hint, version, latency_ms=_since(start))
    if "FlinkDeployment" not in kinds:
        return Answer(
            False,
            "no_operator",
            "Kubernetes answers, but the Flink Kubernetes Operator is not installed there.",
            "Its administrator installs it: see the operator's Helm chart flink-kubernetes-operator.",
            version,
            kinds,
            _since(start),
        )
    return Answer(True, version=version, kinds=kinds, latency_ms=_since(start))


def served_kinds(cluster: ClusterConnection) -> list[str]:
    """The kinds of the operator that the cluster serves. Raises `ClusterProblem`."""
    group = cluster.find(f"/apis/{GROUP}")
    kinds: set[str] = set()
    for version in group["versions"] if group else []:
        listed = cluster.ask("GET", f"/apis/{version['groupVersion']}")
        kinds |= {each["kind"] for each in listed["resources"] if "/" not in each["name"]}
    return sorted(kinds)


def ask_namespaces(kubeconfig: Kubeconfig | None, default: str) -> Namespaces:
    """The names; where listing is forbidden, the default one with a note. Raises `ClusterProblem`."""
    with connected(kubeconfig) as cluster:
        own = default or cluster.namespace or "default"
        try:
            names, more = [], {"limit": 500, "continue": ""}
            while True:
                page = cluster.ask("GET", "/api/v1/namespaces", {key: value for key, value in more.items() if value})
                names += [str(each["metadata"]["name"]) for each in page["items"]]
                more["continue"] = page["metadata"].get("continue", "")
                if not more["continue"]:
                    return Namespaces(sorted(names), own)
        except ClusterProblem as problem:
            if problem.cause != "forbidden":
                raise
            return Namespaces([own], own, "The account may not list namespaces: this is the cluster's default one.")


def ask_rights(kubeconfig: Kubeconfig | None, namespace: str) -> list[RightFound]:
    """Each right that deployments need in `namespace`, asked one by one. Raises `ClusterProblem`."""
    with connected(kubeconfig) as cluster:
        place = namespace or cluster.namespace or "default"
        return [
            RightFound(verb, need.group, need.resource, _may(cluster, place, need, verb), need.purpose)
            for need in NEEDED
            for verb in need.verbs
        ]


def _may(cluster: ClusterConnection, namespace: str, need: NeededRight, verb: str) -> bool:
    resource, _, part = need.resource.partition("/")
    asked = {"namespace": namespace, "verb": verb, "group": need.group, "resource": resource, "subresource": part}
    review = {
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SelfSubjectAccessReview",
        "spec": {"resourceAttributes": asked},
    }
    answer = cluster.ask("POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", body=review)
    return answer["status"].get("allowed") is True


def _who_am_i(cluster: ClusterConnection) -> None:
    need = NeededRight(GROUP, "flinkdeployments", ("get",), "")
    _may(cluster, "default", need, "get")


def _since(start: float) -> float:
    return round((time.perf_counter() - start) * 1000, 1)
