"""Tells who is only the source of a piece of news: the broker, the jury, the shop."""

from collections.abc import Sequence

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
_WHERE = frozenset(("on", "at", "via", "in", "through"))
_SOLD = word_set(
    """
    available sold launches debuts featured listed offered
    """
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
    if verb in ("securities", "capital", "analyst", "research") and rest:
        verb, rest = rest[0], rest[1:]
    if verb in ("upgrades", "downgrades"):
        return is_broker or "to" in rest
    has_opinion = any(
        word in _OPINION and (word != "target" or rest[max(0, n - 1)] == "price")
        for n, word in enumerate(rest)
    )
    if verb in _RATES:
        return has_opinion or (
            is_broker and verb in ("initiates", "reinstates", "starts")
        )
    return verb in _SETS and has_opinion and rest[:1] != ("its",)


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
