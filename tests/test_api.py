"""The examples of the guide's page on Python, run as they stand, and what the page promises."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from scaleph_lab import Flink
from scaleph_lab.engines import Engine
from scaleph_lab.engines.connector_jars import fetch_jar
from scaleph_lab.errors import NotFoundError, UserError
from scaleph_lab.sql.faults import SqlError

GUIDE = Path(__file__).parents[1] / "docs" / "user-guide" / "python.md"


def test_importing_the_package_stays_light() -> None:
    code = "import sys, scaleph_lab; print([m for m in ('httpx', 'pandas', 'pydantic', 'IPython') if m in sys.modules])"
    assert (
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "[]"
    )


@pytest.mark.engine
def test_the_examples_of_the_guide_run(
    flink: Callable[[str], Engine], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flink("flink-1.20")
    monkeypatch.chdir(tmp_path)
    jar = fetch_jar(("org.apache.flink:flink-examples-streaming:1.20.0:jar:WordCount",))
    Path("WordCount.jar").write_bytes(jar.read_bytes())
    examples = re.findall(r"```python\n(.*?)```", GUIDE.read_text(encoding="utf-8"), re.DOTALL)
    assert len(examples) >= 4
    names: dict[str, object] = {}
    for example in examples:
        exec(compile(example, "python.md", "exec"), names)
    assert any(Path("word counts").rglob("*"))


@pytest.mark.engine
def test_mistakes_are_named(flink: Callable[[str], Engine], tmp_path: Path) -> None:
    flink("flink-1.20")
    with Flink("flink-1.20") as session:
        with pytest.raises(SqlError, match="nope"):
            session.sql("SELECT nope FROM (VALUES (1)) AS t(a)")
        with pytest.raises(UserError, match="One statement"):
            session.sql("SELECT 1; SELECT 2")
        with pytest.raises(NotFoundError):
            session.job("0" * 32)
        with pytest.raises(UserError, match="no jar"):
            session.upload_jar(tmp_path / "data.csv")
        sent: list[tuple[int, int]] = []
        big = tmp_path / "big.jar"
        big.write_bytes(b"\0" * 3_000_000)
        jar_id = session.upload_jar(big, lambda done, total: sent.append((done, total)))
        assert jar_id.endswith("big.jar") and len(sent) > 10 and sent[-1][0] == sent[-1][1] == 3_000_000
