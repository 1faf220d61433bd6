"""Servers that run on the JVM, of the jars that their locks pin; fetched once into the user's cache."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scaleph_lab.engines.artifacts import ArtifactFolder, read_lock
from scaleph_lab.engines.java import find_java
from scaleph_lab.engines.maven import fetch
from scaleph_lab.settings import get_settings

HERE = Path(__file__).parent / "servers"
KAFKA = "kafka-3.9.1"
MONGO = "mongo-java-server-1.47.0"
JAVAS = (17, 21, 11)
BROKER = """
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller}
listeners=PLAINTEXT://127.0.0.1:{plain},SASL_PLAINTEXT://127.0.0.1:{sasl},CONTROLLER://127.0.0.1:{controller}
controller.listener.names=CONTROLLER
inter.broker.listener.name=PLAINTEXT
listener.security.protocol.map=CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SASL_PLAINTEXT:SASL_PLAINTEXT
sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256
listener.name.sasl_plaintext.plain.sasl.jaas.config=\\
  org.apache.kafka.common.security.plain.PlainLoginModule required {users};
listener.name.sasl_plaintext.scram-sha-256.sasl.jaas.config=\\
  org.apache.kafka.common.security.scram.ScramLoginModule required;
offsets.topic.replication.factor=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
group.initial.rebalance.delay.ms=0
log.dirs={home}/data
"""


def jars(name: str) -> list[Path]:
    """The jars of a lock, from the cache or from Maven Central."""
    artifacts = read_lock(HERE / f"{name}.lock.json")
    folder = ArtifactFolder(get_settings().cache_dir / "test-servers" / name)
    fetch(artifacts, folder, lambda progress: None, what=name)
    return [folder.path / each.file for each in artifacts]


def stop(process: subprocess.Popen[bytes]) -> None:
    """Ends a server, by force where it does not heed."""
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@contextmanager
def kafka_broker(plain: int, sasl: int, controller: int, users: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """A broker and controller in one; the users log in by PLAIN, the first of them by SCRAM-SHA-256 too."""
    java = [find_java(JAVAS).executable, "-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]
    java += ["-cp", ":".join(map(str, jars(KAFKA)))]
    with tempfile.TemporaryDirectory(prefix="scaleph-kafka-") as folder:
        home = Path(folder)
        # First for JAAS, then for a file of properties.
        quoted = {name: each.replace("\\", "\\\\").replace('"', '\\"') for name, each in users.items()}
        logins = " ".join(f'user_{name}="{each}"' for name, each in quoted.items()).replace("\\", "\\\\")
        made = BROKER.format(plain=plain, sasl=sasl, controller=controller, users=logins, home=home)
        (home / "broker.properties").write_text(made)
        first, password = next(iter(users.items()))
        tool = ["kafka.tools.StorageTool", "format", "-t", "MkU3OEVBNTcwNTJENDM2Qg", "-c", home / "broker.properties"]
        scram = ["--add-scram", f"SCRAM-SHA-256=[name={first},password={password}]"]
        subprocess.run([*java, *tool, *scram], check=True, capture_output=True)
        with (home / "log").open("wb") as log:
            process = subprocess.Popen([*java, "kafka.Kafka", home / "broker.properties"], stdout=log, stderr=log)
        try:
            yield process
        finally:
            stop(process)


@contextmanager
def mongo_server(port: int, wire: int = 13) -> Iterator[subprocess.Popen[bytes]]:
    """mongo-java-server with its memory backend: it speaks MongoDB's protocol, is not MongoDB, and has no logins."""
    program = [sys.executable, HERE / "mongo.py", find_java(JAVAS).libjvm, str(port), str(wire), *jars(MONGO)]
    process = subprocess.Popen(program, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        stop(process)
