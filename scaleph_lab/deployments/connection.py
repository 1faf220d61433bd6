"""A connection to the API server of a cluster: every call has a time limit, and every failure a cause in words."""

from __future__ import annotations

import json
import ssl
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from scaleph_lab.deployments.kubeconfig import Kubeconfig
from scaleph_lab.errors import PlatformError

if TYPE_CHECKING:
    from kubernetes.client import ApiClient, Configuration

__all__ = ["APPLY", "ClusterConnection", "ClusterProblem", "connected"]

APPLY = "application/apply-patch+yaml"
"""The content type of a server-side apply."""

_CONNECT_SECONDS = 3.0
_READ_SECONDS = 10.0
_ACCOUNT = Path("/var/run/secrets/kubernetes.io/serviceaccount")


class ClusterProblem(PlatformError):
    """A cluster did not do what was asked."""

    code = PlatformError.code

    def __init__(self, cause: str, message: str, hint: str = "", status: int = 0) -> None:
        super().__init__(message, hint=hint, path="cluster")
        self.cause = cause
        """For programs, such as ``unreachable``."""
        self.status = status
        """What the API server answered; 0 for nothing."""


class ClusterConnection:
    """Requests to one API server. Not for several threads."""

    def __init__(self, client: ApiClient, namespace: str, headers: Mapping[str, str], secrets: list[str]) -> None:
        self._client = client
        self._headers = dict(headers)
        self._secrets = secrets
        self.namespace = namespace
        """The one that the kubeconfig names; empty where it names none."""

    def ask(
        self,
        verb: str,
        path: str,
        query: Mapping[str, Any] | None = None,
        body: Any = None,
        content_type: str = "application/json",
    ) -> Any:
        """The JSON of an answer. Raises `ClusterProblem`."""
        return json.loads(self._answer(verb, path, query, body, content_type) or b"null")

    def text(self, path: str, query: Mapping[str, Any] | None = None) -> str:
        """An answer that is a text, such as a log. Raises `ClusterProblem`."""
        return self._answer("GET", path, query).decode(errors="replace")

    def find(self, path: str, query: Mapping[str, Any] | None = None) -> Any | None:
        """The same as `ask` for something that need not be there; None where it is not."""
        try:
            return self.ask("GET", path, query)
        except ClusterProblem as problem:
            if problem.status == 404:
                return None
            raise

    def _answer(
        self,
        verb: str,
        path: str,
        query: Mapping[str, Any] | None,
        body: Any = None,
        content_type: str = "application/json",
    ) -> bytes:
        from kubernetes.client.exceptions import ApiException
        from urllib3.exceptions import HTTPError

        url = f"{self._client.configuration.host}{path}" + (f"?{urlencode(query)}" if query else "")
        # The library writes a text as it is, and JSON is YAML.
        headers = {"Accept": "application/json, */*", "Content-Type": content_type, **self._headers}
        sent = json.dumps(body) if body is not None and content_type == APPLY else body
        try:
            answer = self._client.rest_client.request(
                verb, url, headers=headers, body=sent, _request_timeout=(_CONNECT_SECONDS, _READ_SECONDS)
            )
            status, data = answer.status, answer.data
        except ApiException as error:
            status, data = error.status or 0, error.body or b""
            if not status:
                raise _network_problem(error, str(error.reason)) from error
        except (HTTPError, OSError, ValueError) as error:
            raise self._clean(_network_problem(error, str(error))) from error
        if status >= 300:
            raise self._clean(_refusal(status, data if isinstance(data, bytes) else str(data).encode()))
        return bytes(data or b"")

    def _clean(self, problem: ClusterProblem) -> ClusterProblem:
        message = problem.message
        for secret in self._secrets:
            message = message.replace(secret, "***")
        return ClusterProblem(problem.cause, message, problem.hint, problem.status)


@contextmanager
def connected(kubeconfig: Kubeconfig | None) -> Iterator[ClusterConnection]:
    """A connection by a kubeconfig, or with None by the service account of the pod that this runs in.

    Raises `PlatformError` where the package lacks, `ClusterProblem` where this runs in no pod. It connects with the
    first call.
    """
    try:
        from kubernetes.client import ApiClient, Configuration
    except ImportError as error:
        raise PlatformError(
            "Clusters need the package kubernetes.", hint="pip install 'scaleph-lab[kubernetes]'", path="kubernetes"
        ) from error
    configuration = Configuration()
    configuration.retries = False
    # Python's TLS reads keys from files alone: these are the user's only, and gone with the connection.
    with tempfile.TemporaryDirectory(prefix="scaleph-") as folder:
        if kubeconfig is None:
            headers, namespace, secrets = _in_cluster(configuration)
        else:
            _configure(configuration, kubeconfig, Path(folder))
            headers, namespace, secrets = _login(kubeconfig), kubeconfig.namespace, kubeconfig.secrets
        client = ApiClient(configuration)
        try:
            yield ClusterConnection(client, namespace, headers, secrets)
        finally:
            client.rest_client.pool_manager.clear()


def _configure(configuration: Configuration, kubeconfig: Kubeconfig, folder: Path) -> None:
    configuration.host = kubeconfig.server
    configuration.verify_ssl = kubeconfig.verify
    if kubeconfig.server_name:
        configuration.tls_server_name = kubeconfig.server_name
    if kubeconfig.proxy:
        configuration.proxy = kubeconfig.proxy
    for name, pem in (
        ("ssl_ca_cert", kubeconfig.authority),
        ("cert_file", kubeconfig.client_certificate),
        ("key_file", kubeconfig.client_key),
    ):
        if pem:
            file = folder / name
            file.touch(mode=0o600)
            file.write_text(pem, encoding="ascii")
            setattr(configuration, name, str(file))


def _login(kubeconfig: Kubeconfig) -> dict[str, str]:
    import base64

    if kubeconfig.token:
        return {"Authorization": f"Bearer {kubeconfig.token}"}
    if kubeconfig.username:
        pair = f"{kubeconfig.username}:{kubeconfig.password}".encode()
        return {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}
    return {}


def _in_cluster(configuration: Configuration) -> tuple[dict[str, str], str, list[str]]:
    from kubernetes.config import ConfigException, load_incluster_config

    try:
        load_incluster_config(client_configuration=configuration)
        token = (_ACCOUNT / "token").read_text(encoding="utf-8").strip()
        namespace = (_ACCOUNT / "namespace").read_text(encoding="utf-8").strip()
    except (ConfigException, OSError) as error:
        raise ClusterProblem(
            "not_in_cluster",
            "Scaleph Lab runs in no pod of a cluster, so it has no service account of one.",
            "Give the cluster a kubeconfig.",
        ) from error
    return {"Authorization": f"Bearer {token}"}, namespace, [token]


def _network_problem(error: BaseException, text: str) -> ClusterProblem:
    chain = f"{type(error).__name__} {text}"
    inner: BaseException | None = error
    while inner is not None:
        if isinstance(inner, ssl.SSLError):
            chain += f" SSLError {inner}"
        inner = inner.__cause__ or inner.__context__
    if "CERTIFICATE_VERIFY_FAILED" in chain or "certificate" in chain.lower():
        return ClusterProblem(
            "certificate",
            f"The API server's certificate is not trusted: {_short(text)}",
            "Take certificate-authority-data of this very cluster.",
        )
    if "SSL" in chain or "PEM" in chain:
        return ClusterProblem("tls", f"TLS failed: {_short(text)}", "Check the certificates and the server's URL.")
    if "timed out" in chain.lower() or "Timeout" in chain:
        return ClusterProblem(
            "timeout", "The API server does not answer in time.", "Check the address, and firewalls on the way."
        )
    return ClusterProblem(
        "unreachable",
        f"The API server cannot be reached: {_short(text)}",
        "Check the server's address, and that it runs.",
    )


def _refusal(status: int, data: bytes) -> ClusterProblem:
    try:
        said = json.loads(data)
        message = str(said["message"])
    except (ValueError, KeyError, TypeError):
        message = ""
    if status == 401:
        return ClusterProblem(
            "login",
            "The API server refuses the login: the token or certificate is not valid, or no longer.",
            "Put a fresh kubeconfig into the secret.",
            status,
        )
    if status == 403:
        return ClusterProblem(
            "forbidden",
            _short(message) or "The API server forbids this.",
            "The cluster's administrator can give the account this right by a role.",
            status,
        )
    causes = {404: "not_found", 409: "conflict", 422: "invalid", 400: "invalid"}
    shown = _short(message) if message else f"The server answers {status}, and not as Kubernetes does."
    return ClusterProblem(causes.get(status, "failed"), shown, "", status)


def _short(text: str) -> str:
    return text if len(text) <= 500 else f"{text[:500]}…"
