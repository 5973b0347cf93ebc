"""docs/capabilities.md names what there is: every command, switch and whole test."""

import re
from collections.abc import Iterator
from pathlib import Path

import typer.main
from typer.core import TyperCommand, TyperGroup

from catalyst_bot.cli.main import cli
from catalyst_bot.settings_rows import setting_rows

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "capabilities.md").read_text(encoding="utf-8")
NAMED = frozenset(re.findall(r"`([^`]+)`", PAGE))


def commands(one: object, *above: str) -> Iterator[str]:
    if isinstance(one, TyperGroup):
        for name, inner in one.commands.items():
            yield from commands(inner, *above, name)
    elif isinstance(one, TyperCommand) and not one.hidden:
        yield " ".join(above)


def test_every_command_belongs_to_a_capability() -> None:
    known = {f"catalyst-bot {name}" for name in commands(typer.main.get_command(cli))}
    named = {one for one in NAMED if one.startswith("catalyst-bot ")}
    assert named == known


def test_every_switch_belongs_to_a_capability() -> None:
    switches = {row.name for row in setting_rows() if row.name.startswith("FEATURE_")}
    assert switches <= NAMED


def test_every_test_of_the_whole_product_sees_a_capability() -> None:
    tests = {f"tests/e2e/{path.name}" for path in (ROOT / "tests/e2e").glob("test_*")}
    named = {one for one in NAMED if one.startswith("tests/")}
    assert named == tests
