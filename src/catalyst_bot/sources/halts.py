"""Makes halts and resumptions of Nasdaq's list of trade halts.

The list is a state, not news: rows stay for years, gain a resumption later, have no
guid, and their pubDate is midnight. A halt is known by its symbol and its moment.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from catalyst_bot.model import Event, NewsItem, Precision, SourceKind
from catalyst_bot.sources.dates import settled
from catalyst_bot.sources.entries import Entry
from catalyst_bot.sources.parsed import (
    MAX_SUMMARY,
    MAX_TITLE,
    Parsed,
    Receipt,
    build_parsed,
)
from catalyst_bot.sources.xml import Feed, parse_feed
from catalyst_bot.text import clip, plain_text

_NEW_YORK = ZoneInfo("America/New_York")
# Units, warrants and rights: "ABCD.W", or by Nasdaq's convention a fifth letter.
_DERIVED = re.compile(r"(?P<root>[A-Z]{4})[WRUZ]|(?P<dotted>[A-Z]+)[./\- ][A-Z]{1,3}")
# One news halt runs through these codes: its rows need not change in the same second.
_NEWS_CODES = frozenset({"T1", "T2", "T3"})
# nasdaqtrader.com, "Trade Halt Codes"; an unknown code is shown as it is.
_REASONS = {
    "T1": "news pending",
    "T2": "news released",
    "T3": "news and resumption times",
    "T12": "information requested",
    "H10": "SEC trading suspension",
    "H11": "regulatory concern",
    "LUDP": "volatility pause",
    "LUDS": "volatility pause, straddle",
    "M": "volatility pause",
    "MWC1": "market-wide circuit breaker, level 1",
    "MWC2": "market-wide circuit breaker, level 2",
    "MWC3": "market-wide circuit breaker, level 3",
    "D": "deleted from the exchange",
    "IPO1": "IPO not yet trading",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Instant:
    """A moment in UTC, and its day and time as New York reads them."""

    at: datetime
    key: str  # `at` in one form, to compare and to store
    day: str
    clock: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """One row of the list; `resumption` is None until it is known."""

    symbol: str
    issuer: str
    market: str
    code: str
    threshold: str
    halt: _Instant
    quotes: _Instant | None
    resumption: _Instant | None

    @property
    def identity(self) -> str:
        return f"{self.symbol} {self.halt.key}"

    @property
    def state(self) -> str:
        until = self.resumption.key if self.resumption else ""
        return f"{self.code}|{self.threshold}|{until}"


class HaltsParser:
    """Reads the list of trade halts."""

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
        """Return one item for each group of rows that are one event.

        A row without symbol, date or time is skipped. Where a symbol's halt is listed
        twice, the last row counts.

        Raises:
            SourceError: the body is no feed, see parse_feed.
        """
        feed = parse_feed(body, base_url=url, charset=charset)
        receipt = Receipt(at=received_at, monotonic=received)
        rows: dict[str, _Row] = {}
        skipped = 0
        for entry in feed.entries:
            row = _row(entry)
            if row is None:
                skipped += 1
            else:
                rows[row.identity] = row
        items = [self._item(group, receipt) for group in _grouped(tuple(rows.values()))]
        return build_parsed(feed, items, skipped=skipped, warnings=_miscount(feed))

    def _item(self, group: Sequence[_Row], receipt: Receipt) -> NewsItem:
        rows = sorted(group, key=lambda row: (len(row.symbol), row.symbol))
        first = rows[0]
        published_at, precision = settled(
            first.halt.at, Precision.SECOND, received_at=receipt.at
        )
        return NewsItem(
            source=self._source,
            kind=SourceKind.HALTS,
            event=Event.RESUMPTION if first.resumption else Event.HALT,
            title=_title(rows),
            codes=(first.code,) if first.code else (),
            identity=first.identity,
            members=tuple(row.identity for row in rows[1:]),
            state=first.state,
            summary=_summary(first),
            tickers=tuple(re.sub(r"[./ ]", "-", row.symbol) for row in rows),
            company=first.issuer,
            published_at=published_at,
            precision=precision,
            received_at=receipt.at,
            received=receipt.monotonic,
        )


def _row(entry: Entry) -> _Row | None:
    cells = {name: text for _, name, text in reversed(entry.others)}
    symbol = clip(cells.get("IssueSymbol") or entry.title, 20)
    date = cells.get("HaltDate", "")
    halt = _instant(date, cells.get("HaltTime", ""))
    if not symbol or halt is None:
        return None
    until = cells.get("ResumptionDate") or date
    return _Row(
        symbol=symbol,
        issuer=plain_text(cells.get("IssueName", ""), limit=120),
        market=clip(cells.get("Market") or cells.get("Mkt", ""), 40),
        code=clip(cells.get("ReasonCode", ""), 20),
        threshold=_price(cells.get("PauseThresholdPrice", "")),
        halt=halt,
        quotes=_instant(until, cells.get("ResumptionQuoteTime", "")),
        resumption=_instant(until, cells.get("ResumptionTradeTime", "")),
    )


def _instant(date: str, time: str) -> _Instant | None:
    """Read a time in New York in whole seconds: one page has it with and without ms."""
    if not time:
        return None
    clock = time.partition(".")[0]
    clock = f"0{clock}" if clock[1:2] == ":" else clock
    try:
        month, day, year = date.split("/")
        there = datetime.fromisoformat(f"{year}-{month:0>2}-{day:0>2}T{clock}")
        at = there.replace(tzinfo=_NEW_YORK).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    if there.tzinfo is not None:  # no time of this list names a zone
        return None
    words = there.isoformat()
    return _Instant(at=at, key=at.isoformat(), day=words[:10], clock=f"{words[11:]} ET")


def _price(text: str) -> str:
    """Return one form of a price: a changed number of zeros is no change."""
    whole, dot, fraction = clip(text, 20).partition(".")
    return f"{whole}.{fraction.rstrip('0').ljust(2, '0')}" if dot else whole


class _Groups:
    """Joins names for the same thing, in whatever order they come."""

    def __init__(self) -> None:
        self._parents: dict[str, str] = {}

    def join(self, names: Sequence[str]) -> None:
        for name in names[1:]:
            self._parents[self.find(names[0])] = self.find(name)

    def find(self, name: str) -> str:
        while (parent := self._parents.get(name, name)) != name:
            self._parents[name] = self._parents.get(parent, parent)  # shortens the way
            name = parent
        return name


def _grouped(rows: Sequence[_Row]) -> list[list[_Row]]:
    """Join rows of one moment and reason that share the root symbol or the issuer."""
    groups = _Groups()
    named = [(_names(row), row) for row in rows]
    for names, _ in named:
        groups.join(names)
    grouped: dict[str, list[_Row]] = {}
    for names, row in named:
        grouped.setdefault(groups.find(names[0]), []).append(row)
    return list(grouped.values())


def _names(row: _Row) -> tuple[str, ...]:
    reason = "news" if row.code in _NEWS_CODES else row.code
    event = f"{row.halt.key}|{reason}"
    match = _DERIVED.fullmatch(row.symbol)
    root = (match["root"] or match["dotted"]) if match else row.symbol
    if not row.issuer:
        return (f"{event}|symbol {root}",)
    return f"{event}|symbol {root}", f"{event}|issuer {row.issuer.casefold()}"


def _title(rows: Sequence[_Row]) -> str:
    first = rows[0]
    title = _resumption(first) if first.resumption else _halt(first)
    if len(rows) > 1:
        title += " - " + ", ".join(row.symbol for row in rows)
    return clip(title, MAX_TITLE)


def _halt(row: _Row) -> str:
    reason = _REASONS.get(row.code, "")
    because = f": {reason}" if reason else ""
    code = f" ({row.code})" if row.code else ""
    return f"Trading halted {row.halt.clock}{because}{code}"


def _resumption(row: _Row) -> str:
    """Say when trade resumes and since when it stood; days only where they differ."""
    halt, until = row.halt, row.resumption or row.halt
    is_same_day = until.day == halt.day
    since = halt.clock if is_same_day else f"{halt.day} {halt.clock}"
    at = until.clock if is_same_day else f"{until.day} {until.clock}"
    why = f"{row.code} {_REASONS.get(row.code, '')}".strip()
    return f"Trading resumes {at} (halted {since}{', ' if why else ''}{why})"


def _summary(row: _Row) -> str:
    parts = [row.issuer, row.market]
    if row.threshold:
        parts.append(f"pause threshold {row.threshold}")
    if row.quotes:
        parts.append(f"quotes from {row.quotes.clock}")
    return clip("; ".join(part for part in parts if part), MAX_SUMMARY)


def _miscount(feed: Feed) -> list[str]:
    said, counted = feed.says("numItems"), len(feed.entries) + feed.skipped
    if not said.isdecimal() or int(said) == counted:
        return []
    return [f"the page says {said} rows and has {counted}"]
