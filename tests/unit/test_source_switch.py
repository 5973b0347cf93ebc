"""Switching a kind of source on or off touches one word of sources.toml."""

import difflib

import pytest

from catalyst_bot.configuration import SOURCES, config_file
from catalyst_bot.model import SourceKind
from catalyst_bot.sources.switch import switched

SHIPPED = config_file(SOURCES, None).read_text(encoding="utf-8")


def entry(kind: str, enabled: str) -> str:
    return f'[[source]]\nname = "{enabled}"\nkind = "{kind}"\nenabled = {enabled}\n'


def switch(text: str, *, enabled: bool) -> str:
    return switched(text, SourceKind.EDGAR, enabled=enabled)


def test_on_and_off_again_is_the_shipped_file() -> None:
    on = switch(SHIPPED, enabled=True)
    lines = difflib.ndiff(SHIPPED.splitlines(), on.splitlines())
    assert [line for line in lines if line[0] in "+-"] == [
        "- enabled = false",
        "+ enabled = true",
    ]
    assert switch(on, enabled=False) == SHIPPED


def test_a_choice_that_was_made_stays() -> None:
    text = entry("edgar", "true  # mine") + entry("edgar", "false")
    assert switch(text, enabled=True) == text
    assert switch(text, enabled=False).count("false") == text.count("false") + 1


def test_other_kinds_are_left_alone() -> None:
    text = entry("feed", "false") + entry("halts", "true")
    assert switch(text, enabled=True) == switch(text, enabled=False) == text


def test_an_unusual_way_of_writing_is_told_and_not_guessed_at() -> None:
    inline = 'source = [{name = "x", kind = "edgar", enabled = false}]\n'
    with pytest.raises(ValueError, match="edgar"):
        switch(inline, enabled=True)
