"""A real JupyterHub by the guide's configuration: two users, one catalog in PostgreSQL, a named server."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from scaleph_lab.settings import get_settings
from tests.browser.conftest import Desk, Lab

pytestmark = pytest.mark.browser

GUIDE = Path(__file__).parents[2] / "docs" / "user-guide" / "jupyterhub.md"
PASSWORD = "hub-pw-of-the-test"
DATABASE_PASSWORD = "pw-of-the-test"
START_SECONDS = 60

HERE_ONLY = """
# What differs on the machine of the tests: no accounts, free ports, files that go with the test.
c.JupyterHub.bind_url = "http://127.0.0.1:{port}/lab-hub/"
c.JupyterHub.hub_port = {hub_port}
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{proxy_port}"
c.ConfigurableHTTPProxy.command = ["{proxy}"]
c.JupyterHub.authenticator_class = "shared-password"
c.SharedPasswordAuthenticator.user_password = "{password}"
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = "{home}/{{username}}"
c.Spawner.args += ["--allow-root", "--LabApp.expose_app_in_browser=True"]
c.Spawner.environment.update({environment})
"""


# As a user in a notebook: in the kernel, and by the REST of their own server, with what the Hub gave them.
WHO = """
import os
from scaleph_lab import Platform
from scaleph_lab.settings import get_settings
here = Platform()
there = Platform(os.environ["JUPYTERHUB_SERVICE_URL"], os.environ["JUPYTERHUB_API_TOKEN"])
for each in (here, there):
    print("sees", [project.code for project in each.projects.list().items])
"""
SHARE = """
from scaleph_lab.catalog.documents.access import NewGrant
print("granted", there.grants.create(NewGrant(user="bob", role="viewer", project="shared")).created_by)
"""
TRESPASS = """
from scaleph_lab.catalog.documents.project import ProjectChanges
for each in (here, there):
    try:
        each.projects.update("shared", ProjectChanges(name="Mine now"), 1)
    except Exception as error:
        print("refused:", error)
print(get_settings().state_dir)
"""


@dataclass(frozen=True)
class Hub:
    """A running JupyterHub."""

    url: str
    """Base URL with the slash at its end."""
    home: Path
    """The users' home folders are here, and the log."""
    environment: dict[str, str]
    """What the Hub gives to its servers."""

    def shell(self, user: str, *words: str) -> None:
        """A command of Scaleph Lab's in the terminal of a user's server."""
        environ = {**os.environ, **self.environment, "JUPYTERHUB_USER": user}
        command = [Path(sys.executable).with_name("jupyter-scaleph"), *words]
        subprocess.run(command, env=environ, check=True, capture_output=True, timeout=60)


@pytest.fixture(scope="module")
def hub(postgres: int, tmp_path_factory: pytest.TempPathFactory, private_state: Path) -> Iterator[Hub]:
    """The Hub of the guide. What its servers write unexpectedly fails the tests."""
    proxies = sorted(
        get_settings().cache_dir.glob(
            "test-servers/configurable-http-proxy-*/node_modules/.bin/configurable-http-proxy"
        )
    )
    if not proxies:
        pytest.skip("no configurable-http-proxy in the cache; .ci/test-needs installs it from npm")
    home = tmp_path_factory.mktemp("hub")
    with psycopg.connect(
        f"postgresql://scaleph:{DATABASE_PASSWORD}@127.0.0.1:{postgres}/postgres", autocommit=True
    ) as connection:
        connection.execute("CREATE DATABASE hub")
    environment = {
        "SCALEPH_LAB_CATALOG_URL": f"postgresql://scaleph@127.0.0.1:{postgres}/hub",
        "SCALEPH_LAB_ARTIFACT_STORE_URL": (home / "artifacts").as_uri(),
        "PGPASSWORD": DATABASE_PASSWORD,
    }
    with _running(home, proxies[-1], environment) as url:
        yield Hub(url, home, environment)
    log = (home / "log").read_text()
    assert "Traceback" not in log
    assert DATABASE_PASSWORD not in log


@contextmanager
def _running(home: Path, proxy: Path, environment: dict[str, str]) -> Iterator[str]:
    port, hub_port, proxy_port = (_free_port() for _ in range(3))
    more = HERE_ONLY.format(
        port=port,
        hub_port=hub_port,
        proxy_port=proxy_port,
        proxy=proxy,
        password=PASSWORD,
        home=home,
        environment=environment | _quiet(home),
    )
    (home / "jupyterhub_config.py").write_text(_of_the_guide() + more)
    node = Path(sys.executable).parent
    environ = {**os.environ, "PATH": f"{node}{os.pathsep}{os.environ['PATH']}", "PGPASSWORD": DATABASE_PASSWORD}
    with (home / "log").open("wb") as log:
        command = [sys.executable, "-m", "jupyterhub", "-f", str(home / "jupyterhub_config.py")]
        process = subprocess.Popen(command, cwd=home, env=environ, stdout=log, stderr=log)
    url = f"http://127.0.0.1:{port}/lab-hub/"
    try:
        _wait_for(url, process, home / "log")
        yield url
    finally:
        # It ends its proxy and its users' servers.
        process.terminate()
        process.wait(30)


def _of_the_guide() -> str:
    """The configuration, as people copy it."""
    found = re.search(r"```python\n(# jupyterhub_config\.py\n.*?)```", GUIDE.read_text("utf-8"), re.DOTALL)
    assert found is not None
    return found[1]


def _quiet(home: Path) -> dict[str, str]:
    """No news of JupyterLab's."""
    settings = home / "settings" / "@jupyterlab" / "apputils-extension"
    settings.mkdir(parents=True)
    (settings / "notification.jupyterlab-settings").write_text('{"fetchNews": "false", "checkForUpdates": false}')
    return {"JUPYTERLAB_SETTINGS_DIR": str(home / "settings")}


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def _wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}hub/login", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    pytest.fail(f"JupyterHub did not come up:\n{log.read_text()[-4000:]}")


@contextmanager
def _user(browser: Browser, hub: Hub, name: str) -> Iterator[Desk]:
    """Logs in by the form and waits for the server: what a person sees."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-US")
    page = context.new_page()
    page.set_default_timeout(20_000)
    page.goto(f"{hub.url}hub/login")
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    _wait_for_lab(page)
    yield Desk(page, Lab(f"{hub.url}user/{name}/", "", hub.home / name))
    context.close()


def _wait_for_lab(page: Page) -> None:
    page.wait_for_selector("#jp-main-dock-panel", timeout=60_000)
    page.wait_for_function("() => window.jupyterapp !== undefined")


@pytest.fixture(scope="module")
def ada(browser: Browser, hub: Hub) -> Iterator[Desk]:
    # An owner lets the team in.
    right = "create project"
    with ThreadPoolExecutor() as shells:
        [*shells.map(lambda name: hub.shell("chief", "grant", "add", name, "--right", right), ("ada", "bob"))]
    with _user(browser, hub, "ada") as desk:
        yield desk


@pytest.fixture(scope="module")
def bob(browser: Browser, hub: Hub) -> Iterator[Desk]:
    with _user(browser, hub, "bob") as desk:
        yield desk


def projects_of(desk: Desk) -> Locator:
    """The panel of projects, opened."""
    desk.command("scaleph:show-projects")
    panel = desk.page.get_by_role("region", name="Projects")
    expect(panel).to_be_visible()
    return panel


def make_project(desk: Desk, code: str) -> None:
    """Makes a project by the form."""
    panel = projects_of(desk)
    panel.get_by_role("button", name="New project").first.click()
    panel.get_by_label("Code", exact=True).fill(code)
    panel.get_by_label("Name", exact=True).fill(f"{code} of the team")
    panel.get_by_role("button", name="Save").click()
    expect(panel.get_by_role("option", name=code)).to_have_attribute("aria-selected", "true")


def run(desk: Desk, *cells: str) -> Locator:
    """Runs cells in a notebook of the user's; what the last one prints."""
    desk.lab.write_notebook("hub.ipynb", [*cells])
    desk.open_notebook("hub.ipynb")
    desk.page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.ready")
    desk.command("notebook:run-all-cells")
    return desk.cell(len(cells) - 1).locator(".jp-OutputArea-output")


def test_a_user_comes_in_by_the_hub_and_makes_projects(ada):
    expect(projects_of(ada)).to_contain_text("No project yet", timeout=30_000)
    make_project(ada, "shared")
    make_project(ada, "private")


def test_another_user_sees_their_own_only(bob):
    make_project(bob, "bobs")
    expect(projects_of(bob).get_by_role("option")).to_have_text(re.compile("bobs"))


def test_a_grant_from_a_kernel_shows_in_the_panel_of_the_other_user_by_itself(ada, bob):
    expect(run(ada, WHO + SHARE)).to_have_text(
        re.compile(r"^sees \['private', 'shared'\]\nsees \['private', 'shared'\]\ngranted ada\s*$"), timeout=40_000
    )
    expect(projects_of(bob).get_by_role("option")).to_have_count(2)
    expect(projects_of(bob).get_by_role("option", name="shared")).to_be_visible()


def test_a_write_that_is_not_granted_is_refused_with_words(bob):
    panel = projects_of(bob)
    panel.get_by_role("option", name="shared").click()
    panel.get_by_role("region", name="shared").get_by_role("button", name="Edit").click()
    panel.get_by_label("Name", exact=True).fill("Mine now")
    panel.get_by_role("button", name="Save").click()
    bob.picture("hub")
    expect(panel.get_by_role("alert")).to_contain_text("bob lacks the right to write project")
    panel.get_by_role("button", name="Cancel").click()


def test_a_named_server_is_the_same_user_with_a_state_of_its_own(bob, hub):
    bob.page.goto(f"{hub.url}hub/spawn/bob/second")
    bob.page.wait_for_url(f"{hub.url}user/bob/second/lab**", timeout=60_000)
    _wait_for_lab(bob.page)
    expect(projects_of(bob).get_by_role("option")).to_have_count(2)
    answer = run(bob, WHO + TRESPASS)
    expect(answer).to_contain_text("user-bob/server-second", timeout=40_000)
    expect(answer).to_contain_text("sees ['bobs', 'shared']")
    assert answer.inner_text().count("refused: bob lacks the right to write project") == 2


def test_the_hub_keeps_a_user_out_of_anothers_server(bob, ada, hub):
    answer = bob.page.request.get(f"{hub.url}user/ada/scaleph/projects")
    assert answer.status in {403, 404}
    assert "private" not in answer.text()
