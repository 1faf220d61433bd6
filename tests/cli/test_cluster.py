"""`jupyter scaleph resource cluster`: from the shell, for people and for scripts."""

from __future__ import annotations

import pytest
import yaml

KUBECONFIG = {
    "clusters": [{"name": "c", "cluster": {"server": "https://127.0.0.1:9"}}],
    "users": [{"name": "u", "user": {"token": "canary-5ec7"}}],
    "contexts": [{"name": "x", "context": {"cluster": "c", "user": "u"}}],
    "current-context": "x",
}


@pytest.fixture
def cluster(scaleph, tmp_path):
    """``cluster("list")``, on a catalog and with secrets of its own."""
    environment = {
        "SCALEPH_LAB_CATALOG_URL": f"sqlite:///{tmp_path / 'catalog.sqlite'}",
        "SCALEPH_LAB_SECRETS_FILE": str(tmp_path / "secrets.json"),
    }
    return lambda *arguments: scaleph("resource", "cluster", *arguments, env=environment)


@pytest.fixture
def file(tmp_path):
    """A kubeconfig of a server that is not there."""
    path = tmp_path / "kubeconfig"
    path.write_text(yaml.safe_dump(KUBECONFIG))
    return path


def test_a_cluster_from_its_making_to_its_end(cluster, file, tmp_path):
    assert "makes one" in cluster("list").err
    made = cluster("create", "prod", "--kubeconfig", file, "--namespace", "flink", "--json")
    assert (made.code, made.json["kubeconfig"]) == (0, "{{secret:cluster-prod}}")
    assert "canary" not in (tmp_path / "secrets.json").read_text()
    assert "prod" in cluster("list").out
    assert "namespace = flink" in cluster("show", "prod").out
    failed = cluster("test", "prod", "--json")
    assert (failed.code, failed.json["cause"]) == (4, "unreachable")
    assert cluster("rights", "prod", "--json").json["error"]["code"] == "platform"
    assert cluster("namespaces", "prod").code == 3
    assert cluster("update", "prod", "--kubeconfig", file, "--remark", "x", "--json").json["version"] == 2
    assert cluster("delete", "prod", "--json").json == {"deleted": "prod"}
    again = cluster("create", "prod", "--kubeconfig", file)
    assert (again.code, "--secret cluster-prod" in again.err) == (2, True)


def test_a_kubeconfig_that_runs_a_program_is_not_even_kept(cluster, file, tmp_path):
    file.write_text(yaml.safe_dump({**KUBECONFIG, "users": [{"name": "u", "user": {"exec": {"command": "x"}}}]}))
    refused = cluster("create", "prod", "--kubeconfig", file, "--json")
    assert (refused.code, refused.json["error"]["path"]) == (2, "kubeconfig")
    assert not (tmp_path / "secrets.json").exists()


def test_one_way_in_is_given(cluster, file):
    for given in ((), ("--in-cluster", "--secret", "x"), ("--kubeconfig", file, "--in-cluster")):
        assert cluster("create", "prod", *given).code == 2
