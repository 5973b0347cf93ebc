"""What the fast tier makes of any headline: for `score` and for the page."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

from catalyst_bot.scoring.explanation import Explanation
from catalyst_bot.scoring.headline import HeadlineScorer
from catalyst_bot.text import plain_text

LONGEST = 512  # characters, as in NewsItem.title


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedTicker:
    """A symbol in a headline: how it was found, and whether it is the subject."""

    symbol: str
    method: str
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadlineReading(Explanation):
    """An explanation, and the symbols in the headline."""

    tickers: tuple[NamedTicker, ...]


def headline_of(text: str) -> str:
    """Return a text as a headline: plain, one line, at most 512 characters."""
    return plain_text(text, limit=LONGEST)


def read_headline(
    title: str, *, scorer: HeadlineScorer, tickers: Sequence[NamedTicker]
) -> HeadlineReading:
    """Return what the fast tier makes of a headline in which `tickers` were found."""
    explained = scorer.explain(title)
    known = {one.name: getattr(explained, one.name) for one in fields(explained)}
    return HeadlineReading(**known, tickers=tuple(tickers))
