"""Canaries in every secret field of every type of data source, and a hunt for them wherever something is written."""

from __future__ import annotations

import json
import subprocess
import threading
from pathlib import Path

import httpx
import psycopg
import pytest

from scaleph_lab.datasources.types import datasource_types
from tests.contract.conftest import TOKEN, free_port, serve

CANARY = "canary-5ec7"
KINDS = datasource_types().types
SECRETS = {
    name: [field for field, about in kind.schema["properties"].items() if about.get("x-secret")]
    for name, kind in KINDS.items()
}


class Lab:
    """A server whose every word is kept."""

    def __init__(self, url, home):
        self.home, self.answers, self.events = home, [], []
        self._client = httpx.Client(
            base_url=f"{url}scaleph/", headers={"Authorization": f"token {TOKEN}"}, trust_env=False, timeout=60
        )
        threading.Thread(target=self._listen, daemon=True).start()

    def ask(self, verb, path, body=None):
        answer = self._client.request(verb, path, content=None if body is None else json.dumps(body))
        self.answers.append(answer.text)
        return answer

    def _listen(self):
        try:
            with self._client.stream("GET", "events", timeout=None) as stream:
                self.events += stream.iter_lines()
        except httpx.HTTPError:
            return


@pytest.fixture(scope="module")
def lab(catalog_url, tmp_path_factory):
    """Its engine and its settings are in a home of its own, and it logs all that there is to log."""
    home, port = tmp_path_factory.mktemp("hunt"), free_port()
    places = {"SCALEPH_LAB_STATE_DIR": str(home / "state"), "SCALEPH_LAB_SECRETS_FILE": str(home / "secrets.json")}
    server = serve(catalog_url, home, port, "--ServerApp.log_level=DEBUG", **places)
    yield Lab(f"http://127.0.0.1:{port}/a/b/", home)
    server.terminate()
    server.wait(20)


def filled(kind, secret):
    """The least of properties that the type takes, with `secret` in its secret fields; nothing listens there."""
    schema = kind.schema
    needs = {}
    for part in (schema, *schema.get("allOf", [])):
        needs |= part.get("dependentRequired", {})
    fields = [*schema.get("required", []), *SECRETS[kind.name]]
    needed = [more for field in fields for more in needs.get(field, [])]
    given = {"port": 9} if "port" in schema["properties"] else {}
    for field in [*fields, *needed]:
        about = schema["properties"][field]
        if about.get("x-secret"):
            given[field] = secret(field)
        elif field in needed or "default" not in about:
            given.setdefault(field, a_value(about))
    return given


def a_value(about):
    if "enum" in about:
        return about["enum"][0]
    if about.get("type") == "array":
        return ["http://127.0.0.1:9"]
    if "pulsar" in about.get("pattern", ""):
        return "pulsar://127.0.0.1:9"
    if about.get("format") == "uri" or "http" in about.get("pattern", ""):
        return "http://127.0.0.1:9"
    return {"email": "me@example.org"}.get(about.get("format"), "127.0.0.1")


def dump(catalog_url):
    """All that the database holds."""
    if catalog_url.startswith("sqlite"):
        path = Path(catalog_url.removeprefix("sqlite:///"))
        return b"".join(file.read_bytes() for file in path.parent.glob(path.name + "*"))
    with psycopg.connect(catalog_url) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        return b"".join(str(connection.execute(f'SELECT * FROM "{name}"').fetchall()).encode() for (name,) in tables)


def test_each_type_with_a_login_has_a_secret_field():
    assert sum(len(fields) for fields in SECRETS.values()) >= 40


def test_no_canary_is_in_anything_that_is_written(lab, catalog_url):
    kept = 0
    for name, kind in KINDS.items():
        if not SECRETS[name]:
            continue
        in_clear = lab.ask(
            "POST", "datasources", {"name": f"clear-{name}", "type": name, "properties": filled(kind, lambda _: CANARY)}
        )
        assert in_clear.status_code == 422, f"{name} takes a secret in clear: {in_clear.text}"
        for field in SECRETS[name]:
            assert lab.ask("PUT", f"secrets/{name}.{field}", {"value": f"{CANARY}-{name}-{field}"}).status_code == 204
        properties = filled(kind, lambda field, of=name: f"{{{{secret:{of}.{field}}}}}")
        made = lab.ask("POST", "datasources", {"name": f"hunt-{name}", "type": name, "properties": properties})
        assert made.status_code == 201, f"{name}: {made.text}"
        kept += 1
        for path in ("test", "schemas", "tables", "columns?table=t"):
            lab.ask("POST" if path == "test" else "GET", f"datasources/hunt-{name}/{path}")
        lab.ask("POST", "datasource-tests", {"type": name, "properties": properties})
    assert kept >= 30
    lab.ask("GET", "datasources?limit=200")
    lab.ask("GET", "actions?limit=200")
    hunted = {
        "the database": dump(catalog_url),
        "the answers": "\n".join(lab.answers).encode(),
        "the events": "\n".join(lab.events).encode(),
        **{str(file): file.read_bytes() for file in lab.home.rglob("*") if file.is_file()},
    }
    assert f"{lab.home}/log" in hunted
    assert hunted["the events"], "nobody has listened"
    found = [place for place, content in hunted.items() if CANARY.encode() in content]
    assert found == []


def test_no_canary_is_in_the_list_of_processes(lab):
    shown = subprocess.run(["ps", "axww", "-o", "args"], capture_output=True, text=True, check=True).stdout
    assert f"{CANARY}-" not in shown
