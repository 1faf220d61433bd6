"""Manifests are what the golden files say; `SCALEPH_LAB_WRITE_GOLDEN=1` writes those anew."""

from __future__ import annotations

import base64
import os
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from scaleph_lab.deployments.layers import merge
from scaleph_lab.deployments.manifests import HIDDEN, render
from scaleph_lab.deployments.model import DeploymentSpec, JarJob, SeaTunnelJob, Settings, SqlJob
from scaleph_lab.deployments.names import LONGEST, kubernetes_name
from scaleph_lab.deployments.runner import runner_jar, source_checksum
from scaleph_lab.errors import ValidationError

GOLDEN = Path(__file__).parent / "golden"
CANARY = "canary-5ec7"
DATA = {"name": "data", "persistentVolumeClaim": {"claimName": "flink-data"}}
MOUNT = {"name": "flink-main-container", "volumeMounts": [{"name": "data", "mountPath": "/flink-data"}]}
TEMPLATE = Settings(
    flink_version="1.18",
    savepoints="file:///flink-data/savepoints",
    task_manager={"memory": "1280m"},
    pod_template={"spec": {"containers": [MOUNT], "volumes": [DATA]}},
)
SCRIPT = """SET 'parallelism.default' = '2';
CREATE TABLE orders (id BIGINT) WITH ('connector' = 'datagen');
CREATE TABLE lake (id BIGINT) WITH ('connector' = 'blackhole');
INSERT INTO lake SELECT id FROM orders;
"""
WITH_SECRET = """CREATE TABLE orders (id BIGINT) WITH (
  'connector' = 'jdbc', 'password' = '{{secret:db}}'
);
CREATE TABLE lake (id BIGINT) WITH ('connector' = 'blackhole');
BEGIN STATEMENT SET; -- two sinks, one job
INSERT INTO lake SELECT id FROM orders;
INSERT INTO lake
SELECT id + 1 FROM orders;
END;
"""
JOBS = {
    "sql": SqlJob(script=SCRIPT),
    "sql-with-secret": SqlJob(script=WITH_SECRET),
    "jar": JarJob(jar="local:///opt/flink/app.jar", entry_class="com.example.Main", arguments=["--to", "a b"]),
    "seatunnel": SeaTunnelJob(configuration='{"source": [{"password": "{{secret:db}}"}]}'),
}


def rendered(job, name="orders", *layers):
    spec = DeploymentSpec(name=name, namespace="flink", job=job, identity="5ec7")
    return render(spec, merge(("template", TEMPLATE), *layers), {"db": CANARY}.__getitem__)


@pytest.mark.parametrize("name", JOBS)
def test_a_manifest_is_its_golden_file(name):
    told = rendered(JOBS[name]).as_yaml().replace(base64.b64encode(runner_jar()).decode(), "(the runner)")
    golden = GOLDEN / f"{name}.yaml"
    if os.environ.get("SCALEPH_LAB_WRITE_GOLDEN"):
        golden.write_text(told, encoding="utf-8")
    assert told == golden.read_text(encoding="utf-8")


def test_the_upper_layer_holds_and_each_line_tells_its_origin():
    deployment = Settings(parallelism=2, flink_configuration={"taskmanager.numberOfTaskSlots": 2})
    layers = (("deployment", deployment), ("run", Settings(parallelism=4)))
    flink = rendered(JOBS["jar"], "orders", *layers)
    spec = flink.flink.document["spec"]
    assert (spec["job"]["parallelism"], spec["flinkConfiguration"]["taskmanager.numberOfTaskSlots"]) == (4, "2")
    origins = flink.origins()["FlinkDeployment/orders"]
    assert origins["/spec/job/parallelism"] == "run"
    assert origins["/spec/flinkConfiguration/taskmanager.numberOfTaskSlots"] == "deployment"
    assert origins["/spec/taskManager/resource/memory"] == origins["/spec/flinkVersion"] == "template"
    assert origins["/spec/taskManager/resource/cpu"] == "platform"
    assert origins["/spec/image"] == "template", "the image follows from the version"
    assert origins["/metadata/labels/app.kubernetes.io~1managed-by"] == "scaleph-lab"


@pytest.mark.parametrize("name", ["sql-with-secret", "seatunnel"])
def test_a_secret_stands_in_a_secret_alone_and_is_never_shown(name):
    found = rendered(JOBS[name])
    *_, secret = [each for each in found.all if each.kind == "Secret"]
    assert any(CANARY in base64.b64decode(text).decode() for text in secret.document["data"].values())
    encoded = base64.b64encode(CANARY.encode()).decode()[:10]
    for each in found.all:
        shown = str(each.public())
        assert CANARY not in shown and encoded not in shown
    assert {*secret.public()["data"].values()} == {HIDDEN}


def test_another_script_is_another_pod_and_the_same_is_the_same():
    pods = [
        rendered(SqlJob(script=script)).flink.document["spec"]["jobManager"]["podTemplate"]
        for script in (SCRIPT, SCRIPT, SCRIPT.replace("'2'", "'3'"))
    ]
    assert pods[0] == pods[1] != pods[2]


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("SELECT 1;", "SELECT in line 1 shows rows"),
        ("CREATE TABLE t (x INT) WITH ('connector' = 'datagen');", "has no INSERT"),
        (
            "CREATE TABLE t WITH ('connector' = 'blackhole') AS SELECT 1;",
            "AS SELECT in line 1 would be a job of its own",
        ),
        (
            f"CREATE TABLE t (x INT) WITH (\n'connector' = 'jdbc',\n'password' = '{CANARY}');",
            "Line 3 has a secret in clear",
        ),
        (f"CREATE TABLE t (x INT) WITH ('url' = 'jdbc:mysql://me:{CANARY}@db/x');", "Line 1 has a secret in clear"),
        ("\nSTOP JOB 'x';", "STOP in line 2 is nothing"),
        ("SET parallelism = 2;", "SET in line 1 names no option"),
    ],
)
def test_a_script_that_cannot_be_deployed_is_refused_in_words(script, words):
    with pytest.raises(ValidationError, match=words) as refused:
        rendered(SqlJob(script=script))
    assert CANARY not in str(refused.value)


@pytest.mark.parametrize(
    ("configuration", "words"),
    [
        (f'{{"sink": [{{"password": "{CANARY}"}}]}}', "sink.0.password has a secret in clear"),
        ("sink { Jdbc {} }", "is no JSON object"),
    ],
)
def test_a_configuration_that_cannot_be_deployed_is_refused_in_words(configuration, words):
    with pytest.raises(ValidationError, match=words) as refused:
        rendered(SeaTunnelJob(configuration=configuration))
    assert CANARY not in str(refused.value)


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        (Settings(upgrade_mode="last-state"), "needs high availability"),
        (Settings(flink_configuration={"kubernetes.cluster-id": "x"}), "is not to be set"),
    ],
)
def test_settings_that_do_not_go_together_are_refused(settings, words):
    with pytest.raises(ValidationError, match=words):
        rendered(JOBS["jar"], "orders", ("run", settings))
    spec = DeploymentSpec(name="orders", namespace="flink", job=JOBS["jar"])
    with pytest.raises(ValidationError, match="needs a folder for savepoints"):
        render(spec, merge(), str)


def test_names_serve_kubernetes_stay_the_same_and_never_collide():
    names = ["orders", "Orders", "orders ", "Größe 1", "1st", "x" * 60, "x" * 61, "-", kubernetes_name("Orders")]
    made = [kubernetes_name(name) for name in names]
    assert made[0] == "orders"
    assert len({*made}) == len(names)
    assert made == [kubernetes_name(name) for name in names]
    assert all(len(name) <= LONGEST and name[0].isalpha() and not name.endswith("-") for name in made)


def test_the_runner_is_made_of_the_source_beside_it():
    manifest = zipfile.ZipFile(BytesIO(runner_jar())).read("META-INF/MANIFEST.MF").decode()
    assert f"Source-SHA-256: {source_checksum()[:40]}" in manifest
