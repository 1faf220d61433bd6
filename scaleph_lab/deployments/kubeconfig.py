"""Kubeconfigs: what of them is used, and what is refused because it would run programs or read files here."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import yaml

from scaleph_lab.errors import ValidationError

__all__ = ["Kubeconfig", "read_kubeconfig"]

_MOST = 1_000_000
_FLATTEN = "kubectl config view --minify --flatten writes one that holds all it needs."
_SERVICE_ACCOUNT = "Use a service account's token: kubectl create token NAME makes one."

_REFUSED = {
    "exec": ("would run a program on this machine", _SERVICE_ACCOUNT),
    "auth-provider": ("would run a plug-in on this machine", _SERVICE_ACCOUNT),
    "tokenFile": ("would read a file of this machine", _FLATTEN),
    "client-certificate": ("would read a file of this machine", _FLATTEN),
    "client-key": ("would read a file of this machine", _FLATTEN),
    "certificate-authority": ("would read a file of this machine", _FLATTEN),
}
_OF_CLUSTER = frozenset(
    {"server", "certificate-authority-data", "insecure-skip-tls-verify", "tls-server-name", "proxy-url"}
)
_OF_USER = frozenset({"token", "client-certificate-data", "client-key-data", "username", "password"})
_HARMLESS = frozenset({"extensions", "disable-compression"})


@dataclass(frozen=True)
class Kubeconfig:
    """One context of a kubeconfig: where the API server is, and what lets in. Nothing of it names a file."""

    server: str
    authority: str = ""
    """The certificate authority's certificates, as PEM; empty for those that the machine trusts."""
    verify: bool = True
    server_name: str = ""
    """The name that the server's certificate has; empty for the one in its URL."""
    proxy: str = field(default="", repr=False)
    namespace: str = ""
    client_certificate: str = field(default="", repr=False)
    client_key: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    username: str = ""
    password: str = field(default="", repr=False)

    @property
    def secrets(self) -> list[str]:
        """What no error may quote."""
        found = (self.token, self.password, self.client_key, urlsplit(self.proxy).password or "")
        return [each for each in found if each]


def read_kubeconfig(text: str, context: str = "") -> Kubeconfig:
    """The context of that name, or the current one.

    Raises `ValidationError`, which quotes no value, for a text that is none and for what is not allowed in it.
    """
    if len(text) > _MOST:
        raise _wrong("The kubeconfig is larger than 1 MB.")
    try:
        whole = yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError, ValueError):
        # The library's words quote the text.
        raise _wrong("The kubeconfig is no YAML.") from None
    if not isinstance(whole, dict) or not isinstance(whole.get("clusters"), list):
        raise _wrong("This is no kubeconfig: it has no list of clusters.", _FLATTEN)
    name = context or _text(whole, "current-context")
    if not name:
        raise _wrong("The kubeconfig has no current context.", f"Name one of these: {_names(whole, 'contexts')}.")
    chosen = _named(whole, "contexts", name, "context")
    cluster = _allowed(_named(whole, "clusters", _text(chosen, "cluster"), "cluster"), _OF_CLUSTER)
    login = _text(chosen, "user")
    user = _allowed(_named(whole, "users", login, "user"), _OF_USER) if login else {}
    found = Kubeconfig(
        server=_server(_text(cluster, "server")),
        authority=_pem(cluster, "certificate-authority-data"),
        verify=cluster.get("insecure-skip-tls-verify") is not True,
        server_name=_text(cluster, "tls-server-name"),
        proxy=_text(cluster, "proxy-url"),
        namespace=_text(chosen, "namespace"),
        client_certificate=_pem(user, "client-certificate-data"),
        client_key=_pem(user, "client-key-data"),
        token=_text(user, "token").strip(),
        username=_text(user, "username"),
        password=_text(user, "password"),
    )
    if bool(found.client_certificate) != bool(found.client_key):
        raise _wrong("A client certificate and its key are given together.", _FLATTEN)
    return found


def _named(whole: Mapping[str, Any], kinds: str, name: str, kind: str) -> Mapping[str, Any]:
    for each in whole.get(kinds) or []:
        if isinstance(each, dict) and each.get("name") == name:
            found = each.get(kind)
            return found if isinstance(found, dict) else {}
    raise _wrong(f"The kubeconfig has no {kind} {name!r}.", f"It has {_names(whole, kinds)}.")


def _names(whole: Mapping[str, Any], kinds: str) -> str:
    listed = whole.get(kinds)
    names = [str(each.get("name")) for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    return ", ".join(names) or "none"


def _allowed(part: Mapping[str, Any], known: frozenset[str]) -> Mapping[str, Any]:
    for key, value in part.items():
        if key in known or key in _HARMLESS or value in (None, ""):
            continue
        why, hint = _REFUSED.get(str(key), ("is not supported here", _SERVICE_ACCOUNT))
        raise _wrong(f"{str(key)[:40]!r} in the kubeconfig {why}.", hint)
    return part


def _text(part: Mapping[str, Any], key: str) -> str:
    value = part.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise _wrong(f"{key} in the kubeconfig is no text.")
    return value


def _pem(part: Mapping[str, Any], key: str) -> str:
    encoded = _text(part, key)
    try:
        return base64.b64decode(encoded, validate=False).decode("ascii")
    except (binascii.Error, UnicodeDecodeError):
        raise _wrong(f"{key} in the kubeconfig is not PEM in Base64.") from None


def _server(url: str) -> str:
    try:
        parts = urlsplit(url)
        is_right = parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        is_right = False
    if not is_right or "@" in parts.netloc:
        raise _wrong("The server in the kubeconfig must be a URL such as https://kubernetes.example:6443.")
    return url.rstrip("/")


def _wrong(message: str, hint: str = "") -> ValidationError:
    return ValidationError(message, hint=hint, path="kubeconfig")
