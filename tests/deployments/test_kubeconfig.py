"""Kubeconfigs: what is taken of them, and what is refused with words that quote nothing."""

from __future__ import annotations

import base64

import pytest
import yaml

from scaleph_lab.deployments.kubeconfig import read_kubeconfig
from scaleph_lab.errors import ValidationError

CANARY = "canary-5ec7"


def kubeconfig(cluster=None, user=None, **more):
    """A kubeconfig with one context, ``prod``."""
    whole = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "c", "cluster": {"server": "https://kube.example:6443", **(cluster or {})}}],
        "users": [{"name": "u", "user": {"token": CANARY} if user is None else user}],
        "contexts": [{"name": "prod", "context": {"cluster": "c", "user": "u", "namespace": "flink"}}],
        "current-context": "prod",
        **more,
    }
    return yaml.safe_dump(whole)


def test_the_current_context_is_taken():
    found = read_kubeconfig(kubeconfig({"certificate-authority-data": base64.b64encode(b"-----BEGIN").decode()}))
    assert (found.server, found.namespace, found.token) == ("https://kube.example:6443", "flink", CANARY)
    assert (found.authority, found.verify) == ("-----BEGIN", True)
    assert CANARY not in repr(found)


def test_another_context_is_taken_by_its_name():
    contexts = [
        {"name": "prod", "context": {"cluster": "c", "user": "u"}},
        {"name": "test", "context": {"cluster": "c", "user": "u", "namespace": "trial"}},
    ]
    assert read_kubeconfig(kubeconfig(contexts=contexts), "test").namespace == "trial"
    with pytest.raises(ValidationError, match=r"no context 'none'. It has prod, test"):
        read_kubeconfig(kubeconfig(contexts=contexts), "none")


@pytest.mark.parametrize(
    ("part", "key", "value", "words"),
    [
        ("user", "exec", {"command": CANARY}, "would run a program"),
        ("user", "auth-provider", {"name": CANARY}, "would run a plug-in"),
        ("user", "tokenFile", f"/{CANARY}", "would read a file"),
        ("user", "client-certificate", f"/{CANARY}", "would read a file"),
        ("user", "client-key", f"/{CANARY}", "would read a file"),
        ("user", "as", CANARY, "not supported"),
        ("cluster", "certificate-authority", f"/{CANARY}", "would read a file"),
        ("cluster", "server", f"https://me:{CANARY}@kube.example", "must be a URL"),
        ("cluster", "server", f"file:///{CANARY}", "must be a URL"),
        ("cluster", "certificate-authority-data", f"{CANARY}!", "not PEM"),
        ("user", "client-certificate-data", base64.b64encode(CANARY.encode()).decode(), "together"),
        ("user", "token", {"a": CANARY}, "is no text"),
    ],
)
def test_what_runs_reads_or_is_wrong_is_refused_and_not_quoted(part, key, value, words):
    with pytest.raises(ValidationError, match=words) as refused:
        read_kubeconfig(kubeconfig(**{part: {key: value}}))
    assert refused.value.path == "kubeconfig"
    assert CANARY not in str(refused.value) and CANARY not in str(refused.value.__cause__)


@pytest.mark.parametrize(
    "text",
    ["", CANARY, f"clusters: {CANARY}", f"{CANARY}: [", "clusters: []", "- 1", "clusters: [3]\ncurrent-context: x"],
)
def test_what_is_no_kubeconfig_is_refused_and_not_quoted(text):
    with pytest.raises(ValidationError) as refused:
        read_kubeconfig(text)
    assert CANARY not in str(refused.value)


def test_a_user_that_is_not_chosen_may_have_what_is_refused():
    users = [{"name": "u", "user": {"token": "t"}}, {"name": "other", "user": {"exec": {"command": "aws"}}}]
    assert read_kubeconfig(kubeconfig(users=users)).token == "t"
