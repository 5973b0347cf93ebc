"""One form for the same headline of several wires: what it says, in the same order.

Only what provably changes no meaning is folded; each rule stands in a test with a pair
that it must not join.
"""

import re
from collections.abc import Iterable

from catalyst_bot.text import fold_title

_LEAD = re.compile(r"^(?:update|brief|refile)\s*\d*\s*-\s*", re.IGNORECASE)
_EXCHANGE = r"(?:nasdaq|nyse|nyse american|amex|otc|otcqb|otcqx|tsx|lse)"
_QUARTERS = {"first": "1", "second": "2", "third": "3", "fourth": "4"}
_QUARTER = re.compile(
    r"\b(?:(first|second|third|fourth)[ -]quarter|q([1-4])|([1-4])q)\b"
)
_WORDS = {  # each pair is one word to a trader, whatever stands round it
    "corporation": "corp",
    "incorporated": "inc",
    "limited": "ltd",
    "percent": "%",
}
_WORD = re.compile(r"(?<![\w.])(?:" + "|".join(map(re.escape, _WORDS)) + r")(?![\w.])")
_MINUS = re.compile(r"(?<!\w)[-−–](?=[$€£]?\d)")  # which folding would drop
_NUMBER_PERCENT = re.compile(r"(?<=\d) %")


def canonical_title(title: str, *, tickers: Iterable[str]) -> str:
    """Return a headline without what wires add: case, UPDATE 1-, (NASDAQ: TICK).

    Numbers, their units, names and the order of all words stay.
    """
    text = _LEAD.sub("", title.strip())
    names = "|".join(re.escape(ticker) for ticker in sorted(tickers))
    if names:
        tag = rf"\(\s*(?:{_EXCHANGE}\s*:\s*)?(?:{names})\s*\)"
        text = re.sub(tag, " ", text, flags=re.IGNORECASE)
    text = fold_title(_MINUS.sub(" minus ", text))
    text = _WORD.sub(lambda found: _WORDS[found[0]], text)
    text = _QUARTER.sub(_quarter, text)
    return " ".join(_NUMBER_PERCENT.sub("%", text).split())


def _quarter(found: re.Match[str]) -> str:
    word, after, before = found.groups()
    return f"q{_QUARTERS[word] if word else after or before}"
