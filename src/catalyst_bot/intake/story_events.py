"""What tells two events of one company apart: stages, kinds, opposites; our own."""

from catalyst_bot.intake.story_phrases import PAIRS
from catalyst_bot.text import word_set

# Words of these make a stage what it is; elsewhere "closes" is a shop, "prices" are up.
DEALS = word_set(
    """
    acquire merge sell offering placement notes ipo loan financing agree spinoff stake
    stock tranche debt joint loi spac private tender direct raise convertible partner
    warrant public registered underwritten repurchase
    """
)
DEAL_STAGES = word_set(
    """
    price close upsize amend loi
    """
)
STAGES = word_set(
    """
    talk terminate extend postpone settle dismiss deny reject delist regain resume fail
    special record-date in-effect groundbreaking end tentative schedule expire repay
    enrollment halt hold-lift bankruptcy-exit stake-exit probe-end tranche protest
    expand-recall
    appeal-won appeal-lost sweeten finalist shortlisted panel adcom chmp committee crl
    approve clinical-hold appeal holder-vote panel-vote
    """
)
# A board approves when it announces: no stage of its own.
BY_BOARD = frozenset(("repurchase", "dividend", "board"))
# What prices are set for; elsewhere prices are up.
PRICED = word_set(
    """
    offering placement notes ipo stock unit units tranche convertible warrant public
    registered underwritten direct loan
    """
)
# What money is given as; none of them is another.
KINDS = word_set(
    """
    dividend grant contract loan offering placement notes preferred warrant milestone
    fine invest repurchase lawsuit ipo spinoff shelf tax-credit atm
    """
)
_EXCLUDE = """
beat miss
raise lower reaffirm terminate
upgrade downgrade start
rise fall flat
profit loss
win lose repay
win submit accept
meet fail
approve submit accept reject
halt resume
start end close
seek win
dose enrollment topline publish
start meet
submit start
launch end
launch contract
start result
start topline
start enrollment
interim permanent final
vote start end
join resign
add resign
dividend price
revenue output capex traffic supply margin backlog price customer
revenue contract
profit output capex margin traffic customer supply
revenue loss
invest close shut
bid-price 10-q
bid-price 10-k
bid-price delinquency
ratedbuy ratedsell ratedhold ratedneutral ratedperform ratedequal
ratedoutperform ratedunderperform ratedneutral ratedhold
ratedoverweight ratedunderweight ratedneutral ratedequal
dose meet
dose fail
enrollment meet
enrollment fail
notes stock
expand end lower shut
add fall lower shut terminate
acquire sell
launch shut recall terminate
widen narrow
positive negative
strong weak
appoint resign oust
long short
call put
repurchase offering
delist regain
open shut groundbreaking build
facility store office warehouse hotel restaurant branch mine showroom depot clinic
direct public
s&p moody fitch
rating guidance
open close
build open
sec doj ftc epa osha finra cftc irs holder
acquire build
first second third fourth fifth final last
inbound outbound
submit grant
renew win
notes preferred warrant unit
ceo cfo coo cto cmo cco cso cpo cro cio marketing-chief counsel president chairman
fast-track orphan breakthrough priority-review accelerated approve
january february march april may june july august september october november december
monday tuesday wednesday thursday friday saturday sunday
revenue profit dividend repurchase guidance
neutral outperform underperform overweight underweight
acquire partner
preclinical clinical
contract lawsuit recall layoff
oral injectable
convertible senior
u.s canada u.k eu japan china
adult child teenager infant elderly
men women
"""
ORDER = next(
    n for n, line in enumerate(_EXCLUDE.strip().splitlines()) if line[:5] == "first"
)
# Two of one line contradict each other, where neither title has what the other says.
OPPOSITES: dict[str, tuple[tuple[int, str], ...]] = {}
for _axis, _line in enumerate(_EXCLUDE.strip().splitlines()):
    for _word in _line.split():
        OPPOSITES[_word] = (*OPPOSITES.get(_word, ()), (_axis, _word))
NEGATIONS = word_set(
    """
    no not never cannot can't won't doesn't didn't isn't deny unlikely
    """
)
ORDINALS = {
    "first": "1", "1st": "1", "second": "2", "2nd": "2", "third": "3", "3rd": "3",
    "fourth": "4", "4th": "4",
}  # fmt: skip
PHASES = {
    "i": "1", "ii": "2", "iii": "3", "iv": "4", "one": "1", "two": "2", "three": "3",
}  # fmt: skip
COUNTS = {
    word: str(n)
    for n, word in enumerate(
        (
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
        ),
        2,
    )
}
PLACES = word_set(
    """
    alabama alaska arizona arkansas california colorado connecticut delaware florida
    georgia hawaii idaho illinois indiana iowa kansas kentucky louisiana maine maryland
    massachusetts michigan minnesota mississippi missouri montana nebraska nevada
    hampshire jersey mexico york carolina dakota ohio oklahoma oregon pennsylvania
    tennessee texas utah vermont virginia washington wisconsin wyoming chicago boston
    denver dallas houston phoenix seattle atlanta miami memphis nashville detroit
    philadelphia austin charlotte cleveland pittsburgh london paris berlin madrid milan
    toronto vancouver sydney singapore dubai mumbai shanghai shenzhen canada brazil
    argentina chile peru colombia u.k france germany italy spain portugal ireland
    netherlands belgium switzerland austria sweden norway finland denmark poland turkey
    israel egypt nigeria kenya ghana namibia africa saudi emirates qatar india china
    japan korea taiwan vietnam thailand indonesia malaysia philippines australia zealand
    europe asia army navy
    """
)
# Words that another wire leaves out or puts in without telling another event.
SOFT = word_set(
    """
    agree win start appoint rise partner invest expand notes offering stock company
    result estimate year quarter contract declare maker unit holder notice profit
    revenue raise lower financial first us u.s major big key latest strategic strong
    record potential full late early global propose lead leading top next u.s. guidance
    vs versus well further all cash transaction underwritten registered officer role
    effective immediately public close which conference data present drug adult
    investor investors rule requirement minimum bid-price price submit infringement
    against seek plus protection voluntary continue continues despite during under not
    topline preliminary trading project hedge fund index interim chief date call board
    program activist take takes disclose become becomes see expect make makes transition
    member members team operations segment near reach give rating independent firm warn
    higher buyer reaffirm meet approve commercial because due how why what off out hold
    held back end additional multi multiple grand launch recognize among best one part
    share process average averaged averages totaled totals line match matches matching
    matched above adjust oz mw gw fiscal application form regard regarding general vote
    operator review technical spac go case dr mr ms period mid endpoint positive year-
    end standalone expose customer non broker financing deficiency implement within beat
    miss ratedbuy ratedhold ratedsell ratedneutral ratedoverweight ratedoutperform cite
    help remain system service product successfully completed successful issue issues
    provide basis level levels initial total
    """
)
# What the endings of grammar are not cut from.
LISTED = frozenset(
    {
        *SOFT,
        *DEALS,
        *STAGES,
        *DEAL_STAGES,
        *PRICED,
        *KINDS,
        *OPPOSITES,
        *NEGATIONS,
        *ORDINALS,
        *COUNTS,
        *PLACES,
        *(word for pair in PAIRS for word in pair),
        *("phase", "half", "fiscal", "full", "data", "next"),
    }
)
MARKED = frozenset(
    {
        *STAGES,
        *DEALS,
        *DEAL_STAGES,
        *BY_BOARD,
        *KINDS,
        *OPPOSITES,
        *NEGATIONS,
        *PLACES,
        "result",
        "data",
        "10-q",
        "10-k",
        "direct",
        "vote",
        "walkout",
        "win",
        "lose",
        "dismiss",
        "appeal",
        "urge",
    }
)
