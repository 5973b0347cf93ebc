"""Which company a headline is about: the surest way first, and no guess."""

import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalyst_bot.intake.mentions import Method, Role
from catalyst_bot.intake.symbols import SymbolTable
from catalyst_bot.intake.tickers import find_tickers, with_tickers
from tests.news import headline
from tests.symbols import table_of

TABLE, NOTHING = table_of(), SymbolTable()


def symbols(text: str, table: SymbolTable = TABLE) -> tuple[str, ...]:
    return with_tickers(headline(text, tickers=()), table).tickers


@pytest.mark.parametrize("table", [TABLE, NOTHING], ids=["table", "no table"])
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Acme Corp (NASDAQ: ACME) wins", ("ACME",)),
        ("Acme Corp (Nasdaq:ACME) wins", ("ACME",)),
        ("Acme Corp (nasdaq : ACME) wins", ("ACME",)),
        ("Acme Corp (NASDAQ ACME) wins", ("ACME",)),
        ("Acme (NASDAQ: ACME, ACMEW) wins", ("ACME",)),
        ("Acme (NASDAQ: ACME; BLTX) wins", ("ACME", "BLTX")),
        ("Acme (NYSE American: ACX) and Bolt (NYSE: BLT)", ("ACX", "BLT")),
        ("Acme (NasdaqGS: ACME)", ("ACME",)),
        ("Acme (Nasdaq Capital Market: ACME)", ("ACME",)),
        ("Acme (OTC Pink: ACMF)", ("ACMF",)),
        ("Acme (Cboe: ACMF)", ("ACMF",)),
        ("Acme (OTCQX: ACMF) (TSX: ACM)", ("ACMF",)),
        ("Acme (TSX: ACM) (OTCQX: ACMF)", ("ACMF",)),
        ("Acme (TSXV: ACM; OTCQX: ACMF)", ("ACMF",)),
        ("Acme (TSXV: ACM, OTCQB: ACMF, FSE: L4B0)", ("ACMF",)),
        ("Acme (TSX: ACM) buys Bolt (NYSE: BLT)", ("BLT", "TSX:ACM")),
        ("Acme (NYSE/TSX: ACM)", ("ACM",)),
        ("Acme (TSX/NYSE American: ACM)", ("ACM",)),
        ("Acme (TSX and NYSE: ACM)", ("ACM",)),
        ("Acme (TSX-V: ACM)", ("TSXV:ACM",)),
        ("Copper Fox (TSXV:CUU)", ("TSXV:CUU",)),
        ("Acme (Nasdaq Stockholm: ACME)", ("NASDAQSTOCKHOLM:ACME",)),
        ("Acme (HKEX: 0700)", ("HKEX:0700",)),
        ("Holdings (NYSE: BRK.B)", ("BRK-B",)),
        ("Bank (NYSE: BAC.PRL)", ("BAC",)),
        ("Acme (NYSE: XYZ.WS)", ("XYZ",)),
        ("Acme (NYSE: A)", ("A",)),
        ("Acme Corp wins, says CEO", ()),
        ("Nasdaq: Acme regains compliance", ()),
        ("NYSE: trading to close early", ()),
        ("Acme raises $5M (USD)", ()),
        ("", ()),
    ],
)
def test_exchange_qualified_symbols_are_found_with_and_without_a_table(
    text: str, found: tuple[str, ...], table: SymbolTable
) -> None:
    assert symbols(text, table) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("$ALDB soars", ("ALDB",)),
        ("$aldb soars", ("ALDB",)),
        ("$ZZZZ soars", ("ZZZZ",)),
        ("$F gains", ("F",)),
        ("Acme raises $5M and $USD 3", ()),
        ("Bitcoin $BTC falls", ()),
        ("Ford Motor (F) recalls trucks", ("F",)),
        ("Grade (F) for schools", ()),
        ("Robot Maker (ALDB) wins order", ("ALDB",)),
        ("A unit of length (ALDB) wins", ()),
        ("Robot maker (ALDB, TGT) wins order", ("ALDB", "TGT")),
        ("Robot Maker (ALDB.O) wins order", ("ALDB",)),
        ("Robot Maker (ALDB.TO) wins order", ("TSX:ALDB",)),
        ("Pulmonary arterial hypertension (PAH) drug works", ()),
        ("New chief (CEO) of a robot maker", ()),
        ("ALDB: what to know", ("ALDB",)),
        ("ALDB vs. TGT", ("ALDB", "TGT")),
        ("Why ALDB stock is up", ("ALDB",)),
        ("Shares of ALDB are up", ("ALDB",)),
        ("ALDB Q4 EPS beats", ("ALDB",)),
        ("EXCLUSIVE: ALDB weighing a sale", ("ALDB",)),
        ("ALDB - wins order", ("ALDB",)),
        ("F: Ford recalls trucks", ("F",)),
        ("IT: Gartner raises its outlook for the year", ("IT",)),
        ("IT: spending rises", ()),
        ("FDA approves drug", ()),
        ("IT stock picks", ()),
        ("ALDB STOCK IS UP", ()),
        ("Vitamin C, model T and V engines", ()),
    ],
)
def test_symbols_without_an_exchange_are_believed_when_listed(
    text: str, found: tuple[str, ...]
) -> None:
    assert symbols(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Alderbrook wins order", ("ALDB",)),
        ("Alderbrook Robotics, Inc. wins order", ("ALDB",)),
        ("Alderbrook’s profit rises", ("ALDB",)),
        ("ALDERBROOK ROBOTICS WINS ORDER", ("ALDB",)),
        ("Boltwick Therapeutics halts trial", ("BLTW",)),
        ("Coca-Cola raises prices", ("KO",)),
        ("McDonald's brings back a menu", ("MCD",)),
        ("Berkshire Hathaway buys", ("BRK-B",)),
        ("Bank of America raises dividend", ("BAC",)),
        ("Target raises outlook", ("TGT",)),
        ("Target rolls out delivery to 20 cities", ("TGT",)),
        ("Target, Boltwick raise prices", ("TGT", "BLTW")),
        ("Nasdaq Inc. revenue rises", ("NDAQ",)),
        ("Ford Foundation backs libraries", ()),
        ("Target date funds draw inflows", ()),
        ("Price target raised on strong growth", ()),
        ("Price Target Raised on Strong Growth", ()),
        ("a target of the takeover", ()),
        ("Nasdaq Listing Rule changes", ()),
        ("New Frontier opens in the market", ()),
        ("Delta Apparel closes", ()),
        ("Duplicate Metals drills", ()),
        ("alderbrook in lower case", ()),
        ("Alderbrook Energy Fund", ()),
    ],
)
def test_company_names_are_found_where_a_company_is_meant(
    text: str, found: tuple[str, ...]
) -> None:
    assert symbols(text) == found


@pytest.mark.parametrize(
    ("text", "subjects"),
    [
        ("Goldman Sachs upgrades Alderbrook to buy", ("ALDB",)),
        ("Goldman Sachs raises Alderbrook price target to $50", ("ALDB",)),
        ("Alderbrook upgraded to buy at Goldman Sachs", ("ALDB",)),
        ("Alderbrook to double sales, says Goldman Sachs", ("ALDB",)),
        ("Goldman Sachs maintains buy rating on Alderbrook", ("ALDB",)),
        ("Goldman Sachs names Alderbrook a top pick", ("ALDB",)),
        ("Goldman Sachs cuts Alderbrook to Sell on costs", ("ALDB",)),
        ("Goldman Sachs cuts 200 jobs", ("GS",)),
        ("Alderbrook to speak at Goldman Sachs Healthcare Conference", ("ALDB",)),
        ("Alderbrook on shelves at 900 Target stores", ("ALDB",)),
        ("Alderbrook named a leader by Gartner", ("ALDB",)),
        ("Goldman Sachs raises its dividend", ("GS",)),
        ("Goldman Sachs beats estimates", ("GS",)),
        ("Alderbrook hires former Boltwick executive", ("ALDB",)),
        ("Alderbrook acquires Boltwick", ("ALDB", "BLTW")),
    ],
)
def test_only_the_subject_counts_not_who_says_so(
    text: str, subjects: tuple[str, ...]
) -> None:
    assert symbols(text) == subjects


def test_the_source_is_told_with_its_role() -> None:
    found = {m.symbol: m.role for m in find_tickers("Goldman upgrades Target", TABLE)}
    assert found == {"GS": Role.SOURCE, "TGT": Role.SUBJECT}


def test_the_surest_way_names_the_method_and_offsets_cut_out_the_words() -> None:
    text = "Alderbrook (NASDAQ: ALDB) beats Boltwick"
    first, second = find_tickers(text, TABLE)
    assert (first.symbol, first.method) == ("ALDB", Method.EXCHANGE)
    assert text[first.start : first.end] == "ALDB"
    assert (second.symbol, second.method) == ("BLTW", Method.NAME)
    assert text[second.start : second.end] == "Boltwick"


def test_a_renamed_symbol_in_brackets_outranks_the_name_before_it() -> None:
    assert symbols("Alderbrook (NYSE: OLDS) wins") == ("OLDS",)


def test_what_the_feed_gives_outranks_the_text() -> None:
    item = headline("Bolt (NYSE: BLT) buys Acme", tickers=("ACME",))
    assert with_tickers(item, TABLE).tickers == ("ACME",)


def test_the_feeds_warrant_is_the_share() -> None:
    item = headline("Alderbrook wins", tickers=("ALDBW", "ALDB"))
    assert with_tickers(item, TABLE).tickers == ("ALDB",)


def test_a_filing_has_the_ticker_of_its_filer() -> None:
    item = replace(headline("8-K: Item 2.02 Results", tickers=()), cik="1")
    assert with_tickers(item, TABLE).tickers == ("ALDB",)
    assert with_tickers(replace(item, cik="999"), TABLE).tickers == ()


def test_the_summary_is_read_for_symbols_with_an_exchange() -> None:
    item = headline("Acme wins", tickers=(), summary="BOSTON - Acme (NASDAQ: ACME)")
    assert with_tickers(item, TABLE).tickers == ("ACME",)


@given(st.text(max_size=3000) | st.text("AaBT $():.,'’-&stock", max_size=300))
def test_any_text_gives_well_formed_symbols(text: str) -> None:
    for mention in find_tickers(text, TABLE):
        plain = mention.symbol.replace(":", "").replace("-", "").replace(".", "")
        assert plain
        assert plain == plain.upper()
        assert 0 <= mention.start < mention.end <= len(text)


@pytest.mark.parametrize(
    "piece",
    ["Alderbrook ", "(", "$A", "NYSE: ", "A, ", "Target of ", "9", "’s ", "\ud800"],
)
def test_a_title_of_any_length_takes_a_moment(piece: str) -> None:
    started = time.process_time()
    find_tickers(piece * 200_000, TABLE)
    assert time.process_time() - started < 0.25
