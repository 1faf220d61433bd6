"""``resource cluster``: Kubernetes clusters from the shell."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click
from rich.markup import escape
from rich.table import Table

from scaleph_lab.catalog.documents.base import read
from scaleph_lab.catalog.documents.cluster import (
    Cluster,
    ClusterAnswer,
    ClusterChanges,
    ClusterListing,
    NewCluster,
    RightsRequest,
)
from scaleph_lab.catalog.documents.secret import NewSecret
from scaleph_lab.cli.console import err, out, print_json, reports_errors
from scaleph_lab.errors import NotFoundError, UserError
from scaleph_lab.platform import ClusterVerbs, Platform

__all__ = ["cluster"]

_JSON = click.option("--json", "as_json", is_flag=True, help="Print an answer for scripts.")
_AT = click.option("--at-version", type=int, help="Only if the cluster still has this version.")
_FILE = click.option(
    "--kubeconfig",
    "file",
    type=click.Path(path_type=Path),
    help="A kubeconfig file (- for standard input): kept as the secret cluster-NAME.",
)
_SECRET = click.option("--secret", help="The name of a secret that holds the kubeconfig.")
_CONTEXT = click.option("--context", help="The kubeconfig's context; without it its current one.")
_NAMESPACE = click.option("--namespace", help="Where deployments go that name no other.")


@click.group()
def cluster() -> None:
    """Make, test, change and delete Kubernetes clusters. KEY is a cluster's name or id."""


@cluster.command("list")
@click.option("--search", default="", help="Text that the name or the remark has.")
@click.option("--project", default="", help="Only those of this project, by code or id.")
@click.option("--sort", default="name", show_default=True, help="name, updated_at; with - downwards.")
@click.option("--limit", default=50, show_default=True, help="How many at most.")
@click.option("--cursor", help="Where the page before ended.")
@_JSON
@reports_errors
def list_clusters(as_json: bool, **asked: Any) -> None:
    """List clusters, a page at a time."""
    page = _clusters().list(read(ClusterListing, asked))
    if as_json:
        print_json(page.model_dump(mode="json"))
        return
    table = Table("Name", "Namespace", "Kubeconfig", "Remark", "Version", box=None, pad_edge=False)
    for one in page.items:
        table.add_row(*map(escape, (one.name, one.namespace, one.kubeconfig, one.remark, str(one.version))))
    out.print(table)
    if not page.items and not asked["search"]:
        err.print("There is none yet: jupyter scaleph resource cluster create NAME --kubeconfig FILE makes one.")
    if page.next_cursor:
        err.print(f"There are more: --cursor {page.next_cursor}", soft_wrap=True)


@cluster.command()
@click.argument("key")
@_JSON
@reports_errors
def show(key: str, as_json: bool) -> None:
    """Show the cluster KEY."""
    _print(_clusters().get(key), as_json)


@cluster.command()
@click.argument("name")
@_FILE
@_SECRET
@click.option("--in-cluster", is_flag=True, help="Use the service account of the pod that Scaleph Lab runs in.")
@_CONTEXT
@_NAMESPACE
@click.option("--remark", default="", help="What it is for.")
@click.option("--project", help="The project that it belongs to; without it the whole platform shares it.")
@_JSON
@reports_errors
def create(
    name: str, file: Path | None, secret: str | None, in_cluster: bool, as_json: bool, **fields: str | None
) -> None:
    """Make a cluster with the unique NAME, by a kubeconfig's file, by a secret, or in-cluster."""
    if sum([file is not None, secret is not None, in_cluster]) != 1:
        raise UserError("Give one of --kubeconfig, --secret and --in-cluster.", path="--kubeconfig")
    platform = Platform(origin="cli")
    reference = "in-cluster" if in_cluster else f"{{{{secret:{secret or f'cluster-{name}'}}}}}"
    given = {key: value for key, value in fields.items() if value is not None}
    new = read(NewCluster, {**given, "name": name, "kubeconfig": reference})
    if file is not None:
        _keep(platform, file, f"cluster-{name}", new.context, is_new=True)
    _print(platform.clusters.create(new), as_json)


@cluster.command()
@click.argument("key")
@click.option("--name", help="The new name.")
@_FILE
@_SECRET
@_CONTEXT
@_NAMESPACE
@click.option("--remark", help="The new remark.")
@_AT
@_JSON
@reports_errors
def update(
    key: str, file: Path | None, secret: str | None, at_version: int | None, as_json: bool, **fields: str | None
) -> None:
    """Change the cluster KEY; what is not given stays."""
    if file is not None and secret is not None:
        raise UserError("Give one of --kubeconfig and --secret.", path="--kubeconfig")
    platform = Platform(origin="cli")
    before = platform.clusters.get(key)
    if file is not None:
        secret = f"cluster-{before.name}"
        _keep(platform, file, secret, fields["context"] or before.context, is_new=False)
    reference = {"kubeconfig": f"{{{{secret:{secret}}}}}"} if secret else {}
    given = {name: value for name, value in fields.items() if value is not None}
    changes = read(ClusterChanges, {**given, **reference})
    _print(platform.clusters.update(key, changes, before.version if at_version is None else at_version), as_json)


@cluster.command()
@click.argument("key")
@_AT
@_JSON
@reports_errors
def delete(key: str, at_version: int | None, as_json: bool) -> None:
    """Forget the cluster KEY; what runs there goes on."""
    clusters = _clusters()
    clusters.delete(key, clusters.get(key).version if at_version is None else at_version)
    if as_json:
        print_json({"deleted": key})
    else:
        out.print(f"Deleted {escape(key)}.")


@cluster.command()
@click.argument("key")
@_JSON
@reports_errors
def test(key: str, as_json: bool) -> None:
    """Connect to the cluster KEY; exit code 4 when that fails."""
    answer = _clusters().test(key)
    if as_json:
        print_json(answer.model_dump(mode="json"))
    else:
        out.print(_told(answer), soft_wrap=True)
    sys.exit(0 if answer.ok else 4)


@cluster.command()
@click.argument("key")
@_JSON
@reports_errors
def namespaces(key: str, as_json: bool) -> None:
    """List the namespaces of the cluster KEY."""
    found = _clusters().namespaces(key)
    if as_json:
        print_json(found.model_dump(mode="json"))
        return
    for name in found.names:
        out.print(escape(name))
    if found.note:
        err.print(escape(found.note), soft_wrap=True)


@cluster.command()
@click.argument("key")
@click.option("--namespace", default="", help="Where; without it the cluster's own.")
@_JSON
@reports_errors
def rights(key: str, as_json: bool, **asked: str) -> None:
    """Say what deployments may do on the cluster KEY; exit code 4 when a right lacks."""
    found = _clusters().rights(key, read(RightsRequest, asked))
    if as_json:
        print_json(found.model_dump(mode="json"))
        sys.exit(0 if found.complete else 4)
    table = Table("Resource", "Allowed", "Lacks", "For", box=None, pad_edge=False)
    for resource in dict.fromkeys((each.group, each.resource) for each in found.items):
        same = [each for each in found.items if (each.group, each.resource) == resource]
        may = " ".join(each.verb for each in same if each.allowed)
        lacks = " ".join(each.verb for each in same if not each.allowed)
        name = ".".join(filter(None, reversed(resource)))
        table.add_row(name, may, f"[red]{lacks}[/]" if lacks else "", same[0].purpose)
    out.print(f"In the namespace {escape(found.namespace)}:")
    out.print(table)
    sys.exit(0 if found.complete else 4)


def _clusters() -> ClusterVerbs:
    return Platform(origin="cli").clusters


def _keep(platform: Platform, file: Path, secret: str, context: str, *, is_new: bool) -> None:
    from scaleph_lab.deployments.kubeconfig import read_kubeconfig

    try:
        text = sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise NotFoundError(f"{file} cannot be read: {error}.", path="--kubeconfig") from error
    # What serves not is said before it is kept.
    read_kubeconfig(text, context)
    if is_new and secret in platform.secrets.list().names:
        raise UserError(
            f"There is a secret {secret!r} already.", hint=f"Name it by --secret {secret}, or delete it.", path="name"
        )
    platform.secrets.put(secret, read(NewSecret, {"value": text}))


def _told(answer: ClusterAnswer) -> str:
    if not answer.ok:
        return escape(f"Failed ({answer.cause}): {answer.message} {answer.hint}".rstrip())
    return escape(f"OK: Kubernetes {answer.version} in {answer.latency_ms:.0f} ms, with {', '.join(answer.kinds)}")


def _print(one: Cluster, as_json: bool) -> None:
    if as_json:
        print_json(one.model_dump(mode="json"))
        return
    out.print(f"[bold]{escape(one.name)}[/]  (version {one.version})", soft_wrap=True)
    for name in ("kubeconfig", "context", "namespace", "remark"):
        if getattr(one, name):
            out.print(f"  {name} = {escape(getattr(one, name))}", soft_wrap=True, highlight=False)
