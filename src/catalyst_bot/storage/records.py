"""What the pipeline learns, as rows to be written inside a ledger transaction.

Each function turns a value into a `Write`; only `Ledger.done` runs it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pydantic import TypeAdapter
from sqlalchemy import Executable, Float, bindparam, case, func, insert, or_, update
from sqlalchemy.dialects.sqlite import insert as upsert

from catalyst_bot.model import (
    BREAKING,
    Alert,
    Analysis,
    CardState,
    Change,
    Hold,
    MessageRef,
    NewsItem,
    Phase,
    Quote,
    Rejection,
    Routed,
    SourceState,
)
from catalyst_bot.storage.schema import (
    GIVEN_UP,
    OPEN,
    alerts,
    aliases,
    facts,
    items,
    jobs,
    messages,
    rejections,
)

ALERT = TypeAdapter(Alert)
ANALYSIS = TypeAdapter(Analysis)
CHANGE = TypeAdapter(Change)
HOLD: TypeAdapter[Hold | None] = TypeAdapter(Hold | None)
QUOTE = TypeAdapter(Quote)
REF = TypeAdapter(MessageRef)
ROUTE = TypeAdapter(Routed)
ROUTES = TypeAdapter(tuple[Routed, ...])
SOURCE_STATE = TypeAdapter(SourceState)

HOLD_FACT = "pause"
# What was held keeps its order below every value (0..1) of what comes in meanwhile.
_HELD, _ORDERED = 0.001, 86_400.0  # of a priority; seconds: older ones are equal


@dataclass(frozen=True, slots=True)
class Write:
    """One row for one statement; equal statements are run together."""

    statement: Executable
    row: Mapping[str, object]


def save_fact(key: str, value: str) -> Write:
    """Remember `value` under `key`, whatever was there."""
    return Write(_SET_FACT, {"key": key, "value": value})


def source_fact(source: str) -> str:
    """Return the key under which a source's state is recorded."""
    return f"source:{source}"


def save_source_state(source: str, state: SourceState) -> Write:
    """Remember a source's validators, priming and identity policy."""
    return save_fact(source_fact(source), SOURCE_STATE.dump_json(state).decode())


def load_source_state(value: str | None) -> SourceState:
    """Return what `save_source_state` recorded; a new source has an empty state."""
    return SOURCE_STATE.validate_json(value) if value else SourceState()


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


def cancel_posts(alert_key: str) -> Write:
    """End the posts of an alert that nobody has begun.

    One under way, in doubt or joined with others goes on, and an edit corrects it.
    """
    return Write(_CANCEL_POSTS, {"alert_key": alert_key})


def save_hold(hold: Hold | None) -> Write:
    """Remember a pause, None: that there is none."""
    return save_fact(HOLD_FACT, HOLD.dump_json(hold).decode())


def load_hold(value: str | None) -> Hold | None:
    """Return what `save_hold` recorded."""
    return HOLD.validate_json(value) if value else None


def due_now(*, unix: float) -> Write:
    """Let open posts that wait for a repetition be tried at once."""
    return Write(_DUE_NOW, {"unix": unix})


def newest_first(*, unix: float) -> Write:
    """Let open posts go newest first: breaking ones, then what comes in, then these."""
    return Write(_NEWEST_FIRST, {"unix": unix})


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


_SET_FACT = upsert(facts).on_conflict_do_update(
    index_elements=["key"], set_={"value": upsert(facts).excluded.value}
)
_SAVE_ITEM = upsert(items).on_conflict_do_update(
    index_elements=["key"],
    set_={
        "title": upsert(items).excluded.title,
        "tickers": upsert(items).excluded.tickers,
        "alert_key": func.coalesce(upsert(items).excluded.alert_key, items.c.alert_key),
        "last_seen": upsert(items).excluded.last_seen,
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
_CANCEL_POSTS = (
    update(jobs)
    .where(
        jobs.c.queue.startswith("post:"),
        jobs.c.state == OPEN,
        jobs.c.body == bindparam("alert_key"),
        ~jobs.c.leased,
        jobs.c.doubt == 0,
    )
    .values(state=GIVEN_UP, error="retracted", body="")
)
_DUE_NOW = (
    update(jobs)
    .where(jobs.c.queue.startswith("post:"), jobs.c.state == OPEN, ~jobs.c.leased)
    .values(due=func.min(jobs.c.due, bindparam("unix", type_=Float)))
)
_AGE = bindparam("unix", type_=Float) - jobs.c.created
_NEWEST_FIRST = (
    update(jobs)
    .where(jobs.c.queue.startswith("post:"), jobs.c.state == OPEN)
    .values(
        priority=case((jobs.c.priority >= BREAKING, BREAKING), else_=0.0)
        + _HELD * func.max(0.0, 1.0 - _AGE / _ORDERED)
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
