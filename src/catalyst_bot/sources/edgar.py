"""Makes filings of the SEC's list of current filings, one for each accession.

The list has an entry for each party, so a filing appears up to four times. The date
"Filed" is that of the next business day after about 17:30: only `updated` is a time.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from catalyst_bot.filings import accession_in
from catalyst_bot.model import Event, NewsItem, SourceKind
from catalyst_bot.sources.dates import published
from catalyst_bot.sources.entries import Entry
from catalyst_bot.sources.parsed import (
    MAX_SUMMARY,
    MAX_TITLE,
    Parsed,
    Receipt,
    build_parsed,
)
from catalyst_bot.sources.xml import parse_feed
from catalyst_bot.text import clip, plain_text

_NEW_YORK = ZoneInfo("America/New_York")
_PARTY = re.compile(
    r"(?P<name>.*?)(?:\s*\((?P<cik>\d{1,10})\)(?:\s*\((?P<role>[^()]{1,40})\))?"
    r"|\s*\((?P<bare_role>Subject|Issuer|Filer|Filed by|Reporting)\))?"
)
_STATE_OF_INCORPORATION = re.compile(
    r"(?:\s+[/\\][A-Z]{2,4}|\s*[/\\][A-Z]{2,4}[/\\])\s*$"
)
_ITEM = re.compile(r"Item\s+(\d{1,2}\.\d{2}):?\s*([^<\n]*)")
# The subject first: a tender offer or an insider's form is about that company.
_ROLES = ("Subject", "Issuer", "Filer", "Filed by", "Reporting")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Party:
    """One of the parties of a filing, as one entry names it."""

    accession: str
    form: str
    name: str
    cik: str
    role: str
    entry: Entry

    @property
    def rank(self) -> tuple[int, int, str]:
        """Order the parties whatever the order of the page, the subject first."""
        place = _ROLES.index(self.role) if self.role in _ROLES else len(_ROLES)
        return place, int(self.cik or 0), self.name


class EdgarParser:
    """Reads a page of current filings."""

    def __init__(self, *, source: str) -> None:
        self._source = source

    def parse(
        self,
        body: bytes,
        *,
        url: str,
        charset: str | None,
        received_at: datetime,
        received: float,
    ) -> Parsed:
        """Return the filings, their entries merged; what has no accession is skipped.

        Raises:
            SourceError: the body is no feed, see parse_feed.
        """
        feed = parse_feed(body, base_url=url, charset=charset)
        receipt = Receipt(at=received_at, monotonic=received)
        filings: dict[str, list[_Party]] = {}
        skipped = 0
        for entry in feed.entries:
            party = _party(entry)
            if party is None:
                skipped += 1
            else:
                filings.setdefault(party.accession, []).append(party)
        items = [self._filing(parties, receipt) for parties in filings.values()]
        return build_parsed(feed, items, skipped=skipped)

    def _filing(self, found: list[_Party], receipt: Receipt) -> NewsItem:
        parties = sorted(found, key=lambda party: party.rank)
        subject = parties[0]
        published_at, precision = min(
            published(
                party.entry.updated or party.entry.published,
                zone=_NEW_YORK,
                received_at=receipt.at,
            )
            for party in parties
        )
        return NewsItem(
            source=self._source,
            kind=SourceKind.EDGAR,
            event=Event.FILING,
            title=_title(parties),
            codes=(subject.form, *_item_numbers(parties)),
            identity=subject.accession,
            state="|".join(sorted({f"{p.cik or p.name} {p.role}" for p in parties})),
            link=next((p.entry.link for p in parties if p.entry.link), ""),
            summary=_summary(parties),
            company=subject.name,
            cik=subject.cik,
            published_at=published_at,
            precision=precision,
            received_at=receipt.at,
            received=receipt.monotonic,
        )


def _party(entry: Entry) -> _Party | None:
    accession = _accession(entry)
    form, name = _form_and_name(entry)
    if not accession or not form:
        return None
    match = _PARTY.fullmatch(name)
    if match is None:  # only a line break could do that, and a title has none
        return None
    return _Party(
        accession=accession,
        form=form,
        name=_tidy(match["name"]),
        cik=(match["cik"] or "").lstrip("0"),
        role=match["role"] or match["bare_role"] or "Filer",
        entry=entry,
    )


def _accession(entry: Entry) -> str:
    texts = (entry.guid, entry.summary[:2_000], entry.link)
    return next(filter(None, map(accession_in, texts)), "")


def _form_and_name(entry: Entry) -> tuple[str, str]:
    """Split "8-K/A - ACME - WEST CORP /DE/ (0001234567) (Filer)" at the first dash."""
    title = plain_text(entry.title, limit=MAX_TITLE)
    form, dash, name = title.partition(" - ")
    if not dash:
        form, name = "", title
    term = next((value for _, value in entry.categories if value), "")
    return clip(" ".join(term.split()) or form, 40), name


def _tidy(name: str) -> str:
    while (shorter := _STATE_OF_INCORPORATION.sub("", name)) != name:
        name = shorter
    return name.strip()


def _title(parties: Sequence[_Party]) -> str:
    form = parties[0].form
    label = f"{form} (amendment)" if form.endswith("/A") else form
    items = next((found for p in parties if (found := _items(p.entry))), ())
    content = "; ".join(items) or parties[0].name
    return clip(f"{label}: {content}" if content else label, MAX_TITLE)


def _item_numbers(parties: Sequence[_Party]) -> tuple[str, ...]:
    """Return "2.02" for each item of an 8-K, once, in the order of the filing."""
    for party in parties:
        found = _ITEM.findall(party.entry.summary[:8_000])
        if found:
            return tuple(dict.fromkeys(number for number, _ in found))
    return ()


def _items(entry: Entry) -> tuple[str, ...]:
    """Return "Item 2.02 Results of Operations" for each item of an 8-K, once."""
    found = _ITEM.findall(entry.summary[:8_000])
    texts = (f"Item {number} {plain_text(text, limit=200)}" for number, text in found)
    return tuple(dict.fromkeys(text.strip() for text in texts))


def _summary(parties: Sequence[_Party]) -> str:
    named = dict.fromkeys(f"{party.name} ({party.role})" for party in parties)
    return clip("; ".join(named), MAX_SUMMARY)
