"""Makes a lock file: ``python -m scaleph_lab.engines.locking OUT COORDINATE [GROUP=COORDINATE …]``.

A developer's command, run when a profile's versions change. It resolves the coordinates with all they bring by
``mvn``; ``--flat`` takes just the named files. A coordinate may be prefixed with ``groups=`` (comma-separated).
"""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
from pathlib import Path

import click

from scaleph_lab.engines.artifacts import Artifact, file_sha256
from scaleph_lab.engines.maven import _pom, _remote_name

_MVN = ("mvn", "-B", "-q", "dependency:copy-dependencies", "dependency:list")


@click.command()
@click.argument("out", type=click.Path(path_type=Path))
@click.argument("coordinates", nargs=-1, required=True)
@click.option("--flat", is_flag=True, help="Only the named files, nothing that they depend on.")
def main(out: Path, coordinates: tuple[str, ...], flat: bool) -> None:
    """Resolves COORDINATES and writes the lock OUT."""
    wanted = []
    for text in coordinates:
        groups, _, coordinate = text.rpartition("=")
        wanted.append(Artifact(coordinate, "", 0, "", tuple(filter(None, groups.split(",")))))
    pom = _pom(wanted) if flat else re.sub(r"<exclusions>.*?</exclusions>", "", _pom(wanted))
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "pom.xml").write_text(pom, encoding="utf-8")
        subprocess.run(
            [*_MVN, "-DoutputDirectory=lib", "-DincludeScope=runtime", "-DoutputFile=list.txt"],
            cwd=folder,
            check=True,
        )
        groups_of = {artifact.coordinate: artifact.groups for artifact in wanted}
        entries = []
        for coordinate in _listed((Path(folder) / "list.txt").read_text(encoding="utf-8")):
            artifact = Artifact(coordinate, "", 0, "")
            jar = Path(folder) / "lib" / _remote_name(artifact)
            entry: dict[str, object] = {
                "coordinate": coordinate,
                "file": jar.name,
                "bytes": jar.stat().st_size,
                "sha256": file_sha256(jar),
            }
            if groups_of.get(coordinate):
                entry["groups"] = list(groups_of[coordinate])
            entries.append(entry)
    lines = ",\n".join(f"    {json.dumps(entry)}" for entry in entries)
    out.write_text(f'{{\n  "artifacts": [\n{lines}\n  ]\n}}\n', encoding="utf-8")
    click.echo(f"{out}: {len(entries)} artifacts, {sum(int(str(e['bytes'])) for e in entries) / 1e6:.0f} MB")


def _listed(text: str) -> list[str]:
    """Coordinates from ``dependency:list``: ``group:artifact:jar[:classifier]:version:scope``, sorted."""
    found = set()
    for match in re.finditer(
        r"^\s+([\w.\-]+):([\w.\-]+):jar:(?:([\w.\-]+):)?([\w.\-]+):(?:compile|runtime)\b", text, re.MULTILINE
    ):
        group, name, classifier, version = match.groups()
        found.add(f"{group}:{name}:{version}" + (f":jar:{classifier}" if classifier else ""))
    return sorted(found)


if __name__ == "__main__":
    main()
