"""Symbols are read where an exchange vouches for them, and nowhere else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalyst_bot.intake.tickers import find_tickers, with_tickers
from tests.news import headline


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Acme Corp (NASDAQ: ACME) wins", ("ACME",)),
        ("Acme Corp (Nasdaq:ACME) wins", ("ACME",)),
        ("Acme (NASDAQ: ACME, ACMEW) wins", ("ACME", "ACMEW")),
        ("Acme (NYSE American: ACX) and Bolt (NYSE: BLT)", ("ACX", "BLT")),
        ("Acme (NasdaqGS: ACME)", ("ACME",)),
        ("Acme (OTCQX: ACMF) (TSX: ACM)", ("ACMF", "TSX:ACM")),
        ("Acme (TSX: ACM) (OTCQX: ACMF)", ("ACMF", "TSX:ACM")),
        ("Acme (TSX-V: ACM)", ("TSXV:ACM",)),
        ("Holdings (NYSE: BRK.B)", ("BRK-B",)),
        ("Acme (NYSE: A)", ("A",)),
        ("Acme Corp wins, says CEO", ()),
        ("Nasdaq: Acme regains compliance", ()),
        ("NYSE: trading to close early", ()),
        ("Acme raises $5M (USD)", ()),
        ("", ()),
    ],
)
def test_exchange_qualified_symbols_are_found(
    text: str, found: tuple[str, ...]
) -> None:
    assert find_tickers(text) == found


def test_what_the_feed_gives_outranks_the_text() -> None:
    item = headline("Bolt (NYSE: BLT) buys Acme", tickers=("ACME",))
    assert with_tickers(item).tickers == ("ACME",)


def test_the_summary_is_read_too() -> None:
    item = headline("Acme wins", tickers=(), summary="BOSTON - Acme (NASDAQ: ACME)")
    assert with_tickers(item).tickers == ("ACME",)


@given(st.text(max_size=3000))
def test_any_text_gives_well_formed_symbols(text: str) -> None:
    for symbol in find_tickers(text):
        assert symbol.replace(":", "").replace("-", "").replace(".", "").isupper()
