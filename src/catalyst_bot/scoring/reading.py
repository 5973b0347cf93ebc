"""What the fast tier makes of any headline: for `score` and for the page."""

from collections.abc import Callable
from dataclasses import dataclass

from catalyst_bot.model import Side, side_of
from catalyst_bot.scoring.vader import VaderScorer
from catalyst_bot.text import plain_text

LONGEST = 512  # characters, as in NewsItem.title


@dataclass(frozen=True, slots=True, kw_only=True)
class Fired:
    """A word that the scorer knows, with its weight from -4 to 4."""

    text: str
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadlineReading:
    """A headline as plain text, its score from -1 to 1, and what it is made of."""

    text: str
    score: float
    side: Side
    tickers: tuple[str, ...]
    fired: tuple[Fired, ...]


def read_headline(
    text: str,
    *,
    scorer: VaderScorer,
    find_tickers: Callable[[str], tuple[str, ...]],
) -> HeadlineReading:
    """Return what the fast tier makes of `text`, of which 512 characters are read."""
    title = plain_text(text, limit=LONGEST)
    score = scorer.score_text(title)
    return HeadlineReading(
        text=title,
        score=score,
        side=side_of(score),
        tickers=find_tickers(title),
        fired=fired_words(title, scorer=scorer),
    )


def fired_words(title: str, *, scorer: VaderScorer) -> tuple[Fired, ...]:
    """Return the words of a headline that have a weight, in their order."""
    return tuple(Fired(text=w, weight=weight) for w, weight in scorer.words(title))
