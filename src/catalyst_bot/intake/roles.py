"""Tells who is only the source of a piece of news: the broker, the jury, the shop."""

from collections.abc import Sequence
from itertools import pairwise

from catalyst_bot.intake.names import Hit, Title
from catalyst_bot.text import word_set

# Those who rate and rank others for a living, by symbol.
_BROKERS = word_set(
    """
    GS MS JPM BAC C WFC UBS DB BCS JEF RJF SF PIPR EVR RY BMO TD BNS CM NMR MFG OPY
    HSBC LAZ SCHW MCO SPGI IT FORR MORN BNPQY SCGLY MQBKY DBSDY CIBEY TFC KEY CFG SNEX
    BRK-X AB BLK TROW NTRS MUFG SMFG COWN FRFHF
    """
)
_RATES = word_set(
    """
    upgrades downgrades initiates reiterates maintains resumes reinstates upgrade
    downgrade rates starts reaffirms
    """
)
_SETS = word_set(
    """
    raises cuts lowers lifts trims boosts hikes ups slashes adjusts resets keeps sets
    maintains reiterates increases decreases bumps reduces assigns
    """
)
_CALLS = (
    _RATES | _SETS | {"names", "adds", "calls", "moves", "puts", "places", "affirms"}
)
_RATED = word_set(
    """
    upgraded downgraded initiated reiterated maintained rated reinstated resumed named
    ranked recognized recognised awarded honored honoured certified added cut raised
    lowered lifted trimmed boosted started assumed pt target coverage rating
    """
)
_OPINION = frozenset(("coverage", "rating", "pt", "target", "targets"))
_SPEAKS = word_set(
    """
    says said sees thinks believes analyst analysts predicts survey economist
    strategists strategist economists note recommends
    """
)
_ALUMNI = frozenset(("veteran", "alum", "alumnus", "alumni", "vet"))
_FORMER = frozenset(("former", "ex", "formerly", "onetime"))
_DESKS = word_set(
    "securities capital analyst research ratings isi partners bank markets"
)
_AT = frozenset(("at", "in", "on", "into", "all", "select", "through", "most"))
_WHERE = frozenset(("on", "at", "via", "in", "through"))
_SOLD = word_set(
    """
    available sold launches debuts featured listed offered
    """
)
_RATING = word_set(
    """
    buy sell hold neutral overweight underweight outperform underperform accumulate
    equal-weight equalweight equal market sector peer reduce add junk investment
    positive negative stable strong
    """
)
_MEETS = frozenset(("conference", "summit", "forum", "symposium", "conf"))
_OUTLETS = frozenset(
    ("stores", "locations", "outlets", "restaurants", "clubs", "shelves")
)
_REACH = 9  # words from a verb to what it is about


def source_hits(title: Title, hits: Sequence[Hit]) -> frozenset[int]:
    """Return the places in `hits` of those who are not what the news is about."""
    return frozenset(
        place for place, hit in enumerate(hits) if _is_source(title, hit, hits)
    )


def _is_source(title: Title, hit: Hit, hits: Sequence[Hit]) -> bool:
    words = title.words
    before = words[hit.first - 1] if hit.first else ""
    after = words[hit.last : hit.last + _REACH]
    if before in _FORMER or (after[:1] and after[0] in _ALUMNI and len(hits) > 1):
        return True
    if hit.first and _is_place(before, after):
        return True
    is_broker = hit.named.symbol in _BROKERS
    if after and _rates(after, is_broker=is_broker):
        return True
    if before in ("by", "at", "from", "of") and not _RATED.isdisjoint(
        words[: hit.first]
    ):
        return is_broker or (before == "by" and _is_jury(words[: hit.first]))
    if is_broker and _signs(title, hit):
        return True
    if is_broker and _speaks(words, hit, others=len(hits) > 1):
        return True
    return (
        before in _WHERE and not _SOLD.isdisjoint(words[: hit.first]) and hit.first > 3
    )


def _rates(after: Sequence[str], *, is_broker: bool) -> bool:
    """Tell whether what follows is an analyst's act."""
    verb, rest = after[0], after[1:]
    if verb in _DESKS and rest:
        verb, rest = rest[0], rest[1:]
    if verb in ("upgrades", "downgrades"):
        return is_broker or "to" in rest
    has_opinion = any(
        word in _OPINION and (word != "target" or rest[max(0, n - 1)] == "price")
        for n, word in enumerate(rest)
    )
    if is_broker and verb in _CALLS and rest[:1] != ("its",) and _is_opinion(rest):
        return True
    if verb in _RATES:
        return has_opinion or (
            is_broker and verb in ("initiates", "reinstates", "starts")
        )
    return verb in _SETS and has_opinion and rest[:1] != ("its",)


def _is_opinion(rest: Sequence[str]) -> bool:
    """Tell whether a rating follows: "to sell", "a top pick", "outlook on"."""
    return any(
        (one in ("to", "at") and other in _RATING)
        or (one in ("top", "best") and other in ("pick", "picks", "idea", "ideas"))
        or (one in ("outlook", "rating", "view") and other in ("on", "of"))
        or one in ("pick", "conviction")
        for one, other in pairwise(rest)
    )


def _is_place(before: str, after: Sequence[str]) -> bool:
    """Tell whether a company only lends the place: its conference, its stores."""
    if not _MEETS.isdisjoint(after[:4]):
        return True
    return (
        bool(after) and after[0] in _OUTLETS and (before in _AT or before.isdecimal())
    )


def _is_jury(before: Sequence[str]) -> bool:
    """Tell whether "by X" names who awards: "named a leader by X"."""
    return not {
        "named", "ranked", "recognized", "recognised", "awarded", "honored", "rated",
        "certified", "honoured",
    }.isdisjoint(before)  # fmt: skip


def _signs(title: Title, hit: Hit) -> bool:
    """Tell whether a name closes the title like a signature: "…: Acme Securities"."""
    if not hit.first or hit.last < len(title.words) - 2:
        return False
    gap = title.text[title.ends[hit.first - 1] : title.starts[hit.first]]
    return gap.strip() in (":", "-", "–", "—", "|", ",")


def _speaks(words: Sequence[str], hit: Hit, *, others: bool) -> bool:
    after = words[hit.last] if hit.last < len(words) else ""
    before = words[hit.first - 1] if hit.first else ""
    if after in ("analyst", "analysts", "strategist", "strategists", "economist"):
        return True
    is_told = after in _SPEAKS or (
        before in ("says", "said", "to")
        and (hit.first > 1 and words[hit.first - 2] == "according")
    )
    return (is_told and others) or before == "says"
