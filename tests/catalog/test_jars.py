"""Jars: what is read from them, and which are refused."""

from __future__ import annotations

import io
import warnings
import zipfile

import pytest

from scaleph_lab.catalog.jars import open_jar
from scaleph_lab.errors import ValidationError

FACTORY = "META-INF/services/org.apache.flink.table.factories.Factory"
POM = "META-INF/maven/org.apache.flink/flink-core/pom.properties"
MANIFEST = "META-INF/MANIFEST.MF"


def jar(*files: tuple[str, str | bytes], compression=zipfile.ZIP_DEFLATED) -> io.BytesIO:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", compression) as file, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, content in files:
            file.writestr(name, content)
    return made


def opened(file: io.BytesIO, entry_class: str = ""):
    return open_jar(file, len(file.getvalue()), entry_class)


def test_a_jar_tells_its_class_services_and_flink_version():
    found = opened(
        jar(
            (MANIFEST, "Manifest-Version: 1.0\r\nMain-Class: org.exa\r\n mple.Job\r\n"),
            (FACTORY, "# ours\norg.example.A # one\n\norg.example.B\n"),
            (POM, "#x\ngroupId=org.apache.flink\nversion=1.18.1\n"),
            ("org/example/Job.class", b"\xca\xfe"),
        ),
        "org.example.Job",
    )
    assert (found.main_class, found.entries, found.flink_versions) == ("org.example.Job", 4, ["1.18.1"])
    assert found.services == {"org.apache.flink.table.factories.Factory": ["org.example.A", "org.example.B"]}
    assert found.duplicate_services == {}


@pytest.mark.parametrize("files", [[(FACTORY, "a.A\na.A\n")], [(FACTORY, "a.A"), (FACTORY, "a.A\na.B")]])
def test_a_factory_that_is_registered_twice_is_told(files):
    found = opened(jar(*files))
    assert found.duplicate_services == {"org.apache.flink.table.factories.Factory": ["a.A"]}


def test_a_jar_without_a_manifest_is_one():
    assert opened(jar(("a.txt", "x"))).main_class == ""


def test_an_entry_class_that_is_not_in_the_jar_is_refused_and_the_one_there_is_named():
    with pytest.raises(ValidationError, match=r"no class org\.Nobody.*names org\.Job") as refused:
        opened(jar((MANIFEST, "Main-Class: org.Job\n")), "org.Nobody")
    assert refused.value.path == "facts.entry_class"


def lying() -> io.BytesIO:
    """A jar whose directory says that its manifest is small."""
    data = jar((MANIFEST, b"x" * 5_000_000)).getvalue()
    size = (5_000_000).to_bytes(4, "little")
    assert data.count(size) == 2
    return io.BytesIO(data.replace(size, (100).to_bytes(4, "little")))


@pytest.mark.parametrize(
    ("file", "told"),
    [
        (lambda: io.BytesIO(b"MZ no zip"), "no jar"),
        (lambda: io.BytesIO(jar(("a", "x" * 1000)).getvalue()[:-5]), "no jar"),
        (lambda: jar(("a", b"\0" * 100_000_000)), "would unpack to 100,000,000 bytes"),
        (lambda: jar((MANIFEST, b"x" * 2_000_000)), "larger than 1,048,576"),
        (lambda: jar(*((f"META-INF/services/s{number}", "a.A") for number in range(2001))), "2000 service files"),
        (lambda: jar(*((str(number), "") for number in range(200_001)), compression=0), "200,001 entries"),
        (lying, "Bad CRC-32"),
    ],
    ids=["no zip", "cut", "bomb", "large manifest", "many services", "many entries", "lying directory"],
)
def test_what_is_no_jar_or_a_bomb_is_refused_in_words(file, told):
    with pytest.raises(ValidationError, match=told) as refused:
        opened(file())
    assert refused.value.path == "file"
