"""Makes news of what Alpaca sends: frames of its stream and pages of its REST service.

Both carry the same notes, so one parser reads both, and a recording of either.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import orjson

from catalyst_bot.errors import SourceError
from catalyst_bot.model import NewsItem, SourceKind
from catalyst_bot.sources.dates import published
from catalyst_bot.sources.entries import web_address
from catalyst_bot.sources.parsed import MAX_SUMMARY, MAX_TITLE, Parsed, Receipt
from catalyst_bot.sources.symbols import listed_symbols
from catalyst_bot.text import fold_title, plain_text

MOST_SYMBOLS = 10  # a note about more is a list: its headline says whom it is about
_UTC = ZoneInfo("UTC")
_CONTROL = ("success", "subscription")
_CRYPTO = re.compile(r"[A-Z]{2,}(?:/|)USD[CT]?")
# Codes for which somebody must look: keys and rights. Alpaca, "WebSocket Stream".
_PERMANENT = (401, 402, 409)
_TAKEN = 406  # the one connection that a key allows is in use: a restart overlaps
TAKEN_WAIT = 5.0  # seconds, at least


@dataclass(frozen=True, slots=True, kw_only=True)
class Messages:
    """The messages of one frame or page.

    `unknown` counts those of a type that this file does not know; `is_page`: it is of
    REST, and `next_page` the token of the one behind it, "" for the last.
    """

    notes: tuple[Mapping[str, object], ...] = ()
    control: tuple[str, ...] = ()  # "connected", "authenticated", "subscription"
    unknown: int = 0
    fault: SourceError | None = None  # what Alpaca says is wrong
    is_page: bool = False
    next_page: str = ""


class AlpacaParser:
    """Reads notes; see `sources.parsers.Parser`."""

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
        """Return the news of a frame or page; notes without id or headline are skipped.

        Raises:
            SourceError: it is neither, or Alpaca says what is wrong.
        """
        del url, charset  # links are absolute, JSON is UTF-8
        messages = read_messages(body)
        if messages.fault is not None:
            raise messages.fault
        return self.read(messages, Receipt(at=received_at, monotonic=received))

    def read(self, messages: Messages, receipt: Receipt) -> Parsed:
        """Return the news among messages that are parsed already."""
        found = [self._item(note, receipt) for note in messages.notes]
        items = tuple(item for item in found if item is not None)
        odd = messages.unknown
        return Parsed(
            items=items,
            tier=1,
            skipped=len(found) - len(items) + odd,
            warnings=("messages of an unknown type",) if odd else (),
            is_pushed=not messages.is_page,
        )

    def _item(self, note: Mapping[str, object], receipt: Receipt) -> NewsItem | None:
        title = plain_text(_text(note, "headline"), limit=MAX_TITLE)
        identity = _identity(note.get("id"))
        if not title or not identity:
            return None
        published_at, precision = published(
            _text(note, "created_at"), zone=_UTC, received_at=receipt.at
        )
        tickers = _tickers(note.get("symbols"))
        return NewsItem(
            source=self._source,
            kind=SourceKind.ALPACA,
            title=title,
            identity=identity,
            # Not updated_at: it moves with what no card shows.
            state=f"{fold_title(title)}|{' '.join(tickers)}",
            link=web_address(_text(note, "url"), ""),
            summary=plain_text(_text(note, "summary"), limit=MAX_SUMMARY),
            tickers=tickers,
            published_at=published_at,
            precision=precision,
            received_at=receipt.at,
            received=receipt.monotonic,
        )


def read_messages(body: bytes) -> Messages:
    """Return what a frame (an array or one object) or a REST page holds.

    Raises:
        SourceError: it is neither.
    """
    try:
        content = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise SourceError("not JSON") from error
    if isinstance(content, dict) and "news" in content:
        listed = content["news"] if isinstance(content["news"], list) else []
        notes = tuple(note for note in listed if isinstance(note, dict))
        following = _text(content, "next_page_token")
        return Messages(notes=notes, is_page=True, next_page=following)
    messages = content if isinstance(content, list) else [content]
    if not all(isinstance(m, dict) and "T" in m for m in messages):
        raise SourceError("neither messages of a stream nor a page of news")
    notes = tuple(m for m in messages if m["T"] == "n")
    control = tuple(m for m in messages if m["T"] in _CONTROL)
    faults = tuple(m for m in messages if m["T"] == "error")
    return Messages(
        notes=notes,
        control=tuple(_text(m, "msg") or _text(m, "T") for m in control),
        unknown=len(messages) - len(notes) - len(control) - len(faults),
        fault=_fault(faults[0]) if faults else None,
    )


def _fault(message: Mapping[str, object]) -> SourceError:
    """Return the error, permanent when keys or rights are at fault."""
    code, words = message.get("code"), plain_text(_text(message, "msg"), limit=100)
    if code == _TAKEN:
        why = "the connection that the key allows is taken (406)"
        return SourceError(why, retry_after=TAKEN_WAIT)
    return SourceError(
        f"Alpaca says: {words} ({code})", is_permanent=code in _PERMANENT
    )


def _text(note: Mapping[str, object], name: str) -> str:
    value = note.get(name)
    return value if isinstance(value, str) else ""


def _identity(number: object) -> str:
    is_number = isinstance(number, int) and not isinstance(number, bool)
    text = str(number) if is_number or isinstance(number, str) else ""
    return text if text.isprintable() and len(text) <= 64 else ""


def _tickers(symbols: object) -> tuple[str, ...]:
    """Return the US symbols of a note; those of a long list, or of coins, are none."""
    names = symbols if isinstance(symbols, list) else []
    stocks = [s for s in names if isinstance(s, str) and not _CRYPTO.fullmatch(s)]
    if len(stocks) > MOST_SYMBOLS:
        return ()
    return listed_symbols([f"NYSE:{symbol}" for symbol in stocks])
