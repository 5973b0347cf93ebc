"""Press wires and agencies: identity, dates, tickers and text of each shape."""

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalyst_bot.errors import SourceError
from catalyst_bot.model import Event, NewsItem, Precision, SourceKind
from catalyst_bot.sources.feed import MAX_IDENTITY, FeedParser
from catalyst_bot.sources.parsed import MAX_SUMMARY, MAX_TITLE, Parsed
from catalyst_bot.sources.symbols import listed_symbols

FEEDS = Path(__file__).parents[1] / "data" / "feeds"
URL = "https://www.wire.example/rss/all"
RECEIVED = datetime(2026, 11, 20, 14, 31, tzinfo=UTC)
DUBLIN = 'xmlns:dc="http://dublincore.org/documents/dcmi-namespace/"'


def parse(body: bytes, *, url: str = URL, is_market: bool = False) -> Parsed:
    parser = FeedParser(source="wire", zone=ZoneInfo("UTC"), is_market=is_market)
    return parser.parse(
        body, url=url, charset=None, received_at=RECEIVED, received=12.5
    )


def page(*items: str, url: str = URL) -> Parsed:
    inside = "".join(f"<item>{item}</item>" for item in items)
    body = f'<rss version="2.0" {DUBLIN}><channel>{inside}</channel></rss>'
    return parse(body.encode(), url=url)


def item(inside: str, *, title: str = "Acme wins", url: str = URL) -> NewsItem:
    (only,) = page(f"<title>{title}</title>{inside}", url=url).items
    return only


def test_a_page_of_a_wire_becomes_news() -> None:
    parsed = parse((FEEDS / "wire.xml").read_bytes())
    robotics, foods = parsed.items
    link = "https://www.wire.example/en/news-release/2026/11/20/4000001/0/en/acme.html"
    assert robotics == NewsItem(
        source="wire",
        kind=SourceKind.FEED,
        event=Event.NEWS,
        title="Acme Robotics & Co raises full-year guidance again",
        identity="wire.example/4000001",
        state="acme robotics & co raises full-year guidance again",
        link=link,
        summary="SPRINGFIELD, Nov. 20, 2026 -- Acme Robotics (Nasdaq: ACMR) today "
        "raised its guidance to $4.10 a share.",
        tickers=("ACMR",),
        published_at=datetime(2026, 11, 20, 14, 30, tzinfo=UTC),
        precision=Precision.MINUTE,
        received_at=RECEIVED,
        received=12.5,
    )
    assert foods.title == "Borealis Foods “signs” a $50M supply contract <not a tag"
    assert foods.summary == "A contract of five years."
    assert foods.identity == "wire.example/4000003"
    assert foods.tickers == ("BRL-B", "EURONEXTLISBON:BORF", "TSXV:BRF")
    assert foods.published_at == datetime(2026, 11, 20, 14, 15, 7, tzinfo=UTC)
    assert foods.precision is Precision.SECOND


def test_french_twins_and_blank_titles_are_skipped_and_counted() -> None:
    parsed = parse((FEEDS / "wire.xml").read_bytes())
    assert (parsed.tier, parsed.skipped, parsed.warnings) == (1, 2, ())


def test_an_entry_without_anything_but_a_title_is_news_of_now() -> None:
    bare = item("")
    assert (bare.identity, bare.link, bare.summary, bare.tickers) == ("", "", "", ())
    assert (bare.published_at, bare.precision) == (RECEIVED, Precision.NONE)


def test_two_feeds_of_one_publisher_share_an_identity() -> None:
    guid = "<guid isPermaLink='false'>3189302</guid>"
    one = item(guid, url="https://www.wire.example/rss/all")
    two = item(guid, url="https://WIRE.example/rss/health?x=1")
    assert one.identity == two.identity == "wire.example/3189302"
    other = item(guid, url="https://agency.example/rss")
    assert other.identity == "agency.example/3189302"


@pytest.mark.parametrize(
    "guid", ["https://wire.example/r/1", "urn:uuid:1-2", "tag:wire.example,2026:1"]
)
def test_a_guid_that_is_unique_in_the_world_stays_as_it_is(guid: str) -> None:
    assert item(f"<guid>{guid}</guid>").identity == guid


def test_the_identifier_outranks_the_guid_only_in_its_own_namespace() -> None:
    guid = "<guid>https://wire.example/r/1</guid>"
    assert item(f"{guid}<dc:identifier>7</dc:identifier>").identity == "wire.example/7"
    other = (
        '<dc:identifier xmlns:dc="http://purl.org/dc/elements/1.1/">7</dc:identifier>'
    )
    assert item(guid + other).identity == "https://wire.example/r/1"


def test_a_blank_guid_is_no_identity() -> None:
    assert item("<guid>  </guid>").identity == ""


def test_a_guid_of_any_length_becomes_a_short_identity() -> None:
    one, two = item(f"<guid>{'x' * 9000}1</guid>"), item(f"<guid>{'x' * 9000}2</guid>")
    assert len(one.identity) <= MAX_IDENTITY
    assert one.identity != two.identity


def test_a_url_that_is_none_still_gives_news() -> None:
    assert item("<guid>7</guid>", url="https://[").identity == "/7"


def test_a_corrected_title_changes_the_state_and_a_changed_date_does_not() -> None:
    first = item("<guid>1</guid><pubDate>Fri, 20 Nov 2026 14:00 GMT</pubDate>")
    dated = item("<guid>1</guid><pubDate>Fri, 20 Nov 2026 14:05 GMT</pubDate>")
    marked = item("<guid>1</guid>", title="ACME   wins!")
    fixed = item("<guid>1</guid>", title="Acme wins twice")
    assert first.state == dated.state == marked.state != fixed.state


def test_long_texts_are_cut_to_what_may_be_kept() -> None:
    words = "<![CDATA[" + "<p>word <b>and</b> word</p>" * 900 + "]]>"
    long = item(f"<description>{words}</description>", title="word " * 400)
    assert len(long.title) <= MAX_TITLE
    assert 250 < len(long.summary) <= MAX_SUMMARY
    assert long.summary.startswith("word and word word and word")
    assert long.summary.endswith("…")
    assert "<" not in long.summary


def test_text_behind_much_markup_is_found() -> None:
    markup = '<img src="https://wire.example/pixel.gif" alt="nothing at all"/>' * 30
    text = f"<![CDATA[{markup}The text.]]>"
    assert item(f"<description>{text}</description>").summary == "The text."


def test_hostile_titles_become_plain_text() -> None:
    title = "&lt;b&gt;Acme\u202e&lt;/b&gt;\u200b wins &lt;script&gt;x&lt;/script&gt;"
    assert item("", title=title).title == "Acme wins x"


def test_market_news_is_marked() -> None:
    body = b"<rss><channel><item><title>Rates unchanged</title></item></channel></rss>"
    assert parse(body, is_market=True).items[0].is_market
    assert not parse(body).items[0].is_market


def test_dates_of_other_vocabularies_are_read() -> None:
    dc = '<dc:date xmlns:dc="http://purl.org/dc/elements/1.1/">2026-11-20T14:00:01Z</dc:date>'
    assert item(dc).published_at == datetime(2026, 11, 20, 14, 0, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("listings", "symbols"),
    [
        (["Nasdaq:ABCD"], ("ABCD",)),
        (
            ["NYSE American: abc", "OTCQX:XYZF", "Other OTC:QRST"],
            ("ABC", "XYZF", "QRST"),
        ),
        (["NYSE:BRK.B", "Nasdaq:ABCD", "NYSE:BRK/B"], ("BRK-B", "ABCD")),
        (["NYSE:ABC.WS", "NYSE:ABC.U", "NYSE:BAC.PRL"], ("ABC", "BAC")),
        (["TSX Venture:CUU", "Nasdaq:CUUF"], ("CUUF", "TSXV:CUU")),
        (["TSX:X", "Toronto Stock Exchange:Y"], ("TSX:X", "TSX:Y")),
        (["Nasdaq Copenhagen:XYZ"], ("NASDAQCOPENHAGEN:XYZ",)),
        (
            ["Euronext Lisbon:XYZ", "Frankfurt:2AB"],
            ("EURONEXTLISBON:XYZ", "FRANKFURT:2AB"),
        ),
        (["ISIN:US0000000001", "US0000000001", "ABCD", ":ABCD", "Nasdaq:", ""], ()),
        (["Nasdaq:NOT A SYMBOL", "Nasdaq:12"], ()),
    ],
)
def test_listings_become_symbols(listings: list[str], symbols: tuple[str, ...]) -> None:
    assert listed_symbols(listings) == symbols


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_only_the_stock_domain_gives_tickers(scheme: str) -> None:
    given_by = item(
        f'<category domain="{scheme}://www.wire.example/rss/stock">Nasdaq:ABCD</category>'
        f'<category domain="{scheme}://www.wire.example/rss/tag">Nasdaq:WXYZ</category>'
        "<category>NYSE:QQQQ</category>"
    )
    assert given_by.tickers == ("ABCD",)


def test_symbols_in_the_text_are_left_to_intake() -> None:
    text = "<description>Acme (NYSE American: ABC), (TSX: X) (OTCQX: XF)</description>"
    assert item(text).tickers == ()


def test_damage_is_told_to_the_operator() -> None:
    cut = parse(b"<rss><channel><item><title>Acme wins</title></item><item><title>Bo")
    assert (cut.tier, cut.skipped) == (3, 1)
    assert cut.warnings == ("the document was cut off",)
    junk = parse(b"<rss><channel><item><title>A</title></item></channel></rss></x>")
    assert junk.warnings == ("the document is damaged: text may be missing",)


def test_an_error_page_is_no_page_without_news() -> None:
    with pytest.raises(SourceError, match="HTML page"):
        parse(b"<!DOCTYPE html><html><title>Denied</title></html>")


_FIELDS = st.sampled_from(
    ["title", "guid", "link", "pubDate", "description", "category", "dc:identifier",
     "dc:language"]
)  # fmt: skip
_TEXTS = st.text(
    alphabet=st.characters(codec="utf-8", exclude_characters="<&"), max_size=30
)


@given(st.lists(st.tuples(_FIELDS, _TEXTS), max_size=8))
def test_any_fields_become_an_item_or_are_counted(
    fields: list[tuple[str, str]],
) -> None:
    parsed = page("".join(f"<{name}>{text}</{name}>" for name, text in fields))
    assert len(parsed.items) + parsed.skipped == 1
    for only in parsed.items:
        assert 0 < len(only.title) <= MAX_TITLE
        assert only.link == "" or only.link.startswith(("http://", "https://"))
