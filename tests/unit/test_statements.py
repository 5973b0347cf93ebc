"""Statements are borne out by their source, or they are dropped. No model is asked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalyst_bot.documents.model import Document, Kind
from catalyst_bot.documents.quoting import find_quote
from catalyst_bot.documents.reading import read_document
from catalyst_bot.reading.statements.chunks import (
    CHUNK_CHARS,
    MOST_CHUNKS,
    plan_of,
)
from catalyst_bot.reading.statements.grounding import (
    Draft,
    grounded,
    grounded_context,
    is_same_fact,
    verbatim_terms,
)
from catalyst_bot.reading.statements.model import Statement
from catalyst_bot.reading.statements.quantities import are_in, quantities_in

TEXT = """Acme Corp. reports its third quarter of 2026.

Revenue was 1,200 mln dollars, up 12 percent. Acme did not repay the loan of \
$5 million, but it sold two plants on October 13. The board expects "steady" sales.

Highlights
- Net income of $0.45 a share
- Three directors resigned

Consolidated figures (in millions)
Revenue      1,200   1,000
Net loss   (35)   (20)
"""
_SOLD = TEXT[TEXT.index("Acme did") : TEXT.index(" The board")]


def _check(statement: str, quote: str, *, text: str = TEXT) -> Statement | None:
    document = read_document(text.encode(), id="x")
    for chunk in plan_of(document).chunks:
        found = grounded(Draft(statement=statement, quote=quote), document, chunk)
        if found is not None:
            return found
    return None


@pytest.mark.parametrize(
    ("statement", "quote"),
    [
        ("Acme's revenue was $1.2 billion.", "Revenue was 1,200 mln dollars"),
        (
            "Revenue rose 12% in Q3 2026.",
            "Revenue was 1,200 mln dollars, up 12 percent",
        ),
        ("Acme has not repaid its $5 million loan.", "did not repay the loan"),
        ("Acme sold 2 plants on October 13.", "sold two plants"),
        ("The board expects steady sales.", "expects “steady”  sales"),
        ("Acme earned $0.45 a share.", "Net income of $0.45 a share"),
        ("3 directors have resigned.", "three directors resigned"),
        ("Revenue was $1.2 billion after $1 billion.", "Revenue 1,200 1,000"),
        ("The net loss was $35 million.", "Net loss (35)"),
    ],
)
def test_a_statement_that_its_source_bears_out_is_kept(
    statement: str, quote: str
) -> None:
    found = _check(statement, quote)
    assert found is not None
    assert found.statement == statement


@pytest.mark.parametrize(
    ("statement", "quote"),
    [
        ("Revenue was $1.3 billion.", "Revenue was 1,200 mln dollars"),
        ("Revenue was $1.2 million.", "Revenue was 1,200 mln dollars"),
        (
            "Revenue was 1.2 billion euros, or €1.2 billion, up 12%.",
            "up 12 basis points",
        ),
        ("Revenue rose 12 basis points.", "up 12 percent"),
        ("Revenue rose 12% in Q2.", "Revenue was 1,200 mln dollars, up 12 percent"),
        ("Acme repaid its loan of $5 million.", "Acme did not repay the loan"),
        ("Acme repaid its loan of $5 million.", "repay the loan of $5 million"),
        ("Acme sold no plants.", "it sold two plants"),
        ("Revenue fell 12%.", "Revenue was 1,200 mln dollars, up 12 percent"),
        ("A loss of $0.45 a share.", "Net income of $0.46 a share"),
        ("In all Globex sold two plants.", "it sold two plants"),
        ("Acme sold two plants in 2025.", "it sold two plants"),
        ("Acme sold 2 plants on October 4.", "it sold two plants"),
        ("Acme sold 2 plants on October 1.", "it sold two plants"),
        ("Revenue was 1,200 mln dollars.", "Sales were 1,200 mln dollars"),
        ("The net loss was $36 million.", "Net loss (35)"),
        ("A loss of $35 million. " * 20, "Net loss (35)"),
        ("", "Net loss (35)"),
        ("Nothing is quoted.", ""),
    ],
)
def test_a_statement_that_its_source_does_not_bear_out_is_dropped(
    statement: str, quote: str
) -> None:
    assert _check(statement, quote) is None


@pytest.mark.parametrize(
    ("quote", "source", "table"),
    [
        (
            "sold two plants",
            _SOLD,
            "",
        ),
        ("three directors resigned", "- Three directors resigned", ""),
        ("Net loss (35)", "Net loss   (35)   (20)", "t1"),
    ],
)
def test_offsets_are_those_of_the_sentence_the_bullet_or_the_row(
    quote: str, source: str, table: str
) -> None:
    found = _check("It is so.", quote)
    assert found is not None
    assert TEXT[slice(*found.offsets)] == source
    assert found.table_id == table


@pytest.mark.parametrize(
    "scale", ["(in millions)", "$ million", "Amounts in Millions", "US$m"]
)
def test_a_table_is_read_in_the_scale_that_is_named_over_it(scale: str) -> None:
    text = f"{scale}\nRevenue      1,200   1,000\nCosts   900   800\n"
    assert _check("Revenue was $1.2 billion.", "Revenue 1,200", text=text)
    assert not _check("Revenue was $1.2 trillion.", "Revenue 1,200", text=text)
    euros = text.replace("$", "€")
    assert ("$" in text) == (
        _check("It was $1.2 billion.", "1,200", text=euros) is None
    )


def test_key_terms_stand_verbatim_in_the_statement_and_once() -> None:
    statement = "Acme earned $0.45 a share in Q3."
    terms = ["Q3", "$0.45", "acme", "Acme", "Acme", "share price", "hare", ""]
    assert verbatim_terms(statement, terms) == ("Acme", "$0.45", "Q3")


def test_a_context_with_a_number_of_its_own_is_none() -> None:
    document = read_document(TEXT.encode(), id="x")
    chunk = plan_of(document).chunks[0]
    assert grounded_context("third quarter of 2026", document, chunk)
    assert grounded_context("Q3 2026", document, chunk)
    assert grounded_context("third quarter of 2027", document, chunk) == ""
    assert grounded_context("Q4 2026", document, chunk) == ""


@pytest.mark.parametrize(
    ("other", "is_same"),
    [
        ("Acme did not repay its $5 million loan in full.", True),
        ("Acme did repay its $5 million loan in full.", False),
        ("Acme did not repay its $6 million loan in full.", False),
        ("Acme did not repay its loan in full.", False),
        ("Buy Acme: it did not lose $5 million.", False),
        ("Acme did not repay its $5 million loan to Globex in full.", False),
        ("", False),
    ],
)
def test_a_normal_form_that_says_something_else_is_not_taken(
    other: str, is_same: bool
) -> None:
    assert is_same_fact("Acme did not repay its $5 million loan in full", other) is (
        is_same
    )


def test_prose_points_and_tables_are_asked_apart_and_in_pieces() -> None:
    page = "<html><p>" + "One more sentence. " * 900 + "</p><ul><li>A point</li></ul>"
    page += "<table><tr><td>Revenue</td><td>5</td></tr><tr><td>Cost</td><td>4</td></tr>"
    page += "</table><table><tr><td>Name</td><td>Title</td></tr></table></html>"
    document = read_document(page.encode(), id="x")
    plan = plan_of(document)
    kinds = [chunk.kind.value for chunk in plan.chunks]
    assert sorted(set(kinds)) == ["body", "key_points", "table"]
    assert kinds[:3] == ["body", "key_points", "table"]  # the first of each goes first
    assert kinds.count("body") == 4
    assert (plan.is_cut, plan.tables_skipped) == (False, 1)
    (table,) = next(one for one in plan.chunks if one.kind is Kind.TABLE).passages
    assert "A point" in table.lead
    _is_covered(document)


def test_a_document_without_end_is_cut_and_says_so() -> None:
    document = read_document(b"A line of it.\n" * 40_000, id="x")
    plan = plan_of(document)
    assert (len(plan.chunks), plan.is_cut) == (MOST_CHUNKS, True)


def test_a_quote_is_found_whatever_its_white_space_and_marks() -> None:
    text = "Revenue | $1,200 | up “strongly”\nnext  line — 1.5 million."
    assert find_quote(text, "revenue $1,200") == (0, 16)
    found = find_quote(text, 'up "strongly" next line - 1.5')
    assert found is not None
    assert text[slice(*found)] == "up “strongly”\nnext  line — 1.5"
    for absent in ("5 million", "even", "$1,2", "", " | "):
        assert find_quote(text, absent) is None


def test_a_quote_is_found_in_its_place_after_capitals_of_two_small_letters() -> None:
    text = "İİ Straße\u00a0A “pays” $5 million"
    found = find_quote(text, 'STRAßE a "PAYS"')
    assert found is not None
    assert text[slice(*found)] == "Straße\u00a0A “pays”"


@given(st.text(alphabet="ab1 |•“-\n", max_size=60), st.data())
def test_a_quote_that_is_found_has_the_words_that_were_quoted(
    text: str, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(text)))
    quote = text[start : data.draw(st.integers(start, len(text)))]
    found = find_quote(text, quote)
    if found is not None:
        assert text[slice(*found)].split() or not quote.split()
        assert 0 <= found[0] < found[1] <= len(text)


@given(
    st.lists(
        st.sampled_from(
            ["A b. ", "- x 5\n", "R   5   6\n", "\n\n", "1,2 mln ", "not "]
        ),
        max_size=80,
    ).map("".join)
)
def test_any_statement_that_is_kept_has_its_place_in_the_text(text: str) -> None:
    document = read_document(text.encode(), id="x")
    for chunk in plan_of(document).chunks:
        for word in ("A b.", "x 5", "R 5 6"):
            draft = Draft(statement=word, quote=word)
            found = grounded(draft, document, chunk)
            if found is not None:
                source = text[slice(*found.offsets)]
                assert source == source.strip()
                assert are_in(quantities_in(word), quantities_in(source))
    _is_covered(document)


def _is_covered(document: Document) -> None:
    """Whatever is not skipped is asked once, in pieces that are small enough."""
    plan = plan_of(document)
    text, asked = document.text, ""
    wanted = [one for one in document.sections if not one.is_skipped]
    for chunk in plan.chunks:
        size = sum(one.end - one.start + len(one.lead) for one in chunk.passages)
        assert size <= CHUNK_CHARS
        asked += "".join(text[one.start : one.end] for one in chunk.passages)
    assert sorted(asked) == sorted("".join(text[one.start : one.end] for one in wanted))


def test_hostile_numbers_cost_no_time() -> None:
    for piece in ("1,", "9" * 50, "twenty-", "$ ", "not ", '"', "| "):
        text = piece * 20_000
        quantities_in(text[:6_000])
        find_quote(text, text[:600])
