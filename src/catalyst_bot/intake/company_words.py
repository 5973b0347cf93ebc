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
    afghanistan albania algeria algerian angola argentine argentinian armenia austrian
    azerbaijan bahamas bahrain bangladesh barbados belarus belgian bolivia bosnia
    botswana brazilian bulgaria bulgarian burkina cambodia cameroon caribbean chad
    chilean colombian congo costa croatia croatian cuba cuban cyprus czech danish
    dutch ecuador egyptian emirates estonia ethiopia fiji finnish gabon gambia georgian
    ghana greek guatemala guinea gulf guyana haiti honduras hungarian hungary iceland
    icelandic indonesian iranian iraqi ivory jamaica jordan kazakhstan kenya kuwait
    kyrgyzstan laos latvia lebanon liberia libya lithuania macau madagascar malawi
    malaysian mali malta mauritania mauritius mexican mideast moldova mongolia morocco
    mozambique myanmar namibia nepal nicaragua niger nigerian norwegian oman pakistan
    panama papua paraguay peru peruvian philippine polish portuguese qatar romania
    romanian rwanda scottish senegal serbia siberia slovakia slovenia somalia spanish
    sudan suriname syria tanzania thai togo trinidad tunisia turkish uganda ukrainian
    uruguay uzbekistan vietnamese welsh yemen zambia zimbabwe
    africa african alberta appalachia arctic antarctic atlantica balkans baltic bavaria
    california catalonia crimea dublin erie gibraltar hanover harvard himalaya
    huntington jerusalem lisbon manchester mecca middlesex namib nairobi normandy oslo
    patagonia plymouth prague saratoga saskatchewan scandinavia scotland seville sonoma
    southport stockholm sydney tuscany ulster wales warsaw yorkville yukon zion cabot
    duluth dublin burlington charleston arlington cambridge bristol venice naples
    guanajuato klondike kootenay earth
    """
) - {"target"}
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
    "ford": word_set("across crossing crossings at"),
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
