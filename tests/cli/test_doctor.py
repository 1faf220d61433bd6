"""``jupyter scaleph doctor`` on machines that lack something, and what an engine's start says there."""

from __future__ import annotations

from typing import Any


def test_doctor_tells_a_script(scaleph: Any) -> None:
    answer = scaleph("doctor", "--json")
    assert answer.code == (0 if answer.json["ok"] else 3)
    findings = {finding["what"]: finding for finding in answer.json["findings"]}
    assert {"Node.js", "Maven", "Network", "Cache", "State", "Loopback", "JupyterLab", "flink-1.20"} <= findings.keys()
    assert all(finding["level"] in {"ok", "note", "error"} for finding in findings.values())
    assert all(finding["mend"] for finding in findings.values() if finding["level"] == "error")
