"""The guide says what the code does: settings, commands, error codes, links."""

from __future__ import annotations

import pkgutil
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import click
import pytest
from pydantic_core import PydanticUndefined

import scaleph_lab
from scaleph_lab.cli import main
from scaleph_lab.engines.profiles import engine_profiles
from scaleph_lab.engines.seatunnel_home import SEATUNNEL_JAVA, SEATUNNEL_VERSION, SeaTunnelHome
from scaleph_lab.errors import ScalephError
from scaleph_lab.settings import Settings

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "docs" / "user-guide"
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def rows(page: str) -> list[list[str]]:
    """The cells of all tables of a page of the guide."""
    lines = (GUIDE / page).read_text(encoding="utf-8").splitlines()
    return [[cell.strip() for cell in line.strip("|").split(" |")] for line in lines if line.startswith("|")]


def words(cell: str) -> set[str]:
    """What a cell names as code."""
    return set(re.findall(r"`([^`]+)`", cell))


def commands(group: click.Group = main, above: str = "") -> Iterator[tuple[str, click.Command]]:
    """All commands by their words, those of groups too."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from commands(command, f"{above}{name} ")
        else:
            yield f"{above}{name}", command


def error_classes(base: type[ScalephError] = ScalephError) -> Iterator[type[ScalephError]]:
    """The whole tree, with the leaves that the rooms add."""
    yield base
    for child in base.__subclasses__():
        yield from error_classes(child)


@pytest.mark.parametrize("name", Settings.model_fields, ids="setting {}".format)
def test_a_setting_is_in_the_guide_with_its_default(name: str) -> None:
    found = [cells for cells in rows("settings.md") if cells[0] == f"`{name}`"]
    assert len(found) == 1, f"docs/user-guide/settings.md has {len(found)} rows for {name}"
    default: Any = Settings.model_fields[name].default
    if default is PydanticUndefined or default is None:
        # A folder of the user's, or nothing: described, not quoted.
        assert found[0][1] and "`" not in found[0][1]
    elif isinstance(default, tuple):
        assert found[0][1] == ", ".join(default)
    else:
        assert found[0][1] == f"`{str(default).lower() if isinstance(default, bool) else default}`"
    assert found[0][2]


def test_the_guide_names_no_setting_that_does_not_exist() -> None:
    assert {cells[0].strip("`") for cells in rows("settings.md")[2:]} == {*Settings.model_fields}


@pytest.mark.parametrize(("name", "command"), [*commands()], ids=lambda value: value if isinstance(value, str) else "")
def test_a_command_and_its_options_are_in_the_guide(name: str, command: click.Command) -> None:
    tables = rows("cli.md")
    assert any(
        words(cells[0]) and min(words(cells[0])).split(" ")[: len(name.split())] == name.split() for cells in tables
    )
    for option in command.params:
        if not isinstance(option, click.Option):
            continue
        documented = {
            flag for cells in tables if name in words(cells[0]) and len(cells) == 3 for flag in words(cells[1])
        }
        assert {*option.opts} <= documented, f"{name} {option.opts}"
        for choice in option.type.choices if isinstance(option.type, click.Choice) else ():
            assert any(name in words(cells[0]) and choice in words(cells[-1]) for cells in tables), f"{name} {choice}"


def test_the_guide_names_no_option_that_does_not_exist() -> None:
    known = {name: {flag for param in command.params for flag in param.opts} for name, command in commands()}
    for cells in rows("cli.md"):
        if len(cells) == 3 and cells[1].startswith("`-"):
            for name in words(cells[0]):
                assert words(cells[1]) <= known[name], cells


def test_every_error_code_is_in_the_guide_with_its_exit_code() -> None:
    for module in pkgutil.walk_packages(scaleph_lab.__path__, "scaleph_lab."):
        import_module(module.name)
    ours = {one for one in error_classes() if one.__module__.startswith("scaleph_lab.")}
    documented = {cells[0].strip("`"): cells[1] for cells in rows("errors.md")[2:]}
    assert documented == {one.code: str(one.exit_code) for one in ours}


def test_the_engines_of_the_guide_are_those_there_are() -> None:
    table = {min(words(cells[0])): cells for cells in rows("engines.md") if words(cells[0]) and len(cells) == 4}
    for name, profile in engine_profiles().items():
        assert table[name][1:3] == [profile.flink_version, ", ".join(map(str, profile.java_versions))]
    assert SEATUNNEL_VERSION in table["zeta"][1]
    assert table["zeta"][2] == ", ".join(map(str, SEATUNNEL_JAVA))


def test_every_connector_is_in_the_guide() -> None:
    text = (GUIDE / "pipelines.md").read_text(encoding="utf-8")
    for connector in SeaTunnelHome().available_connectors:
        assert re.search(rf"\b{connector}\b", text), connector


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_resolve(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target):
            continue
        file, _, anchor = target.partition("#")
        there = (page.parent / file).resolve() if file else page
        assert there.exists(), f"{page.name} links to {target}"
        if anchor:
            headings = re.findall(r"^#+ (.+)$", there.read_text(encoding="utf-8"), re.MULTILINE)
            anchors = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
            assert anchor in anchors, f"{page.name} links to {target}"


def test_the_tests_that_the_table_of_features_names_are_there() -> None:
    named = {word for word in words((ROOT / "docs" / "features.md").read_text()) if word.startswith("tests/")}
    assert named, "the table names no test"
    assert [name for name in sorted(named) if not (ROOT / name).is_file()] == []
