"""Whether a headline asserts an event, denies it, or only expects it.

A match is a span of words; cues near it, in the same clause, change what it says:
"denies", "failed to", "lifts", "may", "awaits". A card must never praise a refusal.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from catalyst_bot.scoring.prepared import Prepared

BEFORE, AFTER = 5, 4  # words in which a cue is looked for


class Status(StrEnum):
    """What a headline says of an event."""

    ASSERTED = "asserted"
    DENIED = "denied"
    FAILED = "failed"
    UNDONE = "undone"
    POSSIBLE = "possible"
    PENDING = "pending"


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
_TURNS = (Status.DENIED, Status.FAILED, Status.UNDONE)  # two of them cancel

_BEFORE_LINES: Mapping[Status, str] = {
    Status.PENDING: """
        await | awaits | awaiting | awaited | seek | seeks | seeking | sought | submit
        submits | submitted | submitting | apply for | applies for | applied for
        applying for | pending | files for fda | asks for | request | requests
        requested | requesting | on track for | expects decision on | not yet
        have yet to | has yet to | yet to | ahead of | is due for | petitions for
        hopes for | hopes to win | calls for | demands | vies for | bids for
        in the running for | yet
    """,
    Status.DENIED: """
        no | not | never | without | deny | denies | denied | denying | refute
        refutes | refuted | rule out | rules out | ruled out | ruling out
        unlikely to | no longer | dismisses talk of | rubbishes | quashes rumours
        quashes rumors | isn't | aren't | wasn't | weren't | won't | wouldn't | nor
        neither | no plans to | no plan to | no need to | not in | not seeking
        stops short of | far from | downplays | plays down | contradicts
        disputes | rejects claims of | brushes aside | shrugs off | can't | cannot
        refuse | refuses | refused | declines to
        refuses to | refused to | declined to
    """,
    Status.FAILED: """
        fail to | fails to | failed to | failing to | unable to | did not | didn't
        does not | doesn't | do not | don't | could not | couldn't | has not | hasn't
        have not | haven't | falls short of | fell short of | fails in | failed in
        short of | not able to | failure to | unsuccessful in
        fails | failed | fail | struggles to | missed out on | misses out on
    """,
    Status.UNDONE: """
        lift | lifts | lifted | lifting | withdraw | withdraws | withdrew | withdrawn
        withdrawing | terminate | terminates | terminated | terminating | cancel
        cancels | cancelled | canceled | cancelling | avoid | avoids | avoided
        avoiding | avert | averts | averted | averting | dismiss | dismisses
        dismissed | ends | ended | ending | scrap | scraps | scrapped
        drops | dropped | abandon | abandons | abandoned | call off | calls off
        called off | shelve | shelves | shelved | pull | pulls | pulled | halt of
        rescind | rescinds | rescinded | revoke | revokes | revoked | reverse
        reverses | reversed | overturn | overturns | overturned | prevent | prevents
        prevented | escapes | escaped | escape | remove | removes | removed | resolve
        resolves | resolved | settle | settles | settled | suspend | suspends
        suspended | walks away from | walked away from | backs out of
        backed out of | exit | exits | exited | emerge from | emerges from
        emerged from | emerging from | staves off | stave off | fends off
        wards off | clears | cleared of | exits from | exit from | quashes
        quashed | halts | halted | void | voids | voided | release of | released from
        throws out | throw out | tosses | tossed out | vacates | vacated | defeat
        defeats | kills | axes | axed | ditches | ditched
        withdrawal of | termination of | cancellation of | end of | end to
        dismissal of | removal of | lifting of | recovers from | postpone | postpones
        postponed | delay | delays | delayed | defers | deferred
    """,
    Status.POSSIBLE: """
        may | might | could | consider | considers | considering | considered | weigh
        weighs | weighing | explore | explores | exploring | reportedly | if | in talks
        in talks to | mull | mulls | mulling | eye | eyes | eyeing | rumored | rumoured
        rumour of | rumor of | rumors of | rumours of | speculation of | possible
        possibly | potential | potentially | likely to | plans to | plan to | planning
        looking to | looks to | aims to | said to | would | can | hopes to | set to
        studies | mooted | proposes to | open to | wants | want to | wants to
        tries to | trying to | attempts to | to consider | to mull | talks to
        whether | fears of | risk of | threat of | threatens | on the verge of
        talks of | talk of | intends to | urges | urged to | bets on | expects to
    """,
}
_AFTER_LINES: Mapping[Status, str] = {
    Status.PENDING: "yet | pending | awaited | yet to come | under review | not yet",
    Status.DENIED: """
        denied | rejected | ruled out | untrue | is false | are false | baseless
        unfounded | not true | denies report | refuted | turned down | unlikely
        not planned | off the table | is not | are not | not | declined
    """,
    Status.FAILED: """
        failed | fails | not met | falls through | fell through | collapse | collapses
        collapsed | unsuccessful | was not met | were not met | wasn't met | did not
        missed | flops | flopped | falters | faltered | undersubscribed | failure
    """,
    Status.UNDONE: """
        lifted | called off | dismissed | withdrawn | cancelled | canceled | terminated
        scrapped | abandoned | shelved | rescinded | revoked | overturned | reversed
        averted | avoided | resolved | settled | ends | ended | removed | suspended
        thrown out | dropped | postponed | delayed | tossed | pulled | vacated
        is lifted | was lifted | exit | deferred | put on hold | paused | expires
    """,
    Status.POSSIBLE: """
        rumors | rumours | speculation | possible | likely | on the cards | talks
        mulled | considered | looms | looming | buzz | chatter | risk | risks | hopes
        report says | reports say | if
    """,
}
_CLAUSE_WORDS = frozenset(
    ("but", "while", "after", "although", "though", "amid", "despite", "as", "-",
     "following", "because", "since")
)  # fmt: skip
_BARRIERS = frozenset(("on", "with", "over", "by", "upon"))
_MONTH_LEADS = frozenset(
    ("in", "on", "by", "since", "from", "until", "till", "of", "for", "early", "late")
)

# "Halted pending news" has halted.
_WHAT_HALTS_AWAIT = frozenset(
    ("news", "additional", "announcement", "dissemination", "release", "information")
)
_SEEKING = frozenset(("seek", "seeks", "seeking", "sought"))
_PROTECTIONS = frozenset(("bankruptcy", "chapter", "creditor", "protection"))

_Cues = Mapping[str, tuple[tuple[tuple[str, ...], Status], ...]]


def status_of(prepared: Prepared, first: int, last: int) -> Reading:
    """Return what the headline says of the event in words [first, last)."""
    is_asked = prepared.text.endswith("?")
    if not is_asked and CUES.isdisjoint(prepared.tokens):
        return _PLAIN
    begin = _clause_start(prepared, first)
    end = _clause_end(prepared, last)
    found = _reaching(prepared, _cues(prepared, _BEFORE, begin, first), first)
    found += _cues(prepared, _AFTER, last, end)
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
        if prepared.chunks[i][-1] in ";:!?" or prepared.tokens[i] in _CLAUSE_WORDS:
            break
        begin = i
    return begin


def _clause_end(prepared: Prepared, last: int) -> int:
    end = last
    for i in range(last, min(last + AFTER, len(prepared.tokens))):
        if prepared.chunks[i - 1][-1] in ";:!?" or prepared.tokens[i] in _CLAUSE_WORDS:
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
        if status not in _TURNS or _BARRIERS.isdisjoint(prepared.tokens[stop:first])
    ]


def _cues(
    prepared: Prepared, cues: _Cues, begin: int, end: int
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
    return False


def _indexed(lines: Mapping[Status, str]) -> _Cues:
    index: dict[str, list[tuple[tuple[str, ...], Status]]] = {}
    for status, text in lines.items():
        for cue in text.replace("\n", "|").split("|"):
            words = tuple(cue.split())
            if words:
                index.setdefault(words[0], []).append((words, status))
    return {
        first: tuple(sorted(cues, key=lambda cue: -len(cue[0])))
        for first, cues in index.items()
    }


_BEFORE, _AFTER = _indexed(_BEFORE_LINES), _indexed(_AFTER_LINES)
CUES = frozenset(_BEFORE) | frozenset(_AFTER)  # no cue begins without one of these
