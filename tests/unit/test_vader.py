"""The engine gives VADER's own compound, and no text makes it slow."""

import time
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from vaderSentiment.vaderSentiment import (
    BOOSTER_DICT,
    NEGATE,
    SPECIAL_CASES,
    SentimentIntensityAnalyzer,
)

from catalyst_bot.scoring.vader import MAX_CHARS, MAX_WORDS, Vader
from tests.labelled import labelled_titles

PLAIN = SentimentIntensityAnalyzer()
VADER = Vader()

LEXICON = sorted(PLAIN.lexicon)
WORDS = st.one_of(
    st.sampled_from(LEXICON),
    st.sampled_from(sorted(BOOSTER_DICT)),
    st.sampled_from(sorted(NEGATE)),
    st.sampled_from(sorted(SPECIAL_CASES)),
    st.sampled_from(sorted(PLAIN.emojis)),
    st.sampled_from(
        [
            "but",
            "least",
            "at",
            "very",
            "no",
            "or",
            "nor",
            "never",
            "so",
            "this",
            "kind",
            "of",
            "without",
            "doubt",
            "shares",
            "isn’t",
            "No.",
            "1",
            "the",
            "Acme",
            "50%",
            "$5M",
            "profit",
            ":)",
            ":-(",
            "café",
            "—",
        ]
    ),
)
ENDS = st.sampled_from(["", "", "", ",", ".", "!", "!!", "!!!!!", "?", "??", "????"])


@st.composite
def texts(draw: st.DrawFn) -> str:
    """Return a text below the caps, of the words that VADER treats apart."""
    words = draw(st.lists(st.tuples(WORDS, ENDS, st.sampled_from(CASES)), max_size=12))
    return " ".join(case(word) + end for word, end, case in words)[:MAX_CHARS]


CASES: tuple[Callable[[str], str], ...] = (str, str, str.upper, str.title)


def compound(text: str) -> float:
    return float(PLAIN.polarity_scores(text)["compound"])


def spelled_words(text: str) -> int:
    return sum(len(PLAIN.emojis.get(c, "").split()) for c in text) + len(text.split())


@settings(max_examples=600, deadline=None)
@given(texts())
def test_every_text_scores_as_vader_scores_it(text: str) -> None:
    if spelled_words(text) <= MAX_WORDS:
        assert VADER.score(text) == compound(text)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=80))
def test_every_string_scores_as_vader_scores_it(text: str) -> None:
    if spelled_words(text) <= MAX_WORDS:
        assert VADER.score(text) == compound(text)


def test_every_labelled_headline_scores_as_vader_scores_it() -> None:
    differing = [
        title for title, _ in labelled_titles() if VADER.score(title) != compound(title)
    ]
    assert differing == []


@pytest.mark.parametrize(
    "title",
    [
        "This is the bomb, but the shares are no good",
        "At least it is not the least bad, kind of",
        "Never so good! never this bad? without doubt great",
        "No. 1 in the world, no 1 is better",
        "GREAT news: it ISN'T bad!!!",
        "bad ass yeah right, cut the mustard, kiss of death",
        "good but good but good bad",
    ],
)
def test_slips_and_special_cases_are_kept(title: str) -> None:
    assert VADER.score(title) == compound(title)


@pytest.mark.parametrize(
    "text",
    [
        "but good " * 10_000,
        "great " * 100_000,
        "\U0001f469‍\U0001f9b0" * 4_000,
        "\U0001f600" * 400,
        "no " * 10_000,
        "!" * 1_000_000,
        "never so good " * 5_000,
    ],
)
def test_no_text_takes_longer_than_two_milliseconds(text: str) -> None:
    assert best_time([text]) < 0.002
    assert -1.0 <= VADER.score(text) <= 1.0


def test_time_does_not_grow_past_the_cap() -> None:
    sizes = [best_time(["good but bad " * count]) for count in (400, 4_000, 40_000)]
    assert max(sizes) < 2 * min(sizes) + 0.0002


@pytest.mark.parametrize("tail", ["awful " * 9_000, "\U0001f600" * 9_000])
def test_what_stands_past_the_cap_is_not_read(tail: str) -> None:
    head = "great " * MAX_WORDS
    assert len(head) < MAX_CHARS
    assert VADER.score(head + tail) == VADER.score(head)


def test_the_engine_is_at_least_three_times_as_fast_as_vader() -> None:
    titles = [title for title, _ in labelled_titles()[:1500]]
    ratios = []
    for _ in range(5):
        begin = time.process_time()
        for title in titles:
            PLAIN.polarity_scores(title)
        plain = time.process_time() - begin
        ratios.append(plain / best_time(titles, rounds=1))
    assert max(ratios) >= 3.0


def best_time(texts: Sequence[str], *, rounds: int = 5) -> float:
    """Return the least seconds of CPU that scoring all of `texts` takes."""
    times = []
    for _ in range(rounds):
        begin = time.process_time()
        for text in texts:
            VADER.score(text)
        times.append(time.process_time() - begin)
    return min(times)
