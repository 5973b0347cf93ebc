"""Lists on a terminal: readable at any width, and text of others stays text."""

from io import StringIO

from rich.console import Console

from catalyst_bot.cli.listing import print_entry

LINK = "https://wire.example/a-release-with-a-long-address-that-must-stay-whole"


def printed(width: int, title: str) -> list[str]:
    console = Console(file=StringIO(), width=width, highlight=False, markup=False)
    print_entry(console, "1.00", "", "ALDB", text=title, link=LINK)
    assert isinstance(console.file, StringIO)
    return console.file.getvalue().splitlines()


def test_a_link_is_one_line_on_a_narrow_terminal_too() -> None:
    lines = printed(24, "Alderbrook raises full-year guidance")
    assert lines[0] == "1.00  ALDB"
    assert [line.rstrip() for line in lines[1:3]] == [
        "  Alderbrook raises",
        "  full-year guidance",
    ]
    assert lines[3:] == [f"  {LINK}"]


def test_brackets_of_a_headline_are_no_markup() -> None:
    assert printed(80, "Alderbrook [/b] [red]")[1].rstrip() == "  Alderbrook [/b] [red]"
