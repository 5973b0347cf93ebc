"""What headlines are about: which words weigh nothing, which mean the same."""

from catalyst_bot.text import word_set

# Said of a rumour or a plan, and of all of them.
PALE = word_set(
    """
    achievable across against all allegation amid among amount annual anything apiece
    attainable average back be become between beyond big book both bring call
    categorically chief come company cover cr crore day decision deny despite did do
    does due each early end entire every expect fact facts fetch figure first fiscal
    forward full further give go good help here high hold interim issue just keep lakh
    last late less line long longer major make meeting month more near nearly need next
    no nobody not number off one only original other out own paper papers part pay
    people percent plc pre previous previously prior propose put puts quarter reach
    reachable realistic reality reason record remain report result rumour run say see
    set short show since sit size so someone something speculation stand statement stay
    still stock stood sure take this time today top total truth turn turned turns under
    use value via want week whole worth year yet
    """
)
# Words of two headlines that are about the same; the first one stands for all.
FAMILIES = """
account accounting
bankruptcy insolvency administration chapter
benchmark gauge index
bond notes
chief boss
complete completion
cost price pays
cyberattack incident
deal acquire takeover merge agree bid buyout combination tie-up purchase
deliver supply
facility mill plant factory works
fine penalty
idle offline
install installation
investigate inquiry lawsuit
job layoff staff worker redundancy post
kill toll death dead die killed deaths fatality casualty
list ipo flotation float listing
loan debt financing
member membership
offering raise-money
patient enrol subject enrollment enrolment
price tag
profit loss eps ebit pat net-income
provision reserve impairment
reorganisation reorganization restructure
resign leave oust departure quit exit depart
revenue sales rev revs turnover top-line
shipment ship vessel
shut close
split breakup break-up
stake holding shareholding own owns owned
spinoff separation demerger
store outlet
survival lived
traffic footfall
vehicle car model
"""
# Two words that are one; the first takes its endings.
JOINED = """
adjusted: non gaap, non ifrs
after-tax: after tax
backlog: order book, orders backlog
breakeven: break/broke even
breakup: break/broke up
capex: capital spending, capital expenditure, capital spend
comp: same store, comparable sales, comp sales, like sales
enrolment: sign/signed up
ipo: go/goes/went public
layoff: lay/laid off, let/let go
nii: net interest, interest income, nii income
npl: nonperforming loans, bad loans, bad loan, credit losses, npl ratio, problem loans
opex: operating expenses, operating costs
pretax: before/before tax
profit: net income, net earnings, bottom line, profit tax
provision: set/sets aside, sock away, put/puts aside
repurchase: buy/bought back
resign: step down, stand/stood down, bow out
revenue: top line, net sales
spinoff: spin/spun off, hive off
"""
METRICS = word_set(
    """
    asset backlog booking capacity capex comp cost deliver deposit dividend ebitda
    efficiency fee flow income install installation inventory job margin occupancy
    output premium profit provision ratio repurchase revenue shipment spend tax traffic
    user volume
    """
)
# Both name one of a line and it is not the same one: another thing.
QUALIFIERS = """
adult paediatric pediatric
domestic international overseas
first second third fourth fifth
gaap adjusted
gold silver copper lithium oil gas
interim final
last this next
metric short long
net operating gross pretax after-tax
north south east west
stock notes
oral injectable
primary secondary main
senior junior
trading fee
upgrade downgrade
weekly monthly daily
"""
# What is told apart by the number or letter behind it.
LABELS = word_set(
    """
    area arm block chapter class cohort form furnace gate group hole item level line lot
    pad part phase pillar plant reactor schedule section series site stage terminal tier
    train tranche type unit week well zone
    """
)
# How a figure is counted; told of one of two, they are of two measures.
BASES = word_set(
    """
    adj adjusted annualised annualized basic core cumulative diluted ex excluding extra
    gaap highest lowest maximum midpoint minimum normalised normalized organic
    preliminary proforma secondary special standalone statutory trailing underlying ytd
    """
)
STAGES = word_set(
    """
    add additional amend another close expand extend extra final further initial interim
    more new preliminary price raise second sweeten third total upsize
    """
)
