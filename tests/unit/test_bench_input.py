"""The files that `bench` reads: their columns and labels, and what is wrong in them."""

from pathlib import Path

import pytest

from catalyst_bot.cli.bench_input import (
    PAIRS,
    TITLES,
    BadInput,
    Form,
    load_questions,
)
from catalyst_bot.cli.bench_run import sample


def load(folder: Path, text: str, form: Form = PAIRS) -> list[tuple[object, ...]]:
    path = folder / "asked.csv"
    path.write_bytes(text.encode())
    return [(one.id, one.texts, one.label) for one in load_questions(path, form)]


@pytest.mark.parametrize("heading", ["earlier,later", "text1,text2"])
def test_a_pair_needs_two_texts_and_nothing_else(tmp_path: Path, heading: str) -> None:
    assert load(tmp_path, f"{heading}\na,b\n") == [("1", ("a", "b"), "")]


def test_the_mark_of_a_spreadsheet_and_its_line_ends_are_no_text(
    tmp_path: Path,
) -> None:
    text = '\ufeffpair_id,label,later,earlier\r\np7,TRUE,"b, or c",a\r\n'
    assert load(tmp_path, text) == [("p7", ("a", "b, or c"), "conflict")]


@pytest.mark.parametrize(
    ("given", "label"),
    [("1", "bullish"), ("-1", "bearish"), ("0", "neutral"), ("Bearish", "bearish")],
)
def test_a_title_is_labelled_by_a_word_or_a_sign(
    tmp_path: Path, given: str, label: str
) -> None:
    text = f"title,label\nAcme wins,{given}\nAcme rests,\n"
    found = load(tmp_path, text, TITLES)
    assert [one[2] for one in found] == [label, ""]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "expected the columns earlier,later or text1,text2"),
        ("a,b\n1,2\n", "expected the columns earlier,later or text1,text2"),
        ("earlier,later\n", "no rows"),
        ("earlier,later\na,b\na,\n", "row 2: later is empty"),
        ("earlier,later\na\n", "row 1: later is empty"),
        ("earlier,later,label\na,b,1\na,b,maybe\n", "row 2: the label 'maybe'"),
        ("earlier,later,label\na,b,0.5\n", "row 1: the label '0.5'"),
        ('earlier,later\na,"' + "x" * 200_000, "not a CSV file"),
    ],
)
def test_a_fault_is_named_with_its_row(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(BadInput) as fault:
        load(tmp_path, text)
    assert words in str(fault.value)


def test_a_file_that_is_no_text_or_not_there_names_the_sample(tmp_path: Path) -> None:
    binary = tmp_path / "binary"
    binary.write_bytes(b"\x00\xff\xfe")
    for path in (binary, tmp_path / "absent.csv", tmp_path):
        with pytest.raises(BadInput, match=r"bench_pairs\.csv"):
            load_questions(path, PAIRS)


@pytest.mark.parametrize("form", [PAIRS, TITLES])
def test_the_shipped_sample_is_of_its_form_and_labelled(form: Form) -> None:
    questions = load_questions(form.sample_path, form)
    assert len(questions) >= 20
    assert {one.label for one in questions} == set(form.labels.values())


def test_a_sample_is_the_same_for_a_seed_and_keeps_the_order(tmp_path: Path) -> None:
    path = tmp_path / "many.csv"
    path.write_text("title\n" + "".join(f"Title {n}\n" for n in range(100)))
    questions = load_questions(path, TITLES)
    few = sample(questions, most=10, seed=3)
    assert few == sample(questions, most=10, seed=3)
    assert few != sample(questions, most=10, seed=4)
    assert [int(one.id) for one in few] == sorted(int(one.id) for one in few)
    assert sample(questions, most=100, seed=3) == questions
