"""Which words of headlines say the same, and which say nothing; our own."""

from collections.abc import Iterator

from catalyst_bot.intake.story_acts import ACTS
from catalyst_bot.intake.story_things import THINGS

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
