"""Events that a headline turns: "drops lawsuit", "loses contract", "offering pulled".

What is named alone is weighed by words and phrases. Where the grammar of status.py says
that it is undone, denied or failed, it counts as the opposite; where it is upheld, as
itself.
"""

from collections.abc import Iterator, Sequence

from catalyst_bot.scoring.cues import CUES, Status
from catalyst_bot.scoring.lexicon import Phrases, phrase_at
from catalyst_bot.scoring.prepared import Prepared
from catalyst_bot.scoring.status import UNSURE, Reading, status_of

AFFIRM_REACH = 4  # words before an event in which it is affirmed
FAILING = frozenset(
    ("fail", "fails", "failed", "failing", "unable", "refuses", "refused", "declines")
)
_AFFIRMING = frozenset(
    ("upholds", "upheld", "reinstates", "reinstated", "revives", "restores",
     "restored", "allows", "grants", "granted", "way", "path")
)  # fmt: skip
_ELSEWHERE = frozenset(("after", "as", "amid", "but", "while", "on", "over", "despite"))
_SETTLING = frozenset(("settle", "settles", "settled"))
_FREEING = frozenset(
    ("clear", "clears", "cleared", "exempt", "exempts", "exempted", "spare", "spares",
     "spared", "ease", "eases", "eased", "cures", "contains", "reprieve")
)  # fmt: skip
_BIDS = frozenset(("bid", "offer", "proposal", "approach", "takeover", "buyout"))
_SPURNING = frozenset(("reject", "rejects", "rejected", "turns", "turned", "rebuffs"))

Span = tuple[int, int, float]  # the words [first, last) and a weight


def turned(
    prepared: Prepared, words: tuple[str, ...], events: Phrases, free: list[bool]
) -> Iterator[Span]:
    """Yield the turned events with their cues; their words are then no longer free.

    `words` are the folded tokens.
    """
    tokens = prepared.tokens
    if CUES.isdisjoint(tokens) and _AFFIRMING.isdisjoint(tokens):
        return
    for at, stop, weight in _events(prepared, words, events, free):
        reading = status_of(prepared, at, stop)
        cues = reading.cues
        if reading.status in UNSURE or not (cues or _is_affirmed(tokens, at)):
            continue
        if weight > 0 and _is_unclear(tokens, stop, cues):
            continue
        is_taken = not all(free[first] for first, _ in cues)
        for first, last in ((at, stop), *cues):
            free[first:last] = [False] * (last - first)
        meant = _meant(tokens, reading, weight)
        if meant and not is_taken:  # "drops challenge to the deal": one cue, one event
            yield min([at, *(first for first, _ in cues)]), stop, meant


def _events(
    prepared: Prepared,
    words: tuple[str, ...],
    events: Phrases,
    free: Sequence[bool],
) -> Sequence[Span]:
    """Return the events that are named; of a chain ("merger talks") the last decides.

    But what is bad stays bad: "reverse split proposal".
    """
    found: list[Span] = []
    chunks = prepared.chunks
    at = 0
    while at < len(words):
        event = phrase_at(words, at, events)
        stop = at + (len(event[0]) if event else 1)
        if event and all(free[at:stop]) and not _is_attempt(words, at):
            first, weight = at, event[1]
            if found and found[-1][1] == at and chunks[at - 1][-1] not in ",;:":
                first, _, former = found.pop()
                weight = former if former < 0 < weight else weight
            found.append((first, stop, weight))
        at = stop
    return found


def _is_unclear(
    tokens: Sequence[str], stop: int, cues: Sequence[tuple[int, int]]
) -> bool:
    """Tell whether a good event may as well be good: a bid spurned as too low."""
    if tokens[stop - 1] in _BIDS and len(cues) == 1:
        return _starts(tokens, cues, _SPURNING)
    return _starts(tokens, cues, _FREEING)


def _is_attempt(words: Sequence[str], at: int) -> bool:
    return words[at] == "bid" and words[at + 1 : at + 2] == ("to",)


def _is_affirmed(tokens: Sequence[str], at: int) -> bool:
    for word in reversed(tokens[max(0, at - AFFIRM_REACH) : at]):
        if word in _AFFIRMING:
            return True
        if word in _ELSEWHERE:
            break
    return False


def _meant(tokens: Sequence[str], reading: Reading, weight: float) -> float:
    """Return what a turned event weighs; a bad one that is "failed to" be is bad."""
    if reading.status is Status.ASSERTED:
        return weight
    if _starts(tokens, reading.cues, _SETTLING):
        return 0.0  # paid, and over
    if weight < 0 and _starts(tokens, reading.cues, FAILING):
        return weight
    return -weight


def _starts(
    tokens: Sequence[str], cues: Sequence[tuple[int, int]], words: frozenset[str]
) -> bool:
    return any(tokens[first] in words for first, _ in cues)
