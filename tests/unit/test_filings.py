"""The numbers of filings, and where the archive lists them."""

import pytest

from catalyst_bot.filings import accession_in, index_url, is_accession

NUMBER = "0001999001-26-000101"
FOLDER = "https://www.sec.gov/Archives/edgar/data/1900001/000199900126000101"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (NUMBER, NUMBER),
        (f"urn:tag:sec.gov,2008:accession-number={NUMBER}", NUMBER),
        (f"{FOLDER}/{NUMBER}-index.htm", NUMBER),
        (f"{FOLDER}/body.htm", NUMBER),
        ("0001999001-26-0001011", ""),
        ("10001999001-26-000101", ""),
        ("٠٠٠١٩٩٩٠٠١-٢٦-٠٠٠١٠١", ""),
        ("", ""),
    ],
)
def test_the_number_is_found_in_names_and_addresses(text: str, expected: str) -> None:
    assert accession_in(text) == expected
    assert is_accession(text) == (text == NUMBER)


def test_the_index_is_under_a_party_or_who_handed_it_in() -> None:
    assert index_url(NUMBER, cik="0001900001") == f"{FOLDER}/{NUMBER}-index.htm"
    assert "/data/1999001/000199900126000101/" in index_url(NUMBER)
    assert index_url(NUMBER, archive="http://a").startswith("http://a/Archives/")
