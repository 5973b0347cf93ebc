"""The words by which a headline denies, undoes, or only expects an event."""

from collections.abc import Mapping
from enum import StrEnum


class Status(StrEnum):
    """What a headline says of an event."""

    ASSERTED = "asserted"
    DENIED = "denied"
    FAILED = "failed"
    UNDONE = "undone"
    POSSIBLE = "possible"
    PENDING = "pending"


Cues = Mapping[str, tuple[tuple[tuple[str, ...], Status], ...]]

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
        no | not | never | without | deny | denies | denied | denying | refute | refutes
        refuted | rule out | rules out | ruled out | ruling out | unlikely to
        no longer | dismisses talk of | rubbishes | quashes rumours | quashes rumors
        isn't | aren't | wasn't | weren't | won't | wouldn't | nor | neither
        no plans to | no plan to | no need to | not in | not seeking | stops short of
        far from | downplays | plays down | contradicts | disputes | rejects claims of
        brushes aside | shrugs off | can't | cannot | refuse | refuses | refused
        declines to | refuses to | refused to | declined to | reject | rejects
        rejected | rejecting | not to proceed with | not proceed with
        won't proceed with | not to go ahead with | not to pursue | won't pursue
        decides against | decided against | opts against | opted against | votes against
        vote against | voted against | votes down | vote down | voted down | turn down
        turns down | turned down | turns away | rebuffs | no need for | sees no need for
        without need for | sees no | finds no | found no | not guilty of
        did not infringe | withhold | withholds | withheld | rebut | rebuts | rebutted
        hits back at | pushes back on | pushes back against | fires back at
        won't need to | no reason for | in no need of
    """,
    Status.FAILED: """
        fail to | fails to | failed to | failing to | unable to | did not | didn't
        does not | doesn't | do not | don't | could not | couldn't | has not | hasn't
        have not | haven't | falls short of | fell short of | fails in | failed in
        short of | not able to | failure to | unsuccessful in | fails | failed | fail
        misses | missed | missing | struggles to | missed out on | misses out on
    """,
    Status.UNDONE: """
        lift | lifts | lifted | lifting | withdraw | withdraws | withdrew | withdrawn
        withdrawing | terminate | terminates | terminated | terminating | cancel
        cancels | cancelled | canceled | cancelling | avoid | avoids | avoided
        avoiding | avert | averts | averted | averting | dismiss | dismisses | dismissed
        ends | ended | ending | scrap | scraps | scrapped | drops | dropped | abandon
        abandons | abandoned | call off | calls off | called off | shelve | shelves
        shelved | pull | pulls | pulled | halt of | rescind | rescinds | rescinded
        revoke | revokes | revoked | reverse | reverses | reversed | overturn
        overturns | overturned | prevent | prevents | prevented | escapes | escaped
        escape | remove | removes | removed | resolve | resolves | resolved | settle
        settles | settled | suspend | suspends | suspended | walks away from
        walked away from | backs out of | backed out of | exit | exits | exited
        emerge from | emerges from | emerged from | emerging from | staves off
        stave off | fends off | wards off | clears | cleared of | exits from | exit from
        quashes | quashed | halts | halted | void | voids | voided | release of
        released from | throws out | throw out | tosses | tossed out | vacates | vacated
        defeat | defeats | kills | axes | axed | ditches | ditched | dodge | dodges
        dodged | sidesteps | skirts | beats back | block | blocks | blocked | blocking
        stop | stops | stopped | lose | loses | losing | lost | forfeit | forfeits
        spare | spares | spared from | exempt | exempts | exempted | exempt from
        exempted from | spared | waive | waives | waived | annul | annuls | strike down
        strikes down | struck down | invalidates | freezes | froze | close | closes
        closed | end | bar | bars | barred | barring | wraps up | concludes | concluded
        cleared in | exonerated | acquitted | acquitted of | absolved of | freed from
        free of | rids | no longer faces | stripped of | strips | removing | resolving
        settling | dropping | ruling out | scrapping | clearing of | easing | cure
        cures | cured | remedies | corrects | defuses | remediates | remediated
        retires | retired | skip | skips | skipped | fixes | fixed | yank | yanks
        yanked | reprieve from | protection from | shielded from | stay of
        wins stay of | overcomes | closing out | repays | repaid | eases
        ease | eased | contains | contain | contained | relaxes | loosens
        rolls back | backs off | backs away from | retracts | retracted
        withdraws from | shake off | shakes off | wins dismissal of | wins reversal of
        relief from | withdrawal of | termination of | cancellation of | end of | end to
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
        studies | mooted | proposes to | open to | wants | want to | wants to | tries to
        trying to | attempts to | to consider | to mull | talks to | whether | fears of
        risk of | threat of | threatens | on the verge of | talks of | talk of
        intends to | urges | urged to | bets on | expects to
    """,
}
_AFTER_LINES: Mapping[Status, str] = {
    Status.PENDING: "yet | pending | awaited | yet to come | under review | not yet",
    Status.DENIED: """
        denied | rejected | ruled out | untrue | is false | are false | baseless
        unfounded | not true | denies report | refuted | turned down | unlikely
        not planned | off the table | is not | are not | not | declined | not needed
        no longer needed | no longer required | no longer planned | voted down
        not required | unnecessary | no longer necessary
    """,
    Status.FAILED: """
        talks fall apart | talks fell apart | talks collapse | talks collapsed
        talks end | talks break down | talks fizzle | talks ended | fall apart
        falls apart | fell apart
        failed | fails | not met | falls through | fell through | collapse | collapses
        collapsed | unsuccessful | was not met | were not met | wasn't met | did not
        missed | flops | flopped | falters | faltered | undersubscribed | failure
    """,
    Status.UNDONE: """
        voided | lifted | called off | dismissed | withdrawn | cancelled | canceled
        terminated
        scrapped | abandoned | shelved | rescinded | revoked | overturned | reversed
        averted | avoided | resolved | settled | ends | ended | removed | suspended
        thrown out | dropped | postponed | delayed | tossed | pulled | vacated
        is lifted | was lifted | exit | annulled | waived | struck down | blocked
        closed | exempted | rejected | is over | are over | barred | deferred
        put on hold | paused | expires
    """,
    Status.POSSIBLE: """
        rumors | rumours | speculation | possible | likely | on the cards | talks
        mulled | considered | looms | looming | buzz | chatter | risk | risks | hopes
        report says | reports say | if
    """,
}


def _indexed(lines: Mapping[Status, str]) -> Cues:
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


BEFORE_EVENT, AFTER_EVENT = _indexed(_BEFORE_LINES), _indexed(_AFTER_LINES)
# Of each cue the longest word: none is in a headline without one of these.
CUES = frozenset(
    max(words, key=len)
    for cues in (*BEFORE_EVENT.values(), *AFTER_EVENT.values())
    for words, _ in cues
)
