"""What strangers can send us as bytes, and what must hold whatever they send.

A target takes any bytes and returns; it raises only when the product is at fault.
"""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from catalyst_bot.card_state import CardState
from catalyst_bot.delivery.render import render
from catalyst_bot.documents.reading import read_document
from catalyst_bot.enrichment.prompt import NEEDED, SCHEMA
from catalyst_bot.enrichment.verdict import UnusableAnswer, read_verdict
from catalyst_bot.errors import SourceError, UnreadableDocument
from catalyst_bot.llm.endpoints import endpoints_of
from catalyst_bot.llm.ladder import Reading, Unreadable, read_answer, read_cut_answer
from catalyst_bot.llm.model import LLMError
from catalyst_bot.llm.providers.anthropic import Anthropic
from catalyst_bot.llm.providers.exchange import Dialect, object_in
from catalyst_bot.llm.providers.gemini import Gemini
from catalyst_bot.llm.providers.ollama import Ollama
from catalyst_bot.llm.providers.openai import OpenAI
from catalyst_bot.llm.schema import schema_of
from catalyst_bot.model import Alert, NewsItem
from catalyst_bot.reading.statements.chunks import plan_of
from catalyst_bot.reading.statements.grounding import Draft, grounded
from catalyst_bot.simulation.discord_rules import violations
from catalyst_bot.sources.alpaca import AlpacaParser
from catalyst_bot.sources.edgar import EdgarParser
from catalyst_bot.sources.feed import FeedParser
from catalyst_bot.sources.halts import HaltsParser
from catalyst_bot.sources.parsed import MAX_SUMMARY, MAX_TITLE
from catalyst_bot.sources.parsers import Parser
from tests.alerts import alert_of, analysed
from tests.hostile import live_texts
from tests.news import headline

URL = "https://wire.example/feed"
RECEIVED = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
# The first byte chooses what the server says of the rest.
CHARSETS = (None, "utf-8", "latin-1", "cp1252", "utf-16", "utf-7", "idna", "no such")
_ITEM = headline("Acme Corp reports record profit of $50M", summary="Record profit.")
_NO_WIRE: Any = None  # what is fuzzed does no I/O


def feed(body: bytes) -> None:
    """A press wire's page."""
    _page(FeedParser(source="wire", zone=ZoneInfo("UTC"), is_market=False), body)


def edgar(body: bytes) -> None:
    """EDGAR's page of current filings."""
    _page(EdgarParser(source="edgar"), body)


def halts(body: bytes) -> None:
    """Nasdaq's list of halts."""
    _page(HaltsParser(source="halts"), body)


def alpaca(body: bytes) -> None:
    """A frame of Alpaca's stream, or a page of its news."""
    _page(AlpacaParser(source="alpaca"), body)


def verdict(body: bytes) -> None:
    """What a model wrote, whole or cut off, up to its card."""
    text = body.decode("utf-8", errors="replace")
    schema = schema_of(SCHEMA)
    readings: list[Reading] = []
    with suppress(Unreadable):
        readings.append(read_answer(text, schema))
    with suppress(Unreadable):
        readings.append(read_cut_answer(text, schema, needed=NEEDED))
    for reading in readings:
        with suppress(UnusableAnswer):
            found = read_verdict(reading.value, _ITEM, 0.8)
            assert 0 <= found.confidence <= 1
            assert "\n" not in found.reason
            _card(alert_of(_ITEM), CardState(analysis=analysed(found)))


def answer(body: bytes) -> None:
    """The body of a model's server, in every dialect."""
    with suppress(LLMError):
        payload = object_in(body)
        for dialect in _dialects():
            draft = dialect.begin()
            with suppress(LLMError):
                dialect.add(draft, payload)
                draft.answer()


def document(body: bytes) -> None:
    """A file or a page that is read for its text."""
    charset = CHARSETS[body[0] % len(CHARSETS)] if body else None
    try:
        read = read_document(body[1:], id="x", part="8-K", charset=charset)
    except UnreadableDocument:
        return
    at = 0
    for section in read.sections:
        assert at <= section.start < section.end <= len(read.text)
        at = section.end
    for chunk in plan_of(read).chunks:
        draft = Draft(statement="Revenue was $5 million.", quote="revenue")
        found = grounded(draft, read, chunk)
        assert found is None or read.text[slice(*found.offsets)].strip()


TARGETS: Mapping[str, Callable[[bytes], None]] = MappingProxyType(
    {
        target.__name__: target
        for target in (feed, edgar, halts, alpaca, verdict, answer, document)
    }
)


def _page(parser: Parser, body: bytes) -> None:
    charset = CHARSETS[body[0] % len(CHARSETS)] if body else None
    items: tuple[NewsItem, ...]
    try:
        parsed = parser.parse(
            body[1:], url=URL, charset=charset, received_at=RECEIVED, received=1.0
        )
    except SourceError as error:
        reason, items = error.reason, ()
    else:
        reason, items = "", parsed.items
    assert reason.isprintable()
    for item in items:
        _check(item)


def _check(item: NewsItem) -> None:
    assert item.title.strip()
    assert len(item.title) <= MAX_TITLE
    assert len(item.summary) <= MAX_SUMMARY
    assert not item.link or item.link.lower().startswith(("http://", "https://"))
    assert item.published_at.tzinfo is not None
    orjson.dumps((item.title, item.summary, item.link, item.identity, item.tickers))
    key = f"{item.kind.value}:{item.identity}"
    _card(replace(alert_of(item, key=key)), CardState())


def _card(alert: Alert, state: CardState) -> None:
    payload = orjson.loads(orjson.dumps(render(alert, state, disclaimer="").payload()))
    assert violations("create", payload) == ()
    assert live_texts(payload) == []


def _dialects() -> tuple[Dialect, ...]:
    base = "http://127.0.0.1:1/v1"
    return (
        OpenAI(_NO_WIRE, name="openai", base=base, model="m"),
        Gemini(_NO_WIRE, base=base, model="m", key="k"),
        Anthropic(_NO_WIRE, base=base, model="m", key="k"),
        Ollama(_NO_WIRE, endpoints=endpoints_of(f"{base}/api/generate"), model="m"),
    )
