"""Rewrites the turns of a headline that no single word shows, before it is read."""

import re

from catalyst_bot.words.canon import CANON

_UNIT = r"(?:billion|million|trillion|thousand|bln|mln|bn|mn|mm|[bmk]|%|percent|pct)"
_RANGE = re.compile(
    rf"(?P<from>\d(?<![\w.,]\d)[\d.,]*)(?P<to>\s?(?:-|–|—|to|and)\s?[$€£]?\d[\d.,]*"
    rf"(?P<unit>\s?{_UNIT})(?!\w))",
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
_QUARTERS = re.compile(r"\bquarter report\b", re.IGNORECASE)
_TRIAL = re.compile(r"\b(?P<name>[A-Z]{3,}) (?=(?:[Tt]rial|[Ss]tudy)\b)")
_SHIPS = re.compile(r"\bships (?=first|its|\d)", re.IGNORECASE)
_LAST_DAY = re.compile(r"\bdec(?:ember|\.)? 31\b", re.IGNORECASE)
_UPSIZED = re.compile(
    r"\b(?:increases?|raises?|boosts?|increasing) (?=(?:its |the )?"
    r"(?:private placement|bought deal|(?:public )?offering)\b)",
    re.IGNORECASE,
)
_PRIVATE = re.compile(r"\b(?:take[ns]?|taking) ((?:\S+ ){1,3})private\b")
_LICENSED = re.compile(r"\b(?P<way>in|out)-(?=licen)", re.IGNORECASE)
_VOTES_LATER = re.compile(r"\bto vote\b", re.IGNORECASE)
_SLIPS = re.compile(r"\b(?:slips|slipped) (?=to |until |into )", re.IGNORECASE)
_RETURNS = re.compile(
    r"\breturn(?:s|ed|ing)? (?=(?:\S+ ){0,3}"
    r"(?:to (?:service|work|office)|from leave)\b)",
    re.IGNORECASE,
)
_CHAPTER = re.compile(r"\bchapter (?:7|11|15)\b(?: bankruptcy)?", re.IGNORECASE)
_NUMBERED = re.compile(r"\bno\. (?=\d)", re.IGNORECASE)  # no negation
_HAZARD = re.compile(
    r"\b(?:due to|over|for|on|after) (?:possible|potential)\b", re.IGNORECASE
)
_MORE_TIME = re.compile(
    r"\b(?:extra|additional|another|more) (?=\d+[- ]days?\b)", re.IGNORECASE
)
_TO_REGAIN = re.compile(r"\bto regain\b", re.IGNORECASE)
_BACK_IN = re.compile(r"\b(?:is )?back in (?=compliance\b)", re.IGNORECASE)
_MATURITY = re.compile(
    r"\b(?:push(?:es)?|delays?|moves?)(?= (?:\S+ ){0,3}maturit)", re.IGNORECASE
)
_APPROACH = re.compile(
    r"\b(?:unsolicited|takeover|buyout|non-?binding|possible)\b((?: \S+){0,4}?) "
    r"(?:proposal|offer|approach|bid)\b",
    re.IGNORECASE,
)
_BLOCKS = re.compile(
    r"\b(?:moves|seeks|sues|asks court) to (?:stop|halt|block)\b", re.IGNORECASE
)
_AUDITORS = re.compile(
    r"\b(?:independent )?(?:registered )?(?:public )?accounting firm\b", re.IGNORECASE
)
_REVIEWS = re.compile(r"\bextends? (?:its |the )?review\b", re.IGNORECASE)
_NEXT_STEP = re.compile(r",? to (?:request|seek) (?:a )?hearing\b", re.IGNORECASE)
_GRANTS = re.compile(
    r"\b(?:grants|issues) (?=.{0,40}\b(?:licen[cs]e|permit|approval|designation|"
    r"status|clearance|patent|request|petition|waiver|review)\b)",
    re.IGNORECASE,
)
_ASKED = re.compile(
    r"\b(?:asks?|urges?|recommends?) (?=.{0,60}\b(?:to|holders) "
    r"(?:approve|back|vote|support|adopt|reject)\b)",
    re.IGNORECASE,
)
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
    ("r report", _QUARTERS, "quarter results"),
    ("ships ", _SHIPS, "delivers "),
    ("31", _LAST_DAY, "year-end"),
    ("placement", _UPSIZED, "upsizes "),
    ("bought deal", _UPSIZED, "upsizes "),
    ("offering", _UPSIZED, "upsizes "),
    ("private", _PRIVATE, r"acquire \1"),
    ("-licen", _LICENSED, r"\g<way>bound "),
    ("to vote", _VOTES_LATER, "to schedule vote"),
    ("slip", _SLIPS, "is postponed "),
    ("solicited", _APPROACH, r"bid\1"),
    ("takeover", _APPROACH, r"bid\1"),
    ("buyout", _APPROACH, r"bid\1"),
    ("binding", _APPROACH, r"bid\1"),
    ("possible", _APPROACH, r"bid\1"),
    ("to stop", _BLOCKS, "sues to block"),
    ("to halt", _BLOCKS, "sues to block"),
    ("to block", _BLOCKS, "sues to block"),
    ("accounting firm", _AUDITORS, "auditor"),
    ("review", _REVIEWS, "postpones decision"),
    ("chapter ", _CHAPTER, "bankruptcy"),
    ("no. ", _NUMBERED, ""),
    ("possible", _HAZARD, "over"),
    ("potential", _HAZARD, "over"),
    ("0-day", _MORE_TIME, "extension "),
    ("0 day", _MORE_TIME, "extension "),
    ("to regain", _TO_REGAIN, "for"),
    ("back in", _BACK_IN, "regains "),
    ("maturit", _MATURITY, "extends"),
    ("hearing", _NEXT_STEP, ""),
    ("return", _RETURNS, "resumes "),
    ("asks ", _ASKED, "schedules "),
    ("urge", _ASKED, "schedules "),
    ("issues ", _GRANTS, "awards "),
    ("grants ", _GRANTS, "awards "),
    ("push", _PUSHED, r"postpones \1 "),
)


def rewrite(text: str) -> str:
    """Return the title with units on both ends of a range and ratings marked.

    "$210-$214 million" becomes "$210 million-$214 million", "cuts Acme to hold"
    "downgrade Acme ratedhold", "pushes its launch to 2027" a postponement.
    """
    lower = text.lower()
    for _, turn, instead in [turn for turn in _TURNS if turn[0] in lower]:
        text = turn.sub(instead, text)
    if ("study" in lower or "trial" in lower) and not text.isupper():
        text = _TRIAL.sub(_without_act, text)
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


def _without_act(match: re.Match[str]) -> str:
    """Leave out a trial's name that would be read as a verb: "CLEAR study"."""
    return "" if match["name"].lower() in CANON else match[0]


def _with_unit(match: re.Match[str]) -> str:
    return f"{match['from']}{match['unit']}{match['to']}"
