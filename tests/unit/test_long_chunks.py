"""How a long text is cut, and how a quote is found in it again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalyst_bot.reading.long.chunks import Plan, cut, likeliest_first
from catalyst_bot.reading.long.quotes import cite

LINE = "Total revenue rose to $5.1 billion (up 3%).\n"


def test_chunks_end_with_a_line_and_begin_with_the_end_of_the_one_before() -> None:
    text = LINE * 100
    chunks = cut(text, Plan(chunk=1_000, overlap=100))
    assert all(chunk.text.endswith("\n") for chunk in chunks)
    assert [chunk.lead for chunk in chunks[1:]] == [
        chunk.end - 100 for chunk in chunks[:-1]
    ]
    assert all(chunk.text == text[chunk.lead : chunk.end] for chunk in chunks)


@given(
    text=st.text(alphabet=st.sampled_from("ab \n\té"), max_size=4_000),
    size=st.integers(min_value=1, max_value=500),
    overlap=st.integers(min_value=0, max_value=400),
)
def test_nothing_but_white_space_is_between_chunks(
    text: str, size: int, overlap: int
) -> None:
    chunks = cut(text, Plan(chunk=size, overlap=overlap))
    ends = [0, *(chunk.end for chunk in chunks)]
    starts = [*(chunk.start for chunk in chunks), len(text)]
    for end, start in zip(ends, starts, strict=True):
        assert not text[end:start].strip()
    assert all(chunk.end - chunk.start <= size for chunk in chunks)


def test_lines_of_usual_length_cost_at_most_a_few_chunks_more() -> None:
    text = LINE * 70_000  # 3 MB
    chunks = cut(text, Plan(chunk=7_288, overlap=500))
    assert len(chunks) <= len(text) / 7_288 + 5


def test_a_small_context_lowers_the_plan() -> None:
    plan = Plan(chunk=20_000, overlap=500)
    assert plan.within(None) == plan
    assert plan.within(4_096) == Plan(chunk=7_288, overlap=500)
    assert plan.within(100_000) == plan
    assert Plan(chunk=100_000, overlap=5_000).within(4_096).room == 7_788


def test_texts_that_share_rare_words_with_the_question_come_first() -> None:
    texts = ["the pilot", "the company", "the company and its launch code", "the code"]
    order = likeliest_first(texts, "What is the launch code of the company?")
    assert order[0] == 2
    assert sorted(order) == [0, 1, 2, 3]


@pytest.mark.parametrize(
    "quote",
    [
        "Total revenue rose to $5.1 billion",
        "Total  revenue\nrose to $5.1 billion (up 3%).",
        '"Total revenue rose to $5.1 billion…"',
        "$5.1 billion",
    ],
)
def test_a_quote_is_found_whatever_its_white_space(quote: str) -> None:
    text = "Note 4.\n\nTotal revenue\n   rose to\u00a0$5.1 billion (up 3%)."
    found = cite(quote, text)
    assert found is not None
    assert "$5.1 billion" in found.quote


def test_marks_of_another_form_are_the_same() -> None:
    text = "The company’s “first—quarter” loss"
    found = cite('company\'s "first-quarter" loss', text)
    assert found is not None
    assert found.quote == "company’s “first—quarter” loss"


@pytest.mark.parametrize(
    "quote",
    ["", "  ", "the", "a b c", "Total revenue fell to $5.1 billion", "Total r."],
)
def test_what_does_not_stand_there_or_is_too_short_is_no_quote(quote: str) -> None:
    assert cite(quote, LINE + "the a b c") is None


def test_a_text_that_repeats_a_word_for_ever_costs_no_more_than_another() -> None:
    text = "a " * 500_000
    assert cite("a " * 900 + "b", text) is None
    assert cite("a  " * 900 + "b.", text + "b") is not None


@given(text=st.text(max_size=400), at=st.integers(0, 380), size=st.integers(12, 60))
def test_whatever_is_copied_is_found(text: str, at: int, size: int) -> None:
    quote = text[at : at + size]
    found = cite(quote, text)
    if found is not None:
        assert found.quote.split() or not quote.strip()
    else:
        assert len(" ".join(quote.split())) < 24
