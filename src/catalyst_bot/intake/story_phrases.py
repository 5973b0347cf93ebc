"""Which two words of a headline are one, such as "step down"; our own."""

from catalyst_bot.words.canon import CANON

# what is compared, "-" for nothing: the words that follow each other
_PHRASES = """
endpoint: main endpoint
phase-3: late stage
phase-2: mid stage
phase-1: early stage
resign: step fall
spinoff: spin off, spin out, separate off, separate spinoff
groundbreaking: break ground, breaks ground
target: price target
bid-price: bid price
halt: place hold, put hold
meet endpoint: reach endpoint
cyberattack: data cyberattack, cyberattack cyberattack, cyberattack attack
comp: comp revenue, comp store
bpd: bpd day, bpd oil
ai: artificial intelligence
datacenter: data center
sqft: square feet, sq ft
talk: near agree, strategic alternative, strategic review
talk acquire: near acquire
rating: loan rating
dismiss: terminate lawsuit, fall lawsuit
turbine: wind turbine
sweeten bid: raise bid
bankruptcy: seek bankruptcy, submit bankruptcy, bankruptcy protection, seek protection,
    seek chapter, submit chapter
cco: chief commercial, cco officer
cso: chief scientific, chief science, cso officer
cpo: chief product, cpo officer
counsel: chief legal, general counsel, counsel officer
cro: chief revenue, cro officer
cio: chief information, cio officer
marketing-chief: chief market, chief marketing, marketing-chief officer
cfo: chief financial, finance chief, chief finance, cfo officer
ceo: chief executive, ceo officer
coo: chief operating, coo officer
cto: chief technology, cto officer
cmo: chief medical, cmo officer
nda: drug application, nda application
bla: license application, licence application, bla application
ind: investigational drug, ind application
loi: letter intent, notice propose, notice intent
memorandum: memorandum understanding
record-date: record date
in-effect: go effective, take effect, takes effect, become effective, becomes effective
fail: not meet, fail meet, miss endpoint
reject: not approve, reject approve, fall approve, turn fall, turns fall, complete
    response, reject notice
terminate: call off, calls off, called off
postpone: urge back
start: start coverage, resume coverage
agree: walkout agree, ppa agree
nyse-name: york stock
-: nyse-name exchange
shut: shut door
tender: tender offering
bid: takeover offering, takeover bid, acquire offering, acquire bid
unsolicited bid: unsolicited offering
shelf: shelf registration
shut facility: close facility
shut store: close store
shut office: close office
lower: fall route
approve: vote favor, votes favor
holder-vote: holder reaffirm, holder back, holder approve, holder vote, holder-vote
    favor, holder adopt
panel-vote: panel reaffirm, panel back, panel recommend, panel vote, committee
    recommend, committee back, committee reaffirm
panel: advisory panel, advisory committee, advisory board
beat: top estimate, above estimate, ahead estimate, better expect, better estimate, beat
    estimate
end: walk away, walks away
miss: fall miss, fall short, come short, comes short, below estimate, under estimate,
    worse expect, worse estimate, miss estimate
profit: net profit, swing profit
loss: net loss, swing loss
revenue: net revenue
loan: loan facility, term loan, loan loan
split: stock split
repurchase: stock repurchase
offering: stock offering, stock sell
notes: note sell, notes sell
ipo: initial public, ipo offering
nih: national institute, nih health
fda: food drug, fda administration
ec: european commission, eu commission
ppa: power acquire
solar: solar agree
flat: little change, flat change
recommend: make recommendation
clinical-hold: clinical hold
dividend: cash dividend
fast-track: fast track
orphan: orphan drug
priority-review: priority review
breakthrough: breakthrough drug
layoff: job lower, lower job, lower work, lay off, lays off
topline: top line
filing: sec filing
acquire: take private, taken private, go private
partner: joint venture
win: win up
launch: roll out
annual-meeting: annual meeting, year meeting
investor-day: investor day, analyst day
fy: full year
"""


def _pairs() -> dict[tuple[str, str], tuple[str, ...]]:
    pairs = {}
    for line in _PHRASES.strip().replace("\n    ", " ").split("\n"):
        joined, _, phrases = line.partition(": ")
        parts = () if joined == "-" else tuple(joined.split())
        for phrase in phrases.split(", "):
            one, other = phrase.split()
            pairs[CANON.get(one) or one, CANON.get(other) or other] = parts
    return pairs


PAIRS = _pairs()
