"""The number of a filing at EDGAR, and where the archive lists its papers."""

import re

ARCHIVE = "https://www.sec.gov"
_NUMBER = re.compile(r"(?<!\d)(\d{10})-?(\d{2})-?(\d{6})(?!\d)", re.ASCII)


def is_accession(text: str) -> bool:
    """Tell whether a text is the number of a filing: 0001999001-26-000101."""
    return bool(text) and accession_in(text) == text


def accession_in(text: str) -> str:
    """Return the first number of a filing in a text, "" where there is none.

    The archive's folders are called by it without its hyphens; that is found too.
    """
    found = _NUMBER.search(text)
    return "-".join(found.groups()) if found else ""


def index_url(accession: str, *, cik: str = "", archive: str = ARCHIVE) -> str:
    """Return the address of a filing's index.

    Without the `cik` of a party that of who handed it in stands there, the first ten
    digits of the number: right where the company files for itself.
    """
    folder = accession.replace("-", "")
    party = int(cik or accession[:10])
    return f"{archive}/Archives/edgar/data/{party}/{folder}/{accession}-index.htm"
