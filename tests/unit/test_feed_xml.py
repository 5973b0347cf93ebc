"""Any bytes become whole entries with all of their text, or an error with a reason."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalyst_bot.errors import SourceError
from catalyst_bot.sources.entries import MAX_FIELD
from catalyst_bot.sources.xml import MAX_ENTRIES, Feed, parse_feed

BASE = "https://feeds.example/list/news.xml"
BOMB = (
    '<!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>'
    "<rss><channel><item><title>&c;</title></item></channel></rss>"
)


def read(body: bytes | str, charset: str | None = None) -> Feed:
    encoded = body.encode() if isinstance(body, str) else body
    return parse_feed(encoded, base_url=BASE, charset=charset)


def rss(inside: str, *, head: str = "", root: str = "") -> str:
    return f'{head}<rss version="2.0"{root}><channel>{inside}</channel></rss>'


def title_of(feed: Feed) -> str:
    (entry,) = feed.entries
    return entry.title


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


def test_an_article_about_doctypes_is_no_doctype() -> None:
    feed = read(rss("<item><title><![CDATA[<!DOCTYPE html> at 30]]></title></item>"))
    assert title_of(feed) == "<!DOCTYPE html> at 30"


@pytest.mark.parametrize(
    ("damaged", "tier", "title"),
    [
        ("AT&T & Co", 2, "AT&T & Co"),
        ("margin <5% and <b", 2, "margin <5% and <b"),
        ("sales <estimates", 2, "sales <estimates"),
        ("1 < 2 </3 <- x", 2, "1 < 2 </3 <- x"),
        ("A&nbsp;&eacute;&LT;&madeup;", 2, "A\u00a0é<&madeup;"),
        ("A\x00\x0b\x1bB", 2, "AB"),
        ("A&#1;&#xFFFF;B&#xD800;&#1114112;", 2, "AB"),
        ("A ]]> B", 2, "A ]]> B"),
        ("A \uffff B", 2, "A  B"),
        ("A &#150; B &#x93;C&#x94;", 1, "A – B “C”"),
        ("A \u0096 B", 1, "A – B"),
        ("<![CDATA[AT&T <5% &nbsp;]]>", 1, "AT&T <5% &nbsp;"),
        ("<![CDATA[AT&T]]> & <![CDATA[<Co>]]>", 2, "AT&T & <Co>"),
        ("A<!-- & < -->B & C", 2, "AB & C"),
        ("A <!-- B & C", 2, "A <!-- B & C"),
        ("A &amp;amp; B & C", 2, "A &amp; B & C"),
    ],
)
def test_damage_is_mended_and_no_text_is_lost(
    damaged: str, tier: int, title: str
) -> None:
    feed = read(rss(f"<item><title>{damaged}</title></item>"))
    assert title_of(feed) == title
    assert feed.tier == tier


@pytest.mark.parametrize(
    ("declared", "charset", "text", "title"),
    [
        ("", None, b"\x93Q3\x94 \x80 \xc3\xa9", "“Q3” € é"),
        ("", "ISO-8859-1", b"\xc4", "Ä"),
        ("", "ISO-8859-1", b"\xc3\x84", "Ä"),
        ("", "no-such-charset", b"\xc3\x84", "Ä"),
        ("", "utf-16", b"\xc3\x84", "Ä"),
        ("", "", b"\xc3\x84", "Ä"),
        ("ISO-8859-1", "utf-8", b"\xc4\x96", "Ä–"),
        ("windows-1252", None, b"\x96\x81&", "–\ufffd&"),
        ("utf-16", None, b"\xc3\x84", "Ä"),
        ("UTF-7", None, b"+AMQ-", "+AMQ-"),
        ("no-such-charset", None, b"\xc3\x84 \x96", "Ä –"),
    ],
)
def test_every_encoding_trap_is_read(
    declared: str, charset: str | None, text: bytes, title: str
) -> None:
    head = f"<?xml version='1.0' encoding='{declared}'?>" if declared else ""
    body = rss("<item><title>TEXT</title></item>", head=head).encode()
    assert title_of(read(body.replace(b"TEXT", text), charset)) == title


@pytest.mark.parametrize("start", [b"\xef\xbb\xbf", b"\n\n ", b"\xef\xbb\xbf\r\n"])
def test_marks_and_blanks_before_the_declaration_do_no_harm(start: bytes) -> None:
    body = rss("<item><title>Ä</title></item>", head="<?xml version='1.0'?>").encode()
    feed = read(start + body)
    assert (title_of(feed), feed.tier) == ("Ä", 1)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_real_wide_encodings_are_read_strictly(encoding: str) -> None:
    head = "<?xml version='1.0' encoding='UTF-16'?>"
    body = rss(
        "<item><title>Ärzte & Co</title></item>".replace("&", "&amp;"), head=head
    )
    feed = read(body.encode(encoding))
    assert (title_of(feed), feed.tier) == ("Ärzte & Co", 1)


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


def test_a_document_cut_in_a_title_loses_that_item_alone() -> None:
    whole = "<rss><channel><item><title>Acme wins</title></item>"
    feed = read(f"{whole}<item><title>Borealis cuts its outl")
    assert title_of(feed) == "Acme wins"
    assert (feed.tier, feed.is_truncated, feed.skipped) == (3, True, 1)


@pytest.mark.parametrize(
    "tail", ["", "\n", "<", "<it", "</chan", "</channel>", "<!-- half a comm"]
)
def test_a_document_cut_after_an_item_keeps_it(tail: str) -> None:
    feed = read(f"<rss><channel><item><title>Acme wins</title></item>{tail}")
    assert title_of(feed) == "Acme wins"
    assert (feed.is_truncated, feed.skipped) == (True, 0)


def test_a_document_cut_in_cdata_loses_that_item_alone() -> None:
    feed = read(
        "<rss><channel><item><title>Acme wins</title></item><item><title>B</title>"
        "<description><![CDATA[text with an </item> and </rss> in"
    )
    assert title_of(feed) == "Acme wins"
    assert feed.is_truncated


def test_a_tag_that_only_begins_like_an_item_is_none() -> None:
    feed = read(
        "<rss><channel><item><title>Acme</title><itemid>1</itemid></item><itemid>2"
    )
    assert title_of(feed) == "Acme"
    assert feed.skipped == 0


def test_junk_after_the_root_costs_no_entry() -> None:
    feed = read(rss("<item><title>Acme wins</title></item>") + "<!-- x --> junk <b>")
    assert title_of(feed) == "Acme wins"
    assert (feed.tier, feed.is_truncated) == (3, False)


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


@given(st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc")), max_size=60))
def test_no_visible_character_of_unescaped_text_is_lost(text: str) -> None:
    """Text that no XML reader could take for a tag or a reference arrives as it was."""
    text = text.replace("<", "< ").replace("&", "& ").replace("\uffff", "")
    text = text.replace("\ufffe", "")
    feed = read(rss(f"<item><title>|{text}|</title></item>"))
    assert title_of(feed) == f"|{text}|"
