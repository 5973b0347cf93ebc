"""Which words of headlines say the same, and which say nothing; our own."""

from collections.abc import Iterator
from functools import lru_cache

from catalyst_bot.words.acts import ACTS
from catalyst_bot.words.things import THINGS

_DROPPED = """
a an the of to in on for and or at by with from as is are was were be been its it their
his her this that these inc corp corporation co ltd limited plc llc lp holdings holding
group sa nv ag adr announce announces announced announcing announcement report reports
reported reporting say says said saying tell tells today new news update updates
provides provide press release via into about after amid over than has have had will
would per each also more now set sets reportedly according form sources source exclusive
breaking alert just inc's following million billion approximately post posts posted
posting some around roughly nearly aggregate gross proceeds worth mln mn bln bn mm
trillion thousand percent pct cent cents nasdaq nyse otc tsx amex otcqb otcqx us$ mon
tue wed thu fri eur euro euros usd gbp pounds pound dollars dollar yen cad i'm we our
trust through without between both while who whose which celebrates being became
"""
CANON: dict[str, str] = {}
ACT_WORDS = frozenset(line.partition(":")[0] for line in ACTS.split("\n")) | frozenset(
    ("supply", "open", "shut", "build", "add", "join", "move", "repay", "present")
)
for _line in (ACTS + THINGS).replace("\n    ", " ").split("\n"):
    _canonical, _, _others = _line.partition(":")
    CANON.update(dict.fromkeys((_canonical, *_others.split()), _canonical))
CANON.update(dict.fromkeys(_DROPPED.split(), ""))


def _inflected(verb: str) -> Iterator[str]:
    """Yield the forms of a regular verb."""
    stem = verb.removesuffix("e")
    yield from (f"{verb}s", f"{stem}es", f"{stem}ed", f"{stem}ing")
    if verb[-1] == "y":
        yield from (f"{verb[:-1]}ies", f"{verb[:-1]}ied")
    if verb[-1] in "bgmnprt":
        yield from (f"{verb}{verb[-1]}ed", f"{verb}{verb[-1]}ing")


for _word, _canonical in list(CANON.items()):
    if _canonical in ACT_WORDS and _word.isalpha() and _word[-1] != "s":
        for _form in _inflected(_word):
            CANON.setdefault(_form, _canonical)


_LONG = 5  # letters from which an ending is cut off


@lru_cache(maxsize=16_384)
def canonical(word: str) -> str:
    """Return what a lower-case word is compared as; "" for one that says nothing."""
    known = CANON.get(word)
    if known is None and len(word) >= _LONG and word[-1] == "s" and word[-2] != "s":
        known = CANON.get(word[:-1])
    return stem(word) if known is None else known


def stem(word: str) -> str:
    """Return a word without the ending that grammar gives it: moves, moving, moved."""
    if len(word) < _LONG or not word.isascii():
        return word
    if word[-1] == "s" and word[-2] not in "su":
        word = word[:-1]
        if word.endswith("ie"):
            word = f"{word[:-2]}y"
    elif word.endswith("ing") and len(word) > _LONG + 1:
        word = word[:-3]
    elif word.endswith("ed") and len(word) > _LONG:
        word = word[:-2]
    if word[-1] == "e" and len(word) > _LONG - 1:
        return word[:-1]
    return word
