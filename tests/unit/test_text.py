"""One normal form: what is plain text, what is the same title, what is a number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalyst_bot.text import clip, fold_title, numbers_in, plain_text


@pytest.mark.parametrize(
    ("markup", "plain"),
    [
        ("<p>Acme &amp; Co</p>", "Acme & Co"),
        ("&lt;b&gt;Acme&lt;/b&gt; wins", "Acme wins"),
        ("margin <5% of sales", "margin <5% of sales"),
        ("sales <5%, margin >10% up", "sales <5%, margin >10% up"),
        ("two\n lines\t here", "two lines here"),
        ("bidi \u202eevil\u202c", "bidi evil"),
        ("zero\u200bwidth", "zerowidth"),
        ("lone \ud800 half", "lone half"),
    ],
)
def test_markup_becomes_one_visible_line(markup: str, plain: str) -> None:
    assert plain_text(markup, limit=300) == plain


def test_a_cut_text_ends_with_an_ellipsis_within_its_limit() -> None:
    assert clip("abcdef", 4) == "abc…"
    assert clip("abcd", 4) == "abcd"


@given(st.text(), st.integers(min_value=1, max_value=50))
def test_plain_text_never_exceeds_its_limit(text: str, limit: int) -> None:
    assert len(plain_text(text, limit=limit)) <= limit


def test_titles_are_compared_without_case_marks_or_curly_quotes() -> None:
    assert fold_title("ACME’s  “Big” Win!") == fold_title("Acme's Big Win")


def test_titles_with_other_numbers_stay_different() -> None:
    assert fold_title("EPS $0.45") != fold_title("EPS $0.35")
    assert fold_title("up 5%") != fold_title("up 5")


def test_a_minus_is_no_dash() -> None:
    assert fold_title("Acme -5%") != fold_title("Acme 5%")
    assert fold_title("Acme EPS −$0.05") == fold_title("Acme EPS -$0.05")
    assert fold_title("EPS -$.05") != fold_title("EPS $.05")
    assert fold_title("Acme - 5% rise") == fold_title("Acme: 5% rise")
    assert fold_title("Acme -Reuters") == fold_title("Acme Reuters")


def test_numbers_are_compared_by_value_not_by_form() -> None:
    assert numbers_in("$1,250.50 and 3.0%") == numbers_in("1250.5 and 3")
    assert numbers_in("Q3 2026: $1.2B") == {"3", "2026", "1.2"}
