"""Turns an alert and the state of its card into the card; no I/O, no clock.

Field order never changes, so that a phone's reader finds things where they were:
VADER, catalyst, price, keywords, what happened, AI analysis, Agreement, Model, what
contradicts it or is contradicted by it, then what was added later.
"""

import re
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from catalyst_bot.card_state import (
    Analysis,
    CardState,
    Change,
    ChangeKind,
    Direction,
    Phase,
)
from catalyst_bot.delivery.analysis_field import analysis_fields
from catalyst_bot.delivery.card import (
    BUTTON_URL_LIMIT,
    TITLE_LIMIT,
    URL_LIMIT,
    Button,
    Card,
    Colour,
    Field,
)
from catalyst_bot.delivery.clean import (
    clean_feed,
    clean_struck,
    clean_url,
)
from catalyst_bot.delivery.conflict_fields import conflict_fields
from catalyst_bot.delivery.facts_field import facts_field
from catalyst_bot.delivery.footer import card_footer, is_shown
from catalyst_bot.delivery.price_field import price_field
from catalyst_bot.model import Alert, Event, NewsItem, Precision, Side

CONTENT_LIMIT = 180  # a lock screen shows less
SUBJECT_LIMIT = 60
SOURCE_LIMIT = 60
CHANGE_LIMIT = 300
CHANGES_SHOWN = 3
SOURCES_SHOWN = 10
TICKERS_SHOWN = 12
KEYWORDS_SHOWN = 8

_TICKER = re.compile(r"[A-Z][A-Z0-9.-]{0,9}", re.ASCII)
_GLYPHS = {Side.BULLISH: "▲", Side.BEARISH: "▼", Side.NEUTRAL: "■"}
_SIDES = {
    Side.BULLISH: Colour.BULLISH,
    Side.BEARISH: Colour.BEARISH,
    Side.NEUTRAL: Colour.NEUTRAL,
}
_DIRECTIONS = {
    Direction.BULLISH: Colour.BULLISH,
    Direction.BEARISH: Colour.BEARISH,
    Direction.NEUTRAL: Colour.NEUTRAL,
    Direction.MIXED: Colour.NEUTRAL,
}
_CHANGES = {
    ChangeKind.REVISED: "Headline changed",
    ChangeKind.CORRECTED: "Corrected",
    ChangeKind.UPDATED: "Updated",
    ChangeKind.RESUMED: "Resumed",
}
CHANGE_NAMES = frozenset(_CHANGES.values())  # of the fields that tell a change
_EVENTS = {
    Event.HALT: "Halt",
    Event.RESUMPTION: "Resumption",
    Event.FILING: "Filing",
    Event.RETRACTION: "Retraction",
}


class Renderer(Protocol):
    """Makes a card; `render` is the real one."""

    def __call__(self, alert: Alert, state: CardState, *, disclaimer: str) -> Card: ...


def render(alert: Alert, state: CardState, *, disclaimer: str) -> Card:
    """Return the card of an alert; `disclaimer` stands in the footer, "" = none."""
    item = alert.item
    fields = (
        _vader(alert),
        _catalyst(alert),
        price_field(state.quote),
        _keywords(state.keywords),
        _happened(item),
        *analysis_fields(state.analysis, alert),
        *conflict_fields(state),
        None if state.retraction else facts_field(state.key_facts),
        *_later_fields(state),
    )
    return Card(
        title=_title(alert, state),
        url=clean_url(item.link, limit=URL_LIMIT),
        colour=_colour(alert, state),
        description=_description(item, state.retraction),
        fields=tuple(field for field in fields if field is not None),
        footer=card_footer(alert, state, disclaimer),
        timestamp=_timestamp(item),
        buttons=_buttons(item),
        content=_content(alert, state),
        subject=_headline_start(alert, state).rstrip(),
    )


def render_plain(alert: Alert, state: CardState, *, disclaimer: str) -> Card:
    """Return title, link and footer only: for an item that breaks the real renderer."""
    silent = replace(state, analysis=Analysis(phase=Phase.OFF))
    return Card(
        title=_title(alert, silent),
        url=clean_url(alert.item.link, limit=URL_LIMIT),
        colour=_colour(alert, silent),
        footer=card_footer(alert, silent, disclaimer),
        subject=_headline_start(alert, silent).rstrip(),
    )


def _title(alert: Alert, state: CardState) -> str:
    start = _headline_start(alert, state)
    return (start + _headline(alert, state, TITLE_LIMIT - len(start))).rstrip()


def _headline(alert: Alert, state: CardState, limit: int) -> str:
    """Return the headline, struck through once it was taken back."""
    if state.retraction is None:
        return clean_feed(alert.item.title, limit=limit)
    return clean_struck(alert.item.title, limit=limit)


def _headline_start(alert: Alert, state: CardState) -> str:
    retracted = "RETRACTED" if state.retraction else ""
    words = (retracted, _subject(alert.item), _GLYPHS[_side(alert)])
    return " ".join(word for word in words if word) + " "


def _subject(item: NewsItem) -> str:
    if item.is_market:
        return "MACRO"
    return clean_feed(
        item.tickers[0] if item.tickers else item.company, limit=SUBJECT_LIMIT
    )


def _side(alert: Alert) -> Side:
    """A figure of the economy is good news for some and bad for others: no side."""
    return Side.NEUTRAL if alert.item.is_market else alert.side


def _colour(alert: Alert, state: CardState) -> Colour:
    analysis = state.analysis
    if state.retraction:
        return Colour.DEGRADED
    if analysis.phase is Phase.ANALYSED and analysis.verdict:
        return _DIRECTIONS[analysis.verdict.direction]
    if analysis.phase in (Phase.OFF, Phase.PENDING):
        return _SIDES[_side(alert)]
    return Colour.DEGRADED


def _description(item: NewsItem, retraction: Change | None) -> str:
    origin = _origin(item)
    if retraction is None:
        return origin
    reason = clean_feed(retraction.note, limit=CHANGE_LIMIT) or "no reason given"
    return f"**Retracted: {reason}**\n{origin}".rstrip()


def _origin(item: NewsItem) -> str:
    parts = [clean_feed(item.source, limit=SOURCE_LIMIT)]
    if item.precision is not Precision.NONE and is_shown(item.published_at):
        parts.append(f"<t:{int(item.published_at.timestamp())}:R>")
    if len(item.tickers) > 1:
        shown = item.tickers[:TICKERS_SHOWN]
        parts.append(", ".join(clean_feed(ticker, limit=16) for ticker in shown))
    return " • ".join(part for part in parts if part)


def _vader(alert: Alert) -> Field | None:
    if alert.sentiment is None:
        return None
    value = f"`{alert.sentiment:+.2f}` {alert.side.value}"
    return Field(name="VADER", value=value, is_inline=True)


def _catalyst(alert: Alert) -> Field | None:
    names = [clean_feed(_plain(name), limit=40) for name in alert.catalysts]
    value = ", ".join(name for name in names if name)
    return Field(name="Catalyst", value=value, is_inline=True) if value else None


def _plain(catalyst: str) -> str:
    """Return the name of a category as words: "reverse split"."""
    return catalyst.replace("_", " ")


def _keywords(keywords: tuple[str, ...]) -> Field | None:
    words = [clean_feed(word, limit=40) for word in keywords[:KEYWORDS_SHOWN]]
    value = ", ".join(word for word in words if word)
    return Field(name="Keywords", value=value, is_inline=True) if value else None


def _happened(item: NewsItem) -> Field | None:
    """Say what a halt or filing is about; of news only the headline is shown."""
    summary = clean_feed(item.summary, limit=300)
    if item.event not in _EVENTS or not summary:
        return None
    return Field(name=_EVENTS[item.event], value=summary)


def _later_fields(state: CardState) -> tuple[Field, ...]:
    # A retraction stands on top of the card.
    told = [each for each in state.changes if each.kind is not ChangeKind.RETRACTED]
    fields = [_change(change) for change in told[-CHANGES_SHOWN:]]
    also = [clean_feed(name, limit=SOURCE_LIMIT) for name in state.also]
    named = [name for name in also if name]
    if named:
        more = len(named) - SOURCES_SHOWN
        tail = f" and {more} more" if more > 0 else ""
        value = f"Also: {', '.join(named[:SOURCES_SHOWN])}{tail}"
        fields.append(Field(name="Also", value=value))
    return tuple(fields)


def _change(change: Change) -> Field:
    parts = [
        clean_struck(change.was, limit=CHANGE_LIMIT),
        clean_feed(change.note, limit=CHANGE_LIMIT),
    ]
    if is_shown(change.at):
        parts.append(f"<t:{int(change.at.timestamp())}:t>")
    value = " • ".join(part for part in parts if part)
    return Field(name=_CHANGES[change.kind], value=value or "just now")


def _timestamp(item: NewsItem) -> datetime | None:
    is_exact = item.precision in (Precision.SECOND, Precision.MINUTE)
    return item.published_at if is_exact and is_shown(item.published_at) else None


def _buttons(item: NewsItem) -> tuple[Button, ...]:
    """Return links out of the item only; nothing of a model's text ever leads away."""
    buttons = []
    link = clean_url(item.link, limit=BUTTON_URL_LIMIT)
    if link:
        label = "EDGAR" if item.event is Event.FILING else "Article"
        buttons.append(Button(label=label, url=link))
    if item.tickers and _TICKER.fullmatch(item.tickers[0]):
        url = f"https://www.tradingview.com/symbols/{item.tickers[0]}"
        buttons.append(Button(label="Chart", url=url))
    return tuple(buttons)


def _content(alert: Alert, state: CardState) -> str:
    """Return the line of the lock screen: subject, side, catalyst, then headline."""
    words = [_side(alert).value, *map(_plain, alert.catalysts[:1])]
    start = f"{_headline_start(alert, state)}{', '.join(words)}: "
    return start + _headline(alert, state, CONTENT_LIMIT - len(start))
