"""``openapi.yaml`` is valid, says what the server does, and each verb is closed to strangers."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest
import yaml
from openapi_spec_validator import validate
from tornado.httpclient import HTTPClientError

from scaleph_lab import __version__
from scaleph_lab.engines.model import EngineState
from scaleph_lab.server.reference import REFERENCE, reference
from scaleph_lab.server.routes import ROUTES

CONTRACT = yaml.safe_load((files("scaleph_lab.server") / "openapi.yaml").read_text("utf-8"))
VERBS = ("get", "head", "post", "put", "patch", "delete")
SAMPLES = {
    "name": "one",
    "key": "one",
    "number": "1",
    "id": "0123456789abcdef0123456789abcdef",
    "path": "jobs/overview",
}
OPERATIONS = [
    (verb.upper(), template, operation["x-jupyter-authorization"])
    for template, item in CONTRACT["paths"].items()
    for verb, operation in item.items()
    if verb in VERBS
]


def sample(template: str) -> str:
    return re.sub(r"\{(\w+)\}", lambda found: SAMPLES[found[1]], template).lstrip("/")


def body(verb: str) -> dict[str, object]:
    return {"body": b"", "allow_nonstandard_methods": True} if verb not in {"GET", "HEAD"} else {}


def test_the_contract_is_valid_openapi():
    validate(CONTRACT)


def test_the_contract_has_the_version_of_the_package():
    assert CONTRACT["info"]["version"] == __version__


def test_each_route_is_in_the_contract_and_each_path_is_served():
    assert set(ROUTES) == set(CONTRACT["paths"])


@pytest.mark.parametrize("template", ROUTES)
def test_each_verb_is_in_the_contract_and_served(template):
    served = {verb for verb in VERBS if verb in vars(ROUTES[template])}
    assert served == {verb for verb in CONTRACT["paths"][template] if verb in VERBS}


@pytest.mark.parametrize(("verb", "template", "_"), OPERATIONS)
async def test_nobody_who_is_not_logged_in_gets_in(
    jp_fetch, http_server_client, jp_base_url, engines, verb, template, _
):
    with pytest.raises(HTTPClientError) as refused:
        await http_server_client.fetch(
            jp_base_url + sample(template), method=verb, follow_redirects=False, **body(verb)
        )
    assert refused.value.code in {302, 403}
    if refused.value.code == 302:
        assert "/login" in refused.value.response.headers["Location"]


@pytest.mark.parametrize(
    ("verb", "template"), [(verb, template) for verb, template, _ in OPERATIONS if verb not in {"GET", "HEAD"}]
)
async def test_a_cookie_alone_changes_nothing(
    http_server_client, jp_base_url, jp_serverapp, engines, jobmanager, verb, template
):
    for engine in engines.values():
        engine.becomes(EngineState.RUNNING, jobmanager_url=jobmanager.url)
    token = jp_serverapp.identity_provider.token
    seen = await http_server_client.fetch(f"{jp_base_url}scaleph/health?token={token}")
    cookie = "; ".join(one.split(";")[0] for one in seen.headers.get_list("Set-Cookie"))
    entered = await http_server_client.fetch(f"{jp_base_url}scaleph/health", headers={"Cookie": cookie})
    assert entered.code == 200, "the cookie is no login, so the refusal below would prove nothing"
    with pytest.raises(HTTPClientError) as refused:
        await http_server_client.fetch(
            jp_base_url + sample(template), method=verb, headers={"Cookie": cookie}, **body(verb)
        )
    assert refused.value.code == 403
    assert b"XSRF" in refused.value.response.body or b"_xsrf" in refused.value.response.body
    assert jobmanager.asked == []


@pytest.mark.parametrize(("verb", "template", "permission"), OPERATIONS)
async def test_the_contract_names_the_permission_without_which_a_verb_is_refused(
    jp_fetch, jp_serverapp, engines, jobmanager, verb, template, permission
):
    for engine in engines.values():
        engine.becomes(EngineState.RUNNING, jobmanager_url=jobmanager.url)
    jp_serverapp.scaleph_denied.add(permission)
    with pytest.raises(HTTPClientError) as refused:
        await jp_fetch(*sample(template).split("/"), method=verb, **body(verb))
    assert refused.value.code == 403
    assert jp_serverapp.scaleph_asked == [tuple(permission.split(" "))]
    assert jobmanager.asked == []


def test_the_reference_in_the_documentation_is_current():
    assert REFERENCE.read_text("utf-8") == reference(), "run python -m scaleph_lab.server.reference"
