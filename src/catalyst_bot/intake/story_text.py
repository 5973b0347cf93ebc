"""Rewrites the turns of a headline that no single word shows, before it is read."""

import re

_UNIT = r"(?:billion|million|trillion|thousand|bln|mln|bn|mn|mm|[bmk]|%|percent|pct)"
_RANGE = re.compile(
    rf"(?<![\w.,])(?P<from>[$€£]?\d[\d.,]*)(?P<to>\s?(?:-|–|—|to|and)\s?[$€£]?\d[\d.,]*"
    rf"(?P<unit>\s?{_UNIT})\b)",
    re.IGNORECASE,
)
_RATED = re.compile(
    r"\b(?:to|at|from|with|as|an?)\s[\"“'‘]?(?:strong[ -]|market[ -]|sector[ -])?"
    r"(?P<rating>buy|sell|hold|neutral|outperform|underperform|overweight|underweight|"
    r"perform|equal)(?:[- ]?weight)?[\"”'’]?"
    r"(?=\s*(?:$|[,;:.–—(]|-\s|(?:from|at|by|on|after|rating|ratings|with|as|in|amid|"
    r"citing)\b))",
    re.IGNORECASE,
)
_MARGIN = re.compile(
    r"\bby (?:an?|one|two|three|four|five|six|seven|eight|nine|ten|\d{1,2}) (?:cents?|"
    r"penny|nickel|dime)\b",
    re.IGNORECASE,
)
_PRICED = re.compile(r"\bpriced at[- ](?:the[- ])?market\b", re.IGNORECASE)
_MARKET = re.compile(r"\bat[- ]the[- ]market\b", re.IGNORECASE)
_INTEREST = re.compile(r"\binterest in(?! (?:buying|acquiring|a deal))", re.IGNORECASE)
_EARNINGS = re.compile(
    r"\bearnings (?:release|(?:conference )?call|report|announcement|webcast)\b",
    re.IGNORECASE,
)
_YEARLY = re.compile(r"\bannual report\b", re.IGNORECASE)
_QUARTERLY = re.compile(r"\bquarterly report\b", re.IGNORECASE)
_SHIPS = re.compile(r"\bships (?=first|its|\d)", re.IGNORECASE)
_LAST_DAY = re.compile(r"\bdec(?:ember|\.)? 31\b", re.IGNORECASE)
_UPSIZED = re.compile(
    r"\b(?:increases?|raises?|boosts?|increasing) (?=(?:its |the )?"
    r"(?:private placement|bought deal|(?:public )?offering)\b)",
    re.IGNORECASE,
)
_PRIVATE = re.compile(r"\b(?:take[ns]?|taking) ((?:\S+ ){1,3})private\b")
_PUSHED = re.compile(
    r"\bpush(?:es|ed|ing)? (.{2,60}?) (?:back )?(?:to|until|into) (?=20\d\d|"
    r"[JFMASOND]|q[1-4]\b|next|late|early|mid|spring|summer|fall|winter|first|second|third|fourth)"
)

_RATING_WORDS = ("buy", "sell", "hold", "neutral", "perform", "weight")
_RAISED = re.compile(
    r"\b(?:raise[sd]?|lift(?:s|ed)?|boost(?:s|ed)?|moved? up)\b", re.IGNORECASE
)
_LOWERED = re.compile(
    r"\b(?:cuts?|lower(?:s|ed)?|reduce[sd]?|trim(?:s|med)?)\b", re.IGNORECASE
)


# what a title must have, the turn, and what is read instead
_TURNS = (
    ("by ", _MARGIN, ""),
    ("market", _PRICED, ""),
    ("market", _MARKET, "atm"),
    ("interest in", _INTEREST, "stake in"),
    ("earnings", _EARNINGS, "results"),
    ("annual report", _YEARLY, "10-k"),
    ("quarterly report", _QUARTERLY, "10-q"),
    ("ships ", _SHIPS, "delivers "),
    ("31", _LAST_DAY, "year-end"),
    ("placement", _UPSIZED, "upsizes "),
    ("bought deal", _UPSIZED, "upsizes "),
    ("offering", _UPSIZED, "upsizes "),
    ("private", _PRIVATE, r"acquire \1"),
    ("push", _PUSHED, r"postpones \1 "),
)


def rewrite(text: str) -> str:
    """Return the title with units on both ends of a range and ratings marked.

    "$210-$214 million" becomes "$210 million-$214 million", "cuts Acme to hold"
    "downgrade Acme ratedhold", "pushes its launch to 2027" a postponement.
    """
    lower = text.lower()
    for needle, turn, instead in [turn for turn in _TURNS if turn[0] in lower]:
        text = turn.sub(instead, text)
    if True in [word in lower for word in _RATING_WORDS]:  # any() is slower
        text = _rated(text)
    if "-" in text or "–" in text or " to " in text or "between" in lower:
        text = _RANGE.sub(_with_unit, text)
    return text


def _rated(text: str) -> str:
    marked = _RATED.sub(lambda match: f"rated{match['rating'].lower()}", text)
    if marked is text or "target" in text.lower():
        return marked
    return _LOWERED.sub("downgrades", _RAISED.sub("upgrades", marked, 1), 1)


def _with_unit(match: re.Match[str]) -> str:
    return f"{match['from']}{match['unit']}{match['to']}"
