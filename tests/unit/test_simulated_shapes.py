"""The simulated feeds have the shapes, and the traps, of the public ones."""

from datetime import UTC, datetime

from lxml import etree

from catalyst_bot.simulation.feed_shapes import (
    Feed,
    Filing,
    HaltRow,
    WireItem,
    edgar_atom,
    globenewswire,
    nasdaq_halts,
    prnewswire,
)

SUMMER = datetime(2026, 7, 14, 18, 6, 7, 250_000, tzinfo=UTC)  # 14:06:07 in New York
WINTER = datetime(2026, 1, 14, 18, 6, 7, tzinfo=UTC)  # 13:06:07 in New York
ATOM = "{http://www.w3.org/2005/Atom}"
NDAQ = "{http://www.nasdaqtrader.com/}"
DC = "{http://dublincore.org/documents/dcmi-namespace/}"


def root_of(feed: Feed) -> etree._Element:
    return etree.fromstring(feed.body)


def release(**more: str) -> WireItem:
    return WireItem(
        title="Acme & Co beats by <5%",
        link="https://wire.example/1?a=1&b=2",
        published_at=SUMMER,
        tickers=("Nasdaq:ACME", "Euronext Lisbon:ACM"),
        company="Acme & Co",
        **more,
    )


def test_globenewswire_gives_no_seconds_and_its_own_dublin_core() -> None:
    item = root_of(globenewswire([release(identity="2824012")])).find(".//item")
    assert item is not None
    assert item.findtext("pubDate") == "Tue, 14 Jul 2026 18:06 GMT"
    assert item.findtext(f"{DC}identifier") == "2824012"
    assert item.findtext("title") == "Acme & Co beats by <5%"
    stocks = [category.text for category in item.findall("category")]
    assert stocks == ["Nasdaq:ACME", "Euronext Lisbon:ACM"]


def test_prnewswire_names_the_ticker_in_the_description_only() -> None:
    item = root_of(prnewswire([release()])).find(".//item")
    assert item is not None
    assert item.findtext("pubDate") == "Tue, 14 Jul 2026 14:06:07 -0400"
    assert item.findtext("guid") == item.findtext("link")
    assert item.find("category") is None
    assert "(NASDAQ: ACME" in (item.findtext("description") or "")


def filing(role: str = "Filer") -> Filing:
    return Filing(
        form="8-K/A",
        company="ACMÉ ROBOTICS INC /DE/",
        cik="1234",
        accession="0001234567-26-000001",
        accepted_at=SUMMER,
        role=role,
        items=("2.02: Results of Operations", "9.01: Exhibits: a list"),
        filed="2026-07-15",
    )


def test_edgar_lists_an_entry_per_filer_in_latin_1() -> None:
    feed = edgar_atom([filing(), filing("Subject")], now=SUMMER)
    assert b"\xc9" in feed.body
    first, second = root_of(feed).findall(f"{ATOM}entry")
    title = "8-K/A - ACMÉ ROBOTICS INC /DE/ (0000001234) (Filer)"
    assert first.findtext(f"{ATOM}title") == title
    assert first.findtext(f"{ATOM}id") == second.findtext(f"{ATOM}id")
    assert first.findtext(f"{ATOM}updated") == "2026-07-14T14:06:07-04:00"
    summary = first.findtext(f"{ATOM}summary") or ""
    assert "<b>Filed:</b> 2026-07-15 <b>AccNo:</b> 0001234567-26-000001" in summary
    assert "<br>Item 9.01: Exhibits: a list\n" in summary


def test_edgar_writes_what_latin_1_has_not_as_a_reference() -> None:
    wide = Filing(
        form="8-K",
        company="Ακμή",
        cik="1",
        accession="0000000001-26-000001",
        accepted_at=SUMMER,
    )
    title = root_of(edgar_atom([wide])).findtext(f".//{ATOM}entry/{ATOM}title")
    assert title == "8-K - Ακμή (0000000001) (Filer)"


def test_halts_have_no_identity_and_a_date_of_midnight() -> None:
    rows = [
        HaltRow(symbol="ACME", name="Acme", halted_at=SUMMER),
        HaltRow(symbol="GLBX", name="G", halted_at=WINTER, has_milliseconds=False),
    ]
    feed = nasdaq_halts(rows)
    assert feed.body.count(b"\r\n") == feed.body.count(b"\n")
    summer, winter = root_of(feed).findall(".//item")
    assert summer.find("guid") is None
    assert summer.find("link") is None
    assert summer.findtext("pubDate") == "Tue, 14 Jul 2026 04:00:00 GMT"
    assert winter.findtext("pubDate") == "Wed, 14 Jan 2026 05:00:00 GMT"
    assert summer.findtext(f"{NDAQ}HaltTime") == "14:06:07.250"
    assert winter.findtext(f"{NDAQ}HaltTime") == "13:06:07"
    assert summer.findtext(f"{NDAQ}ResumptionTradeTime") == ""
    assert root_of(feed).findtext(f".//{NDAQ}numItems") == "2"


def test_a_halt_gains_its_resumption() -> None:
    row = HaltRow(
        symbol="ACME",
        name="Acme",
        halted_at=SUMMER,
        reason="LUDP",
        quotes_at=SUMMER.replace(minute=6),
        resumes_at=SUMMER.replace(minute=11),
    )
    item = root_of(nasdaq_halts([row])).find(".//item")
    assert item is not None
    assert item.findtext(f"{NDAQ}ResumptionDate") == "07/14/2026"
    assert item.findtext(f"{NDAQ}ResumptionTradeTime") == "14:11:07"
