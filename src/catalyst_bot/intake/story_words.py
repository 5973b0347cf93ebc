"""Which words of headlines say the same, and which tell two events apart; our own."""

from catalyst_bot.text import word_set

_SAME = """
acquire: acquires acquired acquiring acquisition buy buys buying bought buyout
    purchase purchases purchased takeover takeovers
merge: merger merges merging combine combines combination
agree: agrees agreed agreement agreements deal deals pact accord definitive
sell: sells selling sold sale divest divests divestiture divesting
priced: prices pricing
close: closes closed closing complete completes completed completion completing
    consummate consummates finalize finalizes finalized finalises
upsize: upsizes upsized upsizing
terminate: terminates terminated terminating termination scrap scraps scrapped
    abandon abandons abandoned cancel cancels cancelled canceled cancellation
    withdraw withdraws withdrawn withdrawal nixes
extend: extends extended extending extension
postpone: postpones postponed delay delays delayed deferral defers
propose: proposes proposed proposal plan plans planned planning intends intend
    intention
talk: talks discussions negotiations mulls mulling weighs weighing explores
    exploring considers considering eyes eyeing
amend: amends amended amending amendment
offering: offer offers offerings
placement: placements
contract: contracts order orders
win: wins won winning awarded award awards receive receives received receiving
    secure secures secured securing land lands landed get gets obtain obtains
    obtained nabs bags garners
lose: loses lost losing
beat: beats beaten beating tops topped topping exceeds exceeded exceed surpasses
    surpassed
miss: misses missed missing trails
raise: raises raised raising hike hikes hiked lift lifts lifted boost boosts boosted
    increase increases increased increasing ups upped
lower: lowers lowered lowering cut cuts cutting trim trims trimmed reduce reduces
    reduced slash slashes slashed decrease decreases decreased
rise: rises rose rising risen gain gains gained jump jumps jumped surge surges
    surged soar soars soared climb climbs climbed rally rallies rallied grow grows
    grew grown growth growing higher up advances spike spikes spiked
fall: falls fell falling fallen drop drops dropped slide slides slid sink sinks sank
    plunge plunges plunged tumble tumbles tumbled decline declines declined
    slump slumps slumped down shrink shrinks shrank dips dipped crash
    crashes
upgrade: upgrades upgraded
downgrade: downgrades downgraded
approve: approves approved approval approvals nod clears cleared clearance
    greenlight greenlights ok oks okays authorizes authorized authorization
reject: rejects rejected rejection refuse refuses refused spurn spurns spurned
    rebuffs
submit: submits submitted submission submitting file files filed filing application
accept: accepts accepted acceptance
halt: halts halted pause pauses paused suspend suspends suspended suspension
resume: resumes resumed resumption restart restarts restarted
start: starts started starting begin begins began begun beginning initiate initiates
    initiated initiation commence commences commenced commencement doses dosed
    dosing launch launches launched launching unveil unveils unveiled introduce
    introduces introduced debut debuts debuted roll rolls rollout
end: ends ended ending discontinue discontinues discontinued stop stops stopped
meet: succeeds succeed succeeded meets met achieves achieved achieve hits
fail: fails failed failing failure
appoint: appoints appointed appointing appointment name names named naming hire
    hires hired hiring taps tapped
resign: resigns resigned resignation departs departed departure exits leaves leave
    depart
repurchase: buyback buybacks repurchases
dividend: dividends payout
declare: declares declared
lawsuit: sue sues sued suing lawsuits suit suits complaint
settle: settles settled settlement
dismiss: dismisses dismissed dismissal tosses tossed
deny: denies denied denying
recall: recalls recalled recalling
layoff: layoffs
job: jobs staff workers employees workforce positions
expand: expands expanded expanding expansion
partner: partners partnered partnering partnership collaborate collaborates
    collaboration teams alliance
invest: invests invested investing investment
drug: drugs therapy therapies treatment treatments medicine medicines
trial: trials study studies
patient: patients
stock: stocks share shares
holder: holders shareholder shareholders stockholder stockholders
profit: profits earnings income eps
loss: losses
revenue: revenues sales
quarter: quarterly
year: annual yearly
guidance: outlook forecast forecasts guides
estimate: estimates expectations expected consensus views
company: companies firm
result: results
notes: note
facility: plant factory facilities
bankruptcy: bankrupt
investigate: investigates investigation probe probes inquiry
fine: fines fined penalty
regulator: regulators
chief: boss
unit: division subsidiary business arm
maker: manufacturer producer
government: govt
widen: widens widened
narrow: narrows narrowed
positive: favorable
negative: adverse
u.s: us america american
u.k: uk britain british
eu: european europe
reverse: reversed
list: lists listing listed
delist: delisting delisted delists
regain: regains regained
notice: notification
compliance: compliant
rule: rules requirement requirements standard
output: production
urge: urges urged pushes push presses
metre: metres meter meters m
index: indices
interim: temporary
commission: commissions
freight: cargo
join: joins joined joining
pay: pays paid
executive: executives exec execs
retire: retires retired retirement
spinoff: spins spin
bitcoin: btc
"""
_DROPPED = """
a an the of to in on for and or at by with from as is are was were be been its it
their his her this that these inc corp corporation co company ltd limited plc llc lp
holdings holding group sa nv ag adr announce announces announced announcing
announcement report reports reported reporting say says said saying tell tells today
new news update updates provides provide press release via into over about after amid
than has have had will would per each also more now set sets reportedly according
sources source exclusive breaking alert just out inc's following million billion
approximately
around roughly nearly aggregate gross proceeds common worth mln mn bln bn mm trillion
thousand percent pct cent cents nasdaq nyse otc tsx amex otcqb otcqx
"""
CANON: dict[str, str] = {}
for _line in _SAME.replace("\n    ", " ").strip().splitlines():
    _canonical, _, _others = _line.partition(": ")
    CANON[_canonical] = _canonical
    CANON.update(dict.fromkeys(_others.split(), _canonical))
CANON.update(dict.fromkeys(_DROPPED.split(), ""))

# Words that another wire leaves out or puts in without telling another event.
SOFT = word_set(
    """
    agree win start appoint rise partner invest expand notes offering stock company
    result estimate year quarter contract declare maker unit holder notice profit
    revenue raise lower financial first us u.s business major big key latest strategic
    strong record potential full late early global plans lead leading top next u.s.
    guidance vs versus well further all cash transaction underwritten registered
    director executive officer role effective immediately public close propose which
    conference data presentation treatment drug adult adults investor investors rule
    requirement minimum bid price submit infringement against seek to plus protection
    voluntary continue continues despite during under through while who whose not
    topline preliminary trading project hedge fund index interim chief date call board
    program activist take takes disclose discloses explore become becomes see expect
    make makes project transition member members team operations business segment
    """
)
# A deal, an offering, a filing goes through these; another one is news.
STAGES = word_set(
    """
    priced close upsize terminate extend postpone talk amend settle dismiss deny reject
    delist regain resume fail special
    """
)
# What money is given as; none of them is another.
KINDS = word_set(
    """
    dividend grant contract loan offering placement notes convertible preferred credit
    warrant milestone fine invest repurchase lawsuit trial
    """
)
WEAK_STAGES = frozenset(("propose",))
# Two of one line contradict each other.
OPPOSITES = {
    word: (axis, word)
    for axis, pair in enumerate(
        (
            ("beat", "miss"),
            ("raise", "lower"),
            ("upgrade", "downgrade"),
            ("rise", "fall"),
            ("profit", "loss"),
            ("win", "lose"),
            ("meet", "fail"),
            ("approve", "submit", "accept", "reject"),
            ("halt", "resume"),
            ("start", "end", "halt-trial"),
            ("acquire", "sell"),
            ("widen", "narrow"),
            ("positive", "negative"),
            ("appoint", "resign"),
            ("long", "short"),
            ("call", "put"),
            ("repurchase", "offering"),
            ("delist", "regain"),
        )
    )
    for word in pair
}
NEGATIONS = word_set(
    """
    no not never without cannot can't won't doesn't didn't isn't deny unlikely
    """
)
ORDINALS = {
    "first": "1", "1st": "1", "second": "2", "2nd": "2", "third": "3", "3rd": "3",
    "fourth": "4", "4th": "4",
}  # fmt: skip
PHASES = {
    "i": "1",
    "ii": "2",
    "iii": "3",
    "iv": "4",
    "one": "1",
    "two": "2",
    "three": "3",
}
