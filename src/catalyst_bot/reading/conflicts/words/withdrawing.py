"""The words by which a headline takes back or puts right an earlier one.

A line is a cue and its phrases, written as in `denying`.
"""

from catalyst_bot.text import word_set

# retraction: is taken back; dropped: the same, of a plan; correction; amendment: the
# same, with a figure; notice: the same, as a heading; fix: as the first word of one;
# nothing: looks like another cue.
VERBS = """
retraction: abandon, abort, annul, ax, axe, back away, back down, back off, back out,
    back pedal, backpedal, backtrack, bin, bow out, break/broke off, break/broke up,
    call a halt, call it off, call it quits, call off, call time, cancel, change its
    mind, choose not, claw back, climb down, close the door, cool on, cop out,
    countermand, decide against, decide not, derail, disband, discard, dissolve, ditch,
    drop out, duck out, dump, eat/ate its words, elect not, expunge, fall/fell/fallen
    apart, fall/fell/fallen through, forfeit, get/got cold feet, get/got out, give/gave
    back, give/gave up on, go back on, go/went cold, hand back, implode, invalidate,
    jettison, junk, kill, lay/laid to rest, let/let expire, let/let lapse, lose/lost
    interest, mothball, nix, nullify, opt against, opt not, opt out, part ways, pass on,
    pull, pull out, pull plug, pull the plug, put/put on hold, put/put on ice, recall
    release, recall report, recall statement, recant, redact, renege, repeal, rescind,
    retract, reverse course, reverse itself, revert, revoke, rip up, roll back, scotch,
    scrap, scuttle, sever, shelve, shut/shut the door, sour on, spike, stand/stood
    aside, stand/stood down, stay/stayed put, step back from, strip, surrender,
    take/took back, take/took down, take/took offline, tear/tore down, tear/tore up,
    terminate, think/thought better, torpedo, turn back on, turn its back, undo,
    uninvite, unpublish, unravel, unwind, void, vote not, walk away, walk/walked back,
    wash its hands, wave/waved off, wind/wound back, withdraw/withdrew/withdrawn,
    withhold/withheld, wriggle out, yank
dropped: collapse, decommission, delete, die, discontinue, disown, drop, end, exit,
    expire, forgo, freeze/froze/frozen, give/gave up, halt, lapse, quit/quit, redeem,
    relinquish, remove, reverse, stop, suspend, unwind/unwound, vacate
correction: apologise, apologize, change headline, clarify, correct, double count, fix
    earlier, fix error, fix figure, fix filing, fix headline, fix item, fix name, fix
    release, fix table, fix typo, garble, misattribute, misbook, miscalculate, miscode,
    misenter, misfile, misname, misspell, misclassify, miscount, mishear/misheard,
    misidentify, miskey, mislabel, mislabell, misplace, misprint, misquote,
    misread/misread, misreport, misspeak/misspoke/misspoken, misstate, mistake/mistook,
    mistranslate, mistype, mix up, overstate, rectify, refile, reissue, replace earlier,
    replace notice, replace release, replace statement, replace table, republish,
    resubmit report, set/set record straight, set/set the record straight, supersede,
    swap/swapped columns, transpose, understate, wrongly state
fix: adjust, amend, edit, fix, revise
amendment: amend, inflate, recalculate, restate, revise, update filing
nothing: cut off, cut short, deny access, deny any link, deny application, deny bail,
    deny bid, deny connection, deny entry, deny liability, deny link, deny motion, deny
    permission, deny request, deny wrongdoing, drop by, drop in, drop to, keep/kept
    away, keep/kept off, keep/kept out of, pull ahead, pull away, pull back, pull down,
    pull in, pull through, pull up
"""
PHRASES = """
retraction: aborted, about face, about turn, after all, are over, back burner, back to
    square one, canceled, canceling, cancellation, change of heart, cold feet, dead in
    the water, deal dead, deal off, dies, disregard, disregards, falls through, gone,
    ignore release, in the bin, indefinitely, is dead, is no more, is off, is off the
    table, is over, is void, never mind, never went, nixes, no deal, no go, no longer,
    not acquire, not be built, not be launched, not build, not buy, not effective, not
    exercise, not go ahead, not go through, not going ahead, not happen, not issue, not
    merge, not move, not proceed, not pursue, not rely, not sell, not take place, not to
    be, not to proceed, not to pursue, not to rely, nothing doing, null and void, of no
    effect, off the table, offer dead, on hold indefinitely, on ice, plan dead,
    rescission, retraction, reverses itself, shut down plan, stays put, stillborn, talks
    off, talks over, termination, thinks better, u turn, uturn, will not launch, will
    not list, withdrawal, without effect
correction: that should be, should be #, should have said, not to be read as, 10ka,
    10qa, 20fa, 6ka, 8ka, actual figure, amended filing, amended k, amended release,
    amends release, as previously reported, by mistake, clerical, clerical slip, correct
    figure, corrected, corrected figure, corrected release, corrected statement,
    corrected version, corrigendum, decimal, decimal point, digits, disclosure record,
    double counted, earlier announcement, earlier flash, earlier headline, earlier item,
    earlier release, earlier statement, earlier story, editor's note, errata, erratum,
    erroneous, erroneous figure, erroneously, error, errors, extra zero, form # a, in
    error, inadvertently, incorrect figure, incorrectly, loose wording, minus sign,
    misplaced comma, misprinted, misreported, missing digit, missing zero, misspoke,
    misstatement, misstatements, mistake, mistakenly, mistakes, mix up, namesake, not as
    reported, not as stated, omitted, ought to be, ought to read, overstated, plus sign,
    previous item, previous release, previous statement, previously stated, prior
    release, rather than the, refile, reissued, release corrects, replaces earlier,
    revised release, right figure, rounding error, sent in error, should have been,
    should have read, should read, should state, sign error, spreadsheet, supersedes,
    superseding, tabulation, tabulation slip, to be read as, transposed, true figure,
    typing error, typo, typographical, unapproved, understated, version corrects, was
    off, went out early, went up inadvertently, wrong column, wrong company, wrong
    currency, wrong date, wrong figure, wrong name, wrong number, wrong period, wrong
    price, wrong quarter, wrong ratio, wrong row, wrong table, wrong term, wrong unit,
    wrong units, wrong year, wrongly, zero too many
amendment: actually, after audit, amended, in fact, in reality, in truth, miscounted,
    once errors, rechecked, recount, restated, restatement, revised, was really, wrong
notice: amendment, clarification, correction, corrections, replacement, revision
nothing: no longer halted, no longer subject, no longer suspended, no longer under,
    double digits, single digits, double digit, single digit, ahead of earnings, ahead
    of meeting, ahead of results, ahead of vote, annual meeting, as well as, at end, at
    meeting, back in, board meeting, continue to correct, correct further, correct on,
    cut costs, cuts costs, cuts short, end june, end of, general meeting, holder
    meeting, killed in, month end, not just, not only, on track record, quarter end,
    shareholder meeting, special meeting, up to, week end, year end
"""
# Behind "drop", "end" and the like: what was planned, not what goes down.
PLANS = word_set(
    """
    acquire agree appeal application appoint approve article award ban bid case
    certificate contract coverage deal decision delist dividend facility filing grant
    guidance hike invest ipo launch lawsuit list listing loan merge move nomination
    notes offering order partner petition placement plan post product program programme
    project propose pursuit raise registration relocation repurchase research route sell
    slate spinoff split submission takeover talk tender trial tweet upgrade venture
    """
)
EVENTS = word_set(
    """
    appearance briefing call ceremony conference dinner event forum gala holiday
    interview meeting participation party presentation roadshow sponsorship tour visit
    webcast webinar
    """
)
# What a correction may be about that puts nothing of the news right.
TRIVIA = word_set(
    """
    caption contact dial dial-in link logo phone photo replay spelling time url webcast
    """
)
