"""From a deployment to what Kubernetes is given: a FlinkDeployment, and what its job reads from ConfigMap and Secret.

The same input gives the same bytes. Each line knows which layer of settings it came from.
"""

from __future__ import annotations

import base64
import copy
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from scaleph_lab.deployments.layers import Layered, Path, leaves
from scaleph_lab.deployments.model import (
    FLINK_VERSIONS,
    DeploymentSpec,
    SeaTunnelJob,
    Settings,
    SqlJob,
    operator_version,
)
from scaleph_lab.deployments.names import kubernetes_name
from scaleph_lab.deployments.pods import with_annotation, with_volume
from scaleph_lab.deployments.runner import MAIN_CLASS, runner_jar
from scaleph_lab.deployments.seatunnel_config import with_secrets
from scaleph_lab.deployments.sql_script import names_secrets, resolved, script_statements
from scaleph_lab.errors import ValidationError

__all__ = ["API_VERSION", "HIDDEN", "IDENTITY", "MANAGED_BY", "Manifest", "Manifests", "pointer", "render"]

API_VERSION = "flink.apache.org/v1beta1"
MANAGED_BY = "scaleph-lab"
IDENTITY = "scaleph-lab/deployment"
"""The annotation that says which deployment a resource is of."""
HIDDEN = "******"
"""What is shown of a Secret's values."""

_CONTENT = "scaleph-lab/content"
_GENERATED = "scaleph-lab"
_DEPLOYMENT = "deployment"
_SQL_FOLDER = "/opt/scaleph/sql"
_SEATUNNEL_FOLDER = "/opt/scaleph/seatunnel"
_SEATUNNEL_MAIN = "org.apache.seatunnel.core.starter.flink.SeaTunnelFlink"
_LOGGING = "log4j-console.properties"
_QUIET_SEATUNNEL = """
# SeaTunnel 2.3.4 logs its whole configuration at INFO, with its passwords.
logger.seatunnel.name = org.apache.seatunnel.core.starter.utils.ConfigBuilder
logger.seatunnel.level = WARN
"""
_PLAIN_LOGGING = """rootLogger.level = INFO
rootLogger.appenderRef.console.ref = Console
appender.console.name = Console
appender.console.type = CONSOLE
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d{yyyy-MM-dd HH:mm:ss,SSS} %-5p %-60c %x - %m%n
"""


@dataclass
class Manifest:
    """One resource, and where its values came from."""

    document: dict[str, Any]
    origins: dict[Path, str] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """Such as ``FlinkDeployment``."""
        return str(self.document["kind"])

    @property
    def name(self) -> str:
        """Its name in the namespace."""
        return str(self.document["metadata"]["name"])

    def put(self, path: Path, value: Any, origin: str) -> None:
        """Sets the value at a path, and writes its origin down; None is not set."""
        if value is None:
            return
        place = self.document
        for part in path[:-1]:
            place = place.setdefault(part, {})
        place[path[-1]] = value
        for below, _ in leaves(value, path):
            self.origins[below] = origin

    def origin(self, path: Path) -> str:
        """The layer that a value came from, or the nearest thing above it."""
        while path and path not in self.origins:
            path = path[:-1]
        return self.origins.get(path, _GENERATED)

    def public(self) -> dict[str, Any]:
        """The document as anybody may see it: values of a Secret are hidden."""
        if self.kind != "Secret":
            return self.document
        shown = dict(self.document)
        for key in {"data", "stringData"} & shown.keys():
            shown[key] = dict.fromkeys(shown[key], HIDDEN)
        return shown


@dataclass
class Manifests:
    """All resources of a deployment."""

    flink: Manifest
    held: list[Manifest]
    """What the FlinkDeployment reads, and what goes with it."""

    @property
    def all(self) -> list[Manifest]:
        """In the order in which they are applied."""
        return [*self.held, self.flink]

    def as_yaml(self) -> str:
        """What ``kubectl apply`` takes; values of Secrets are hidden."""
        return "---\n".join(_yaml(each.public()) for each in self.all)

    def origins(self) -> dict[str, dict[str, str]]:
        """For each resource (``KIND/NAME``) the origin of each value, by its JSON pointer."""
        return {
            f"{each.kind}/{each.name}": {pointer(path): each.origin(path) for path, _ in leaves(each.document)}
            for each in self.all
        }

    def owned_by(self, uid: str) -> list[Manifest]:
        """What is held, with the FlinkDeployment of this uid as its owner: Kubernetes deletes it along."""
        owner = {"apiVersion": API_VERSION, "kind": "FlinkDeployment", "name": self.flink.name, "uid": uid}
        owned = copy.deepcopy(self.held)
        for each in owned:
            each.document["metadata"]["ownerReferences"] = [owner]
        return owned


def render(spec: DeploymentSpec, layered: Layered, find: Callable[[str], str]) -> Manifests:
    """The manifests; `find` gives the secret of a name.

    Raises `ValidationError` for settings that do not go together and for scripts that cannot be deployed, and what
    `find` raises.
    """
    settings = layered.settings
    _check(settings, layered)
    flink = Manifest({})
    flink.put(("apiVersion",), API_VERSION, _GENERATED)
    flink.put(("kind",), "FlinkDeployment", _GENERATED)
    _put_metadata(flink, spec, kubernetes_name(spec.name))
    _put_cluster(flink, layered, settings)
    held = _put_job(flink, spec, layered, find)
    return Manifests(flink, held)


def pointer(path: Path) -> str:
    """A path as a JSON pointer (RFC 6901)."""
    return "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in path)


def _check(settings: Settings, layered: Layered) -> None:
    conf = settings.flink_configuration
    if settings.upgrade_mode == "savepoint" and not (settings.savepoints or conf.get("state.savepoints.dir")):
        raise ValidationError(
            "The upgrade mode savepoint needs a folder for savepoints.",
            hint="Set savepoints to a URL that all pods reach, or upgrade_mode to stateless.",
            path="savepoints",
        )
    available = conf.get("high-availability.type") or conf.get("high-availability")
    if settings.upgrade_mode == "last-state" and not (available and conf.get("high-availability.storageDir")):
        raise ValidationError(
            "The upgrade mode last-state needs high availability.",
            hint="Set high-availability.type to kubernetes, and high-availability.storageDir.",
            path="flink_configuration",
        )
    for key in conf:
        if key.startswith("$internal") or key in {"kubernetes.cluster-id", "kubernetes.namespace"}:
            raise ValidationError(
                f"{key} is not to be set: the {layered.origin('flink_configuration', key)} has it.",
                hint="The operator sets it itself.",
                path=f"flink_configuration.{key}",
            )


def _put_metadata(manifest: Manifest, spec: DeploymentSpec, name: str) -> None:
    manifest.put(("metadata", "name"), name, _DEPLOYMENT)
    manifest.put(("metadata", "namespace"), spec.namespace, _DEPLOYMENT)
    labels = {
        "app.kubernetes.io/managed-by": MANAGED_BY,
        "app.kubernetes.io/instance": kubernetes_name(spec.name),
        "app.kubernetes.io/component": spec.job.kind,
    }
    manifest.put(("metadata", "labels"), labels, _GENERATED)
    manifest.put(("metadata", "annotations"), {"scaleph-lab/name": spec.name}, _DEPLOYMENT)
    manifest.put(("metadata", "annotations", IDENTITY), spec.identity or spec.name, _DEPLOYMENT)


def _put_cluster(flink: Manifest, layered: Layered, settings: Settings) -> None:
    version = settings.flink_version or ""
    where = layered.origin("image") if settings.image else layered.origin("flink_version")
    flink.put(("spec", "image"), settings.image or FLINK_VERSIONS[version], where)
    flink.put(("spec", "imagePullPolicy"), settings.image_pull_policy, layered.origin("image_pull_policy"))
    flink.put(("spec", "flinkVersion"), operator_version(version), layered.origin("flink_version"))
    flink.put(("spec", "serviceAccount"), settings.service_account, layered.origin("service_account"))
    for key, value in sorted(settings.flink_configuration.items()):
        flink.put(("spec", "flinkConfiguration", key), value, layered.origin("flink_configuration", key))
    for field_name, key in (("savepoints", "state.savepoints.dir"), ("checkpoints", "state.checkpoints.dir")):
        flink.put(("spec", "flinkConfiguration", key), getattr(settings, field_name), layered.origin(field_name))
    for name, text in sorted(settings.log_configuration.items()):
        flink.put(("spec", "logConfiguration", name), text, layered.origin("log_configuration", name))
    for ours, theirs in (("job_manager", "jobManager"), ("task_manager", "taskManager")):
        for key in ("cpu", "memory"):
            flink.put(("spec", theirs, "resource", key), layered.get(ours, key), layered.origin(ours, key))
        flink.put(("spec", theirs, "replicas"), layered.get(ours, "replicas"), layered.origin(ours, "replicas"))
        # Not in one template for both: the operator would mix the lists of that and of a role's own by their places.
        for path, value in leaves(settings.pod_template):
            flink.put(
                ("spec", theirs, "podTemplate", *path), copy.deepcopy(value), layered.origin("pod_template", *path)
            )


def _put_job(flink: Manifest, spec: DeploymentSpec, layered: Layered, find: Callable[[str], str]) -> list[Manifest]:
    held: list[Manifest] = []
    match spec.job:
        case SqlJob(script=script):
            jar, entry, arguments = f"local://{_SQL_FOLDER}/sql-runner.jar", MAIN_CLASS, [_SQL_FOLDER]
            held = _sql(flink, spec, script, find)
        case SeaTunnelJob() as job:
            jar, entry = f"local://{job.home}/starter/seatunnel-flink-15-starter.jar", _SEATUNNEL_MAIN
            arguments = ["--config", f"{_SEATUNNEL_FOLDER}/job.json"]
            held = _seatunnel(flink, spec, job, find)
        case job:
            jar, entry, arguments = job.jar, job.entry_class, list(job.arguments)
    flink.put(("spec", "job", "jarURI"), jar, _DEPLOYMENT)
    flink.put(("spec", "job", "entryClass"), entry or None, _DEPLOYMENT)
    flink.put(("spec", "job", "args"), arguments or None, _DEPLOYMENT)
    flink.put(("spec", "job", "parallelism"), layered.get("parallelism"), layered.origin("parallelism"))
    flink.put(("spec", "job", "upgradeMode"), layered.get("upgrade_mode"), layered.origin("upgrade_mode"))
    allow = layered.get("allow_non_restored_state")
    flink.put(("spec", "job", "allowNonRestoredState"), allow, layered.origin("allow_non_restored_state"))
    flink.put(("spec", "job", "state"), "suspended" if spec.suspended else "running", _DEPLOYMENT)
    return held


def _sql(flink: Manifest, spec: DeploymentSpec, script: str, find: Callable[[str], str]) -> list[Manifest]:
    statements = script_statements(script)
    secret = names_secrets(statements)
    texts = {f"{number:04}-line-{each.line}.sql": each.text for number, each in enumerate(statements, 1)}
    # Of the text as it is written: the hash of a password could be guessed.
    _read(flink, "sql", _SQL_FOLDER, _checksum(*texts.values()), secret=secret, config_map=True)
    jar = base64.b64encode(runner_jar()).decode()
    program = _held(spec, "ConfigMap", "sql", {"binaryData": {"sql-runner.jar": jar}})
    if not secret:
        program.put(("data",), texts, _DEPLOYMENT)
        return [program]
    filled = {name: resolved(text, find) for name, text in texts.items()}
    return [program, _held(spec, "Secret", "sql", {"data": _encoded(filled)})]


def _seatunnel(flink: Manifest, spec: DeploymentSpec, job: SeaTunnelJob, find: Callable[[str], str]) -> list[Manifest]:
    path = ("spec", "logConfiguration", _LOGGING)
    logging: Mapping[str, str] = flink.document["spec"].get("logConfiguration", {})
    origin = flink.origin(path) if _LOGGING in logging else _GENERATED
    flink.put(path, logging.get(_LOGGING, _PLAIN_LOGGING).rstrip("\n") + "\n" + _QUIET_SEATUNNEL, origin)
    _read(flink, "seatunnel", _SEATUNNEL_FOLDER, _checksum(job.configuration), secret=True, config_map=False)
    return [_held(spec, "Secret", "seatunnel", {"data": _encoded({"job.json": with_secrets(job.configuration, find)})})]


def _read(flink: Manifest, part: str, folder: str, content: str, *, secret: bool, config_map: bool) -> None:
    """Lets the JobManager, and it alone, read what is held; other content is another pod."""
    name = f"{flink.name}-{part}"
    sources = [{"configMap": {"name": name}}] if config_map else []
    sources += [{"secret": {"name": name}}] if secret else []
    volume = {"name": f"scaleph-{part}", "projected": {"sources": sources}}
    before = flink.document["spec"]["jobManager"].get("podTemplate", {})
    pod = with_volume(with_annotation(before, _CONTENT, content), volume, folder)
    place = ("spec", "jobManager", "podTemplate")
    for path, value in leaves(pod):
        changed = value != _at(before, path)
        flink.put((*place, *path), value, _GENERATED if changed else flink.origin((*place, *path)))


def _at(place: Any, path: Path) -> Any:
    for part in path:
        place = place.get(part) if isinstance(place, Mapping) else None
    return place


def _held(spec: DeploymentSpec, kind: str, part: str, content: dict[str, Any]) -> Manifest:
    manifest = Manifest({"apiVersion": "v1", "kind": kind})
    _put_metadata(manifest, spec, f"{kubernetes_name(spec.name)}-{part}")
    for key, value in content.items():
        manifest.put((key,), value, _DEPLOYMENT)
    return manifest


def _encoded(texts: Mapping[str, str]) -> dict[str, str]:
    return {name: base64.b64encode(text.encode()).decode() for name, text in texts.items()}


def _checksum(*texts: str) -> str:
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:16]


class _Dumper(yaml.SafeDumper):
    """Long texts as blocks, so that a person can read them."""


def _block(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _block)


def _yaml(document: Mapping[str, Any]) -> str:
    return yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=1000)
