"""Damaged, mislabelled and cut documents lose no text and no whole entry."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.feeds import read, rss, title_of


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
        ("iso-8859-12", None, b"\xc3\x84 \x96", "Ä –"),
        ("", "iso-8859-99", b"\xc3\x84 \x96", "Ä –"),
        ("", "cp1252", b"\xc4 \x96", "Ä –"),
        ("", "latin1", b"\xc4 \x96", "Ä –"),
        ("", "shift_jis", b"\x83\x41", "ア"),
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


@given(st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc")), max_size=60))
def test_no_visible_character_of_unescaped_text_is_lost(text: str) -> None:
    """Text that no XML reader could take for a tag or a reference arrives as it was."""
    text = text.replace("<", "< ").replace("&", "& ").replace("\uffff", "")
    text = text.replace("\ufffe", "")
    feed = read(rss(f"<item><title>|{text}|</title></item>"))
    assert title_of(feed) == f"|{text}|"
