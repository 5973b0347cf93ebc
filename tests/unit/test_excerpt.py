"""What of a document a model is shown."""

from hypothesis import given
from hypothesis import strategies as st

from catalyst_bot.documents.excerpt import excerpt
from catalyst_bot.documents.model import Document, Kind, Section


def papers(*texts: tuple[str, str, bool]) -> Document:
    """Return a document of (part, text, is_skipped)."""
    whole, sections = "", []
    for part, text, is_skipped in texts:
        start = len(whole)
        whole += text
        sections.append(
            Section(
                kind=Kind.BODY,
                part=part,
                start=start,
                end=len(whole),
                is_skipped=is_skipped,
            )
        )
        whole += "\n\n"
    return Document(id="d", text=whole, sections=tuple(sections))


def test_a_report_begins_after_its_cover_and_leaves_room_for_its_exhibit() -> None:
    item = "Item 2.02 Results.\n" + "a" * 500
    cover = ("8-K", "FORM 8-K\nCheck the box.", True)
    document = papers(cover, ("8-K", item, False), ("EX-99.1", "b" * 500, False))
    shown = excerpt(document, limit=300)
    assert shown.startswith("Item 2.02 Results.\naaa")
    assert shown.count("b") == 199
    assert len(shown) == 300


def test_what_is_skipped_in_reading_is_not_shown() -> None:
    document = papers(("release", "Contents 1 2 3", True), ("release", "News", False))
    assert excerpt(document, limit=100) == "News"


def test_a_document_without_sections_is_shown_from_its_start() -> None:
    assert excerpt(Document(id="d", text=" News of today"), limit=7) == "News o"
    assert excerpt(Document(id="d", text=""), limit=6) == ""


@given(st.lists(st.text(max_size=60), max_size=4), st.integers(0, 100))
def test_an_excerpt_fits_and_is_made_of_the_text(texts: list[str], limit: int) -> None:
    document = papers(*((f"p{n}", text, False) for n, text in enumerate(texts)))
    shown = excerpt(document, limit=limit)
    assert len(shown.encode("utf-8", "replace")) <= limit
    for line in shown.split("\n"):
        assert line.strip() in document.text
