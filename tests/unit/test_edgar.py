"""SEC filings: one item for each accession, timed by its acceptance."""

import random
from datetime import UTC, datetime
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalyst_bot.errors import SourceError
from catalyst_bot.model import Event, NewsItem, Precision, SourceKind
from catalyst_bot.sources.edgar import EdgarParser
from catalyst_bot.sources.parsed import MAX_TITLE, Parsed

FEEDS = Path(__file__).parents[1] / "data" / "feeds"
URL = "https://www.sec.gov/cgi-bin/browse-edgar?action=getcurrent&output=atom"
RECEIVED = datetime(2026, 11, 21, 2, 11, 20, tzinfo=UTC)
ACCESSION = "0001999001-26-000101"


def parse(body: bytes) -> Parsed:
    return EdgarParser(source="edgar").parse(
        body, url=URL, charset=None, received_at=RECEIVED, received=1.0
    )


def entry(
    title: str,
    *,
    accession: str = ACCESSION,
    form: str = "8-K",
    summary: str = "",
    link: str = "/Archives/1-index.htm",
    updated: str = "2026-11-20T17:29:59-05:00",
) -> str:
    identity = f"<id>urn:tag:sec.gov,2008:accession-number={accession}</id>"
    return (
        f"<entry><title>{escape(title)}</title>{identity if accession else ''}"
        + (f'<link rel="alternate" href="{link}"/>' if link else "")
        + (f'<summary type="html">{escape(summary)}</summary>' if summary else "")
        + (f"<updated>{updated}</updated>" if updated else "")
        + (f'<category label="form type" term="{form}"/>' if form else "")
        + "</entry>"
    )


def page(*entries: str) -> Parsed:
    inside = "".join(entries)
    return parse(f'<feed xmlns="http://www.w3.org/2005/Atom">{inside}</feed>'.encode())


def filing(*entries: str) -> NewsItem:
    (only,) = page(*entries).items
    return only


def test_a_page_of_filings_becomes_news() -> None:
    parsed = parse((FEEDS / "edgar.xml").read_bytes())
    assert (parsed.tier, parsed.skipped, parsed.warnings) == (1, 0, ())
    report, insider, amendment = parsed.items
    assert report == NewsItem(
        source="edgar",
        kind=SourceKind.EDGAR,
        event=Event.FILING,
        title="8-K: Item 2.02 Results of Operations and Financial Condition; "
        "Item 9.01 Financial Statements: Exhibits",
        codes=("8-K", "2.02", "9.01"),
        identity=ACCESSION,
        state="1900001 Filer",
        link="https://www.sec.gov/Archives/edgar/data/1900001/000199900126000101/"
        "0001999001-26-000101-index.htm",
        summary="COBALT RIDGE - WEST & SÖHNE (USA) CORP (Filer)",
        company="COBALT RIDGE - WEST & SÖHNE (USA) CORP",
        cik="1900001",
        published_at=datetime(2026, 11, 21, 2, 11, 12, tzinfo=UTC),
        precision=Precision.SECOND,
        received_at=RECEIVED,
        received=1.0,
    )
    assert insider.title == "4: DUNMORE BIOTECH INC"
    assert insider.company == "DUNMORE BIOTECH INC"
    assert insider.summary == "DUNMORE BIOTECH INC (Issuer); Roe Jane (Reporting)"
    assert insider.state == "1900003 Issuer|1900012 Reporting"
    assert "/1900003/" in insider.link
    assert amendment.title == "8-K/A (amendment): DUNMORE BIOTECH INC"
    assert amendment.identity == "0001999003-26-000303"
    assert amendment.link == ""


@pytest.mark.parametrize(
    ("title", "company", "party"),
    [
        ("8-K - ACME CORP (0001900001) (Filer)", "ACME CORP", "1900001 Filer"),
        ("8-K - ACME CORP /DE/ (0001900001) (Filer)", "ACME CORP", "1900001 Filer"),
        ("8-K - ACME CORP/NEW/ (1900001) (Filer)", "ACME CORP", "1900001 Filer"),
        ("8-K - ACME CORP /MD (0001900001) (Filer)", "ACME CORP", "1900001 Filer"),
        ("8-K - ACME CORP \\DE\\ (0001900001) (Filer)", "ACME CORP", "1900001 Filer"),
        ("8-K - ACME A/S (0001900001) (Filer)", "ACME A/S", "1900001 Filer"),
        ("8-K - A&M (US) - B (0001900001) (Filer)", "A&M (US) - B", "1900001 Filer"),
        ("8-K - ACME CORP (Subject)", "ACME CORP", "ACME CORP Subject"),
        ("8-K - ACME (Holdings)", "ACME (Holdings)", "ACME (Holdings) Filer"),
        ("8-K - ACME CORP (0001900001) (Depositor)", "ACME CORP", "1900001 Depositor"),
        ("8-K - ACME CORP", "ACME CORP", "ACME CORP Filer"),
        ("ACME CORP (0001900001)", "ACME CORP", "1900001 Filer"),
    ],
)  # fmt: skip
def test_a_title_gives_the_company_and_its_role(
    title: str, company: str, party: str
) -> None:
    found = filing(entry(title))
    assert (found.company, found.state) == (company, party)


def test_the_parties_of_one_accession_are_one_filing_wherever_they_stand() -> None:
    entries = [
        entry(f"SC TO-T - {name} ({cik:010}) ({role})", form="SC TO-T")
        for name, cik, role in (
            ("BIDDER INC", 1900007, "Filed by"),
            ("TARGET CORP", 1900009, "Subject"),
            ("BIDDER SUB LLC", 1900008, "Filed by"),
            ("BIDDER FUND LP", 1900006, "Filed by"),
        )
    ]
    other = entry("8-K - ACME (0001900001) (Filer)", accession="0001999001-26-000999")
    items = page(entries[0], other, *entries[1:]).items
    assert [item.company for item in items] == ["TARGET CORP", "ACME"]
    assert items[0].summary == (
        "TARGET CORP (Subject); BIDDER FUND LP (Filed by); BIDDER INC (Filed by); "
        "BIDDER SUB LLC (Filed by)"
    )


def test_a_grown_list_of_parties_is_another_state() -> None:
    one = entry("8-K - ACME (0001900001) (Filer)")
    two = entry("8-K - BETA (0001900002) (Filer)")
    assert filing(one).state != filing(one, two).state
    assert filing(one, one).state == filing(one).state
    assert filing(one, two).identity == filing(one).identity


@pytest.mark.parametrize(
    ("updated", "moment"),
    [
        ("2026-11-20T17:29:59-05:00", datetime(2026, 11, 20, 22, 29, 59, tzinfo=UTC)),
        ("2026-11-20T17:31:00-05:00", datetime(2026, 11, 20, 22, 31, tzinfo=UTC)),
        ("2026-11-20T21:11:12-05:00", datetime(2026, 11, 21, 2, 11, 12, tzinfo=UTC)),
        ("2026-07-08T21:11:12-04:00", datetime(2026, 7, 9, 1, 11, 12, tzinfo=UTC)),
    ],
)
def test_a_filing_is_timed_by_its_acceptance(updated: str, moment: datetime) -> None:
    filed = "<b>Filed:</b> 2026-11-23"
    found = filing(entry("8-K - ACME", summary=filed, updated=updated))
    assert (found.published_at, found.precision) == (moment, Precision.SECOND)


def test_a_filing_without_a_time_is_of_now() -> None:
    found = filing(entry("8-K - ACME", updated=""))
    assert (found.published_at, found.precision) == (RECEIVED, Precision.NONE)


def test_items_are_named_once_and_an_endless_list_is_cut() -> None:
    summary = "Size: 4 MB<br>Item 1.01: A &amp; B: C\n<br>Item 1.01: A &amp; B: C"
    assert (
        filing(entry("8-K - ACME", summary=summary)).title == "8-K: Item 1.01 A & B: C"
    )
    many = "\n".join(f"Item 1.{n:02}: {'text ' * 30}" for n in range(99))
    assert len(filing(entry("8-K - ACME", summary=many)).title) <= MAX_TITLE


def test_the_accession_is_found_where_there_is_no_id() -> None:
    summary = f"<b>AccNo:</b> {ACCESSION} <b>Size:</b> 5 KB"
    by_summary = entry("8-K - ACME", accession="", summary=summary, link="")
    assert filing(by_summary).identity == ACCESSION
    by_link = entry("8-K - ACME", accession="", link=f"/a/{ACCESSION}-index.htm")
    assert filing(by_link).identity == ACCESSION


def test_the_form_is_found_where_there_is_no_category() -> None:
    found = filing(entry("10-K405 - ACME - WEST (0001900001) (Filer)", form=""))
    assert found.title == "10-K405: ACME - WEST"


def test_an_entry_without_accession_or_form_is_skipped_and_counted() -> None:
    parsed = page(
        entry("8-K - ACME", accession=""),
        entry("ACME", form=""),
        entry("", form=""),
        "<entry/>",
    )
    assert (parsed.items, parsed.skipped) == ((), 4)


def test_an_empty_page_is_a_page() -> None:
    assert page().items == ()


def test_a_block_page_is_an_error() -> None:
    body = (
        b"<!DOCTYPE html><html><head><title>SEC.gov | Request Rate Threshold Exceeded"
        b"</title></head><body></body></html>"
    )
    with pytest.raises(SourceError, match="Request Rate Threshold Exceeded"):
        parse(body)


_PARTIES = st.lists(
    st.tuples(
        st.integers(1, 4),
        st.integers(1, 9),
        st.sampled_from(["Filer", "Subject", "Filed by", "Issuer", "Reporting"]),
    ),
    unique=True,
    max_size=12,
)


@given(_PARTIES, st.randoms(use_true_random=False))
def test_any_order_of_a_page_gives_the_same_filings(
    parties: list[tuple[int, int, str]], shuffler: random.Random
) -> None:
    entries = [
        entry(
            f"8-K - NAME {cik} ({cik:010}) ({role})",
            accession=f"0001999001-26-{number:06}",
            summary=f"Item 1.{cik:02}: text",
            link=f"/{cik}/{role}",
            updated=f"2026-11-20T17:29:{cik:02}-05:00",
        )
        for number, cik, role in parties
    ]
    shuffled = list(entries)
    shuffler.shuffle(shuffled)
    assert set(page(*shuffled).items) == set(page(*entries).items)
    assert len(page(*entries).items) == len({number for number, _, _ in parties})


@given(st.text(alphabet=st.characters(exclude_categories=("Cc", "Cs")), max_size=60))
def test_any_title_is_a_filing_or_is_counted(title: str) -> None:
    parsed = page(entry(title.replace("\ufffe", "").replace("\uffff", "")))
    assert len(parsed.items) == 1
