"""Ordinary words that are companies too; our own lists."""

from catalyst_bot.text import word_set

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
# Ordinary words that seldom begin a headline; they need the same proof, and a company
# may be called by them without what it does.
SELDOM = word_set(
    """
    aardvark abacus accelerant accredited acorn actuate acuity acumen advent
    aesthetic affirm airship alight alkaline ally amalgamated amplify amplitude anew
    antelope apartment apollo arbor arcadia archer argo arrive arrowhead artisan
    athena authentic baldwin barksdale basin battalion bentley brady brazen bread
    broadway buckle bullish bumble butterfly byline cactus cadence canter cardio
    cargo caribou carlisle carpenter carver cato chime chimera clover coastal
    cognition cohen coherent collegium concorde conduit cosmos cousins covenant
    crawford cricut cumberland cumulus curative dana deluxe destiny dine diodes
    diploma dogwood dole dolphin donaldson educational elastic eldorado electra
    embassy emergent eminent endeavor ensign esquire establishment eureka everest
    evergreen evoke fairchild farmhouse farmland fate fidelis firefly flowers flux
    foghorn foresight fortitude fortress fortuna fulcrum galapagos gambling genesis
    genetic genie gibson gifts giga glacier glimpse gorilla grail grande granite
    grapefruit greenlight griffon guaranty hawkeye hawkins hawthorn heartbeam
    hercules highlander hills hilltop hinge hippo holistic immersion independence
    indie indigo integra intensity intercontinental interlink intermedia intrusion
    invitation iridium ironwood island jackpot jacobs jaguar janus jasper jazz
    journey kimball lakeshore lakeside lattice laureate lava lear legible lens
    leopard ligand lindsay lineage lionheart longevity lottery lotus lumen luminar
    madison magnolia mammoth maris marquee matador matthews medallion mercantile
    merchants metropolitan military millennium moderate monogram montage mural
    mustang myriad mystic nautilus neon nightingale nobility nomad northern oblong
    obsidian onward organon oscar outcrop ovation owlet pangaea pantheon papa parks
    parsons pathward patria pelican penguin pennant penumbra perceptive perpetua
    platinum podcast polaris predictive premier premium presidio primo procession
    proficient profound prophase quaker quantum quince rainmaker rapport rave reborn
    recharge recon rectitude redwood reeds regal regency regenerative rein
    revelation reynolds richardson ridgeline rigel ring robin rockwell rumble sable
    sabre saga sandstorm saturn seaboard seafarer seaport sentient shoulder shuttle
    silicon sinclair snowflake sonnet springview stag starboard streamline superstar
    tactile talos tapestry tempus tenet tenon thor tidewater tilt timberland
    tortoise transcend transcontinental translational traverse trevi trident
    trifecta trilogy troops turnstone twist ultimate umbra university vera verde
    veritas verona verses virtus viva wallet waters waterstone watts weave webster
    weed werewolf westwood wolverine woodward workhorse york zephyr zeta
    """
)
