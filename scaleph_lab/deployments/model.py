"""What a deployment is: the job that it runs, and settings, which come in layers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

__all__ = [
    "FLINK_VERSIONS",
    "DeploymentSpec",
    "FlinkVersion",
    "JarJob",
    "Job",
    "Resources",
    "SeaTunnelJob",
    "Settings",
    "SqlJob",
    "UpgradeMode",
    "operator_version",
]

FLINK_VERSIONS: Mapping[str, str] = {
    "1.18": "flink:1.18",
    "1.19": "flink:1.19",
    "1.20": "flink:1.20",
    "2.0": "flink:2.0",
    "2.1": "flink:2.1",
    "2.2": "flink:2.2",
}
"""The releases that can be deployed, with Flink's own image of each."""

FlinkVersion = Literal["1.18", "1.19", "1.20", "2.0", "2.1", "2.2"]
UpgradeMode = Literal["stateless", "last-state", "savepoint"]


def _text(value: Any) -> Any:
    # YAML has numbers and truths where Flink's configuration has texts.
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int | float) else value


ConfigText = Annotated[str, BeforeValidator(_text), StringConstraints(max_length=4000)]
Key = Annotated[str, StringConstraints(min_length=1, max_length=250, pattern=r"^[^\s=:]+$")]
Memory = Annotated[str, StringConstraints(pattern=r"^[0-9]+(\.[0-9]+)?\s*([kKmMgGtT]i?[bB]?)?$", max_length=20)]
Directory = Annotated[str, StringConstraints(pattern=r"^([a-z][a-z0-9+.-]*://.*)?$", max_length=1000)]
Image = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9./:@_-]*$", max_length=500)]
Account = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$")]
Location = Annotated[str, StringConstraints(pattern=r"^(local|https?|s3|gs|oss|hdfs|file)://\S+$", max_length=2000)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class Resources(_Part):
    """What each JobManager or TaskManager is given."""

    cpu: float | None = Field(default=None, gt=0, le=1024)
    """Cores; a part of one is a fraction."""
    memory: Memory | None = None
    """Of the whole process, such as ``2048m``."""
    replicas: int | None = Field(default=None, ge=1, le=1000)
    """How many; of TaskManagers Flink itself starts as many as the job needs."""


class Settings(_Part):
    """One layer of settings. What is not given comes from the layer below: platform, template, deployment, run."""

    flink_version: FlinkVersion | None = None
    image: Image | None = None
    """The container image; without it Flink's own of this version."""
    image_pull_policy: Literal["Always", "IfNotPresent", "Never"] | None = None
    service_account: Account | None = None
    """The one that Flink itself runs as; it must be allowed to start pods."""
    parallelism: int | None = Field(default=None, ge=1, le=32768)
    upgrade_mode: UpgradeMode | None = None
    """What becomes of the state when the job is changed, or suspended and resumed."""
    allow_non_restored_state: bool | None = None
    """Whether a job may start without the part of a savepoint that it has no operator for."""
    job_manager: Resources = Resources()
    task_manager: Resources = Resources()
    savepoints: Directory | None = None
    """The folder of savepoints, as a URL that all pods reach."""
    checkpoints: Directory | None = None
    """The folder of checkpoints, as a URL that all pods reach."""
    flink_configuration: dict[Key, ConfigText] = {}
    """Options of Flink and of the operator, one by one."""
    log_configuration: dict[Key, Annotated[str, StringConstraints(max_length=50_000)]] = {}
    """Files of the logging configuration by name, such as ``log4j-console.properties``."""
    pod_template: dict[str, Any] = {}
    """A pod of which JobManagers and TaskManagers are made, as Kubernetes writes one."""


class JarJob(_Part):
    """A program in a jar."""

    kind: Literal["jar"] = "jar"
    jar: Location
    """``local://`` for one in the image or a volume; another URL where the operator fetches it."""
    entry_class: str = Field(default="", pattern=r"^([\w$]+(\.[\w$]+)*)?$", max_length=500)
    arguments: list[Annotated[str, StringConstraints(max_length=10_000)]] = []
    """One by one: nothing is split at spaces."""


class SqlJob(_Part):
    """A SQL script: its INSERTs are one job."""

    kind: Literal["sql"] = "sql"
    script: str = Field(min_length=1, max_length=700_000)
    """It may name secrets as ``{{secret:NAME}}``; a Kubernetes Secret then holds it."""


class SeaTunnelJob(_Part):
    """A SeaTunnel configuration, run by the starter in the image."""

    kind: Literal["seatunnel"] = "seatunnel"
    configuration: str = Field(min_length=1, max_length=700_000)
    """In JSON, as a pipeline is compiled; it may name secrets as ``{{secret:NAME}}``. A Kubernetes Secret holds it."""
    home: str = Field(default="/opt/seatunnel", pattern=r"^/[\w./-]+$", max_length=500)
    """Where the image has SeaTunnel."""


Job = Annotated[JarJob | SqlJob | SeaTunnelJob, Field(discriminator="kind")]


class DeploymentSpec(_Part):
    """All that a manifest is made of, but the values of secrets."""

    name: str = Field(min_length=1, max_length=120)
    namespace: str = Field(pattern=r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$")
    job: Job
    identity: str = ""
    """What the deployment is known by, whatever its name: another's resource of the same name is left alone."""
    suspended: bool = False


def operator_version(version: str) -> str:
    """The version as the operator's ``flinkVersion`` says it."""
    return "v" + re.sub(r"\D", "_", version)
