"""Clusters are tested and asked on a real one, by the account with the least rights."""

from __future__ import annotations

import base64
import subprocess

import pytest

from scaleph_lab.access.policy import Actor, SoleOwner
from scaleph_lab.catalog.database import Database
from scaleph_lab.catalog.documents.cluster import NewCluster, RightsRequest
from scaleph_lab.catalog.services.clusters import Clusters

pytestmark = pytest.mark.engine


@pytest.fixture
def asked(tmp_path, monkeypatch):
    """``asked(kubeconfig)``: the verbs of clusters, and the key of one that is let in by it."""
    clusters = Clusters(Database(f"sqlite:///{tmp_path / 'catalog.sqlite'}"), Actor("ada", "test"), SoleOwner())

    def ask(kubeconfig, **more):
        monkeypatch.setenv("SCALEPH_SECRET_REAL", kubeconfig)
        clusters.create(NewCluster(name="real", kubeconfig="{{secret:real}}", **more))
        return clusters

    return ask


def test_a_test_tells_the_version_and_what_the_operator_serves(asked, least_rights):
    answer = asked(least_rights).test("real")
    assert answer.ok, answer
    assert answer.version.startswith("v1.")
    assert {"FlinkDeployment", "FlinkSessionJob"} <= {*answer.kinds}
    assert 0 < answer.latency_ms < 5000


def test_who_may_not_list_namespaces_gets_the_default_one_with_a_note(asked, least_rights):
    found = asked(least_rights, namespace="flink").namespaces("real")
    assert (found.names, found.default) == (["flink"], "flink")
    assert "may not list namespaces" in found.note


def test_who_may_lists_them_all(asked, real_cluster):
    real_cluster.kubectl("-n", "flink", "create", "serviceaccount", "lister")
    grant = ("clusterrolebinding", "scaleph-test-lister")
    real_cluster.kubectl("create", *grant, "--clusterrole=view", "--serviceaccount=flink:lister")
    try:
        found = asked(real_cluster.kubeconfig(real_cluster.token("lister"))).namespaces("real")
        assert {"default", "flink", "kube-system"} <= {*found.names}
        assert found.note == ""
    finally:
        real_cluster.kubectl("delete", *grant)
        real_cluster.kubectl("-n", "flink", "delete", "serviceaccount", "lister")


def test_the_role_of_the_guide_has_each_right_that_deployments_need(asked, least_rights):
    found = asked(least_rights, namespace="flink").rights("real")
    assert [f"{each.verb} {each.resource}" for each in found.items if not each.allowed] == []
    assert (found.complete, found.namespace) == (True, "flink")


def test_elsewhere_it_has_none(asked, least_rights):
    found = asked(least_rights).rights("real", RightsRequest(namespace="kube-system"))
    assert not any(each.allowed for each in found.items)
    assert not found.complete


def test_a_token_that_is_not_valid_is_a_refused_login(asked, real_cluster):
    answer = asked(real_cluster.kubeconfig("canary-5ec7")).test("real")
    assert (answer.ok, answer.cause) == (False, "login")
    assert "canary" not in answer.model_dump_json()


def test_the_certificate_of_another_authority_is_not_trusted(asked, real_cluster, tmp_path):
    files = ["-keyout", tmp_path / "key", "-out", tmp_path / "crt"]
    make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=other", *files]
    subprocess.run(make, check=True, capture_output=True)
    other = base64.b64encode((tmp_path / "crt").read_bytes()).decode()
    kubeconfig = real_cluster.kubeconfig("t", **{"certificate-authority-data": other})
    answer = asked(kubeconfig).test("real")
    assert (answer.ok, answer.cause) == (False, "certificate")


def test_a_server_that_is_not_there_is_told_in_seconds(asked, real_cluster):
    # An address of the documentation's network: nothing answers there, or nothing leads there.
    answer = asked(real_cluster.kubeconfig("t", server="https://192.0.2.1:6443")).test("real")
    assert answer.cause in {"timeout", "unreachable"}
    assert answer.latency_ms < 15_000
