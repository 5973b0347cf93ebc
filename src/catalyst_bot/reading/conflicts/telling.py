"""Who tells a headline, and whether it is news of the company or of its stock."""

import re
from collections.abc import Sequence
from itertools import takewhile

from catalyst_bot.reading.conflicts.amounts import PERCENT, Amount
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
_EXTREMES = frozenset(("highs", "lows"))
_AFTER_A_MOVE = word_set(
    """
    about ahead after almost amid around as by for in more nearly on over this today
    """
)
_REASONS = frozenset(("after", "ahead", "amid", "as", "on"))
_RALLIES = frozenset(("rally", "scrip", "mcap", "stk"))
_HEADING = re.compile(r"[^;:,]{3,32}:")
# As in "Pick of the week: Jane Roe", and with her house behind a comma.
_OPINION = re.compile(
    r":((?: [A-Z][\w.]+){2,3})(?:, (?:[\w&.]+ )*"
    r"(?:Advisors?|AMC|Broking|Capital|Equities|Funds?|Investments?|Management|Managers"
    r"|MF|Research|Securities|Wealth)(?: \w+)?)?$"
)
_SAID_BY = re.compile(r"\s[-–—]\s(?:[\w'&.]+ ){0,2}[\w'&.]+$")  # "- Nikkei"
_OUTLET_SAYS = re.compile(  # "…, daily says"
    r",\s(?:\w+\s)?(?:daily|weekly|site|outlet|broadcaster|portal)"
    r"\s(?:says|reports|writes)$",
    re.IGNORECASE,
)
_PAPER_SAYS = re.compile(
    r"^(?:Reuters|Bloomberg|Nikkei|WSJ|FT|NYT|CNBC|BBC|AP|AFP|Axios|Politico|Caixin"
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
    if any(one.search(title) for one in (_SAID_BY, _OUTLET_SAYS, _PAPER_SAYS)):
        return True
    return any(word.text in HEARSAY and not word.is_name for word in words)


def is_note(
    title: str,
    words: Sequence[Word],
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
    return title.rstrip().endswith("?") or _is_opinion(title, words)


def _is_opinion(title: str, words: Sequence[Word]) -> bool:
    """Tell whether it ends with who thinks so: a colon and a name."""
    match = _OPINION.search(title)
    if match is None:
        return False
    names = {word.text for word in words if word.is_name}
    return names.issuperset(match[1].lower().split())


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
    moves = not _MOVES.isdisjoint(stems) or not _EXTREMES.isdisjoint(known)
    return moves and not PRICES.isdisjoint(known)


def movers_of(words: Sequence[Word]) -> frozenset[str]:
    """Return whose stock moves: "Acme slips as", "Acme up 5%", "ends 3% higher"."""
    names = list(takewhile(lambda word: word.is_name, words))
    verb, *rest = words[len(names) :] or (Word(""),)
    if not names or verb.clause != names[0].clause:
        return frozenset()
    if verb.stem in _MOVES:
        moves = not rest or rest[0].clause > verb.clause or _is_by_how_much(rest)
    else:
        moves = _is_percent(rest) and _ends_with_it(rest)
    return frozenset(word.text for word in names) if moves else frozenset()


def _is_by_how_much(words: Sequence[Word]) -> bool:
    return words[0].text in _AFTER_A_MOVE or _is_percent(words)


def _ends_with_it(words: Sequence[Word]) -> bool:
    """Tell "zooms 8 pc on", "settles 3% higher" from "holds 8% of"."""
    after = words[1 if words[0].unit else 2 :]
    return (
        not after
        or after[0].clause > words[0].clause
        or after[0].stem in _MOVES
        or after[0].text in _REASONS
    )


def _is_percent(words: Sequence[Word]) -> bool:
    if not words or not words[0].number:
        return False
    return words[0].unit in PERCENT or (len(words) > 1 and words[1].text in PERCENT)


def tellers(words: Sequence[Word]) -> frozenset[str]:
    """Return the stems of a last clause that tells who says so."""
    last = [word for word in words if word.clause == words[-1].clause]
    if not words or len(last) == len(words) or len(last) > _MOST_OF_TELLERS:
        return frozenset()
    if not any(word.text in _TELLS for word in last):
        return frozenset()
    return frozenset(word.stem for word in last)
