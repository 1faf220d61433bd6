"""A real JupyterLab under a base URL of a team's, and a real browser in front of it."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import pytest
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

IMAGES = Path(__file__).parents[2] / "docs" / "images"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
BROWSER_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
START_SECONDS = 60


@dataclass(frozen=True)
class Lab:
    """A running JupyterLab."""

    url: str
    """Base URL with the slash at its end."""
    token: str
    root: Path

    def api(self, path: str, *, method: str = "GET", body: object = None, version: int | None = None) -> Any:
        """Asks the server's REST API as the user."""
        headers = {"Authorization": f"token {self.token}"}
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}{path}", method=method, headers=headers, data=data)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.loads(answer.read() or "null")

    def engine(self, name: str) -> dict[str, Any]:
        """The engine as the server sees it now."""
        return self.api(f"scaleph/engines/{name}")

    def running_jobs(self, name: str) -> list[dict[str, Any]]:
        """The jobs of the engine that have not ended."""
        return [job for job in self.api(f"scaleph/engines/{name}/jobs")["jobs"] if not job["done"]]

    def write_notebook(self, name: str, sources: list[str]) -> None:
        """Puts a notebook with these code cells into the user's files."""
        notebook = nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_code_cell(source) for source in sources],
            metadata={
                "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"},
                "language_info": {"name": "python"},
            },
        )
        nbformat.write(notebook, self.root / name)


class Desk:
    """What a user does in JupyterLab, by the names of things on the page."""

    def __init__(self, page: Page, lab: Lab) -> None:
        self.page = page
        self.lab = lab
        self.notebook = page.locator(".jp-NotebookPanel")

    def command(self, command: str, **args: object) -> None:
        """Runs a command of JupyterLab's."""
        self.page.evaluate("([id, args]) => { window.jupyterapp.commands.execute(id, args); }", [command, args])

    def open_panel(self) -> Locator:
        """Shows the panel of engines as a user does: by its tab in the side bar."""
        panel = self.page.get_by_role("region", name="Flink engines")
        if not panel.is_visible():
            self.page.get_by_role("tab", name="Flink Engines").click()
        expect(panel).to_be_visible()
        return panel

    def engine(self, name: str) -> Locator:
        """The engine's card in the panel."""
        return self.page.locator(f'[data-engine="{name}"]')

    def open_notebook(self, name: str) -> None:
        """Opens a notebook in front of all others and waits for its cells."""
        self.command("docmanager:open", path=name)
        # The tab before stays current until the new one is there.
        self.page.wait_for_function(
            "path => window.jupyterapp.shell.currentWidget?.context?.path === path", arg=name, timeout=30_000
        )
        self.notebook = self.page.locator(f"#{self.page.evaluate('window.jupyterapp.shell.currentWidget.id')}")
        expect(self.notebook.locator(".jp-Cell").first).to_be_visible(timeout=30_000)

    def cell(self, index: int) -> Locator:
        """The cell of the notebook that was opened last, counted from 0."""
        return self.notebook.locator(f'.jp-Cell[data-windowed-list-index="{index}"]')

    def choose_theme(self, theme: str) -> None:
        """Changes the theme and waits until the page has it."""
        self.command("apputils:change-theme", theme=theme)
        self.page.wait_for_selector(f'body[data-jp-theme-name="{theme}"]', state="attached")

    def picture(self, name: str) -> None:
        """Takes the picture for the documentation in both themes, where ``SCALEPH_SCREENSHOTS`` asks for it."""
        if not os.environ.get("SCALEPH_SCREENSHOTS"):
            return
        IMAGES.mkdir(parents=True, exist_ok=True)
        for word, theme in {"dark": "JupyterLab Dark", "light": "JupyterLab Light"}.items():
            self.choose_theme(theme)
            self.page.wait_for_timeout(600)
            self.page.screenshot(path=IMAGES / f"{name}-{word}.png")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium or Chrome: the one that ``SCALEPH_BROWSER`` names, else the first on the path.

    It ends with each file: while it lives, an event loop runs in this thread, and async tests could not have theirs.
    """
    named = os.environ.get("SCALEPH_BROWSER")
    found = named or next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        pytest.skip("no Chromium on this machine (install it, or name a browser in SCALEPH_BROWSER)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, headless=True, args=BROWSER_FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def labs(private_state: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Lab]]:
    """``labs(NAME=value, …)``: a JupyterLab as its user starts it, with these in its environment."""
    with ExitStack() as running:
        yield lambda **environ: running.enter_context(_jupyterlab(tmp_path_factory.mktemp("lab"), environ))


@pytest.fixture(scope="session")
def lab(labs: Callable[..., Lab]) -> Lab:
    """The JupyterLab that most tests share."""
    return labs()


@pytest.fixture(scope="module")
def desks(browser: Browser) -> Iterator[Callable[[Lab], Desk]]:
    """``desks(lab)``: a window on that JupyterLab, in a workspace of its own."""
    with ExitStack() as opened:
        yield lambda lab: opened.enter_context(_window(browser, lab))


@pytest.fixture(scope="module")
def desk(desks: Callable[[Lab], Desk], lab: Lab) -> Desk:
    """The window of the tests of one file."""
    return desks(lab)


@contextmanager
def _window(browser: Browser, lab: Lab) -> Iterator[Desk]:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-US")
    page = context.new_page()
    page.set_default_timeout(20_000)
    page.goto(f"{lab.url}lab/workspaces/{secrets.token_hex(4)}?token={lab.token}")
    page.wait_for_selector("#jp-main-dock-panel", timeout=60_000)
    page.wait_for_function("() => window.jupyterapp !== undefined")
    yield Desk(page, lab)
    # A kernel that stays would hold its statements, and the next file its memory.
    for kernel in lab.api("api/kernels"):
        page.request.delete(f"{lab.url}api/kernels/{kernel['id']}", headers={"Authorization": f"token {lab.token}"})
    context.close()


@contextmanager
def _jupyterlab(home: Path, environ: dict[str, str]) -> Iterator[Lab]:
    """A process of its own, under ``/team/``."""
    root = home / "notebooks"
    root.mkdir()
    port, token = _free_port(), secrets.token_hex(16)
    lab = Lab(f"http://127.0.0.1:{port}/team/", token, root)
    log = home / "lab.log"
    with log.open("w") as sink:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--expose-app-in-browser"),
                *("--ServerApp.base_url=/team/", f"--ServerApp.port={port}", "--ServerApp.port_retries=0"),
                *(f"--IdentityProvider.token={token}", f"--ServerApp.root_dir={root}"),
                "--ServerApp.allow_unauthenticated_access=False",
            ],
            stdout=sink,
            stderr=subprocess.STDOUT,
            env={**os.environ, **_quiet_jupyter(home), **environ},
        )
        try:
            _wait_for(lab, process, log)
            yield lab
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _quiet_jupyter(home: Path) -> dict[str, str]:
    """No settings of the user's, no news, and a runtime folder that is the test's alone."""
    settings = home / "settings" / "@jupyterlab" / "apputils-extension"
    settings.mkdir(parents=True)
    quiet = {"fetchNews": "false", "checkForUpdates": False}
    (settings / "notification.jupyterlab-settings").write_text(json.dumps(quiet))
    return {
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
        "IPYTHONDIR": str(home / "ipython"),
    }


def _wait_for(lab: Lab, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            lab.api("api/status")
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    pytest.fail(f"JupyterLab did not come up:\n{log.read_text()[-4000:]}")
