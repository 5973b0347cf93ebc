"""Tells of one word what it is compared as, and what it may be."""

from functools import lru_cache

from catalyst_bot.intake.company_words import INDUSTRY
from catalyst_bot.intake.story_events import COUNTS, LISTED, PHASES
from catalyst_bot.intake.story_phrases import PAIRS
from catalyst_bot.text import word_set
from catalyst_bot.words.canon import CANON

MARKS = ".,:;!?\"'“”‘’()[]{}*#@|<>=–—-/&$€£"
PERIODS = {"quarter": "q", "half": "h"}
LOWER, CAPITAL, ENDS, TURNS = 1, 2, 4, 8  # flags of a word
_TURNING = frozenset(
    {*PHASES, *COUNTS, *PERIODS, "year", "fy", *(second for _, second in PAIRS)}
)
# Left out, but no name goes on behind them.
_SAID = word_set(
    """
    announce announces announced report reports reported says said provides updates to
    posts posted has will sets is was with on for at
    """
)
# Endings that make a noun of a verb, and how long the word must be: farmer, renewal.
_NOUNS = (("ation", 9), ("ment", 8), ("ion", 8), ("al", 7), ("er", 6), ("ly", 7))
_LONG = 5  # letters from which an ending is cut off


def name_form(word: str) -> str:
    """Return how a word of a name is compared: "jewelers" as "jewel"."""
    return _stem(word) if _listed(word) is None and word.isalpha() else word


@lru_cache(maxsize=16_384)
def look_up(token: str) -> tuple[str, str | None, int]:
    """Return a word, what it is compared as, and its flags.

    The second is None for what is more than letters, "" for what is left out.

    LOWER: in lower case; CAPITAL: perhaps a name; ENDS: no part of the name at the
    beginning; TURNS: the word before may change by it.
    """
    word = token.strip(MARKS).lower().replace("’", "'")
    known = _listed(word)
    if known is None and not word.isalpha():
        word = word.removesuffix("'s").removesuffix("'")
        known = _listed(word)
        if known is None and not word.isalpha():
            return word, None, 0
    if known is None and len(word) >= _LONG and word[-1] == "s" and word[-2] != "s":
        known = _listed(word[:-1])
    is_listed = known is not None
    if known is None:
        known = _stem(word)
    return word, known, _flags(token, word, known, is_listed=is_listed)


def _flags(token: str, word: str, known: str, *, is_listed: bool) -> int:
    if not known:
        return ENDS if word in _SAID else 0
    flags = TURNS if word in _TURNING or known in _TURNING else 0
    if token[0].islower():
        return flags | LOWER | ENDS
    if is_listed:
        return flags if word in INDUSTRY else flags | ENDS
    return flags | CAPITAL


def _listed(word: str) -> str | None:
    known = CANON.get(word)
    return word if known is None and word in LISTED else known


def _stem(word: str) -> str:
    """Return a word without its ending: moves, moving, moved; farmer, renewal."""
    if len(word) < _LONG or not word.isascii():
        return word
    if word[-1] == "s" and word[-2] not in "su":
        word = f"{word[:-3]}y" if word.endswith("ies") else word[:-1]
    elif word.endswith("ing") and len(word) > _LONG + 1:
        word = word[:-3]
    elif word.endswith("ed") and len(word) > _LONG:
        word = word[:-2]
    for ending, least in _NOUNS:
        if word.endswith(ending) and len(word) >= least:
            word = word[: -len(ending)]
            break
    return word[:-1] if word[-1] == "e" and len(word) >= _LONG else word
