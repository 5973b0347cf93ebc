"""What the pipeline learns, as rows to be written inside a ledger transaction.

Each function turns a value into a `Write`; only `Ledger.done` runs it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pydantic import TypeAdapter
from sqlalchemy import Executable, bindparam, func, insert, or_, update
from sqlalchemy.dialects.sqlite import insert as upsert

from catalyst_bot.card_state import (
    Analysis,
    CardState,
    Change,
    KeyFact,
    MessageRef,
    Phase,
    Quote,
)
from catalyst_bot.model import Alert, NewsItem, Rejection, Routed
from catalyst_bot.storage.schema import (
    alerts,
    aliases,
    items,
    messages,
    rejections,
)

ALERT = TypeAdapter(Alert)
ANALYSIS = TypeAdapter(Analysis)
CHANGE = TypeAdapter(Change)
CHANGES = TypeAdapter(tuple[Change, ...])
QUOTE = TypeAdapter(Quote)
STATEMENTS = TypeAdapter(tuple[KeyFact, ...])
TEXTS = TypeAdapter(tuple[str, ...])
REF = TypeAdapter(MessageRef)
ROUTE = TypeAdapter(Routed)
ROUTES = TypeAdapter(tuple[Routed, ...])


@dataclass(frozen=True, slots=True)
class Write:
    """One row for one statement; equal statements are run together."""

    statement: Executable
    row: Mapping[str, object]


def save_item(item: NewsItem, *, alert_key: str | None, unix: float) -> Write:
    """Record an item as seen; a known key keeps its first sight."""
    row = {
        "key": item.key,
        "source": item.source,
        "title": item.title,
        "tickers": ticker_column(item.tickers),
        "published_at": item.published_at.isoformat(),
        "alert_key": alert_key,
        "first_seen": unix,
        "last_seen": unix,
        "link": item.link,
    }
    return Write(_SAVE_ITEM, row)


def save_alias(alias: str, *, item_key: str, unix: float, moves: bool) -> Write:
    """Record a name of an item; `moves`: a newer event may take the name over."""
    row = {"alias": alias, "item_key": item_key, "seen_at": unix}
    return Write(_MOVE_ALIAS if moves else _KEEP_ALIAS, row)


def touch_item(key: str, *, unix: float) -> Write:
    """Note that an item is still listed: seen keys expire after the last sight."""
    return Write(_TOUCH, {"item": key, "seen": unix})


def save_alert(
    alert: Alert, analysis: Analysis, *, routes: Sequence[Routed] = (), unix: float
) -> Write:
    """Record a new alert and where it goes; a known key is left as it is."""
    row = {
        "key": alert.key,
        "id": alert.id,
        "tickers": ticker_column(alert.item.tickers),
        "raised": unix,
        "alert": ALERT.dump_json(alert).decode(),
        "analysis": ANALYSIS.dump_json(analysis).decode(),
        "routes": ROUTES.dump_json(tuple(routes)).decode(),
    }
    return Write(_SAVE_ALERT, row)


def add_route(alert_key: str, route: Routed) -> Write:
    """Record one more channel whose rules match an alert."""
    row = {"alert_key": alert_key, "value": ROUTE.dump_json(route).decode()}
    return Write(_ADD_ROUTE, row)


def save_analysis(alert_key: str, analysis: Analysis) -> Write:
    """Record what the model made of an alert, or why it made nothing."""
    row = {"alert_key": alert_key, "value": ANALYSIS.dump_json(analysis).decode()}
    return Write(_SET_ANALYSIS, row)


def save_first_analysis(alert_key: str, analysis: Analysis) -> Write:
    """Record what the first card says, unless the model has said something since.

    Two channels may both believe that theirs is the first.
    """
    row = {"alert_key": alert_key, "value": ANALYSIS.dump_json(analysis).decode()}
    return Write(_SET_FIRST_ANALYSIS, row)


def save_quote(alert_key: str, quote: Quote) -> Write:
    """Record what the alert's stock was traded at."""
    row = {"alert_key": alert_key, "value": QUOTE.dump_json(quote).decode()}
    return Write(_SET_QUOTE, row)


def save_statements(
    alert_key: str, statements: Sequence[KeyFact], *, best: Sequence[str]
) -> Write:
    """Record what the document behind an alert says, and what of it the card shows."""
    row = {
        "alert_key": alert_key,
        "value": STATEMENTS.dump_json(tuple(statements)).decode(),
        "shown": TEXTS.dump_json(tuple(best)).decode(),
    }
    return Write(_SET_STATEMENTS, row)


def save_also(alert_key: str, source: str) -> Write:
    """Attach another source to an alert."""
    return Write(_ADD_ALSO, {"alert_key": alert_key, "value": source})


def save_change(alert: Alert, change: Change) -> Write:
    """Record a revision: the alert as it now is, and what it said before."""
    row = {
        "alert_key": alert.key,
        "value": CHANGE.dump_json(change).decode(),
        "body": ALERT.dump_json(alert).decode(),
        "symbols": ticker_column(alert.item.tickers),
    }
    return Write(_ADD_CHANGE, row)


def add_change(alert_key: str, change: Change) -> Write:
    """Record a change that leaves the alert itself as it is."""
    row = {"alert_key": alert_key, "value": CHANGE.dump_json(change).decode()}
    return Write(_APPEND_CHANGE, row)


def save_message(
    alert_key: str, ref: MessageRef, state: CardState, *, unix: float
) -> Write:
    """Record where a card stands and how it was posted."""
    row = {
        "alert_key": alert_key,
        "channel": ref.channel,
        "ref": REF.dump_json(ref).decode(),
        "message_id": ref.message_id,
        "position": ref.position,
        "posted": unix,
        "posted_after": state.posted_after,
        "is_resent": state.is_resent,
        "is_plain": state.is_plain,
    }
    return Write(_SAVE_MESSAGE, row)


def count_edit(alert_key: str, channel: str) -> Write:
    """Count an edit that a subscriber could see."""
    return Write(_COUNT_EDIT, {"edited": alert_key, "place": channel})


def save_rejection(rejection: Rejection, *, unix: float) -> Write:
    """Record why an item became no alert."""
    row = {
        "item_key": rejection.item.key,
        "source": rejection.item.source,
        "title": rejection.item.title,
        "tickers": ticker_column(rejection.item.tickers),
        "reason": rejection.reason.value,
        "detail": rejection.detail,
        "sentiment": rejection.sentiment,
        "at": unix,
    }
    return Write(_SAVE_REJECTION, row)


def ticker_column(tickers: Sequence[str]) -> str:
    """Return " ABCD XYZ ", in which LIKE '% ABCD %' finds a whole symbol."""
    return f" {' '.join(tickers)} " if tickers else ""


_SAVE_ITEM = upsert(items).on_conflict_do_update(
    index_elements=["key"],
    set_={
        "title": upsert(items).excluded.title,
        "tickers": upsert(items).excluded.tickers,
        "alert_key": func.coalesce(upsert(items).excluded.alert_key, items.c.alert_key),
        "last_seen": upsert(items).excluded.last_seen,
        "link": upsert(items).excluded.link,
    },
)
_KEEP_ALIAS = insert(aliases).prefix_with("OR IGNORE")
_MOVE_ALIAS = insert(aliases).prefix_with("OR REPLACE")
_TOUCH = (
    update(items)
    .where(items.c.key == bindparam("item"))
    .values(last_seen=bindparam("seen"))
)
_SAVE_ALERT = insert(alerts).prefix_with("OR IGNORE")
_SET_ANALYSIS = (
    update(alerts)
    .where(alerts.c.key == bindparam("alert_key"))
    .values(analysis=bindparam("value"))
)
_SET_FIRST_ANALYSIS = _SET_ANALYSIS.where(
    or_(
        *(
            func.json_extract(alerts.c.analysis, "$.phase") == phase.value
            for phase in (Phase.PENDING, Phase.OFF)
        )
    )
)
_SET_QUOTE = (
    update(alerts)
    .where(alerts.c.key == bindparam("alert_key"))
    .values(quote=bindparam("value"))
)
_SET_STATEMENTS = (
    update(alerts)
    .where(alerts.c.key == bindparam("alert_key"))
    .values(statements=bindparam("value"), key_facts=bindparam("shown"))
)
_ADD_ALSO = (
    update(alerts)
    .where(alerts.c.key == bindparam("alert_key"))
    .values(also=func.json_insert(alerts.c.also, "$[#]", bindparam("value")))
)
_ADD_ROUTE = (
    update(alerts)
    .where(alerts.c.key == bindparam("alert_key"))
    .values(
        routes=func.json_insert(alerts.c.routes, "$[#]", func.json(bindparam("value")))
    )
)
_ADD_CHANGE = (
    update(alerts)
    .where(alerts.c.key == bindparam("alert_key"))
    .values(
        changes=func.json_insert(
            alerts.c.changes, "$[#]", func.json(bindparam("value"))
        ),
        alert=bindparam("body"),
        tickers=bindparam("symbols"),
    )
)
_APPEND_CHANGE = (
    update(alerts)
    .where(alerts.c.key == bindparam("alert_key"))
    .values(
        changes=func.json_insert(
            alerts.c.changes, "$[#]", func.json(bindparam("value"))
        )
    )
)
_SAVE_MESSAGE = insert(messages).prefix_with("OR REPLACE")
_COUNT_EDIT = (
    update(messages)
    .where(
        messages.c.alert_key == bindparam("edited"),
        messages.c.channel == bindparam("place"),
    )
    .values(edits=messages.c.edits + 1)
)
_SAVE_REJECTION = insert(rejections)
