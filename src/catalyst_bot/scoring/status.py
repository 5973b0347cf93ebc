"""Whether a headline asserts an event, denies it, or only expects it.

A match is a span of words; cues near it, in the same clause, change what it says:
"denies", "failed to", "lifts", "may", "awaits". A card must never praise a refusal.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from catalyst_bot.scoring.cues import AFTER_EVENT, BEFORE_EVENT, CUES, Cues, Status
from catalyst_bot.scoring.prepared import Prepared

BEFORE, AFTER = 6, 6  # words in which a cue is looked for


@dataclass(frozen=True, slots=True)
class Reading:
    """A status and the spans [first, last) of the words that say so."""

    status: Status
    cues: tuple[tuple[int, int], ...] = ()


_PLAIN = Reading(Status.ASSERTED)
_SIGNS: Mapping[Status, tuple[float, float]] = {  # of a good event, of a bad one
    Status.ASSERTED: (1.0, 1.0),
    Status.DENIED: (-0.6, -0.4),
    Status.FAILED: (-1.0, -0.4),
    Status.UNDONE: (-0.6, -0.6),
    Status.POSSIBLE: (0.4, 0.4),
    Status.PENDING: (0.1, 0.1),
}
UNSURE = (Status.PENDING, Status.POSSIBLE)
_TURNS = (Status.DENIED, Status.FAILED, Status.UNDONE)  # two of them cancel

_CLAUSE_WORDS = frozenset(
    ("but", "while", "after", "although", "though", "amid", "despite", "as", "-",
     "following", "because", "since")
)  # fmt: skip
_BARRIERS = frozenset(("on", "with", "over", "by", "upon"))
# "Cuts guidance on recession risk": the doubt is why, not whether.
_DOUBTS = frozenset(
    ("risk", "risks", "hopes", "buzz", "chatter", "speculation", "rumors", "rumours")
)
_CAUSES = frozenset(("over", "on", "due", "amid", "about", "for", "citing", "against"))
_MONTH_LEADS = frozenset(
    ("in", "on", "by", "since", "from", "until", "till", "of", "for", "early", "late")
)

# "Halted pending news" has halted.
_WHAT_HALTS_AWAIT = frozenset(
    ("news", "additional", "announcement", "dissemination", "release", "information")
)
_SEEKING = frozenset(("seek", "seeks", "seeking", "sought"))
_PROTECTIONS = frozenset(("bankruptcy", "chapter", "creditor", "protection"))

# "Shut by power failure", "write down on failed app": something else has failed.
_FAILED = frozenset(("failed", "failure"))
_OF_WHAT = frozenset(("on", "of", "by", "after", "from", "over", "power", "its", "a"))

_CLEARING = frozenset(("clears", "clear"))
_OF = frozenset(("of", "in"))
_SETTLING = frozenset(("settle", "settles", "settled", "settling"))
_PASSED = frozenset(
    ("way", "path", "sale", "acquisition", "purchase", "takeover", "merger", "deal",
     "use", "release", "launch")
)  # fmt: skip
_CLOSING = frozenset(("close", "closes", "closed", "concludes", "concluded"))
_PROCEEDINGS = frozenset(
    ("probe", "probes", "investigation", "investigations", "inquiry", "case", "review",
     "matter")
)  # fmt: skip
_LOSING = frozenset(("lose", "loses", "losing", "lost"))
_SUITS = frozenset(
    ("suit", "lawsuit", "case", "trial", "appeal", "dispute", "fight", "battle",
     "verdict", "ruling", "arbitration", "challenge", "claim", "protest")
)  # fmt: skip
_LIFTING = frozenset(("lift", "lifts", "lifted", "lifting"))
_RAISED = frozenset(
    ("dividend", "dividends", "payout", "distribution", "guidance", "outlook",
     "forecast", "forecasts", "view", "target", "targets", "goal", "estimate", "price",
     "stake", "rating", "margin", "sales", "profit", "revenue", "output", "end",
     "production", "capacity", "buyback", "offer", "bid", "prices", "range")
)  # fmt: skip


def status_of(prepared: Prepared, first: int, last: int) -> Reading:
    """Return what the headline says of the event in words [first, last)."""
    is_asked = prepared.text.endswith("?")
    if not is_asked and CUES.isdisjoint(prepared.tokens):
        return _PLAIN
    begin = _clause_start(prepared, first)
    end = _clause_end(prepared, last)
    found = _reaching(prepared, _cues(prepared, BEFORE_EVENT, begin, first), first)
    after = _cues(prepared, AFTER_EVENT, last, end)
    found += _of_event(prepared, after, max(first, last - 2))
    status = _decided([status for status, _ in found])
    if status is Status.ASSERTED and is_asked:
        return Reading(Status.POSSIBLE)
    if status is Status.ASSERTED:
        turned = tuple(span for cue, span in found if cue in _TURNS)
        return Reading(status, turned)
    return Reading(status, tuple(span for _, span in found))


def effective(direction: float, status: Status) -> float:
    """Return what `direction` (-1..1) becomes under a status: a denied deal is bad."""
    good, bad = _SIGNS[status]
    return direction * (good if direction > 0 else bad)


def _decided(found: list[Status]) -> Status:
    if not found:
        return Status.ASSERTED
    if Status.PENDING in found:
        return Status.PENDING
    turns = [status for status in found if status in _TURNS]
    if turns:
        return Status.ASSERTED if len(turns) % 2 == 0 else turns[-1]
    return Status.POSSIBLE


def _clause_start(prepared: Prepared, first: int) -> int:
    begin = first
    for i in range(first - 1, max(first - BEFORE, 0) - 1, -1):
        if prepared.chunks[i][-1] in ",;:!?" or prepared.tokens[i] in _CLAUSE_WORDS:
            break
        begin = i
    return begin


def _clause_end(prepared: Prepared, last: int) -> int:
    end = last
    for i in range(last, min(last + AFTER, len(prepared.tokens))):
        if prepared.chunks[i - 1][-1] in ",;:!?" or prepared.tokens[i] in _CLAUSE_WORDS:
            break
        end = i + 1
    return end


def _reaching(
    prepared: Prepared, cues: list[tuple[Status, tuple[int, int]]], first: int
) -> list[tuple[Status, tuple[int, int]]]:
    """Leave out turning cues that do not reach the event: "drops on FDA approval"."""
    return [
        (status, (at, stop))
        for status, (at, stop) in cues
        if status not in _TURNS or _reaches(prepared.tokens, at, stop, first)
    ]


def _of_event(
    prepared: Prepared, cues: list[tuple[Status, tuple[int, int]]], begin: int
) -> list[tuple[Status, tuple[int, int]]]:
    """Leave out doubts that are a cause: "recalls 900 cars over fire risk"."""
    return [
        (status, (at, stop))
        for status, (at, stop) in cues
        if prepared.tokens[at] not in _DOUBTS
        or _CAUSES.isdisjoint(prepared.tokens[begin:at])
    ]


def _reaches(tokens: Sequence[str], at: int, stop: int, first: int) -> bool:
    between = tokens[stop:first]
    if tokens[at] in _SETTLING and "for" in between:  # "settles for less than feared"
        return False
    return _BARRIERS.isdisjoint(between)


def _cues(
    prepared: Prepared, cues: Cues, begin: int, end: int
) -> list[tuple[Status, tuple[int, int]]]:
    """Return the cues in words [begin, end), longest first, without overlap."""
    found = []
    at = begin
    while at < end:
        step = 1
        for words, status in cues.get(prepared.tokens[at], ()):
            stop = at + len(words)
            if stop <= end and prepared.tokens[at:stop] == words:
                if not _is_other(prepared, at):
                    found.append((status, (at, stop)))
                step = len(words)
                break
        at += step
    return found


def _is_other(prepared: Prepared, at: int) -> bool:
    """Tell whether a cue word means something else: "No. 1", "in May", "not only"."""
    tokens = prepared.tokens
    word = tokens[at]
    if word in _FAILED:
        return at > 0 and tokens[at - 1] in _OF_WHAT
    after = tokens[at + 1] if at + 1 < len(tokens) else ""
    if word == "no":
        return after[:1].isdigit()
    if word == "not":
        return after in ("only", "just")
    if word == "pending":
        return after in _WHAT_HALTS_AWAIT
    if word in _SEEKING:
        return after in _PROTECTIONS
    if word == "may":
        return after[:1].isdigit() or (at > 0 and tokens[at - 1] in _MONTH_LEADS)
    return _is_of_another(word, tokens[at + 1 : at + 6])


def _is_of_another(word: str, near: Sequence[str]) -> bool:
    """Tell whether what follows a cue gives it another meaning.

    "Clears Acme of fraud" undoes, "clears the deal" does not; so with "closes the
    probe" and "closes the deal", "lifts the ban" and "lifts the dividend", "loses the
    contract" and "loses the lawsuit".
    """
    if word in _CLEARING:
        return _OF.isdisjoint(near) or not _PASSED.isdisjoint(near)
    if word in _CLOSING:
        return _PROCEEDINGS.isdisjoint(near)
    if word in _LOSING:
        return not _SUITS.isdisjoint(near)
    return word in _LIFTING and not _RAISED.isdisjoint(near)
