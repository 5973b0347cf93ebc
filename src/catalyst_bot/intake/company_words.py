"""The words by which a company's name is told from ordinary speech; our own lists."""

from catalyst_bot.text import word_set

# What a legal name ends in and a headline leaves out.
LEGAL = word_set(
    """
    inc corp corporation co company ltd limited plc llc lp sa nv ag se ab asa oyj spa
    adr ads can cv sab kgaa aktiengesellschaft bv pte pbc com new de tbk sarl
    """
)
GENERIC = word_set(
    """
    holdings holding group companies international global enterprises enterprise
    worldwide us usa america americas ventures incorporated cos
    """
)
# What a company does; left out where the rest of its name stands alone.
INDUSTRY = word_set(
    """
    pharmaceuticals pharmaceutical pharma therapeutics biosciences bioscience biopharma
    biotherapeutics biotech biotechnology biologics oncology medicines medical sciences
    science scientific diagnostics genomics genetics health healthcare wellness labs
    laboratories technologies technology tech systems software networks network
    semiconductor semiconductors electronics devices instruments computing computer
    digital interactive data analytics robotics ai cloud cyber security mobile
    communications telecom media entertainment gaming games studios resources energy
    petroleum oil gas power solar renewables utilities electric water mining mines
    minerals metals gold silver copper lithium uranium royalty steel materials chemical
    chemicals industries industrial motors motor automotive auto airlines airways
    aviation aerospace defense logistics freight shipping transportation marine
    railroad infrastructure construction homes realty properties property reit estate
    storage hotels hotel resorts hospitality cruise restaurants foods food beverage
    brewing brands stores apparel footwear products consumer solutions services
    partners capital financial finance bancorp bancshares bankshares bancorporation
    bank banks insurance assurance mortgage lending credit investment investments
    investors management asset trust markets securities platforms acquisition
    exploration development education learning engineering environmental innovations
    dynamics outdoor pizza coffee mexican grill surgical imaging nutrition packaging
    paper tobacco cannabis crypto payments commerce online travel restaurant cruises
    wholesale supply equipment machines rail vehicles batteries battery works
    """
)
# Never a company when they stand alone: places, sectors, the grammar of headlines.
NEVER = word_set(
    """
    a all am america american an and any april arabia argentina asia asian at atlantic
    august australia austria auto autos average bank banking banks belgium berlin
    billion biotech bitcoin bond bonds boston brazil breaking britain british broker
    buy buyback by california canada canadian capital central ceo cfo chicago chile
    china chinese city commodities commodity company congress consumer coo copper corn
    court credit crude crypto currency daily data day december defense deal debt delhi
    denmark digital dividend dollar dow dubai early earnings east eastern economy eight
    energy england equities ether ethereum euro europe european exchange fda february
    fed federal final finance financial first five florida for foreign four france free
    french friday from fund funds futures gas general geneva german germany global gold
    good great greece growth guidance half hawaii health hold home hong house houston
    housing how i if illinois in income india indian indonesia industrial inflation
    insider insurance interest international invest investor investors iowa ipo iran
    iraq ireland irish israel it italy its january japan japanese jersey july june kong
    korea korean large late latin launch live local london long loss los luxembourg
    macro major malaysia manhattan march market markets may media merger mexico miami
    michigan mid million minnesota monday money more mortgage most moscow mumbai music
    my nasdaq nation national natural net netherlands new news next nigeria nikkei nine
    no north northern norway notice november now nuclear nyse october of oil old on one
    only open opinion option options or otc our outlook over pacific paid paris people
    pharma philippines poland power preferred premarket president price private profit
    property public quarter rate rates real recall report research retail revenue
    russia russian sale sales san saturday saudi second security sell september series
    seven share shares short silver singapore six small smart solar some south southern
    spain special state states steel stock stocks sunday sweden swiss switzerland
    taiwan target tech technology telecom ten texas thailand the this three thursday
    tokyo top toronto total trade trader trading trump tuesday turkey two uk ukraine
    union united up update us usa utah utilities venezuela vietnam virginia wall war
    washington water wednesday week west western what when where white who why world
    year york you your zurich above after before beyond inside under versus vs with
    without re en s&p msci ftse worlds cars dr mr st le la el de santa chairman board
    senate treasury austin columbus cincinnati albany salem cardiff kyoto bogota basel
    arizona georgia idaho wisconsin dakota greenland permian dallas denver seattle
    phoenix orlando memphis nashville charlotte detroit cleveland houston portland
    atlanta colorado nevada oregon ohio alaska arkansas kansas kentucky oklahoma
    tennessee missouri montana maine vermont ontario alberta quebec vancouver calgary
    patrick douglas noah amber isabella diana powell
    """
) - {"target"}
# Companies too, but only where the sentence shows it.
COMMON = word_set(
    """
    able accelerate access achieve acme advance advanced advantage affinity agree
    agriculture aim air align alignment alliance alpha alternative amaze anywhere
    applied arch ardent arm array arrow ascend ascent aspire assembly asset assured
    atlas aura aurora automatic avenue aware axis balance ball bandwidth bar beacon
    beam beauty bell benchmark berry best beta better bicycle big bill bio bit black
    blend blink block blue bold bolt bonus booking boot bow box brand bridge bright
    brilliant broad builders burning business cable canopy carbon cardinal caring
    carnival castle catalyst cell chain champion champions charging chart chase check
    cheer cherry choice cipher circle civil clarity clean clear click climb club
    cluster coffee collective color comfort commerce commercial community compass
    complete concrete confluent connect consensus consolidated construction context
    cool core corner coupang coupons courier cover crane creative critical cross
    crossroads crown custom customers dare darling dash dave decent delta design
    destination diamond direct discover discovery discount distribution diversified
    dominion dragonfly dream drive driven drugs dynamic eagle edge edible element elf
    embrace emerald emerging empire encompass encore endeavor energizer enhance
    envision epic equitable equity essential evolution evolve everything exact exceed
    express extra extreme fact fair family farmers fast fathom fidelity fifth fitness
    flag flagship flex flexible floor flora focus foot formula forward fossil fortune
    foundation founder four fox franklin freedom freeze frequency fresh frontier
    frontline fuel full fundamental fusion future gain gap garden gateway gemini
    generation genius genuine geo giant globe glory go goal gravity gray grand great
    green grid ground guardian guess hamilton happy harbor harmonic harmony harvest
    hawk hello heritage hero heron high highway hive honest hope horizon host hot hour
    hub hudson hunt icon ideal ignite imagine impact imperial infinity inflection
    information inner innovate innovation innovative insight inspire inspired insulet
    integral integrated integrity intelligent inter interface intrepid intuitive iron
    jackson jefferson joint jubilant just keen key kinder king kisses know lake lamb
    land landmark lands lantern lead leap legacy legend lemonade level leverage liberty
    life lifetime light lincoln linear link liquidity logistic loop lucid lucky magic
    magnitude maiden main manhattan marathon marker mass masters match matrix maximus
    mega mercury meridian merit metal meta metro mission mixed mobile modular monarch
    moderate monster montana monument motion mosaic mountain mueller multi nature
    navigator neon nerdy nevada nexus nice noble noodles nova oak office olympic omega
    onto opera oracle orange orbit orchid origin orion outbrain overseas pan parade
    paradise park partner passage pathfinder patriot peak pearl peer perfect
    performance perimeter perspective phi phoenix pilgrim pinnacle pioneer planet
    plastic plug plus point polar pony pool pop popular porch portage post precision
    premium prestige prime principal priority pro professional progress progressive
    prologue promise prospect prosperity proto prudent public pulse pure quad quality
    quantum quest rail rain ramp rand range ranger rare reach ready realty recursion
    red reflect regional regions relay relevant reliability reliance relief remark
    renew republic reserve reservoir resolute resonant resources revival revolution rex
    rich right ring riot rise rising river roadrunner rock rocket roots roman root rose
    royal royalty rubicon rubber rush safe safeguard safety sage science scientific sea
    seal sealed seasons secure select selective senior sentinel sequoia serve service
    seven shake shell shift shine shoals shore sight sigma signal signature silence
    simple simply sky skyline slam sleep snap socket solid sonic sound source spar
    spark spectrum sphere spirit splash spring sprout sprouts standard star start
    stellar stem step sterling stone strategic strategy stream stride structure
    structured summit sun sunny sunshine super superior surge surgery sustainable
    synergy table tandem tango target team tempest tempo terra terrain third thoughtful
    thunder tile timber titan toast toll tower town track traction tractor transcend
    travelers traverse treasure trees triumph trinity triple turning turtle twin unity
    universal universe upwork urban value variant vector velocity venture verb verge
    vertex vertical via victory view viking village vintage virtue vision visionary
    vista vital vivid waste wave welcome well whirlpool win wings wisdom wolf wonder
    work workday worthington wrap yield zenith zoom visa apple ford carter hughes
    morgan simon martin scott stewart wells wheeler wilson walker nelson evans harris
    thompson taylor johnson williams brown davis miller moore anderson lewis clark
    allen baker turner murphy cooper bailey kelly howard cox ward james watson brooks
    bennett graham lee mills young jones adams campbell mitchell phillips parker reed
    cook rogers alarm associated banner bone carriage cartesian century charming
    cheetah chord clipper consumers definitive designer enthusiast epsilon expand
    exponent flushing fold forum freelancer fury gee grab grace graphic greater guided
    guild inhibitor integer jade ladder leader lexicon linkage midcap mind nations opus
    outset paradox performant plexus poet postal prelude prog purple radiant rainbow
    reading recovery regen repay retrieve rhythm rocky saxon seek slide snail solo
    sophia stoke tiny trillion trip turbo unit unusual uptrend vast wag wins zebra
    arena ascending border branded capri chance chapter charge charter citizen citizens
    classic coast code colony column command concord consent contact convert county
    credo crest cube current curve cycle debut decade degree deposit depot desk detail
    diary district dock domain double draft duty effort elite engine entity equal era
    error escape estimate event evidence exchange expense expert extension factor faith
    feature field figure file fire fleet flight flow fluent fly force forecast forge
    fort found frame fraud front galaxy gate gear gift glass glow gram grape grass
    grove guest guide hall hand head heart helix help hill holiday honor hood impulse
    index inform initial inspect instinct intent item ivy job joy judge jump jury kin
    knight label labor lane laser law layer legal lens lever limit line list load loan
    lock log lot love loyal lux mace manual map margin mark mast mayor meadow measure
    mentor method mine minor mint mirror mode model moon movement myth name needle nest
    night north note novel number nurse object ocean offer omni order organ outer oval
    owl pace pack pad page palm panel paper path pattern pause pay payment phase phone
    photo pick piece pilot pin pipe pitch pivot place plan plant platform play player
    pledge policy poll port position potential pound present press primary print prize
    process produce program project proof protect protection provident puma purpose
    quick quiet race radar radio raise rally rapid ray record rep rest result return
    revenue reward rhino road robust role roll roof room rope route row rule run sail
    salt sand save scale scan school scope score screen seat sector seed sense series
    session set shadow shape sharp shield ship shop show side sign silk sister site
    skill slope smile smoke soar soft soil song soul speed spin sport spot square squad
    stage stake station stay storm story strength stretch strike string strong student
    study style subject suite swift switch symbol system tag talent talk tank task
    taste test text theme theory thread tie tiger time tip tone tool torch touch tour
    toy trace trail train transfer trend trial tribe truck true trust truth tune type
    ultra unique upper valley valor vault vehicle verify vest voice volt vote voyage
    wallet wake warp watch way wealth weather web wheel wide wild will wind wine wire
    wish witness wood word worth yellow zero zone hartford camden dover columbia
    fairfax oxford essex tyler united southwest kraft paramount
    """
) - {"apple", "visa", "ford", "workday", "coupang", "whirlpool", "upwork", "insulet"}
# Behind one word these make it something else than the company.
INSTITUTIONS = word_set(
    """
    foundation university institute museum theater theatre college school hospital
    family council county city street avenue stadium arena cup championship cathedral
    library orchestra symphony festival island islands river valley lake bridge airport
    church village township district
    """
)
OTHER_THINGS = {
    "apple": word_set(
        """
        growers grower orchards orchard cider juice crop crops harvest pie pies trees
        farmers farms picking varieties sauce season packers exports imports
        """
    ),
    "visa": word_set(
        """
        rules rule holders holder applications applicants applicant program programs
        ban bans curbs waiver waivers backlog restrictions requirements processing
        policy fees overhaul interviews issuance lottery caps quota free-travel status
        renewals sponsorship exemptions system scheme delays crackdown approvals cap
        """
    ),
    "amazon": word_set("rainforest forest river basin deforestation tribes fires"),
    "intel": word_set("community agencies chief officials committee officers sharing"),
    "caterpillar": word_set("invasion infestation outbreak species"),
    "alphabet": word_set("soup city"),
    "meta": word_set("analysis study review"),
    "oracle": word_set("park arena bones"),
    "shell": word_set("companies company corporations firms game casings"),
    "gap": word_set("between year widens narrows in"),
    "carnival": word_set("season parade atmosphere ride rides"),
    "united": word_set("states nations kingdom front way"),
    "southwest": word_set("drought desert region states heat asia"),
    "charter": word_set("school schools flight flights amendment"),
    "rocket": word_set("launch attack attacks fire science"),
    "spectrum": word_set("auction auctions disorder licenses sale"),
}
# In brackets or before "stock" these are not symbols: "(CEO)", "(FDA)", "AI stock".
STOP_SYMBOLS = word_set(
    """
    AI AR EV EVS IT TV VR US USA UK EU UN CEO CFO COO CTO CMO CIO CSO CPO CLO IR PR HR
    FDA EMA SEC DOJ FTC FCC EPA DOE DOD DOT NIH CDC CMS FAA FBI CIA IRS FED ECB BOE BOJ
    RBI IMF WHO WTO OPEC NATO NASA NHS ESA USDA OSHA EIA IEA CPI PPI PMI GDP ISM PCE
    YTD YOY QOQ MOM TTM LTM EPS FFO AFFO NAV AUM ROI ROE ROA IRR NPV NOI ARR MRR GMV
    ARPU EBIT EBITDA GAAP NON IFRS ESG DEI KPI ETF ETFS ETN CEF IPO SPO SPAC PIPE ATM
    RSU ESPP DRIP REIT MLP BDC ADR ADS ADSS GDR LLC INC CORP LTD PLC LP CO SA AG NV SE
    AND THE FOR NEW NOW ALL ONE TWO BIG TOP OUT OFF DAY WAY BUY SELL HOLD CALL PUT LONG
    FREE NEXT BEST GOOD REAL TRUE OPEN LIVE MORE MOST EAT FAST FUN CASH RIDE PLAY CAN
    ANY ARE HAS SEE SO GO ON IN AT BY OR AS BE DO UP IF IS AN MY HE WE NO Q1 Q2 Q3 Q4
    H1 H2 FY FQ EST EDT PST PDT CET GMT UTC AM PM NYSE OTC TSX CSE LSE ASX AMEX CBOE
    NASDAQ NDA BLA NDAS ANDA IND PDUFA CRL CRLS CMC GMP CGMP EUA BTD RMAT ODD MAA PMA
    IDE FIH MTD DLT ORR OS PFS DOR DCR CR SD AE SAE TEAE QOL PK PD MOA RWE RCT ITT ASCO
    ESMO AACR ASH ACC AHA AAN AAD ADA EASL EHA SABCS SITC JPM CES MWC GTC RSA NAB ALS
    MS AD MDD PTSD ADHD COPD IPF CKD NASH MASH IBD UC CD RA SLE AML CLL CML MM NHL
    DLBCL HCC RCC CRC NSCLC SCLC GBM TNBC HER2 BRCA EGFR KRAS HIV HPV HBV HCV RSV FLU
    COVID DMD SMA CF MG ITP PNH HAE DME BESS GA RP TED GLP CAR CART MRNA SIRNA RNA DNA
    AAV LNP ADC MAB CNS CVD LDL BMI API SDK SAAS PAAS IAAS CRM ERP IOT LLM GPU CPU NPU
    HBM SSD DRAM NAND SOC ASIC FPGA PCB RF OEM ODM VAR MSP NFT DAO DEFI DEX CEX BTC ETH
    XRP SOL DOGE USDC USDT LNG LPG NGL BOED WTI MMBTU MW GW KWH PPA IRA REC REE PGM PGE
    NI CU AU LI ICE BEV PHEV EVTOL UAV UAS LIDAR ADAS MRO DIP CHAP LBO MBO MNA JV LOI
    MOU NCIB TSR AGM EGM DEF RFP LED LCD OLED USD CAD EUR GBP JPY AUD CHF CNY RMB HKD
    INR SEK NOK SGD KRW MXN BRL ILS NZD WSJ FT NYT CNBC CNN BBC FOX NBA NFL MLB UFC F1
    NEWS RBA RBNZ SNB BOC BOK PBOC CBO OMB GAO NLRB CFPB CFTC FERC FHFA NHTSA NTSB PJM
    USTR USPS UAW TSA CBP DEA ATF HUD HHS DHS NSA NSF ILO WFP IAEA ICAO IATA NPR PBS AFP
    """
)
# What is written after "$" without being a share.
NOT_CASHTAGS = word_set(
    """
    M B K T MM BN MN TN USD CAD EUR GBP JPY AUD CHF CNY RMB HKD INR SGD NZD BTC ETH XRP
    SOL DOGE SHIB PEPE BNB ADA USDC USDT
    """
)
