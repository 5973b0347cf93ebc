"""Progressive alerts for other people's scripts: the daemon's writer, card and model.

send_progressive_alert -> post -> Discord's answer to the script
                           └-> reading -> edit, in a thread that outlives the script

A script has no composition root, and the signature is fixed, so the owner of all this
stands at module level: one `Desk` in one thread named `catalyst-alerts`, made by the
first alert of the process and waited for at its exit.
"""

import asyncio
import math
import os
import threading
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Any, TypedDict, TypeGuard

import aiohttp

from catalyst_bot import __version__
from catalyst_bot.assembly.reader import open_reader
from catalyst_bot.card_state import Quote
from catalyst_bot.clock import SystemClock
from catalyst_bot.delivery.desk import Desk
from catalyst_bot.delivery.destination import Webhook, parse_webhook
from catalyst_bot.errors import SettingsError
from catalyst_bot.model import Alert, NewsItem, Precision, SourceKind
from catalyst_bot.ops.late_loop import LateThread
from catalyst_bot.ops.metrics import Metrics
from catalyst_bot.settings import Settings, load_settings
from catalyst_bot.sources.dates import published, settled
from catalyst_bot.text import plain_text


class PostedAlert(TypedDict):
    """The message that Discord made of an alert."""

    id: str
    channel_id: str


async def send_progressive_alert(
    alert_data: Mapping[str, Any], webhook_url: str
) -> PostedAlert | None:
    """Post an alert; return its message, None when Discord did not confirm it.

    The model's reading follows as an edit of the message, within
    LLM_ENRICH_DEADLINE_SECS and what Discord takes. The interpreter does not exit
    before; `drain` waits for it. To cancel the call is to stop waiting: what was begun
    is posted and edited all the same.

    Args:
        alert_data: `item` with `ticker` and `title`, and if known `link`, `source` and
            `published_at` (an aware datetime, or a text in ISO 8601 or RFC 2822);
            `scored` with `sentiment` (-1..1) and `keywords` (texts); `last_price` in
            dollars and `last_change_pct` in percent. Other keys are not shown.
        webhook_url: of the channel; its token is never logged.
    Raises:
        ValueError: a value is missing or out of its range; all are named.
        SettingsError: the environment has a wrong setting.
    """
    settings = load_settings(os.environ)
    alert, quote, keywords = _read(alert_data)
    webhook = _webhook_of(webhook_url, settings)
    thread = _thread_of_this_process(settings)
    sent = thread.begin(
        lambda desk: desk.send(alert, webhook, quote=quote, keywords=keywords)
    )
    ref = await asyncio.wrap_future(sent)
    return PostedAlert(id=ref.message_id, channel_id=ref.channel_id) if ref else None


async def drain() -> None:
    """Wait until every alert that this process sent has its final card."""
    for thread in _threads:
        if thread.is_alive:
            await asyncio.wrap_future(thread.begin(lambda desk: desk.drain()))


_threads: list[LateThread[Desk]] = []  # one; a forked child makes its own
_starting = threading.Lock()


def _thread_of_this_process(settings: Settings) -> LateThread[Desk]:
    """Return the thread; the settings of the first alert are in force in it."""
    with _starting:
        if not any(thread.is_alive for thread in _threads):
            open_desk = partial(_open_desk, settings)
            _threads[:] = [LateThread(name="catalyst-alerts", open_owner=open_desk)]
        return _threads[0]


def _webhook_of(url: object, settings: Settings) -> Webhook:
    if not isinstance(url, str):
        raise ValueError("webhook_url must be a text")  # noqa: TRY004 - as its form
    try:
        api_base = settings.discord.api_base
        return parse_webhook(url, api_base=api_base, name="webhook_url")
    except SettingsError as error:
        raise ValueError(str(error)) from error


def _read(
    alert_data: Mapping[str, Any],
) -> tuple[Alert, Quote | None, tuple[str, ...]]:
    faults: list[str] = []
    alert = _alert_of(alert_data, faults)
    quote = _quote(alert_data, faults)
    keywords = _keywords(alert_data.get("scored"), faults)
    if faults:
        raise ValueError("alert_data: " + "; ".join(faults))
    return alert, quote, keywords


def _alert_of(alert_data: Mapping[str, Any], faults: list[str]) -> Alert:
    given = alert_data.get("item")
    item: Mapping[str, Any] = given if isinstance(given, Mapping) else {}
    ticker = _text(item, "ticker", faults, limit=16).upper()
    title = _text(item, "title", faults, limit=512)
    link = _text(item, "link", faults, limit=2048, is_required=False)
    source = _text(item, "source", faults, limit=60, is_required=False)
    received_at = datetime.now(UTC)
    published_at, precision = _published(item, received_at, faults)
    sentiment = _sentiment(alert_data.get("scored"), faults)
    identity = f"{ticker}|{title}|{link}"
    return Alert(
        key=f"script:{identity}",
        item=NewsItem(
            source=source,
            kind=SourceKind.FEED,
            title=title,
            identity=identity,
            link=link,
            tickers=(ticker,),
            published_at=published_at,
            precision=precision,
            received_at=received_at,
            received=SystemClock().monotonic(),
        ),
        sentiment=sentiment,
        value=abs(sentiment or 0.0),
        raised_at=received_at,
    )


def _text(
    item: Mapping[str, Any],
    name: str,
    faults: list[str],
    *,
    limit: int,
    is_required: bool = True,
) -> str:
    given = item.get(name)
    if given is None and not is_required:
        return ""
    text = plain_text(given, limit=limit) if isinstance(given, str) else ""
    if not isinstance(given, str) or (is_required and not text):
        faults.append(f"item.{name} must be a text, not {given!r:.60}")
    return text


def _published(
    item: Mapping[str, Any], received_at: datetime, faults: list[str]
) -> tuple[datetime, Precision]:
    match item.get("published_at"):
        case None:
            return received_at, Precision.NONE
        case str() as text:
            return published(text, zone=UTC, received_at=received_at)
        case datetime(tzinfo=zone) as moment if zone is not None:
            return settled(moment, Precision.SECOND, received_at=received_at)
        case given:
            expected = "must be an aware datetime or a text"
            faults.append(f"item.published_at {expected}, not {given!r:.60}")
            return received_at, Precision.NONE


def _sentiment(scored: object, faults: list[str]) -> float | None:
    given = scored.get("sentiment") if isinstance(scored, Mapping) else None
    if given is None:
        return None
    if not _is_number(given) or not -1.0 <= given <= 1.0:
        faults.append(f"scored.sentiment must be from -1 to 1, not {given!r:.60}")
        return None
    return float(given)


def _keywords(scored: object, faults: list[str]) -> tuple[str, ...]:
    given = scored.get("keywords") if isinstance(scored, Mapping) else None
    if given is None:
        return ()
    is_list = isinstance(given, Sequence) and not isinstance(given, str)
    if not is_list or not all(isinstance(word, str) for word in given):
        faults.append(f"scored.keywords must be a list of texts, not {given!r:.60}")
        return ()
    return tuple(given)


def _quote(alert_data: Mapping[str, Any], faults: list[str]) -> Quote | None:
    price, change = alert_data.get("last_price"), alert_data.get("last_change_pct")
    if price is not None and not (_is_number(price) and price > 0):
        faults.append(f"last_price must be a number above 0, not {price!r:.60}")
    if change is not None and not _is_number(change):
        faults.append(f"last_change_pct must be a number, not {change!r:.60}")
    if price is None or faults:
        return None
    return Quote(price=float(price), change=None if change is None else float(change))


def _is_number(given: object) -> TypeGuard[int | float]:
    if isinstance(given, bool) or not isinstance(given, int | float):
        return False
    return math.isfinite(given)


@asynccontextmanager
async def _open_desk(settings: Settings) -> AsyncIterator[Desk]:
    """Open what alerts need; at the end wait for those under way, then close it.

    Nobody reads when the model is off, or when no card would show what it says.
    """
    features, metrics = settings.features, Metrics(version=__version__)
    async with (
        aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0), trust_env=False
        ) as session,
        open_reader(
            settings,
            is_on=features.llm and features.progressive_alerts,
            clock=SystemClock(),
            metrics=metrics,
        ) as readers,
        asyncio.TaskGroup() as late,
    ):
        yield Desk(
            session=session,
            enricher=readers.reader,
            late=late,
            disclaimer=settings.alerts.disclaimer,
            version=__version__,
            metrics=metrics,
            posts_per_minute=settings.discord.channel_posts_per_minute,
        )
