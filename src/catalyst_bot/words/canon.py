"""Which words of headlines say the same, and which say nothing; our own."""

from functools import lru_cache

from catalyst_bot.words.acts import ACTS

_THINGS = """
job: employee employees headcount jobs positions roles staff worker workers workforce
expand: expanded expanding expands expansion
partner: alliance collaborate collaborates collaboration partnered partnering partners
    partnership teams tie-up tieup
invest: invested investing investment invests
drug: candidate drugs medicine medicines pill pills tablet tablets therapies therapy
    treatment treatments
trial: studies study trials
patient: patients
stock: common share shares shr stocks
holder: holders shareholder shareholders shareowners stockholder stockholders
    unitholders
profit: earned earnings eps income profits
loss: losses
revenue: revenues sales turnover
quarter: quarterly
year: annual yearly
guidance: forecast forecasting forecasts guide guides outlook view
estimate: consensus estimates expectation expectations street views
expect: anticipate anticipated anticipates expected expects forecasted projected
    projects see seen sees
company: companies
result: figures financials results
notes: bond bonds debenture debentures note
facility: facilities factory plant plants site works
place: placed places placing
bid: bidding bids
bankruptcy: bankrupt insolvency
delivery: delivered deliveries
antitrust: competition
investigate: inquiry investigates investigation probe probed probes
fine: fined fines penalties penalty
regulator: regulators regulatory
unit: arm business businesses division divisions segment subsidiary units
maker: makers manufacturer manufacturers producer producers
government: govt
widen: widened widens wider
narrow: narrowed narrower narrows
positive: favorable favourable upbeat
negative: adverse downbeat
weak: sluggish soft softening softer weaker
strong: robust solid stronger
u.s: america american us usa
u.k: britain british uk
eu: europe european
netherlands: dutch
germany: german
france: french
italy: italian
spain: spanish
korea: korean seoul
japan: japanese tokyo
china: beijing chinese
india: indian
canada: canadian
mexico: mexican
brazil: brazilian
australia: australian
sweden: swedish
norway: norwegian
finland: finnish
denmark: danish
switzerland: swiss
israel: israeli
ireland: irish
poland: polish
turkey: turkish
saudi: saudis
chile: chilean
peru: peruvian
argentina: argentine argentinian
colombia: colombian
russia: russian
ukraine: ukrainian
belgium: belgian
austria: austrian
greece: greek
portugal: portuguese
vietnam: vietnamese
thailand: thai
indonesia: indonesian
taiwan: taipei taiwanese
egypt: egyptian
nigeria: nigerian
africa: african
philippines: philippine
reverse: reversed
split: consolidation splits
list: listed listing lists
delist: delisted delisting delists
regain: regained regains
notice: letter notification notified notifies notify
compliance: compliant
rule: requirement requirements rules standard
output: produce produces production
urge: presses push pushes urged urges
metre: m meter meters metres
index: indices
interim: temporary
commission: commissions
freight: cargo
join: joined joining joins
pay: paid pays
executive: exec execs executives
bitcoin: btc
loan: borrowing credit debt lending loans revolver revolving
repay: prepay prepayment prepays redeem redeems redemption repaid repayment repays
move: moved moves moving relocate relocates relocating relocation switch switches
    switching transfer transferred transferring transfers
headquarters: hq
open: opened opening opens
build: building builds built construct construction constructs
add: added adding addition adds
shut: closure shutdown shuts shutter shuttered shutters shutting
supply: deliver delivers supplies supplying
deploy: deployment deploys
licence: licences license licensed licenses licensing
center: centers centre hub
fiber: fibre
discover: discovered discovery find finds
present: attend participate participates presentation presenting presents showcase
    showcases speak
conference: conferences forum summit symposium
meeting: meetings
publish: publication published publishes publishing
warn: caution cautions warned warning warns
buyer: buyers
route: flight flights routes
vessel: ship ships vessels
shipbuilder: shipyard yard
warehouse: industrial logistics warehouses
board: boards director directors
harvest: crop crops
volume: volumes
utilization: utilisation
attendance: crowd visitors
satellite: satellites
data: readout
endpoint: endpoints goal
primary: main
flat: little steady unchanged
swing: swings swung
surprise: surprisingly unexpected unexpectedly
disclose: disclosed discloses
activist: activists
memorandum: mou
spinoff: carve carve-out demerge demerger separate separates separation spin spins
    spinoffs
target: pt targets
turbine: turbines
truck: pickup pickups trucking truckload trucks
vehicle: car cars van vans vehicles
army: armies
city: cities
rate: rates
resort: resorts
casino: casinos
favor: favour
grant: grants
designation: status tag
cyberattack: breach cyber hack hacked hacker hackers ransomware
blaze: fire
explosion: blast
walkout: stoppage strike strikes walkouts
store: outlet outlets shop shops stores
customer: client clients customers
user: subscriber subscribers users
tariff: duties tariffs
chip: chips semiconductor semiconductors
oil: crude
aircraft: airplane airplanes jet jets plane planes
home: homes
hotel: hotels
mine: mines
reserve: reserves
resource: resources
drill: drilled drilling drills
well: wells
intercept: intercepts intersect intersected intersects
reach: hit hits hitting reached reaches
expose: compromised exposed exposes leak leaked leaks steal steals stole stolen
comp: comparable comps like-for-like same-store
bpd: barrels boepd
datacenter: datacenters
near: nearing nears
rating: ratings
give: gave given gives
court: courts judge judges jury tribunal
rest: remainder remaining
sweeten: sweetened sweetens
competitor: rival rivals
restaurant: eatery restaurants
branch: branches
office: offices
default: defaulted defaults
restructure: overhaul reorganisation reorganization restructures restructuring
restate: restatement restates
audit: auditor auditors
january: jan
february: feb
august: aug
september: sept sep
october: oct
november: nov
december: dec
"""
_DROPPED = """
a an the of to in on for and or at by with from as is are was were be been its it their
his her this that these inc corp corporation co ltd limited plc llc lp holdings holding
group sa nv ag adr announce announces announced announcing announcement report reports
reported reporting say says said saying tell tells today new news update updates
provides provide press release via into about after amid over than has have had will
would per each also more now set sets reportedly according sources source exclusive
breaking alert just inc's following million billion approximately post posts posted
posting some around roughly nearly aggregate gross proceeds worth mln mn bln bn mm
trillion thousand percent pct cent cents nasdaq nyse otc tsx amex otcqb otcqx us$ mon
tue wed thu fri eur euro euros usd gbp pounds pound dollars dollar yen cad i'm we our
trust through without between both while who whose which celebrates being became
"""
CANON: dict[str, str] = {}
for _line in (ACTS + _THINGS).replace("\n    ", " ").split("\n"):
    _canonical, _, _others = _line.partition(":")
    CANON.update(dict.fromkeys((_canonical, *_others.split()), _canonical))
CANON.update(dict.fromkeys(_DROPPED.split(), ""))
_LONG = 5  # letters from which an ending is cut off


@lru_cache(maxsize=16_384)
def canonical(word: str) -> str:
    """Return what a lower-case word is compared as; "" for one that says nothing."""
    known = CANON.get(word)
    if known is None and len(word) >= _LONG and word[-1] == "s" and word[-2] != "s":
        known = CANON.get(word[:-1])
    return stem(word) if known is None else known


def stem(word: str) -> str:
    """Return a word without the ending that grammar gives it: moves, moving, moved."""
    if len(word) < _LONG or not word.isascii():
        return word
    if word[-1] == "s" and word[-2] not in "su":
        word = word[:-1]
        if word.endswith("ie"):
            word = f"{word[:-2]}y"
    elif word.endswith("ing") and len(word) > _LONG + 1:
        word = word[:-3]
    elif word.endswith("ed") and len(word) > _LONG:
        word = word[:-2]
    if word[-1] == "e" and len(word) > _LONG - 1:
        return word[:-1]
    return word
