"""The words by which somebody says that a headline is untrue.

A line is a cue and its phrases. In VERBS the first word takes its endings, "a/b/c" are
an irregular verb; in PHRASES all stands as it is. A phrase may serve several cues.
"""

from catalyst_bot.text import word_set

# denial: says that it is untrue; rebuff: the same, of a rumour; calm: says that all is
# as it was; false: a denial behind "is" or a rumour.
VERBS = """
denial: bat away, call fake, call nonsense, call untrue, contradict, debunk, deny,
    disavow, disclaim, discredit, disown, dispel, gainsay, give/gave the lie, hit back
    at, hit/hit out at, knock down, lash out at, mischaracterise, mischaracterize,
    pick/picked apart, pour cold water, push back on, quell, rebut, refute, rubbish,
    rule out, shoot down, swat down, take/took exception, take/took issue, throw/threw
    cold water, trash
rebuff: answer, blast, brush aside, brush off, challenge, condemn, contest, counter,
    decry, denounce, deride, disavow, disclaim, dismiss, dispute, laugh off, mock, play
    down, quash, reject, repudiate, respond to, scotch, slam, squash, wave away
"""
PHRASES = """
denial: rebuttal, lack any basis, lacks any basis, lacks basis, lacks merit, did not
    say, never said, has not said, did not make, absolutely not, baloney, baseless,
    bogus, bunk, categorically, claptrap, complete invention, concocted, concoction,
    contrary to, cooked up, defamation, did not happen, doctored, dreamed up, dreamt,
    drivel, fabricated, fabrications, factually incorrect, fairy tale, fake news,
    falsehood, falsehoods, falsity, fantasy, fiction, fictitious, figment, flatly,
    forged, forgery, groundless, hoax, hogwash, hooey, inaccurate, knows of no, libel,
    made up, meritless, misrepresentation, never approached, never been, never
    considered, never contacted, never discussed, never happened, never held, never met,
    never spoke, never took place, nil, no approach, no approaches, no bankruptcy, no
    basis, no basis in, no breach, no contact, no customer has, no data, no deal talks,
    no decision to, no default, no delay, no discussions, no evidence, no factual, no
    foundation, no funds, no indication, no intent, no intention, no intentions, no
    interest, no investigation, no job cuts, no knowledge, no layoffs, no leak, no
    merger, no merit, no negotiations, no offer, no one, no plan, no plans, no probe, no
    proposal, no record, no sale, no shortage, no sign, no signs, no substance, no such,
    no such thing, no talks, no truth, nobody, nonsense, not a single, not a target, not
    accurate, not aware, not based on, not been approached, not been charged, not been
    contacted, not been notified, not been sued, not considering, not contemplating, not
    correct, not correspond, not exploring, not facing, not filing, not for sale, not
    happening, not in discussions, not in talks, not in the works, not intend, not
    intending, not interested, not its, not leaving, not looking, not negotiating, not
    on the table, not ours, not planned, not planning, not pursuing, not raising, not
    received, not received any, not resigning, not retained, not seeking, not selling,
    not stepping, not the case, not the subject, not true, not under, not weighing,
    nothing of the sort, nothing to, nowhere near, out of thin air, poppycock, pure
    fantasy, pure invention, pure speculation, remains employed, simply not, smear, tall
    tale, unaware, unfounded, unsubstantiated, untrue, untruths, urban legend, without
    basis, without foundation, without merit, without substance, zero basis, zero
    evidence, zero support, zero truth
calm: are secure, are sound, are stable, is sound, is stable, accounted for, alive and
    well, all invoices, ample, ample liquidity, are fine, are paid, are safe, are
    staying, around the clock, as normal, as usual, assures, at full capacity, at her
    desk, at his desk, at work, authentic, backs ceo, backs chief, best interest,
    business as usual, commitment to, committed to, continues to, entirely at, every
    invoice, far from, full confidence, full support, full trust, fully compliant, fully
    funded, fully licensed, fully operational, fully supports, genuine, going nowhere,
    good standing, here to stay, in effect, in force, in full, in full compliance, in
    good health, insists, intends to stay, is accurate, is alive, is current, is fine,
    is paid, is safe, is secure, is staying, is valid, is well, meeting obligations,
    never better, no change, no changes, no impact, no plans, normally, not affected,
    not going, not leaving, old news, on schedule, on the agenda, plans to stay,
    reaffirms, reassures, reiterates, remains a, remains ceo, remains chief, remains
    committed, remains core, remains in charge, remains in force, remains in place,
    remains independent, remains intact, remains listed, remains on, remains open,
    remains our, remains safe, remains solvent, remains under contract, remains within,
    retains, running normally, runs normally, serve out, stands behind, stands by, stay
    in, staying put, stays committed, stays in, stays independent, stays on, stays open,
    stays put, stays with, still employed, still in, still in place, still on, still
    working, strong liquidity, to stay, unaffected, unchanged, under contract, unharmed,
    up to date, was accurate, well funded, wide of the mark, will continue, will not
    move, will remain, will stay, within all
false: a lie, absurd, defamatory, dishonest, distorted, erroneous, exaggerated, fake,
    false, garbage, imaginary, incorrect, invented, laughable, libellous, lies,
    ludicrous, malicious, misleading, mistaken, off base, outdated, outlandish,
    overblown, preposterous, ridiculous, rubbish, slanderous, speculation, speculative,
    unfair, unreliable, unsourced, untruthful, wrong
"""
NEGATORS = word_set(
    """
    neither never no none nor not nothing without
    """
)
NOTS = NEGATORS - {"without", "neither"}  # these deny no claim: "ends without deal"
# Before "to": what follows has not come to be.
FAILS = word_set(
    """
    declined declines fail failed failing fails refused refuses unable
    """
)
RUMOURS = word_set(
    """
    account accusation accusations allegation allegations article assertion assertions
    blog buzz charge charges chatter claim claims figure gossip hearsay item letter
    magazine media memo narrative newsletter newspaper noise note piece post posts press
    report reports rumor rumors rumour rumours speculation statement stories story
    suggestion suggestions talk talking theory thread tweet
    """
)
# Who is told to have said it, where it was not the company.
HEARSAY = word_set(
    """
    accused accuses activist activists allegations allege alleged allegedly alleges
    alleging believe believed blog blogger channel chatter claim claims column columnist
    considering considers contemplating explores exploring eyeing familiar forum gossip
    hint hints indicate indicates insider insiders lawmaker leak leaked leaks looms
    magazine media memo mulled mulling mulls near nears newsletter newspaper officials
    paper podcast pondering posts radio report report's reportedly reports residents
    rumor rumors rumour rumours said say seller source sources speculation staff suggest
    suggested suggests suit-claims talk talks thought thread tip tipster told tv tweet
    tweets understands union unions website weighing whisper whispers whistle
    whistleblower workers
    """
)
# Of a case at law: that somebody denies it leaves it as it is.
CASES = word_set(
    """
    accuse accused accuses charged charges complaint fined fines indicted indicts
    investigates investigating lawsuit probe probes sue sued sues suing suit
    """
)
