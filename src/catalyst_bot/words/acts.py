"""What companies do in headlines, and the other words for it; our own."""

ACTS = """
acquire: acquired acquires acquiring acquisition acquisitions bought buy buying buys
    purchase purchased purchases purchasing snap snaps
takeover: buyout buyouts takeovers
merge: combination combine combines merger mergers merges merging
agree: accord agreed agreement agreements agrees deal deals definitive enter entered
    enters inked inks pact sign signed signing signs struck
sell: disposal disposition dispose disposes divest divesting divestiture divests offload
    offloads sale selling sells sold
price: priced prices pricing
close: finish finished finishes finishing closed closes closing complete completed
    completes completing completion conclude concluded concludes consummate consummates
    finalise finalised finalises finalize finalized finalizes wrap wraps
upsize: enlarge enlarged enlarges upsized upsizes upsizing
terminate: dissolution dissolve dissolves cancelling canceling ditch ditched ditches
    scuttled scuttles abandon abandoned abandons axe axed axes cancel canceled
    cancellation cancelled cancels nix nixed nixes pull pulled pulls rescind rescinds
    scrap scrapped scraps terminated terminates terminating termination withdraw
    withdrawal withdrawn withdraws withdrew
extend: extended extending extends extension lengthens prolong prolongs
postpone: defer deferral deferred defers delay delayed delaying delays postponed
    postpones
propose: intend intends intention plan planned planning plans proposal proposed proposes
talk: possible possibly could might consider considering considers discussion
    discussions evaluate evaluates evaluating explore explores exploring eyeing eyes
    mull mulling mulls negotiating negotiation negotiations talks weigh weighing weighs
amend: amended amending amendment amends revised revises
offering: offer offerings offers
placement: pipe placements
contract: booking bookings contracts order orders
win: award awarded awards bags choose chooses chosen clinches earn earns gaining garner
    garners get gets got granted land landed lands nab nabs obtain obtained obtains pick
    picked picks receive received receives receiving secure secured secures securing
    select selected selection selects winning wins won
lose: loses losing lost shed sheds
beat: beaten beating beats exceed exceeded exceeds outpaces surpass surpassed surpasses
    topped topping tops
miss: lags missed misses missing trails
raise: boosting hiking lifting raising boost boosted boosts bump bumped bumps hike hiked
    hikes increase increased increases increasing lift lifted lifts raised raises upped
    ups
lower: cut cuts cutting decrease decreased decreases eliminate eliminated eliminates
    eliminating lowered lowering lowers reduce reduced reduces reducing slash slashed
    slashes trim trimmed trims
rise: advances climb climbed climbs gain gained gains grew grow growing grown
    grows growth higher improve improved improves jump jumped jumps leap leaps
    leapt popped pops pop rallied rallies rally risen rises rising rockets rose
    skyrockets
    soar soared soars spike spiked spikes surge surged surges up
fall: crash crashes craters decline declined declines dipped dips down drop dropped
    drops ease eased eases fallen falling falls fell plummet plummets plunge plunged
    plunges sag sagged sags sank shrank shrink shrinks sink sinks slid slide slides slip
    slipped slips slump slumped slumps tumble tumbled tumbles weaken weakens
upgrade: upgraded upgrades
downgrade: downgraded downgrades
reaffirm: affirm affirmed affirms backs confirm confirmed confirms keep keeps kept
    maintain maintained maintains reaffirmed reaffirms reiterate reiterated reiterates
    sticks
approve: ratified ratifies ratify approval approvals approved approves authorisation
    authorise authorised authorises authorization authorize authorized authorizes clear
    certified certifies certify clearance cleared clears endorse endorses greenlight
    greenlights greenlit nod ok okayed okays oks
reject: crl crls refusal overturn overturned overturns rebuff rebuffs refuse refused
    refuses rejected rejection rejects spurn spurned spurns
submit: applied applies apply applying file filed files submits submitted submitting
application: applications filing filings submission submissions
accept: acceptance accepted accepts docket docketed dockets
halt: curtail curtailed curtails halted shelved shelves halting halts idle idled idles
    idling pause paused pauses suspend suspended suspends suspending suspension
resume: reopen reopened reopens restart restarted restarts resumed resumes resuming
    resumption
start: began begin beginning begins begun commence commenced commencement commences
    commencing initiate initiated initiates initiating initiation started starting
    starts
launch: debut debuted debuts introduce introduced introduces introducing introduction
    launched launches launching released releases reveal reveals roll rollout rolls
    unveil unveiled unveiling unveils
end: collapse collapsed collapses stop stopped stopping stops cease ceased ceases
    ceasing discontinue discontinued discontinues ended ending ends
meet: achieve achieved achieves attain attains meets met succeed succeeded succeeds
fail: failed failing fails failure flops flunks
dose: dosed doses dosing
enrollment: enroll enrolled enrolling enrolls enrolment
topline: toplines
seek: seeking seeks sought
schedule: scheduled schedules
expire: expiration expired expires
appoint: appointed appointing appointment appointments appoints elect elected elects
    elevate elevated elevates hire hired hires hiring honored honoured installs name
    named names naming promote promoted promotes recognised recognized recognizes
    recruit recruits tap tapped taps
resign: depart departed departing departs departure exit exits leave leaves leaving quit
    quits resignation resigned resigns retire retired retirement retires stepping
oust: fired fires ousted ousts
repurchase: buy-back buyback buybacks repurchases repurchasing
dividend: distribution distributions dividends payout
declare: declared declares
lawsuit: complaint lawsuits litigation sue sued sues suing suit suits
settle: settled settlement settles settling
dismiss: dismissal dismissed dismisses tossed tosses
deny: rebut rebuts refute refuted refutes denied denies denying
recall: recalled recalling recalls
layoff: layoffs
issue: issued issues issuing
lay: laid laying lays
continue: continued continues continuing
die: dead death died dies
step: stepped steps
protest: challenge challenged challenges protested protests
review: reviewed reviewing reviews
appeal: appealed appealing appeals
return: returned returning returns
resubmit: refile refiled refiles resubmission resubmits resubmitted
converted: conversion converting
convertible: convert converts convertibles
emerge: emerged emergence emerges
make: made makes making
take: takes taken taking took
remove: removal removed removes
renew: renewal renewed renewing renews
vote: voted votes voting
implement: effect effected effects implementation implemented implements
mark: marked marks
respond: responded responds response
"""
