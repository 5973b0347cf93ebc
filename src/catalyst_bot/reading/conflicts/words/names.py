"""Who and what is no issuer, and what marks a line about many or about a price."""

from catalyst_bot.text import word_set

# Begin a headline with a capital and are nobody's name.
PLAIN = word_set(
    """
    a absolute absolutely accountant accountants activist actors ad adviser advisers
    advisors after agencies agency airline alert all amid an analyst analysts any appeal
    appeals arbitrator arbitrators are article as at attorney attorneys auditor auditors
    automaker ballot bank banks before bid big blog board bond bondholder bondholders
    bonds bookrunner bookrunners boss bourse breakeven breaking brewer broker brokers
    builder buyback buyer buyers by cabinet can carmaker cash chair chairman chairwoman
    channel chapter chatter city claims clarification clarifies clearinghouse clerical
    client clients close closing co-founder commission commissioner committee congress
    contract controller correction corrects costs council counsel county court courts
    creditor creditors crew customer customers customs data deal dealer dealers debt
    despite did director directors disclosure disclosures dividend doctors documents
    does drivers drug drugmaker duplicated early earnings editor editors employees end
    erratum error every exchange exclusive executive executives fab fabricated factory
    fake false farmers federal figure figures filing filings final financing first fixes
    flash following for force forecast form founder founders from fund funding funds
    gossip government governor guidance had half has have he headline her his hold
    holder holders how if in index inquiry insider insiders insurer investigation
    investor investors is it item its journal judge judges jury just kiln landlord
    landlords late lawmaker lawmakers lawsuit lawyer lawyers lender lenders less letter
    line loan loans loss magazine magistrate maker management margin margins mayor media
    memo merger mill mine miner miners minister ministers ministry minutes mistake more
    most neither never new newspaper no nobody none not note noteholders notes nothing
    notice number numbers nurses offer offering old on one only order orders our outlook
    over owner owners pact panel paper papers parliament partner partners patients piece
    pilots pipeline plan plans plant police poll president press price prices probe
    profit project prosecutor prosecutors prospectus pure quarter radio recall record
    records red refile refiner refinery regulator regulators release reports researchers
    residents retailer retraction revenue review rights rumor rumors rumour rumours
    sales scientists second secretary seller sellers senate shareholder shareholders
    shares she sheer shipyard smelter some speculation spokesman spokesperson
    spokeswoman spreadsheet staff state statement stock stockholders story streaming
    strike studio study suit superseding supplier suppliers survey table takeover talk
    talks tally tenants test tests that the their there these they this those three
    tie-up total trader traders transcript treasurer trial tribunal trustee trustees tv
    two typo under underwriters union unions unitholders untrue update utility vaccine
    villagers vote votes walkout warning was watchdog we website were what when where
    whispers who why will with without worker workers would writers wrong yard year
    """
)
# Names of those who decide over many companies, and of papers.
AUTHORITIES = word_set(
    """
    accc amex apra asic asx australia bafin bbc beijing bloomberg boe brazil britain
    brussels bse caixin canada cci cdc cfius cfpb cftc china chmp cma cms cnbc commerce
    congress daily delhi dod doe doj dot easa ec ecb ema epa epo eu faa fca fcc fda fdic
    fed ferc finma finra fra france ft ftc ftse gazette germany globe guardian
    handelsblatt herald hhs hkex icc imf india iran irs italy itc japan journal ledger
    lse mail mas mexico mhra moscow msci nasa nasdaq nclt nerc news nhtsa nih nikkei
    nlrb nmpa nse ntsb nyse occ ofcom ofgem ofwat opec osha otc ottawa pentagon pmda
    post pra rbi reuters russell russia sebi sec senate seoul sfc spain telegraph times
    tokyo treasury tribune tse tsx uk un us uspto washington wsj wto
    """
)
# Names though every vocabulary has them, also where capitals tell nothing.
PLACES = word_set(
    """
    africa argentina asia austria belgium boston chile chicago china colombia dallas
    denmark denver dubai dublin egypt europe finland france georgia germany greece
    houston hungary india indonesia ireland israel italy japan kenya korea london
    malaysia mexico miami nevada nigeria norway ohio ontario paris peru philippines
    poland portugal quebec romania singapore spain sweden switzerland taiwan tennessee
    texas thailand turkey ukraine utah vietnam virginia york
    """
)
# What a company does, as a part of its name.
TRADES = word_set(
    """
    air airlines airways auto automotive aviation bank biosciences biotech capital
    cement chemical chemicals cloud communications credit data defence defense energy
    engineering farms finance financial foods foundry games gas gold grid health
    healthcare homes hotels infrastructure insurance labs lithium logistics marine
    materials media medical metals mines mining motors networks oil paper petroleum
    pharma pharmaceuticals power rail railways realty resources retail robotics
    semiconductor semiconductors shipping software solar solutions steel stores systems
    tech technologies technology telecom textiles therapeutics tools toys transport
    water wireless wines
    """
)
RIVALS = word_set(
    """
    adjacent competitor competitors counterpart customer neighbor neighboring neighbour
    neighbouring parent partner peer peers rival rivals supplier suppliers trailing
    unrelated
    """
)
NOTES = word_set(
    """
    broker brokerage brokerages brokers coverage neutral outperform overweight ratings
    recos underperform underweight
    """
)
MARKETS = word_set(
    """
    bourses brent bullion dax dow euro forex ftse futures gainers gilts indices lira
    losers mcx movers nifty nymex premarket ringgit rupee sensex stocks yuan
    """
)
# In the heading of a line about many companies.
ROUNDUPS = word_set(
    """
    bell briefs calendar calls digest glance highlights movers points recap roundup
    roundups snapshot stocks tape watchlist week wrap wrapup
    """
)
ESTIMATES = word_set(
    """
    analyst analysts economists forecasters options poll polls preview survey whisper
    """
)
# A headline about a price: its figures and direction are not the company's.
PRICES = word_set(
    """
    bitcoin copper crude dollar gold intraday mcap oil premarket price prices rallied
    rallies rally rallying rupee scrip shares silver stk stock stocks yen
    """
)
SEASONS = word_set(
    """
    autumn christmas daily diwali easter holiday holidays monthly school season spring
    summer thanksgiving weekly winter
    """
)
MONTHS = word_set(
    """
    january february march april may june july august september october november
    december
    """
)
