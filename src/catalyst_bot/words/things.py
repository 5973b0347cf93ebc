"""The things and people of headlines, and the other words for them; our own."""

THINGS = """
job: employee employees headcount jobs positions roles staff worker workers workforce
expand: broaden broadened broadens deepen deepens expanded expanding expands expansion
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
estimate: consensus est estimated estimates estimating expectation expectations street
    views
expect: anticipate anticipated anticipates expected expects forecasted projected
    projects see seen sees
company: companies
result: figures financials results
notes: bond bonds debenture debentures note
facility: fab fabs facilities factory factories plant plants site sites works
place: placed places placing
bid: bidding bids
bankruptcy: bankrupt insolvency
antitrust: competition
investigate: inquiry investigates investigation probe probed probes
fine: fined fines penalties penalty
regulator: regulators regulatory
unit: arm business businesses division divisions segment subsidiary units
maker: makers manufacturer manufacturers producer producers
government: govt
widen: bigger larger widened widens wider
narrow: smaller narrowed narrower narrows
positive: favorable favourable upbeat
negative: adverse downbeat
weak: sluggish soft softening softer weaker
strong: robust solid stronger
u.s: america american us usa
u.k: britain british uk
eu: ec europe european
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
split: consolidate consolidates consolidation splits
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
loan: borrowing credit debt lend lending lends loans revolver revolving
repay: prepay prepayment prepays redeem redeems redemption repaid repayment repays
move: moved moves moving relocate relocates relocating relocation switch switches
    switching transfer transferred transferring transfers
headquarters: hq
open: inaugurate inaugurated inaugurates opened opening opens
build: building builds built construct construction constructs
add: added adding addition adds
shut: closure shutdown shuts shutter shuttered shutters shutting
supply: offtake deliver delivered deliveries delivering delivers delivery supplied
    supplies supplying shipment shipments shipped
deploy: deployment deploys
licence: licences license licensed licenses licensing
center: centers centre hub
fiber: fibre
discover: discovered discovery find finds
present: attend participate participates presentation presenting presents showcase
    showcases speak
conference: conferences congress forum summit symposium
meeting: meetings
publish: publication published publishes publishing
warn: caution cautions warned warning warns
buyer: buyers
route: flight flights routes
vessel: ship ships vessels
shipbuilder: shipyard yard
warehouse: industrial logistics warehouses
board: boards
director: directors
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
cyberattack: breach breached cyber cybersecurity hack hacked hacker hackers ransomware
blaze: fire
explosion: blast
walkout: stoppage strike strikes walkouts
demonstrator: demonstrators protester protesters
former: ex onetime
spend: budget budgets expenditure expenditures outlay outlays spending spends spent
catastrophe: cat catastrophes
oz: ounce ounces
mw: megawatt megawatts
gw: gigawatt gigawatts
mwh: megawatt-hour megawatt-hours
adjust: adj adjusted
annual-meeting: agm
10-q: 10q
10-k: 10k
delinquency: delinquent overdue
deficiency: deficient noncompliance non-compliance shortfall
corn: maize
stake: ownership shareholding stakes
asia: asian
latin: latam
panel: adviser advisers advisor advisors advisory
operator: operators
dod: pentagon
doe: energy-department
within: inside
provider: providers vendor vendors
hazard: hazards risk risks
employ: employs
use: usage used uses using
standalone: stand-alone
month: monthly months
week: weekly weeks
day: daily days
brand: brands
product: goods item items products
service: services
system: systems machine machines
capacity: capacities
property: properties
safety: safe
effective: effectiveness efficacy
passenger: passengers
concern: concerns worries worry
help: helped helps
cite: cited cites citing
labor: labour
union: unions
manage: managed management manages
margin: margins
showroom: showrooms
backlog: backlogs
consecutive: straight
research: r&d
ads: adss
lockup: lock-up
flu: influenza
vaccine: jab shot vaccines
child: children kids pediatric
adult: adults
teenager: adolescent adolescents teenagers teens
infant: babies infants newborn newborns
cancer: tumor tumors tumour
obesity: weight-loss
diabetes: diabetic
heart: cardiac cardiovascular
kidney: renal
lung: pulmonary
eye: ocular ophthalmic
liver: hepatic
airline: carrier carriers
railroad: rail railway
outage: blackout
leak: spill
phone: handset handsets phones smartphone smartphones
electric: ev evs
cost: costs expense expenses
tax: taxes
deposit: deposits
fund: funds
campus: campuses
terminal: terminals
pipeline: pipelines
accelerate: accelerated accelerates speed speeds
patent: patents
right: rights
warrant: warrants
option: options
permit: permits
claim: claims
request: requested requesting requests
chairman: chair chairperson chairwoman
mid: middle
asset: assets
broker: brokerage brokerages brokered brokers
store: location locations outlet outlets shop shops stores
customer: client clients customers subs subscriber subscribers user users
tariff: duties tariffs
chip: chips semi semis semiconductor semiconductors
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
first: maiden 1st
january: jan
february: feb
august: aug
september: sept sep
october: oct
november: nov
december: dec
"""
