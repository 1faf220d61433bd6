"""Uploads whose server is killed by SIGKILL: they go on, and nothing of them is seen before they are whole."""

from __future__ import annotations

import os
import threading
import time

from scaleph_lab.catalog.documents.artifact import NewArtifact
from scaleph_lab.catalog.documents.project import NewProject
from scaleph_lab.platform.uploading import PART
from tests.contract.test_uploads import jar


def test_an_upload_goes_on_by_itself_when_its_server_is_killed_in_the_middle(restartable, tmp_path):
    platform, kill, start = restartable
    code = f"p{time.time_ns()}"
    platform.projects.create(NewProject(code=code, name="killed"))
    data = jar(os.urandom(8 * PART))
    file = tmp_path / "job.jar"
    file.write_bytes(data)
    told, reached, outcome = [], threading.Event(), []

    def progress(sent: int, total: int) -> None:
        told.append(sent)
        if sent >= 3 * PART:
            reached.set()

    def send() -> None:
        outcome.append(platform.upload(file, NewArtifact(project=code, type="JAR", name="job"), progress))

    sender = threading.Thread(target=send)
    sender.start()
    assert reached.wait(60)
    time.sleep(0.01)
    kill()
    assert told[-1] < len(data), "it was whole before the server was killed, so this would prove nothing"
    before = len(told)
    start()
    sender.join(90)
    assert told == sorted(told)
    assert len(told) - before <= 7, "it began anew instead of going on"
    assert outcome[0].revision.size == len(data)
    assert b"".join(platform.revisions.content(f"{code}/JAR/job", 1)) == data
