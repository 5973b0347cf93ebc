"""Any bytes become whole entries, or an error with a reason."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalyst_bot.errors import SourceError
from catalyst_bot.sources.entries import MAX_FIELD
from catalyst_bot.sources.xml import MAX_ENTRIES
from tests.feeds import read, rss, title_of

BOMB = (
    '<!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>'
    "<rss><channel><item><title>&c;</title></item></channel></rss>"
)


def reason(body: bytes | str) -> str:
    with pytest.raises(SourceError) as caught:
        read(body)
    return caught.value.reason


def read_or_refuse(body: bytes, charset: str | None = None) -> None:
    refusal, feed = "", None
    try:
        feed = read(body, charset)
    except SourceError as error:
        refusal = error.reason
    assert feed or refusal


def test_rss_rdf_and_atom_are_read() -> None:
    rdf = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
        'xmlns="http://purl.org/rss/1.0/"><channel><title>A feed</title></channel>'
        "<item><title>Acme merges</title><link>https://a.example/1</link></item>"
        "</rdf:RDF>"
    )
    atom = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>A feed</title><entry>'
        "<id>7</id>"
        '<title type="html">Acme &lt;b&gt;</title><link rel="self" href="/feed"/>'
        '<link href="../1"/><published>2026</published><updated>2027</updated>'
        '<category term="8-K" scheme="forms"/></entry></feed>'
    )
    assert read(rdf).entries[0].link == "https://a.example/1"
    entry = read(atom).entries[0]
    assert entry.title == "Acme <b>"
    assert entry.guid == "7"
    assert entry.link == "https://feeds.example/1"
    assert (entry.published, entry.updated) == ("2026", "2027")
    assert entry.categories == (("forms", "8-K"),)


def test_the_head_of_a_feed_is_kept() -> None:
    feed = read(rss("<ttl> 1 </ttl><item><title>x</title></item>"))
    assert feed.says("ttl") == "1"
    assert feed.says("absent") == ""


def test_a_page_without_entries_is_a_page() -> None:
    assert read(rss("")).entries == ()


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("", "an empty answer"),
        ("  \r\n ", "an empty answer"),
        ('{"items": []}', "JSON"),
        ("Service unavailable", "neither XML"),
        (
            "<!DOCTYPE html><html><title>Request Rate &amp; Threshold</title>",
            "HTML page",
        ),
        ("<!-- x --><HTML><head></head><body>Denied</body></HTML>", "HTML page"),
        ("<html><body><p>Denied<br></body></html>", "HTML page"),
        ("<opml><body/></opml>", "root 'opml'"),
        (BOMB, "document type"),
        (f"<?xml version='1.0'?>\n<!-- a > b --> <?pi x?>{BOMB}", "document type"),
        (f"\ufeff{BOMB}", "document type"),
        ("<!doctype rss><rss/>", "document type"),
        (f"<!--> <x> -->{BOMB}", "document type"),
        (f"<?xml version='1.0'?>&nbsp;{BOMB}", "no element"),
        (BOMB.encode("utf-16"), "document type"),
        (BOMB.encode("utf-16-be"), "document type"),
        (f"<!-- x -->{BOMB}".encode("utf-32"), "document type"),
        ("<", "no element"),
        ("<rss><channel><item><title>Acme cuts its", "no whole entry"),
        ("<rss", "no"),
    ],
)
def test_what_is_no_feed_is_refused_with_its_reason(
    body: bytes | str, expected: str
) -> None:
    assert expected in reason(body)


def test_an_html_page_says_its_title_in_one_line() -> None:
    body = "<!DOCTYPE html>\n<html><title>\n Rate &amp; \n Threshold </title></html>"
    assert reason(body) == "an HTML page, not a feed: 'Rate & Threshold'"


def test_a_declaration_inside_of_the_root_is_text_and_expands_nothing() -> None:
    declaration = BOMB.partition("<rss>")[0]
    feed = read(rss(f"<item><title>{declaration} &c;</title></item>"))
    assert title_of(feed) == f"{declaration} &c;"


def test_an_article_about_doctypes_is_no_doctype() -> None:
    feed = read(rss("<item><title><![CDATA[<!DOCTYPE html> at 30]]></title></item>"))
    assert title_of(feed) == "<!DOCTYPE html> at 30"


def test_core_fields_come_from_the_items_own_namespace() -> None:
    names = ' xmlns:media="http://m.example/" xmlns:atom="http://www.w3.org/2005/Atom"'
    feed = read(
        rss(
            "<item><media:title>A picture</media:title><title>Acme wins</title>"
            '<atom:link rel="self" href="https://a.example/feed"/>'
            "<atom:link>https://a.example/atom</atom:link>"
            "<link>https://a.example/1</link></item>",
            root=names,
        )
    )
    (entry,) = feed.entries
    assert entry.title == "Acme wins"
    assert entry.link == "https://a.example/1"
    assert entry.other("title", within="m.example") == "A picture"
    assert entry.other("title", within="elsewhere") == ""


def test_an_undeclared_prefix_is_no_core_field() -> None:
    feed = read(
        rss("<item><media:title>A picture</media:title><title>Acme wins</title></item>")
    )
    assert title_of(feed) == "Acme wins"
    assert feed.entries[0].other("title", within="media") == "A picture"


@pytest.mark.parametrize(
    ("inside", "link"),
    [
        ("<link>https://a.example/1?a=1&amp;b=2</link>", "https://a.example/1?a=1&b=2"),
        ("<link>\n https://a.example/1 \n</link>", "https://a.example/1"),
        ("<link>../1</link>", "https://feeds.example/1"),
        ("<link>//b.example/1</link>", "https://b.example/1"),
        ("<link>https://a.example:8443/1</link>", "https://a.example:8443/1"),
        ("<link>javascript:alert(1)</link>", ""),
        ("<link>data:text/html,x</link>", ""),
        ("<link>https://[oops/1</link>", ""),
        ("<link>https:///1</link>", ""),
        (f"<link>https://a.example/{'a' * 3000}</link>", ""),
        ("<link/><link>https://a.example/2</link>", "https://a.example/2"),
        ("<guid>https://a.example/g</guid>", "https://a.example/g"),
        ('<guid isPermaLink="false">https://a.example/g</guid>', ""),
        ("<guid>urn:1</guid>", ""),
    ],
)
def test_a_link_is_a_web_address_or_nothing(inside: str, link: str) -> None:
    feed = read(rss(f"<item><title>x</title>{inside}</item>"))
    assert feed.entries[0].link == link


def test_a_page_of_too_many_entries_is_cut_and_counted() -> None:
    feed = read(rss("<item><title>x</title></item>" * (MAX_ENTRIES + 7)))
    assert (len(feed.entries), feed.skipped) == (MAX_ENTRIES, 7)


def test_a_huge_field_is_cut() -> None:
    feed = read(rss(f"<item><title>{'x' * (MAX_FIELD + 9)}</title></item>"))
    assert len(title_of(feed)) == MAX_FIELD


def test_deep_nesting_ends_in_entries_or_an_error() -> None:
    deep = "<b>" * 50_000
    assert "no whole entry" in reason(f"<rss><channel><item><title>{deep}")
    body = rss(f"<item><title>Acme</title></item><x>{deep}{'</b>' * 50_000}</x>")
    assert read(body).entries[0].title == "Acme"


@pytest.mark.parametrize(
    "piece",
    ["<![CDATA[", "<!--", "&", "&a1;", "<", "<a", "<item>", "\x93a", "]]>", "&#1;"],
)
def test_a_megabyte_of_any_damage_is_read_in_linear_time(piece: str) -> None:
    """A quadratic scan would take minutes here, and a test run is noticed to hang."""
    body = f"<rss><channel>{piece * (1_000_000 // len(piece))}".encode("latin-1")
    read_or_refuse(body)


@given(st.binary(max_size=400))
def test_any_bytes_become_entries_or_a_typed_error(body: bytes) -> None:
    read_or_refuse(body)


_PIECES = st.sampled_from(
    [
        b"<rss>", b"<feed>", b"<channel>", b"<item>", b"</item>", b"<entry>",
        b"<title>", b"</title>", b"<![CDATA[", b"]]>", b"<!--", b"-->", b"&",
        b"&#1;", b"&nbsp;",
        b"<?xml version='1.0' encoding='utf-16'?>", b"\xff\xfe", b"\x00", b"\x93", b"<",
        b"<link>http://[", b"</rss>", b"<!DOCTYPE", b"<a:b xmlns:a=''>", b"\xc2\x85",
    ]
)  # fmt: skip


@given(st.lists(_PIECES, max_size=40).map(b"".join), st.none() | st.text(max_size=12))
def test_any_broken_feed_becomes_entries_or_a_typed_error(
    body: bytes, charset: str | None
) -> None:
    read_or_refuse(body, charset)
    read_or_refuse(b"<rss><channel>" + body, charset)
