"""Makes news of a press wire's or an agency's feed: RSS, RDF or Atom."""

import hashlib
import re
from datetime import datetime
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from catalyst_bot.model import NewsItem, SourceKind
from catalyst_bot.sources.dates import published
from catalyst_bot.sources.entries import Entry
from catalyst_bot.sources.parsed import (
    MAX_SUMMARY,
    MAX_TITLE,
    Parsed,
    Receipt,
    build_parsed,
)
from catalyst_bot.sources.symbols import listed_symbols
from catalyst_bot.sources.xml import parse_feed
from catalyst_bot.text import clip, fold_title, plain_text

MAX_IDENTITY = 300  # characters; a longer one is replaced by its hash
_LEAD = 900  # characters of a summary that nearly always hold enough
_VISIBLE = 600  # of these, so many must be text: then 300 are surely in order
_STOCK_DOMAIN = re.compile(r"https?://[^/]+/rss/stock/?", re.IGNORECASE)
_UNIQUE_BY_ITSELF = re.compile(r"(?:https?://|urn:|tag:)", re.IGNORECASE)
# GlobeNewswire's own dc: namespace is not the one of purl.org.
_GLOBENEWSWIRE = "dublincore.org"


class FeedParser:
    """Reads one feed; `zone` is that of dates which name none."""

    def __init__(self, *, source: str, zone: ZoneInfo, is_market: bool) -> None:
        self._source, self._zone, self._is_market = source, zone, is_market

    def parse(
        self,
        body: bytes,
        *,
        url: str,
        charset: str | None,
        received_at: datetime,
        received: float,
    ) -> Parsed:
        """Return the news; entries without a title or not in English are skipped.

        Raises:
            SourceError: the body is no feed, see parse_feed.
        """
        feed = parse_feed(body, base_url=url, charset=charset)
        receipt = Receipt(at=received_at, monotonic=received)
        host = _publisher(url)
        found = [
            self._item(entry, host, receipt)
            for entry in feed.entries
            if _is_english(entry)
        ]
        items = [item for item in found if item is not None]
        return build_parsed(feed, items, skipped=len(feed.entries) - len(items))

    def _item(self, entry: Entry, host: str, receipt: Receipt) -> NewsItem | None:
        title = plain_text(entry.title, limit=MAX_TITLE)
        if not title:
            return None
        published_at, precision = published(
            entry.published or entry.updated or entry.other("date"),
            zone=self._zone,
            received_at=receipt.at,
        )
        return NewsItem(
            source=self._source,
            kind=SourceKind.FEED,
            title=title,
            identity=_identity(entry, host),
            state=fold_title(title),
            link=entry.link,
            summary=_summary(entry),
            tickers=_tickers(entry),
            is_market=self._is_market,
            published_at=published_at,
            precision=precision,
            received_at=receipt.at,
            received=receipt.monotonic,
        )


def _publisher(url: str) -> str:
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.")


def _is_english(entry: Entry) -> bool:
    """Tell whether an entry is in English or does not say: releases come in twos."""
    language = entry.other("language").lower()
    return not language or language.startswith("en")


def _identity(entry: Entry, host: str) -> str:
    """Return what the source says makes the item unique, "" when it says nothing.

    A bare number is unique for its publisher only, and there in all of its feeds.
    """
    identity = entry.other("identifier", within=_GLOBENEWSWIRE) or entry.guid
    identity = " ".join(identity.split())
    if len(identity) > MAX_IDENTITY:
        identity = hashlib.sha256(identity.encode("utf-8", "replace")).hexdigest()
    if not identity or _UNIQUE_BY_ITSELF.match(identity):
        return identity
    return f"{host}/{identity}"


def _summary(entry: Entry) -> str:
    """Return the first line of a text of any length without reading all of it.

    More than the limit must be visible in what is read, so that the tag which its end
    cuts in half is not in the part that is shown.
    """
    if len(entry.summary) <= _LEAD:
        return plain_text(entry.summary, limit=MAX_SUMMARY)
    start = plain_text(entry.summary[:_LEAD], limit=_LEAD)
    if len(start) < _VISIBLE:
        return plain_text(entry.summary, limit=MAX_SUMMARY)
    return clip(start, MAX_SUMMARY)


def _tickers(entry: Entry) -> tuple[str, ...]:
    listings = [
        value for domain, value in entry.categories if _STOCK_DOMAIN.fullmatch(domain)
    ]
    return listed_symbols(listings) if listings else ()
