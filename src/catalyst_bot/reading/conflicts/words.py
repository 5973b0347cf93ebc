"""Which single words of headlines weigh what, for the conflict rules; our own."""

from catalyst_bot.text import word_set

NEGATORS = word_set(
    """
    no not never nor neither without nothing none
    """
)
NOTS = NEGATORS - {"without", "neither"}  # these deny no claim: "ends without deal"
RUMOURS = word_set(
    """
    report reports rumour rumours rumor rumors speculation allegation allegations
    claim claims accusation accusations talk suggestion suggestions story stories
    article assertion assertions gossip chatter charge charges statement posts post
    hearsay media press letter
    """
)
HEARSAY = word_set(
    """
    union unions staff insiders residents workers lawmaker
    said sources source told rumour rumours rumor rumors claim claims alleges allege
    alleged allegedly alleging accused accuses blog insider familiar newspaper
    speculation mulls mulling considering considers explores exploring eyeing talks
    talk weighing reportedly report paper whistleblower whistle activist activists
    media near nears mulled magazine leak leaked memo looms seller suggests say
    officials pondering contemplating reports believed thought
    """
)
# Behind "drop", "end" and the like: what was planned, not what goes down.
PLANS = word_set(
    """
    raise hike ban
    plan propose deal acquire merge takeover talk bid offering ipo dividend
    repurchase project application appeal lawsuit contract partner listing list
    decision launch sell order spinoff invest program programme venture pursuit
    agree product research loan notes placement appoint trial facility route approve
    grant tender
    """
)
# Said of a rumour or a plan, and of all of them.
PALE = word_set(
    """
    company propose report stock year quarter result expect take make go come own
    first high big major top good next last time end part more less back say call
    want due set full plc hold keep statement number total people beyond record show
    book fetch bring cover size stand average pay sit put run value issue crore lakh
    worth use give long short deny further help see need be become remain stay sure
    prior previous previously early late rumour speculation allegation reach amount
    figure one all other both only just despite since against under between out off
    so do does did not no yet still this percent day week month today annual fiscal
    reason chief decision
    """
)
EVENTS = word_set(
    """
    call meeting conference webcast presentation appearance event roadshow dinner
    sponsorship briefing participation tour ceremony forum party gala webinar visit
    holiday interview
    """
)
# What a correction may be about that puts nothing of the news right.
TRIVIA = word_set(
    """
    spelling link dial dial-in webcast phone photo caption logo contact time url replay
    """
)
STAGES = word_set(
    """
    upsize extend sweeten another additional further add expand total more extra
    second third new amend raise final initial interim preliminary
    """
)
RIVALS = word_set(
    """
    rival rivals peer peers competitor competitors neighbour neighbor counterpart
    supplier suppliers customer parent partner
    """
)
# Words of two headlines that are about the same; the first one stands for all.
FAMILIES = """
shut close
deal acquire takeover merge agree bid buyout combination tie-up purchase
resign leave oust departure quit exit depart
job layoff staff worker redundancy post
profit loss eps ebit
revenue sales
loan debt financing
investigate inquiry lawsuit
cyberattack incident
deliver supply
shipment ship vessel
store outlet
list ipo flotation float listing
vehicle car model
fine penalty
install installation
member membership
patient enrol
facility mill plant factory works
offering raise-money
bankruptcy insolvency administration chapter
account accounting
provision reserve
stake holding shareholding
"""
METRICS = word_set(
    """
    profit revenue margin ebitda dividend output deliver shipment backlog booking
    user job capacity occupancy volume traffic premium asset deposit cost capex tax
    installation install spend income fee efficiency inventory provision flow ratio
    comp repurchase
    """
)
# Both name one of a line and it is not the same one: another thing.
QUALIFIERS = """
net operating gross pretax
first second third fourth fifth
primary secondary main
oral injectable
domestic international overseas
interim final
adult paediatric pediatric
gold silver copper lithium oil gas
trading fee
upgrade downgrade
gaap adjusted
senior junior
weekly monthly daily
north south east west
"""
NOTES = word_set(
    """
    outperform underperform overweight underweight brokerage brokerages broker
    brokers neutral coverage picks recos ratings
    """
)
MARKETS = word_set(
    """
    sensex nifty ftse dax dow nikkei indices futures rupee stocks movers gainers
    losers premarket bullion forex bourses yields brent euro yuan ringgit lira gilts
    nymex mcx
    """
)
# A headline about a price: neither its figures nor its direction are the company's.
PRICES = word_set(
    """
    stock stocks shares scrip stk rally rallies rallied rallying mcap prices
    premarket price gold silver copper crude oil dollar rupee yen bitcoin intraday
    """
)
SEASONS = word_set(
    """
    spring summer autumn winter holiday easter christmas thanksgiving school diwali
    weekly monthly daily holidays season
    """
)
MONTHS = word_set(
    """
    january february march april may june july august september october november
    december
    """
)
# Two words that are one; the first takes its endings.
JOINED = """
resign: step down, stand/stood down, bow out
layoff: lay/laid off
provision: set/sets aside
repurchase: buy/bought back
spinoff: spin/spun off, hive off
adjusted: non gaap
profit: net income
ipo: go/goes/went public
"""
