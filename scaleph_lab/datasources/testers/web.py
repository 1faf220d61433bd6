"""Servers that answer over HTTP: what to ask and what to expect is in the type's ``test``."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from scaleph_lab.datasources.outcome import ConnectionProblem, Proven
from scaleph_lab.datasources.testers.network import address_of, reach

__all__ = ["http"]


def http(properties: Mapping[str, Any], test: Mapping[str, Any], seconds: float) -> Proven:
    """Asks once. A redirect is not followed: it would take the password to another server."""
    import httpx

    url = _url(properties, test)
    reach(*address_of(f"{urlsplit(url).scheme}://{urlsplit(url).netloc}", None), seconds)
    headers = dict(properties.get("headers") or {})
    auth = None
    if properties.get("auth") == "bearer":
        headers["Authorization"] = f"Bearer {properties['password']}"
    elif properties.get("user") and properties.get("auth", "basic") == "basic":
        auth = (properties["user"], properties.get("password", ""))
    method = test.get("method") or properties.get("method", "GET")
    try:
        answer = httpx.request(method, url, headers=headers, auth=auth, json=test.get("json"), timeout=seconds)
    except httpx.TimeoutException:
        raise ConnectionProblem("timeout", "The server did not answer in time.", proof="reachable") from None
    except httpx.ConnectError as error:
        tls = "ssl" in str(error).lower() or "certificate" in str(error).lower()
        hint = "Check whether the port speaks TLS, and whether its certificate is trusted." if tls else ""
        raise ConnectionProblem("tls" if tls else "failed", "No connection.", hint, "reachable") from None
    except httpx.HTTPError as error:
        raise ConnectionProblem(
            "protocol", f"It is no HTTP server: {type(error).__name__}.", proof="reachable"
        ) from None
    _judge(answer, test)
    logged_in = auth is not None or "Authorization" in headers
    proof = test["proof"] if "expect" in test or "version" in test or logged_in else "reachable"
    return Proven(proof, version=_version(answer, test), note=f"HTTP {answer.status_code}")


def _url(properties: Mapping[str, Any], test: Mapping[str, Any]) -> str:
    path = re.sub(r"\{(\w+)\}", lambda match: quote(str(properties.get(match[1], "")), safe=""), test.get("path", ""))
    if url := properties.get("url"):
        return f"{url}{path}"
    if urls := properties.get("urls"):
        return f"{urls[0].rstrip('/')}{path}"
    scheme = "https" if properties.get("tls") else "http"
    return f"{scheme}://{properties['host']}:{properties[test.get('port', 'port')]}{path}"


def _judge(answer: Any, test: Mapping[str, Any]) -> None:
    if answer.status_code in {401, 403}:
        hint = "Check the user and the secret that holds the password or token."
        raise ConnectionProblem(
            "authentication", f"The server refused the login ({answer.status_code}).", hint, "reachable"
        )
    if answer.status_code == 404:
        raise ConnectionProblem("not_found", "The server has no such address or database (404).", proof="reachable")
    if answer.status_code >= 300:
        raise ConnectionProblem("failed", f"The server answered HTTP {answer.status_code}.", proof="reachable")
    if (expected := test.get("expect")) and expected not in answer.text:
        raise ConnectionProblem("protocol", "Another kind of server answered.", "Check the port.", "reachable")


def _version(answer: Any, test: Mapping[str, Any]) -> str:
    place = test.get("version", "header:Server")
    if place == "text":
        return str(answer.text.strip()[:100])
    if place.startswith("header:"):
        return str(answer.headers.get(place.removeprefix("header:"), ""))
    try:
        value = answer.json()
        for part in place.split("."):
            value = value[part]
    except (ValueError, KeyError, TypeError):
        return ""
    return str(value)
