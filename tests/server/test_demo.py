"""The demo notebook is copied, and nothing is overwritten."""

from __future__ import annotations

import json


async def test_each_copy_has_a_name_of_its_own(jp_fetch, jp_root_dir, engines):
    (jp_root_dir / "flights.ipynb").write_text("mine")
    paths = []
    for _ in range(2):
        answer = await jp_fetch("scaleph", "demo", method="POST", body=b"")
        assert answer.code == 201
        paths.append(json.loads(answer.body)["path"])
    assert paths == ["flights1.ipynb", "flights2.ipynb"]
    assert (jp_root_dir / "flights.ipynb").read_text() == "mine"
    assert json.loads((jp_root_dir / "flights1.ipynb").read_text())["cells"]
