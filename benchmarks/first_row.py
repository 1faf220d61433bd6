"""Waits for a SQL Gateway and fetches the first row of ``SELECT 1`` from it, by the plainest means."""

from __future__ import annotations

import time

import httpx

__all__ = ["first_row"]

SECONDS = 120


def first_row(gateway_url: str) -> list[object]:
    """The row's fields. Raises `TimeoutError`."""
    deadline = time.monotonic() + SECONDS
    with httpx.Client(base_url=gateway_url, trust_env=False, timeout=60) as http:
        while time.monotonic() < deadline:
            try:
                session = http.post("/v1/sessions", json={"properties": {}}).json()["sessionHandle"]
                break
            except httpx.TransportError:
                time.sleep(0.02)
        statements = f"/v1/sessions/{session}/statements"
        operation = http.post(statements, json={"statement": "SELECT 1"}).json()["operationHandle"]
        uri = f"/v1/sessions/{session}/operations/{operation}/result/0"
        while time.monotonic() < deadline:
            reply = http.get(uri)
            reply.raise_for_status()
            page = reply.json()
            if rows := page.get("results", {}).get("data"):
                return list(rows[0]["fields"])
            uri = page.get("nextResultUri") or uri
            time.sleep(0.01)
    raise TimeoutError(gateway_url)
