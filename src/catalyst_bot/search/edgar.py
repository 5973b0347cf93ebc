"""Searches the texts of filings: EDGAR full-text search, 2001 to now.

Source: https://efts.sec.gov/LATEST/search-index, the service behind
https://www.sec.gov/edgar/search. It lists a hit for each document of a filing, by day.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from typing import Any, Protocol
from urllib.parse import urlencode

import orjson

from catalyst_bot.clock import Clock
from catalyst_bot.errors import AskedTooOften, SourceError
from catalyst_bot.filings import index_url, is_accession
from catalyst_bot.ops.patience import Tokens
from catalyst_bot.search.model import MOST_HITS, Findings, Hit, Wanted
from catalyst_bot.text import plain_text

ORIGIN = "edgar"
PATH = "/LATEST/search-index"
PER_MINUTE = 60  # searches, half of them at once: the feed shares the SEC's limit
MOST_WORDS = 24
IN_TEXT = 0.6  # the relevance of words in a text, as against its title
_LONGEST = 200  # characters of a name
_OF_A_PERSON = 10.0  # seconds for who waits at a terminal
_WORD = re.compile(r"\w+")
_NAMED = re.compile(r"(.*?)\s*(?:\(([A-Z0-9., -]{1,60})\))?\s*\(CIK \d{1,10}\)\s*")


class Fetch(Protocol):
    """Reads a page over the limits that the feeds share."""

    async def __call__(self, url: str, *, within: float) -> bytes:
        """Return the body of an answer that comes within so many seconds.

        Raises:
            AskedTooOften: we had no turn to ask for it.
            SourceError: there is none.
        """
        ...


class EdgarNews:
    """Asks EDGAR about one query at a time, so that a poll of its feed goes between.

    A search has `within` seconds. Whoever is not at turn after half of them gives up:
    what is left must be enough for EDGAR, which is not to blame for our line.
    """

    def __init__(
        self, base_url: str, *, fetch: Fetch, clock: Clock, within: float
    ) -> None:
        self._url, self._fetch, self._clock = base_url.rstrip("/") + PATH, fetch, clock
        self._within = within
        self._turn, self._tokens = asyncio.Lock(), Tokens(PER_MINUTE)

    async def find(self, wanted: Wanted) -> Findings:
        """Return filings in whose text all of the words stand, the best first.

        Raises:
            AskedTooOften: others are before it, or this minute had enough of them.
            SourceError: no answer, or another form than EDGAR's.
        """
        words = _WORD.findall(wanted.text.lower())[:MOST_WORDS]
        if not words:
            return Findings(hits=())
        until = self._clock.monotonic() + self._within
        async with self._at_turn():
            now = self._clock.monotonic()
            if self._tokens.left(now) < 1:
                raise AskedTooOften(f"{PER_MINUTE} searches a minute are the most")
            self._tokens.take(now)
            url = f"{self._url}?{self._query(words, wanted.since)}"
            body = await self._fetch(url, within=until - now)
        return Findings(hits=read_hits(body)[:MOST_HITS])

    @asynccontextmanager
    async def _at_turn(self) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(self._within / 2):
                await self._turn.acquire()
        except TimeoutError as error:
            raise AskedTooOften("busy with other searches: try again") from error
        try:
            yield
        finally:
            self._turn.release()

    def _query(self, words: Iterable[str], since: datetime | None) -> str:
        """Return the address's end; words in lower case are no operators (OR, NOT)."""
        fields = {"q": " ".join(words)}
        if since is not None:
            days = (since.astimezone(UTC), self._clock.now())
            first, last = (f"{day:%Y-%m-%d}" for day in days)
            fields |= {"dateRange": "custom", "startdt": first, "enddt": last}
        return urlencode(fields)


async def find_parties(
    base_url: str, accession: str, *, fetch: Fetch
) -> tuple[str, ...]:
    """Return the CIKs of a filing's parties, none when EDGAR does not find it.

    It finds a filing by its number in quotation marks, whoever handed it in.

    Raises:
        SourceError: no answer, or another form than EDGAR's.
    """
    query = urlencode({"q": f'"{accession}"'})
    url = f"{base_url.rstrip('/')}{PATH}?{query}"
    body = await fetch(url, within=_OF_A_PERSON)
    with _reading():
        found = (one for one in _listed(body) if one["adsh"] == accession)
        return tuple(str(int(cik)) for cik in next(found, {"ciks": ()})["ciks"])


def read_hits(body: bytes) -> tuple[Hit, ...]:
    """Return the filings of an answer, each once.

    Raises:
        SourceError: it has not the form that EDGAR's answers have.
    """
    with _reading():
        filings = {filing["adsh"]: filing for filing in reversed(_listed(body))}
        return tuple(_hit(filings[key]) for key in reversed(filings))


@contextmanager
def _reading() -> Iterator[None]:
    try:
        yield
    except (orjson.JSONDecodeError, LookupError, TypeError, ValueError) as error:
        raise SourceError("the answer is none of EDGAR's") from error


def _listed(body: bytes) -> list[Mapping[str, Any]]:
    return [hit["_source"] for hit in orjson.loads(body)["hits"]["hits"]]


def _hit(filing: Mapping[str, Any]) -> Hit:
    accession, cik = filing["adsh"], str(int(filing["ciks"][0]))
    if not is_accession(accession):
        raise ValueError("no accession")
    names = [_named(str(name)) for name in filing["display_names"]]
    form = plain_text(str(filing["form"]), limit=40)
    items = ", ".join(str(item) for item in filing.get("items") or ())
    title = f"{form}: {names[0][0]}" + (f" (items {items})" if items else "")
    return Hit(
        origin=ORIGIN,
        title=plain_text(title, limit=_LONGEST),
        text="; ".join(name for name, _ in names),
        link=index_url(accession, cik=cik),
        tickers=tuple(ticker for _, tickers in names for ticker in tickers),
        published_at=datetime.fromisoformat(filing["file_date"]).replace(tzinfo=UTC),
        least=IN_TEXT,
    )


def _named(text: str) -> tuple[str, tuple[str, ...]]:
    """Split "Acme Corp  (ACME, ACMEW)  (CIK 0001234567)" into name and symbols."""
    match = _NAMED.fullmatch(text[:_LONGEST])
    if match is None:
        return plain_text(text, limit=_LONGEST), ()
    symbols = (match[2] or "").replace(" ", "").split(",")
    return plain_text(match[1], limit=_LONGEST), tuple(one for one in symbols if one)
