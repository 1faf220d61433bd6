"""`jupyter scaleph artifact`: from the shell, for people and for scripts."""

from __future__ import annotations

import io
import json
import zipfile

import pytest


@pytest.fixture
def artifact(scaleph, tmp_path):
    """``artifact("list")``, on a catalog of its own with the project ``sales``."""
    environment = {
        "SCALEPH_LAB_CATALOG_URL": f"sqlite:///{tmp_path / 'catalog.sqlite'}",
        "SCALEPH_LAB_ARTIFACT_STORE_URL": (tmp_path / "store").as_uri(),
    }
    scaleph("project", "create", "sales", env=environment)
    return lambda *arguments, group="artifact": scaleph(group, *arguments, env=environment)


@pytest.fixture
def script(tmp_path):
    file = tmp_path / "daily.sql"
    file.write_bytes(b"SELECT 1;\r\n")
    return file


def test_an_artifact_from_its_making_to_its_end(artifact, script, tmp_path):
    made = artifact("create", "sales/SQL/daily", script, "-m", "first", "--fact", "flink_version=1.18", "--json")
    assert (made.code, made.json["revision"]["facts"]) == (0, {"flink_version": "1.18"})
    assert "Nothing differs" in artifact("save", "sales/SQL/daily", script).out
    script.write_bytes(b"SELECT 2;\r\n")
    assert "Saved revision 2" in artifact("save", "sales/SQL/daily", script).out
    assert "-SELECT 1;" in artifact("diff", "sales/SQL/daily", 1).out
    assert "sales/SQL/daily" in artifact("list", "--type", "SQL", "--project", "sales").out
    assert "first" in artifact("show", "sales/SQL/daily").out
    assert artifact("restore", "sales/SQL/daily", 1, "--json").json["revision"]["number"] == 3
    output = tmp_path / "out.sql"
    assert artifact("content", "sales/SQL/daily", "-o", output).code == 0
    assert output.read_bytes() == b"SELECT 1;\r\n"
    assert "SELECT 2;" in artifact("content", "sales/SQL/daily", "--revision", 2).out
    assert artifact("delete", "sales/SQL/daily", "--revision", 1, "--json").json == {
        "deleted": "sales/SQL/daily revision 1"
    }
    assert artifact("update", "sales/SQL/daily", "--name", "nightly", "--json").json["name"] == "nightly"
    refused = artifact("delete", "sales", "--json", group="project")
    assert (refused.code, refused.json["error"]["path"]) == (2, "cascade")
    assert artifact("delete", "sales/SQL/nightly").code == 0
    assert artifact("list", "--json").json == {"items": [], "next_cursor": None}


def test_a_jar_is_sent_in_parts_with_progress_and_keeps_its_arguments(artifact, tmp_path):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as file:
        file.writestr("META-INF/MANIFEST.MF", "Main-Class: org.Job\n")
        file.writestr("META-INF/services/org.F", "a.A\na.A\n")
    jar = tmp_path / "job.jar"
    jar.write_bytes(made.getvalue())
    arguments = ("--argument", "--name", "--argument", "two  words")
    sent = artifact("create", "sales/JAR/job", jar, *arguments)
    assert "Sending job.jar" in sent.err
    assert "Registered more than once for org.F: a.A" in sent.out
    assert "main_class: org.Job" in artifact("show", "sales/JAR/job").out
    found = artifact("show", "sales/JAR/job", "--json").json["revisions"][0]
    assert found["facts"]["arguments"] == ["--name", "two  words"]
    again = artifact("save", "sales/JAR/job", "--fact", "flink_version=2.0", "--json").json
    assert again["revision"]["facts"]["arguments"] == ["--name", "two  words"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("create", "sales", "FILE"), "bad_request"),
        (("create", "sales/COBOL/x", "FILE"), "invalid"),
        (("create", "sales/SQL/x", "FILE", "--fact", "flink_version=0"), "invalid"),
        (("create", "sales/SQL/x", "FILE", "--fact", "flink_version"), "bad_request"),
        (("create", "sales/JAR/x", "FILE"), "invalid"),
        (("create", "nobody/SQL/x", "FILE"), "not_found"),
        (("show", "sales/SQL/nobody"), "not_found"),
        (("list", "--limit", "0"), "invalid"),
    ],
)
def test_a_failure_is_told_with_its_code(artifact, script, arguments, code):
    answer = artifact(*(script if one == "FILE" else one for one in arguments), "--json")
    assert (answer.code, json.loads(answer.out)["error"]["code"]) == (2, code)
    assert "Traceback" not in answer.err
