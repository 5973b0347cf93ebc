"""Two sides that exclude each other, one pair of sides a line; our own.

The first word of a phrase takes its endings, "a/b/c" are an irregular verb, and what
begins with "=" stands as it is. The first phrase of a side is the plain one: between
two of these a conflict is strong.
"""

OPPOSITES = """
approve, accept, adopt, agree, allow, authorise, authorize, back, bless, certify, clear,
    confirm, consent, endorse, entitle, favor, favour, find/found for, give/gave nod,
    grant, greenlight, let/let, license, nod, okay, permit, ratify, recommend, rubber
    stamp, sanction, sign off, support, usher through, vote for, vote to, waive, wave
    on, wave through, welcome, =all clear, =approval, =backing, =blessing, =clearance,
    =consent, =go ahead, =go ahead from, =go signal, =green light, =green lit, =in
    favor, =in favour, =licence, =passes muster, =sign off, =supports, =thumbs up,
    =waiver, =yes
  | reject, balk at, ban, bar, baulk at, bin, block, condemn, decline, defeat, deny,
    disallow, disapprove, fault, forbid/forbade, forbid/forbade/forbidden, frustrate,
    halt, kill, knock back, nix, object, oppose, outlaw, prohibit, push back, quash,
    rebel, rebuff, refuse, repudiate, revoke, revolt, say/said no, scupper, send back,
    shoot down, snub, spurn, squash, stand/stood in way, stop, strike/struck down,
    strike/struck out, stymie, throw/threw/thrown out, thwart, torpedo, toss out, turn
    away, turn down, veto, vote against, vote down, withhold/withheld, =against,
    =barred, =complete response, =crl, =defeat, =in limbo, =knocked back, =no go, =no
    to, =not approvable, =objects, =opposition, =red light, =refusal, =rejection, =shot
    down, =thumbs down, =unable to approve, =unapproved
beat, exceed, outpace, outperform, surpass, top, =above, =ahead of, =better than
  | miss, come/came short, fall/fell short, lag, trail, underperform, undershoot,
    =below, =short of, =worse than
rise/rose/risen, accelerate, advance, boost, climb, double, edge/edged up, expand, firm,
    gain, grow/grew/grown, improve, increase, jump, lift, pick/picked up, quicken,
    rebound, rocket, shoot/shot up, soar, spurt, strengthen, surge, swell, zoom, =gains,
    =growth, =higher, =record high, =up
  | fall/fell/fallen, contract, crater, decline, decrease, deteriorate, dip, drop,
    dwindle, ease, ebb, edge/edged down, erode, halve, nosedive, plummet, plunge,
    recede, retreat, shrink/shrank, sink/sank, skid, slide/slid, slip, slow, slump,
    soften, tumble, wane, weaken, worsen, =contracted, =down, =lower, =off, =record low
narrow | widen
win/won, awarded, bag, choose, clinch, gain, get/got, land, nab, obtain, receive,
    retain, score, secure, select, snag, =frontrunner, =picked, =picks, =preferred
    bidder, =wins
  | lose/lost, come/came away empty, deny, forfeit, lose/lost out, miss out, overlook,
    refuse, =awarded to, =beaten to, =denied, =goes to, =left empty handed, =loser, =not
    chosen, =outbid, =passed over, =passes over, =refused, =snubbed, =stripped, =went to
meet/met, ace, achieve, attain, beat/beat, clear, hit/hit, pass, prove/proved, reach,
    sail through, satisfy, succeed, survive, work, =clean, =comes through, =significant,
    =statistical significance, =successful, =superior, =works
  | fail, bomb, disappoint, fall/fell/fallen short, flop, flunk, miss, stumble, =below,
    =critical, =deficiencies, =did no better, =dud, =failure, =falling below, =falls
    short, =fell short, =futile, =futility, =insignificant, =no benefit, =no better
    than, =no different, =no improvement, =not significant, =unsuccessful, =violations
=profit, =earns, =gain, =in the black, =back in the black, =profitable, =profits,
    =surplus
  | =loss, =deficit, =in the red, =back in the red, =loses, =unprofitable
rule for, decide for, find/found for, rule in favor, rule in favour, side with, vote
    for, vote to, =for, =in favor of, =in favour of
  | rule against, decide against, find/found against, side against, vote against,
    =against
stay, remain, =re elected, =staying, =stays on, =stays put, =to stay
  | leave/left, depart, dismiss, exit, fire, oust, quit/quit, resign, retire, sack, step
    down, =departs, =ousted, =out as
=on schedule, =ahead, =ahead of schedule, =as planned, =early, =on budget, =on time, =on
    track, =under budget
  | delayed, delay, postpone, push back, slip, =behind, =behind schedule, =late, =off
    track, =over budget, =overdue
regain compliance, comply, gain compliance, =compliant, =in compliance
  | =out of compliance, breach, fail to regain, lose/lost compliance, violate, =in
    breach, =non compliance, =non compliant, =noncompliance, =noncompliant, =not in
    compliance
=guilty, convict, =at fault, =infringed, =infringement, =infringes, =liable
  | =not guilty, absolve, acquit, clear, exonerate, vindicate, =cleared, =innocent, =no
    infringement, =not liable
dismiss, throw/threw out, toss | proceed, reinstate, revive, =go forward
uphold/upheld, affirm, confirm
  | overturn, annul, cancel, invalidate, overrule, quash, reverse, revoke, strike/struck
    down, throw/threw out, vacate, void, =set aside
include, add, join, keep/kept, retain, =remain in, =remains in, =stay in, =stays in
  | exclude, boot, delete, drop, eject, evict, expel, kick out, omit, oust, relegate,
    remove, strip, =kept out, =kicked out, =left out, =stay out, =stays out, =thrown out
=exempt, exempt, spare, =carve out, =escapes, =excluded from, =spared
  | =subject to, =applies to, =apply to, =caught by, =covered by, =hit by, =hits,
    =included in, =liable for, =not exempt, =will apply
restart, reopen, resume, =back on line, =back online, =running, =running again, =up and
    running
  | =still shut, =not running, =remains closed, =remains idle, =remains offline,
    =remains shut, =remains suspended, =stay closed, =stay shut, =stays closed, =stays
    shut, =still down, =still halted, =still idle, =still not running, =still offline,
    =still suspended, =will remain closed, =will remain shut, =will stay closed, =will
    stay shut, =yet to reopen, =yet to restart, =yet to resume
=safe, =afloat, =made whole, =protected, =rescued, =saved, =unharmed
  | =lost, capsize, sink/sank/sunk, =bear losses, =dead, =killed, =missing, =take
    losses, =wiped out
=lifts hold, lift/lifted, =hold lifted, =off clinical hold
  | =still on hold, impose, =hold remains, =keeps hold, =not lifted, =on clinical hold,
    =remains on, =stays on, =still on
=averted, avert, =agree deal, =called off, =no strike, =stay on the job, =tentative deal
  | =walk out, =down tools, =go on strike, =on strike, =picket, =stop work, =strike
    begins, =walk off, =walkout
solvent, =going concern | =bankrupt, =insolvency, =liquidation
=positive, =favorable, =favourable | =negative, =adverse, =unfavorable, =unfavourable
=strong, =brisk, =healthy, =robust, =solid
  | =weak, =anaemic, =anemic, =poor, =sluggish, =soft, =tepid
raise, boost, hike, increase, lift | lower, cut/cut, halve, reduce, slash, trim
=safe | =unsafe, =dangerous
=effective, =works | =ineffective
=valid | =invalid, invalidate
=legal, =lawful | =illegal, =unlawful
=pays, declare, honor, honour, pay/paid, =makes payment, =meets payment, =paid on time,
    =will pay
  | skip, default, miss, omit, suspend, =defaults, =fails to pay, =in arrears, =in
    default, =missed payment, =misses payment, =no dividend, =scraps dividend, =skips,
    =stiffs
=contained, contain, =extinguished, =under control
  | =spreading, spread, =out of control, =rages, =uncontained
get/got back, regain, restore, reinstate, =gets back | =not restored, =not reinstated,
    =not returned
=airworthy, =in service, =flies again | =still grounded, =out of service, =remains
    grounded, =stays grounded
=no injuries, =no casualties, =nobody hurt, =unhurt
  | =injured, =dead, =deaths, =hurt, =injures, =killed, =kills
hire, recruit, rehire | fire, layoff, sack, =lays off
repay, settle | =unpaid, =unable to repay
=all cash, =in cash | =all stock, =in stock, =share swap
=secured | =unsecured
=friendly | =hostile
=domestic | =foreign
=unanimous, =unanimously | =split, =divided
extend, continue, renew | =not renewed, expire, =ended, =let lapse
=oversubscribed, =fully subscribed | =undersubscribed, =unsubscribed
sell/sold, dispose of, divest, exit, offload, shed/shed, unload | keep/kept, retain
=accelerates, =speeds up | =slows, =slows down
=outperforms | =underperforms
qualify | disqualify
=solvent | =insolvent
superior, =better than, =outperforms | =inferior, =no better, =not superior, =worse than
find/found, discover, =strikes
  | =dry, come/came up dry, come/came up empty, =no trace, =nothing
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
create, add, hire | cut/cut, axe, fire, shed/shed
=buyer | =seller
=majority | =minority
=fully, =full | =partly, =partial
=public | =private
=recovers, =improves, =recovered | deteriorate, worsen
=tightens, tighten | loosen, relax
end, =ends, =over | =continue, =continues, =drags on, =go on, =goes on, =persists
=survive, survive, =keeps job, =keeps post | collapse
=ahead | =behind
=leads, lead/led | trail
=binding | =nonbinding, =non binding
=voluntary | =involuntary, =forced
=certified | =decertified
=deny | =confirm
"""
