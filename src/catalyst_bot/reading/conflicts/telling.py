"""Who tells a headline, and whether it is news of the company or of its stock."""

import re
from collections.abc import Sequence

from catalyst_bot.reading.conflicts.amounts import Amount
from catalyst_bot.reading.conflicts.titles import Word, stems_of
from catalyst_bot.reading.conflicts.words.denying import HEARSAY
from catalyst_bot.reading.conflicts.words.names import (
    MARKETS,
    NOTES,
    PRICES,
    ROUNDUPS,
)
from catalyst_bot.reading.conflicts.words.topics import METRICS
from catalyst_bot.text import word_set

MEASURES = stems_of(METRICS) - {"fall", "rise"}
_MOVES = frozenset(("rise", "fall"))
_RALLIES = frozenset(("rally", "scrip", "mcap", "stk"))
_HEADING = re.compile(r"[^;:,]{3,32}:")
_OPINION = re.compile(r":(?: [A-Z][\w.]+){2,3}$")  # "Pick of the week: Jane Roe"
_SAID_BY = re.compile(r"\s[-–—]\s(?:[\w'&.]+ ){0,2}[\w'&.]+$")  # "- Nikkei"
_PAPER_SAYS = re.compile(
    r"(?:Reuters|Bloomberg|Nikkei|WSJ|FT|NYT|CNBC|BBC|AP|AFP|Axios|Politico|Caixin"
    r"|Handelsblatt"
    r"|(?:[A-Z]\w+ )?(?:Times|Post|Journal|Herald|Tribune|Telegraph|Ledger|Wire))"
    r"(?: report| exclusive)?:",
    re.IGNORECASE,
)
_RATED = word_set("price buy sell hold average mean highest lowest")
_CHANGES_OF_RATING = frozenset(("upgrade", "downgrade"))
_MOST_OF_TELLERS = 5
_TELLS = word_set(
    """
    says say said tells told shows show states concedes cautions insists responds
    discloses according sources report reports filing papers adds notes finds confirms
    """
)


def has_heading(title: str) -> bool:
    """Tell whether it begins with some words and a colon."""
    return bool(_HEADING.match(title))


def is_hearsay(title: str, words: Sequence[Word]) -> bool:
    """Tell whether somebody else than the company is said to have told it."""
    if _SAID_BY.search(title) or _PAPER_SAYS.match(title):
        return True
    return any(word.text in HEARSAY and not word.is_name for word in words)


def is_note(
    title: str,
    known: frozenset[str],
    topic: frozenset[str],
    amounts: Sequence[Amount],
) -> bool:
    """Tell whether a headline is a rater's, a roundup, or an opinion."""
    if {"stock", "markets"} <= known or {"market", "shares"} <= known:
        return True
    if not MARKETS.isdisjoint(known) or not NOTES.isdisjoint(known):
        return True
    heading, colon, _ = title.lower().partition(":")
    if colon and not ROUNDUPS.isdisjoint(heading.split()):
        return True
    if "pt" in known or ("target" in known and _is_of_a_stock(known, topic, amounts)):
        return True
    if not _CHANGES_OF_RATING.isdisjoint(topic):
        return topic.isdisjoint(("guidance", "expect", "target"))
    return title.rstrip().endswith("?") or bool(_OPINION.search(title))


def _is_of_a_stock(
    known: frozenset[str], topic: frozenset[str], amounts: Sequence[Amount]
) -> bool:
    """Tell whether a target is one of a price: rated, or of dollars and no measure."""
    if not known.isdisjoint(_RATED):
        return True
    return any(one.unit == "$1" for one in amounts) and topic.isdisjoint(MEASURES)


def is_price(
    words: Sequence[Word], known: frozenset[str], topic: frozenset[str]
) -> bool:
    """Tell whether it is of the price of a stock or of goods."""
    if not _RALLIES.isdisjoint(topic):
        return True
    stems = {word.stem for word in words}
    return not PRICES.isdisjoint(known) and not _MOVES.isdisjoint(stems)


def tellers(words: Sequence[Word]) -> frozenset[str]:
    """Return the stems of a last clause that tells who says so."""
    last = [word for word in words if word.clause == words[-1].clause]
    if not words or len(last) == len(words) or len(last) > _MOST_OF_TELLERS:
        return frozenset()
    if not any(word.text in _TELLS for word in last):
        return frozenset()
    return frozenset(word.stem for word in last)
