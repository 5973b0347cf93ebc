"""The words by which one headline takes back, changes or denies another; our own.

A line is a cue and its phrases. In VERBS the first word takes its endings, "a/b/c" are
an irregular verb; in WORDS all stands as it is. A phrase may serve several cues.
"""

# denial: says that it is untrue; rebuff: the same, of a rumour; retraction: is taken
# back; dropped: the same, of a plan; correction; amendment: the same, with a figure.
# up, keep, down, quit: what becomes of an outlook.
VERBS = """
denial: deny, refute, rebut, debunk, disavow, disown, contradict, shoot down, knock
    down, bat away, swat down, pour cold water, throw/threw cold water, hit back at,
    push back on, take/took issue, rule out
rebuff: dismiss, reject, quash, dispute, brush aside, brush off, slam, laugh off,
    squash, scotch, contest, decry, repudiate, wave away, play down, denounce, blast,
    counter
retraction: withdraw/withdrew/withdrawn, retract, rescind, revoke, cancel, scrap,
    abandon, shelve, terminate, axe, ditch, nix, annul, call off, back out, pull out,
    back away, walk away, break/broke off, pull the plug, abort, discard, unpublish,
    fall/fell/fallen through, fall/fell/fallen apart, take/took back, go back on, strip,
    unwind, decide against, opt against, backtrack, back down, undo, bin, tear/tore up,
    hand back, give/gave back, rip up, opt out, jettison, dissolve, unravel, derail,
    implode, disband, back off, step back from, put/put on ice, put/put on hold, close
    the door, invalidate, shut/shut the door, decide not, choose not, elect not, bow
    out, turn its back, renege, mothball, walk/walked back, forfeit, recant, void, pull,
    dump, kill, junk
dropped: drop, end, suspend, reverse, collapse, give/gave up, lapse, halt, quit/quit,
    exit, freeze/froze/frozen, stop, discontinue, forgo, delete, remove, die, expire,
    relinquish, block
correction: fix headline, fix typo, fix error, fix name, fix figure, change headline,
    correct, clarify, misstate, rectify, misreport, misprint, set/set the
    record straight, miscalculate, misquote, refile, reissue
amendment: amend, revise, restate, recalculate
nothing: deny motion, deny request, deny permission, deny bail, deny access, deny entry,
    deny bid, deny application, pull down, pull away, pull ahead, pull in, pull up, pull
    back, pull through, drop to, drop in, drop by, cut short, cut off
up: take/took up, bring/brought up, raise, lift, boost, hike, up, increase, upgrade,
    upsize, improve, bump, ratchet up, nudge up, step up, beat, exceed, rise/rose/risen,
    grow/grew/grown, expand
keep: meet/met, achieve, reach, hit/hit, reaffirm, maintain, keep/kept, back, confirm,
    reiterate, affirm, stick to, stick with, stuck to, stand/stood by, hold/held,
    retain, repeat, leave/left, endorse
down: fall/fell short, come/came short, take/took down, bring/brought down, guide down,
    talk down, cut/cut, lower, trim, reduce, slash, downgrade, scale back, dial back,
    pare, prune, halve, miss, fall/fell/fallen, decline, drop, shrink/shrank, temper,
    warn, chop, tone down, rein in, slip, contracted, undershoot, clip, shave, weaken,
    decrease
quit: withdraw/withdrew/withdrawn, pull, suspend, scrap, abandon, drop, ditch, retract,
    rescind, walk back, shelve, cancel, revoke, ax, axe, yank, back away, discontinue
"""
WORDS = """
denial: no truth, no plan, no plans, no intention, no intentions, no intent, no talks,
    no discussions, no negotiations, no knowledge, no evidence, no sign, no signs, no
    basis, no merit, no such, no foundation, without merit, without foundation, without
    basis, not aware, unaware, not true, not correct, not accurate, not in talks, not
    considering, not planning, not negotiating, not exploring, never held, never
    considered, never discussed, untrue, baseless, groundless, unfounded,
    unsubstantiated, fictitious, fabricated, hoax, fiction, meritless, inaccurate,
    factually incorrect, contrary to, not for sale, nothing to, not seeking, not
    weighing, not contemplating, no record, no indication, knows of no, no basis in,
    nonsense, pure speculation, not looking, no interest, not interested, no decision to
calm: will stay, stays in, stay in, will remain, will not move, is valid, good standing,
    remains in force, in force, in effect, fully supports, full support, full
    confidence, on the agenda, wide of the mark, business as usual, stands behind,
    remains within, within all, remains committed, stays committed, committed to,
    remains independent, unaffected, still in place, remains in place, remains open,
    remains intact, well funded, no change, no changes, far from, best interest, made
    up, old news, remains safe, no impact, remains solvent, fully funded, ample,
    continues to, remains on, still on
false: defamatory, slanderous, libellous, untruthful, dishonest, imaginary, false,
    wrong, fake, incorrect, misleading, erroneous, speculative, malicious, invented,
    rubbish, absurd, mistaken, distorted, lies, speculation
retraction: disregard, u turn, uturn, about face, off the table, canceled, canceling, is
    off, not go ahead, not proceed, not pursue, no longer plans, no longer planning, no
    longer to, no longer pursuing, no longer intends, cancellation, withdrawal,
    retraction, termination, rescission, no longer proceed, not going ahead, will not
    launch, no longer go, no longer valid
nothing: killed in, cuts short, not only, not just, up to, as well as, back in
notice: correction, clarification, corrections
correction: erratum, errata, corrigendum, refile, typo, wrongly, erroneously, in error,
    mistakenly, should have read, should read, incorrectly, misprinted, not as stated,
    previously stated, earlier release, previous release, earlier statement, previous
    statement, earlier announcement, earlier headline, inadvertently
amendment: amended, revised, restated, restatement, actually, in fact
up: upbeat, optimistic, confident, bullish, hopeful, higher, growth, growing, rising,
    stronger, strong, above, better, increase, robust, profitable
keep: unchanged, intact, on track, on course, as planned, steady, in line, firm
down: cautious, downbeat, gloomy, pessimistic, lower, below, falling, weaker, weak,
    profit warning, short of, declining, decline, worse, shrinking, soft, softer, less
    than, sluggish, short, loss, drop, light
quit: no longer, not expect, not see, not anticipate, out of reach, will not meet, not
    meet, not reach, not achieve, under review, not be met, unlikely
"""
# Two sides that exclude each other. The first word of a side is the plain one: between
# two of these the conflict is strong.
OPPOSITES = """
approve, clear, okay, allow, permit, authorise, authorize, grant, back, endorse, accept,
    wave through, greenlight, ratify, bless, nod, support, recommend, adopt, consent,
    =approval, =clearance, wave on, agree, =supports, welcome, =go ahead, =green light
  | reject, block, deny, refuse, prohibit, bar, ban, oppose, veto, decline, vote down,
    turn down, strike/struck down, disapprove, rebuff, disallow, forbid/forbade, spurn,
    vote against, shoot down, torpedo, snub, object, =rejection, =complete response,
    revolt, rebel, refuse, condemn, =against, scupper
beat, top, exceed, surpass, outperform, outpace, =above, =ahead of, =better than
  | miss, lag, =below, fall/fell short, come/came short, trail, undershoot,
    underperform, =worse than, =short of
rise/rose/risen, increase, grow/grew/grown, climb, gain, advance, jump, surge, improve,
    soar, =up, =higher, =growth, accelerate, quicken, double, rebound
  | fall/fell/fallen, decrease, decline, drop, slide/slid, slip, shrink/shrank, tumble,
    plunge, sink/sank, dip, worsen, =contracted, weaken, =down, =lower, slow, halve,
    deteriorate, slump
narrow | widen
win/won, secure, land, clinch, bag, retain, awarded
  | lose/lost, lose/lost out, miss out, forfeit, =denied, =refused, =passed over,
    =beaten to
meet/met, achieve, succeed, hit/hit, reach, pass, attain, satisfy, =successful
  | fail, miss, flop, flunk, =falls short, =fell short, =unsuccessful
=profit, =profits, =gain, =surplus | =loss, =losses, =deficit
rule for, rule in favour, rule in favor, side with, vote for, decide for, find/found
    for, =in favour of, =in favor of, =for, vote to
  | rule against, side against, vote against, decide against, find/found against,
    =against
stay, remain, =staying, =to stay
  | leave/left, quit/quit, exit, resign, depart, step down
=on schedule, =on time, =on track, =ahead of schedule, =early, =on budget, =under
    budget, =as planned, =ahead
  | delayed, delay, postpone, =late, =behind schedule, push back, slip, =over budget,
    =off track, =behind, =overdue
regain compliance, gain compliance, =in compliance, =compliant, comply
  | =out of compliance, fail to regain, lose/lost compliance, =in breach, breach,
    =noncompliant, =non compliant, violate, =noncompliance, =non compliance, =not in
    compliance
=guilty, =liable, convict
  | acquit, =not guilty, =innocent, =not liable, clear, exonerate, vindicate, absolve
dismiss, throw/threw out, toss | proceed, =go forward, revive, reinstate
uphold/upheld, affirm, confirm
  | overturn, reverse, quash, annul, strike/struck down, throw/threw out, void,
    overrule, =set aside, vacate, invalidate, cancel, revoke
include, add, join, =remain in, =remains in, =stays in, =stay in, keep/kept, retain
  | exclude, remove, drop, expel, eject, omit, =left out, delete
=positive, =favourable, =favorable | =negative, =unfavourable, =unfavorable, =adverse
=strong, =robust, =healthy, =solid, =brisk
  | =weak, =soft, =sluggish, =poor, =anaemic, =anemic, =tepid
raise, lift, hike, boost, increase | lower, cut/cut, trim, reduce, slash, halve
=safe | =unsafe, =dangerous
=effective, =works | =ineffective
=valid | =invalid, invalidate
=legal, =lawful | =illegal, =unlawful
extend, renew, continue | =not renewed, expire, =ended
=oversubscribed, =fully subscribed | =undersubscribed, =unsubscribed
sell/sold, divest | keep/kept, retain
=accelerates, =speeds up | =slows, =slows down
=outperforms | =underperforms
qualify | disqualify
=solvent | =insolvent
superior, =better than, =outperforms | =inferior, =no better, =not superior, =worse than
find/found, discover, =strikes | =dry, =no trace, =nothing
proceed, =go ahead, =goes ahead | halt, block, stop
=likely | =unlikely
=able | =unable
=sufficient, =enough | =insufficient, =not enough
=ready | =unready, =not ready
inflow, =inflows | outflow, =outflows
=surplus | =deficit, =shortfall
=premium | =discount
=earlier, =sooner | =later
=eligible | =ineligible
=stable | =unstable
=healthy, =well | =ill, =unwell
gain, add | shed/shed, lose/lost
create, add, hire | cut/cut, shed/shed, axe, fire
=buyer | =seller
=majority | =minority
=fully, =full | =partly, =partial
=public | =private
=recovers, =recovered, =improves | deteriorate, worsen
=tightens, tighten | loosen, relax
=survive, survive | collapse
=ahead | =behind
=leads, lead/led | trail
=binding | =nonbinding, =non binding
=voluntary | =involuntary, =forced
=certified | =decertified
=deny | =confirm
"""
