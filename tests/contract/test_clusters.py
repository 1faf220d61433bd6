"""Clusters as records, in process and over REST, on SQLite and on PostgreSQL; tests/cluster connects to a real one."""

from __future__ import annotations

import os

import pytest
import yaml

from scaleph_lab.catalog.documents.action import ActionListing
from scaleph_lab.catalog.documents.base import read
from scaleph_lab.catalog.documents.cluster import ClusterChanges, ClusterListing, NewCluster
from scaleph_lab.catalog.documents.project import NewProject
from scaleph_lab.errors import ConflictError, NotFoundError, PlatformError, ValidationError

NOWHERE = {
    "clusters": [{"name": "c", "cluster": {"server": "https://127.0.0.1:9"}}],
    "users": [{"name": "u", "user": {"token": "canary-5ec7"}}],
    "contexts": [{"name": "x", "context": {"cluster": "c", "user": "u"}}],
    "current-context": "x",
}
RUNS = {**NOWHERE, "users": [{"name": "u", "user": {"exec": {"command": "canary-5ec7"}}}]}


@pytest.fixture(scope="module", autouse=True)
def kubeconfigs():
    """Secrets, as the server of the contract tests finds them too."""
    os.environ["SCALEPH_SECRET_NOWHERE"] = yaml.safe_dump(NOWHERE)
    os.environ["SCALEPH_SECRET_RUNS"] = yaml.safe_dump(RUNS)
    yield
    del os.environ["SCALEPH_SECRET_NOWHERE"], os.environ["SCALEPH_SECRET_RUNS"]


@pytest.fixture
def clusters(kubeconfigs, platform):
    """The verbs of clusters, on a catalog without any."""
    yield platform.clusters
    for each in platform.clusters.list(ClusterListing(limit=200)).items:
        platform.clusters.delete(each.id, each.version)


def new(name="prod", kubeconfig="{{secret:nowhere}}", **more):
    return NewCluster(name=name, kubeconfig=kubeconfig, **more)


def test_a_cluster_is_made_read_changed_and_deleted(clusters):
    made = clusters.create(new(namespace="flink", remark="main"))
    assert (made.name, made.kubeconfig, made.namespace, made.version) == ("prod", "{{secret:nowhere}}", "flink", 1)
    assert clusters.get("prod") == clusters.get(made.id) == made
    changed = clusters.update("prod", ClusterChanges(namespace="jobs"), 1)
    assert (changed.namespace, changed.remark, changed.version) == ("jobs", "main", 2)
    with pytest.raises(ConflictError, match=r"\(namespace\)"):
        clusters.update("prod", ClusterChanges(remark="x"), 1)
    with pytest.raises(ConflictError, match="'prod' already"):
        clusters.create(new())
    clusters.delete("prod", 2)
    with pytest.raises(NotFoundError, match="no cluster 'prod'"):
        clusters.get("prod")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("kubeconfig", "apiVersion: v1 # canary-5ec7"),
        ("kubeconfig", "/etc/kubernetes/canary-5ec7"),
        ("namespace", "Flink_Jobs"),
        ("name", "a b"),
        ("colour", "red"),
    ],
)
def test_what_serves_not_is_refused_and_never_quoted(field, value):
    with pytest.raises(ValidationError) as refused:
        read(NewCluster, {"name": "prod", "kubeconfig": "{{secret:nowhere}}", field: value})
    assert refused.value.path == field
    assert "canary" not in str(refused.value)


def test_a_list_goes_by_project_and_search_and_a_project_takes_its_clusters_along(platform, clusters):
    project = platform.projects.create(NewProject(code="sales", name="Sales"))
    clusters.create(new("theirs", project="sales"))
    clusters.create(new("shared"))
    assert [each.name for each in clusters.list().items] == ["shared", "theirs"]
    found = clusters.list(ClusterListing(project="sales")).items
    assert [(each.name, each.project) for each in found] == [("theirs", project.id)]
    assert [each.name for each in clusters.list(ClusterListing(search="SHA")).items] == ["shared"]
    with pytest.raises(ConflictError, match=r"hang 1 cluster \(theirs\)"):
        platform.projects.delete("sales", 1)
    platform.projects.delete("sales", 1, cascade=True)
    assert [each.name for each in clusters.list().items] == ["shared"]


def test_the_servers_own_account_is_for_clusters_of_the_platform_alone(platform, clusters):
    platform.projects.create(NewProject(code="sales", name="Sales"))
    with pytest.raises(ValidationError, match="cannot be in-cluster"):
        clusters.create(new(kubeconfig="in-cluster", project="sales"))
    clusters.create(new(project="sales"))
    with pytest.raises(ValidationError, match="cannot be in-cluster"):
        clusters.update("prod", ClusterChanges(kubeconfig="in-cluster"), 1)
    platform.projects.delete("sales", 1, cascade=True)
    clusters.create(new("here", kubeconfig="in-cluster"))
    answer = clusters.test("here")
    assert (answer.ok, answer.cause) == (False, "not_in_cluster")


def test_a_test_says_why_it_failed(platform, clusters):
    made = clusters.create(new())
    answer = clusters.test("prod")
    assert (answer.ok, answer.cause) == (False, "unreachable")
    assert "canary" not in answer.model_dump_json()
    clusters.create(new("runs", kubeconfig="{{secret:runs}}"))
    answer = clusters.test("runs")
    assert (answer.ok, answer.cause) == (False, "kubeconfig")
    assert "would run a program" in answer.message and "canary" not in answer.model_dump_json()
    clusters.create(new("without", kubeconfig="{{secret:no-such}}"))
    with pytest.raises(NotFoundError, match="no secret 'no-such'"):
        clusters.test("without")
    log = platform.actions.list(ActionListing(search=made.id)).items
    assert [each.verb for each in log] == ["execute", "create"]


def test_what_cannot_be_asked_is_an_error_with_its_cause(clusters):
    clusters.create(new())
    for ask in (clusters.namespaces, clusters.rights):
        with pytest.raises(PlatformError, match="cannot be reached") as failed:
            ask("prod")
        assert "canary" not in str(failed.value)
    clusters.create(new("runs", kubeconfig="{{secret:runs}}"))
    with pytest.raises(ValidationError, match="would run a program"):
        clusters.namespaces("runs")
