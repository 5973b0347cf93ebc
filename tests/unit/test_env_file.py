"""A change of one setting leaves the rest of a person's env file alone."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalyst_bot.ops.env_file import EnvFile, read_env_file
from catalyst_bot.ops.environment import find_values

NAME = "CARD_DISCLAIMER"
ONE_LINE = st.text(st.characters(min_codepoint=32, max_codepoint=0x2FFF)).filter(
    lambda text: text == text.strip() and len(text.splitlines()) <= 1
)


def changed(before: str, value: str = "new") -> str:
    return EnvFile(text=before).with_value(NAME, value, comment="Why.").text


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", f"# Why.\n{NAME}=new\n"),
        (f"{NAME}=old\n", f"{NAME}=new\n"),
        (f"{NAME}=old", f"{NAME}=new"),
        (f"export {NAME} = old # mine\n", f"export {NAME} = new # mine\n"),
        (f"{NAME}='o # l' # mine\r\nB=1\r\n", f"{NAME}=new # mine\r\nB=1\r\n"),
        (f'\n\n{NAME}="two\nlines"\nB=1\n', f"\n\n{NAME}=new\nB=1\n"),
        (f"{NAME}=a\n{NAME}=b\n", f"{NAME}=a\n{NAME}=new\n"),
        (f"#{NAME}=default\n\nB=1\n", f"#{NAME}=default\n{NAME}=new\n\nB=1\n"),
        ("A=1\r\nB=2", f"A=1\r\nB=2\r\n\r\n# Why.\r\n{NAME}=new\r\n"),
        ("no setting at all\n", f"no setting at all\n\n# Why.\n{NAME}=new\n"),
    ],
)
def test_one_line_changes_and_all_others_stay(before: str, after: str) -> None:
    assert changed(before) == after
    assert EnvFile(text=after).value(NAME) == "new"


@given(value=ONE_LINE, before=st.sampled_from(["", f"{NAME}='a b'\nB=1\n", "B=1"]))
def test_the_daemon_reads_what_was_written(
    value: str, before: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.getbasetemp() / "written.env"
    path.write_bytes(changed(before, value).encode())
    found = find_values(
        names=[NAME], secrets=set(), prefixes=(), environ={}, env_file=path
    )
    assert found.faults == ()
    assert (found.values[NAME].text if value else "") == value
    assert read_env_file(path).value(NAME) == value


def test_no_file_is_an_empty_file(tmp_path: Path) -> None:
    assert read_env_file(tmp_path / "absent").text == ""
