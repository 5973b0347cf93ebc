"""VADER is built once and no text makes it slow."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from catalyst_bot.scoring.vader import MAX_CHARS, MAX_WORDS, VaderScorer
from tests.news import headline

SCORER = VaderScorer()
PLAIN = SentimentIntensityAnalyzer()


@pytest.mark.parametrize(
    "title",
    ["Acme posts great profit", "Acme fails, terrible loss", "Acme holds meeting", ""],
)
def test_short_titles_score_exactly_as_vader_scores_them(title: str) -> None:
    assert SCORER.score_text(title) == PLAIN.polarity_scores(title)["compound"]


def test_an_item_is_scored_by_its_headline() -> None:
    assert SCORER.score(headline("Acme wins great award")) > 0.5


@given(st.text())
def test_every_text_scores_within_its_range(text: str) -> None:
    assert -1.0 <= SCORER.score_text(text) <= 1.0


@pytest.mark.parametrize("tail", ["awful " * 9_000, "\U0001f600" * 9_000])
def test_what_stands_past_the_cap_is_not_read(tail: str) -> None:
    head = "great " * MAX_WORDS
    assert len(head) < MAX_CHARS
    assert SCORER.score_text(head + tail) == SCORER.score_text(head)


def test_the_words_that_fired_are_named_with_their_valence() -> None:
    words = dict(SCORER.words("Acme posts great loss!"))
    assert words["great"] > 0 > words["loss"]
