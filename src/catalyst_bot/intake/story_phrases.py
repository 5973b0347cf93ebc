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
groundbreaking: break ground, breaks ground, broke ground, start build, start works
target: price target
bid-price: bid price
clinical-hold: clinical hold, place hold, put hold, place clinical-hold, put
    clinical-hold, take clinical-hold
hold-lift: raise clinical-hold, remove clinical-hold, clinical-hold raise, clinical-hold
    remove, raise hold, remove hold, hold raise, hold remove
meet endpoint: reach endpoint
cyberattack: data cyberattack, cyberattack cyberattack, cyberattack attack, cyberattack
    incident, security incident
comp: comp revenue, comp store
bpd: bpd day, bpd oil, boe d, boe day, boe bpd
ai: artificial intelligence
datacenter: data center
sqft: square feet, sq ft
talk: near agree, strategic alternative, strategic review, strategic option
talk acquire: near acquire
rating: loan rating
dismiss: terminate lawsuit, fall lawsuit
turbine: wind turbine
sweeten bid: raise bid
bankruptcy-exit: emerge chapter, resign chapter, emerge bankruptcy, resign bankruptcy
bankruptcy: agree chapter, agree bankruptcy, chapter bankruptcy, bankruptcy chapter,
    seek bankruptcy, submit bankruptcy, bankruptcy protection, seek protection, seek
    chapter, submit chapter
cco: chief commercial, cco officer
cso: chief scientific, chief science, cso officer
cpo: chief product, cpo officer
counsel: chief legal, general counsel, counsel officer
cro: chief revenue, cro officer
cio: chief information, cio officer
marketing-chief: chief market, chief marketing, marketing-chief officer
cfo: chief financial, finance chief, chief finance, cfo officer
ceo: chief executive, ceo officer
coo: chief operating, operating chief, coo officer
cto: chief technology, cto officer
cmo: chief medical, cmo officer
nda: drug application, nda application
bla: license application, licence application, bla application
ind: investigational drug, ind application
loi: letter intent, notice propose, notice intent, term sheet
memorandum: memorandum understanding
record-date: record date
in-effect: go effective, take effect, takes effect, become effective, becomes effective
fail: not meet, fail meet, miss endpoint
reject: not approve, reject approve, fall approve, turn fall, turns fall, complete
    response, reject notice, rule against
terminate: fall bid, terminate bid, call off, calls off, called off, fall propose
postpone: urge back
start: start coverage, resume coverage
agree: walkout agree, ppa agree
nyse-name: york stock
-: nyse-name exchange, quarter end, month end, period end
shut: shut door
tender: tender offering
bid: takeover offering, takeover bid, acquire offering, acquire bid, offering acquire,
    bid acquire, takeover propose, acquire propose, merge propose
unsolicited bid: unsolicited offering
shelf: shelf registration
shut facility: close facility
shut store: close store
shut office: close office
walkout: walk out, walks out
lower: fall route
vote: vote favor, vote approve
submit: submit approve, seek approve, submit u.s, application approve
holder-vote: holder reaffirm, holder back, holder approve, holder vote, holder-vote
    favor, holder-vote approve, holder adopt
panel-vote: panel reaffirm, panel back, panel recommend, panel vote, committee
    recommend, committee back, committee reaffirm
panel: advisory panel, advisory committee, advisory board
beat: top estimate, above estimate, ahead estimate, better expect, better estimate, beat
    estimate, top guidance, beat guidance, above guidance
end: walk away, walks away
lower guidance: warn profit, profit warn
miss: fall miss, fall short, come short, comes short, below estimate, under estimate,
    worse expect, worse estimate, miss estimate, miss guidance, below guidance
profit: net profit, swing profit
loss: net loss, swing loss
revenue: net revenue
loan: loan facility, term loan, loan loan
split: stock split
repurchase: stock repurchase, acquire back
offering: stock offering, stock sell
notes: note sell, notes sell
ipo: initial public, ipo offering
nih: national institute, nih health
fda: food drug, fda administration
ppa: power acquire
solar: solar agree
flat: little change, flat change
recommend: make recommendation
dividend: cash dividend
fast-track: fast track
orphan: orphan drug
priority-review: priority review
breakthrough: breakthrough drug
layoff: job lower, lower job, lower work, lay off, lays off
topline: top line
filing: sec filing
acquire: take private, go private
partner: joint venture
win: win up
launch: roll out
year: year general
annual-meeting: annual meeting, year meeting, general meeting
investor-day: investor day, analyst day
fy: full year
eyedrop: eye fall
lawsuit: class action, lawsuit lawsuit, face lawsuit
appeal: request hearing
year-end: end year, year end
chairman: board chairman
talk bankruptcy: bankruptcy hazard, hazard bankruptcy
placement: placement financing, broker financing, private financing, private placement
bvps: book value
lockup: lock rise
expand-recall: expand recall
life: list issuer, life financing, life exemption
resign s&p: remove s&p
notes offering: loan offering
fid: final invest, fid decision
pea: preliminary economic, pea assess
deficiency: continue list, non compliance
delinquency 10-k: late 10-k, postpone 10-k
delinquency 10-q: late 10-q, postpone 10-q
result: financial statement, result launch, result call
resume: return service
vote walkout: approve walkout
eczema: atopic dermatitis
meet topline: positive topline
meet data: positive data
meet result: positive result
capex: capital spend
spinoff company: split company
doe: department energy, energy department
dod: department defense, defense department
doj: department justice, justice department
usda: department agriculture, agriculture department
hhs: department health, health department
eu: eu commission
delinquency: late submit, postpone submit, late application, postpone application
merge: unit merge, public spac, spac merge
public: go public
settle: cooperation agree
aum: asset under, aum manage
stake: acquire stake, take stake, disclose stake, build stake
stake-exit: resign stake, end stake
probe-end: close investigate, end investigate, terminate investigate
tax-credit: tax loan
mall: shopping center, shop center
join s&p: add s&p
join russell: add russell
join msci: add msci
join nasdaq-100: add nasdaq-100
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
