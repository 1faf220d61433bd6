"""A real Kubernetes with the Flink operator: the test-bed beside this file, or a cluster of the user's.

`SCALEPH_LAB_TEST_KUBECONFIG` names an administrator's kubeconfig of a cluster that has the operator, and a namespace
`flink` as `testbed/operator/jobs-namespace.yaml` makes it. The tests are never that administrator: they are the service
account whose least rights the guide gives.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

HERE = Path(__file__).parent
TESTBED = HERE / "testbed" / "testbed.py"
GUIDE = HERE.parents[1] / "docs" / "user-guide" / "resources.md"
NAMESPACE = "flink"


class RealCluster:
    """A cluster, as its administrator has it."""

    def __init__(self, kubeconfig: Path, program: str = "kubectl") -> None:
        self._kubeconfig = kubeconfig
        self._program = program
        self.whole = yaml.safe_load(self.kubectl("config", "view", "--minify", "--flatten", "--raw"))

    def kubectl(self, *words: str, **options: object) -> str:
        """What the command says; it is not asked by what is tested."""
        done = subprocess.run(
            [self._program, "--kubeconfig", str(self._kubeconfig), *words],
            check=False,
            capture_output=True,
            text=True,
            timeout=120,
            **options,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def kubeconfig(self, token: str, namespace: str = NAMESPACE, **cluster: object) -> str:
        """A kubeconfig that lets in by a token."""
        own = {**self.whole["clusters"][0]["cluster"], **cluster}
        return yaml.safe_dump(
            {
                "apiVersion": "v1",
                "kind": "Config",
                "clusters": [{"name": "it", "cluster": {name: value for name, value in own.items() if value}}],
                "users": [{"name": "me", "user": {"token": token}}],
                "contexts": [{"name": "here", "context": {"cluster": "it", "user": "me", "namespace": namespace}}],
                "current-context": "here",
            }
        )

    def token(self, account: str) -> str:
        """A token of a service account."""
        return self.kubectl("-n", NAMESPACE, "create", "token", account).strip()


def testbed(*words: str) -> str:
    """Runs the test-bed, in a state that answers at once."""
    done = subprocess.run([sys.executable, TESTBED, *words], check=False, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, f"testbed {' '.join(words)}: {done.stderr[-3000:]}"
    return done.stdout.strip()


testbed.__test__ = False


def _why_not() -> str:
    if sys.platform != "linux" or os.geteuid() != 0:
        return "the test cluster needs Linux and root; SCALEPH_LAB_TEST_KUBECONFIG names one of yours"
    if subprocess.run([sys.executable, TESTBED, "built"], capture_output=True, check=False).returncode:
        return "the test cluster's programs are not built: make cluster-up does it, in some 13 minutes, once"
    return ""


@pytest.fixture(scope="session")
def real_cluster() -> Iterator[RealCluster]:
    """It is left as it was found: up, or down."""
    named = os.environ.get("SCALEPH_LAB_TEST_KUBECONFIG")
    if named:
        yield RealCluster(Path(named))
        return
    if reason := _why_not():
        pytest.skip(reason)
    was_up = subprocess.run([sys.executable, TESTBED, "status"], capture_output=True, check=False).returncode == 0
    kubeconfig = Path(testbed("up"))
    testbed("operator")
    yield RealCluster(kubeconfig, testbed("kubectl"))
    if not was_up:
        testbed("down")


@pytest.fixture(scope="session")
def least_rights(real_cluster: RealCluster) -> Iterator[str]:
    """A kubeconfig of an account that has the guide's role, and nothing more."""
    role = next(block for block in re.findall(r"```yaml\n(.*?)```", GUIDE.read_text("utf-8"), re.S) if "Role" in block)
    account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "scaleph", "namespace": NAMESPACE}}
    binding = {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "RoleBinding",
        "metadata": {"name": "scaleph", "namespace": NAMESPACE},
        "subjects": [{"kind": "ServiceAccount", "name": "scaleph", "namespace": NAMESPACE}],
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "scaleph"},
    }
    manifest = "\n---\n".join([role, yaml.safe_dump(account), yaml.safe_dump(binding)])
    real_cluster.kubectl("apply", "-f", "-", input=manifest)
    yield real_cluster.kubeconfig(real_cluster.token("scaleph"))
    real_cluster.kubectl("delete", "-f", "-", "--ignore-not-found", input=manifest)
