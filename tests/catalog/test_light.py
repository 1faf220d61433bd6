"""What a kernel and a Jupyter server pay at start has no database in it."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.parametrize("module", ["scaleph_lab", "scaleph_lab.server.app", "scaleph_lab.cli", "scaleph_lab.magics"])
def test_an_import_brings_no_database(module):
    code = f"import sys, {module}; sys.exit('sqlalchemy' in sys.modules or 'alembic' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0
