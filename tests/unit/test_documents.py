"""Files become documents: what is read, what is left out, and where it stands."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalyst_bot.documents.allowance import Allowance
from catalyst_bot.documents.decoding import MAX_BYTES
from catalyst_bot.documents.model import Document, Kind
from catalyst_bot.documents.reading import join_documents, read_document
from catalyst_bot.errors import UnreadableDocument

PAGE = b"""<?xml version='1.0' encoding='ASCII'?><html><head><title>8-K</title></head>
<body><div style="display:none"><ix:header>HIDDEN 0001</ix:header></div>
<nav><ul><li>Home</li></ul></nav><script>track("x")</script>
<p>Acme Corp. today <b>rep</b>orted
results.</p><h2>Highlights</h2>
<ul><li>Revenue of <ix:nonfraction>$1.2</ix:nonfraction> billion</li>
<li><p>EPS of $0.45</p></li></ul>
<table><tr><td>&bull;</td><td>Margin was 12%</td></tr></table>
<table><tr><td></td><td>2026</td><td></td><td>2025</td></tr>
<tr><td>Revenue</td><td>$</td><td>1,200</td><td></td><td>$</td><td>1,000</td></tr>
<tr><td>Loss</td><td>(</td><td>5</td><td>)</td></tr></table>
<table><tr><td>Item 1.</td><td>Business</td><td>3</td></tr>
<tr><td>Item 2.</td><td>Risk</td><td>12</td></tr></table>
<table><tr><td>Title of class</td><td>Trading Symbol</td></tr>
<tr><td>Common</td><td>ACME</td></tr></table><p>The end.</p></body></html>"""


def _texts(document: Document) -> list[tuple[str, str, bool]]:
    return [
        (one.kind.value, document.text[one.start : one.end], one.is_skipped)
        for one in document.sections
    ]


def test_a_page_is_read_as_its_reader_sees_it() -> None:
    document = read_document(PAGE, id="acme", part="8-K")
    assert _texts(document) == [
        ("body", "Acme Corp. today reported results.\n\nHighlights", False),
        (
            "key_points",
            "• Revenue of $1.2 billion\n\n• EPS of $0.45\n\n• Margin was 12%",
            False,
        ),
        ("table", "2026 | 2025\nRevenue | $1,200 | $1,000\nLoss | (5)", False),
        ("table", "Item 1. | Business | 3\nItem 2. | Risk | 12", True),
        ("table", "Title of class | Trading Symbol\nCommon | ACME", True),
        ("body", "The end.", False),
    ]
    assert [one.table_id for one in document.sections if one.table_id] == [
        "t1",
        "t2",
        "t3",
    ]


def test_a_plain_text_stays_as_it_is() -> None:
    text = (
        "Acme reports.\r\n\r\n- Revenue up\r\n  again\r\n- EPS\r\ndown\r\n\r\n"
        "Revenue      1,200   1,000\r\nLoss   (5)   (3)\r\n\r\nEnd here.\r\n"
    )
    document = read_document(b"\xef\xbb\xbf" + text.encode(), id="acme")
    assert document.text == text
    assert _texts(document) == [
        ("body", "Acme reports.", False),
        ("key_points", "- Revenue up\r\n  again\r\n- EPS\r\ndown", False),
        ("table", "Revenue      1,200   1,000\r\nLoss   (5)   (3)", False),
        ("body", "End here.", False),
    ]


def test_papers_are_joined_with_their_places_and_tables_kept_apart() -> None:
    body = read_document(PAGE, id="a", part="8-K")
    release = read_document(b"Sales   5   6\nCosts   3   2\n", id="b", part="EX-99.1")
    joined = join_documents("acme", [body, release])
    assert (joined.id, joined.parts) == ("acme", ("8-K", "EX-99.1"))
    last = joined.sections[-1]
    assert (last.part, last.table_id) == ("EX-99.1", "t4")
    assert joined.text[last.start : last.end] == "Sales   5   6\nCosts   3   2"


def test_the_article_of_a_page_goes_before_what_is_round_it() -> None:
    page = (
        b"<html><body><div>Related: other news</div><article><header><h1>Acme wins"
        b"</h1></header><p>Acme won an order of $5 million today.</p></article></body>"
    )
    document = read_document(page, id="x")
    assert document.text == "Acme wins\n\nAcme won an order of $5 million today."


def test_cover_signatures_and_safe_harbour_are_read_and_never_asked_about() -> None:
    page = """<DOCUMENT>
<TYPE>8-K
<TEXT>
<html><body><div>FORM 8-K</div><div>Pursuant to Section 13 or 15(d) of the Act</div>
<div>Acme Corp</div><table><tr><td>(516)</td><td>237-6000</td></tr></table>
<div>Item 2.02 Results of Operations</div><div>Revenue was $5 million.</div>
<div>Forward-Looking Statements</div><div>They may be wrong.</div><ul><li>By 5%.</li>
</ul><div>Outlook</div><div>Acme expects $6 million.</div>
<div>SAFE HARBOR: nothing of this may be true, for many reasons that follow.</div>
<div>Acme hired 3 people.</div><div>SIGNATURES</div><div>Dated May 3, 2026</div>
</body></html>"""
    document = read_document(page.encode(), id="x", part="8-K")
    assert document.text.startswith("FORM 8-K")
    asked = [text for _, text, is_skipped in _texts(document) if not is_skipped]
    assert asked == [
        "Item 2.02 Results of Operations\n\nRevenue was $5 million.",
        "Outlook\n\nAcme expects $6 million.",
        "Acme hired 3 people.",
    ]


def test_a_layout_table_is_read_as_the_text_that_it_is() -> None:
    page = b"<html><table><tr><td><p>One.</p><p>Two.</p></td></tr></table></html>"
    assert _texts(read_document(page, id="x")) == [("body", "One.\n\nTwo.", False)]


@pytest.mark.parametrize(
    ("raw", "named"),
    [
        (b"%PDF-1.7 ...", "PDF: .* make text of it"),
        (b"\x89PNG\r\n\x1a\n\0\0", "picture"),
        (b"ELF\0\0\0\x01\x02", "binary"),
        (bytes(range(1, 32)) * 9, "binary"),
        (b"\x81\x8d\x8f", "encoding"),
        (b" " * (MAX_BYTES + 1), "longer than"),
        (b"<html>" + b"<div>" * 5_000 + b"x", "too deeply"),
        (
            b"<html><p " + b" ".join(b"a%d" % n for n in range(999)) + b">x",
            "many attributes",
        ),
        (b"<html><script>1</script></html>", "nothing can be seen"),
    ],
    ids=[
        *("pdf", "png", "elf", "control", "undecodable", "long", "deep"),
        *("attributes", "unseen"),
    ],
)
def test_what_is_no_text_is_refused_by_its_name(raw: bytes, named: str) -> None:
    with pytest.raises(UnreadableDocument, match=named):
        read_document(raw, id="x")


@pytest.mark.parametrize(
    ("raw", "charset", "text"),
    [
        ("Café".encode("latin-1"), None, "Café"),
        ("Café".encode(), "latin-1", "Café"),
        ("株".encode("shift_jis"), "shift_jis", "株"),
        ("Café".encode("utf-16"), None, "Café"),
        (b"Cafe", "no such", "Cafe"),
    ],
)
def test_the_encoding_is_found(raw: bytes, charset: str | None, text: str) -> None:
    assert read_document(raw, id="x", charset=charset).text == text


def test_of_papers_together_no_more_is_read_than_is_allowed() -> None:
    left = Allowance(characters=1_000, tags=41)
    page = b"<html>" + b"".join(b"<p>n%d</p>" % n for n in range(30))
    first = read_document(page, id="x", allowance=left)
    assert first.text == "\n\n".join(f"n{n}" for n in range(20))
    assert left.has_cut
    with pytest.raises(UnreadableDocument, match="too long already"):
        read_document(page, id="x", allowance=left)
    left = Allowance(characters=100, tags=9)
    assert read_document(b"a" * 60, id="x", allowance=left).text == "a" * 60
    assert read_document(b"b" * 60, id="x", allowance=left).text == "b" * 40
    with pytest.raises(UnreadableDocument, match="too long already"):
        read_document(b"c", id="x", allowance=left)


def test_what_is_short_enough_is_read_whole() -> None:
    whole = read_document(PAGE, id="acme")
    left = Allowance(characters=len(PAGE), tags=PAGE.count(b"<"))
    assert read_document(PAGE, id="acme", allowance=left) == whole
    assert not left.has_cut


def test_an_empty_file_is_an_empty_document() -> None:
    document = read_document(b"", id="x")
    assert (document.text, document.sections) == ("", ())


_TAGS = ["<p>", "<td>", "</td>", "<tr>", "<table>", "</table>", "<li>", "</li>", "<br>"]
_TAGS += [
    "<ul>",
    "<article>",
    "</p>",
    "• ",
    "- 5",
    "$",
    " 1,2 ",
    "\n",
    "&nbsp;",
    "<!--",
]
_TAGS += ["a   5   6\n", "\t", "<pre>", "text", "é", "<div hidden>", "</div>"]


@given(
    st.lists(st.sampled_from(_TAGS), max_size=60).map("".join),
    st.sampled_from(["", "<html>"]),
)
def test_sections_are_in_order_and_inside_of_the_text(text: str, begin: str) -> None:
    try:
        document = read_document((begin + text).encode(), id="x", part="p")
    except UnreadableDocument:
        return
    at = 0
    for one in document.sections:
        assert at <= one.start < one.end <= len(document.text)
        assert document.text[one.start : one.end].strip()
        assert (one.kind is Kind.TABLE) == bool(one.table_id)
        at = one.end


@given(st.binary(max_size=400), st.sampled_from([None, "utf-8", "utf-7", "gbk"]))
def test_any_bytes_are_a_document_or_refused(raw: bytes, charset: str | None) -> None:
    try:
        read_document(b"<html>" + raw, id="x", charset=charset)
        read_document(raw, id="x", charset=charset)
    except UnreadableDocument:
        return
