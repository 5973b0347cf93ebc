"""Headlines of fictitious issuers, as values."""

from datetime import datetime, timedelta

from catalyst_bot.model import Event, NewsItem, Page, Precision, SourceKind, SourceState
from catalyst_bot.text import fold_title
from tests.clocks import NOON


def headline(
    title: str = "Acme Corp reports record profit",
    *,
    identity: str | None = None,
    source: str = "wire",
    kind: SourceKind = SourceKind.FEED,
    event: Event = Event.NEWS,
    tickers: tuple[str, ...] = ("ACME",),
    link: str = "",
    summary: str = "",
    state: str | None = None,
    members: tuple[str, ...] = (),
    codes: tuple[str, ...] = (),
    published_at: datetime = NOON,
    precision: Precision = Precision.SECOND,
    is_market: bool = False,
    company: str = "",
    key: str = "",
) -> NewsItem:
    return NewsItem(
        source=source,
        kind=kind,
        event=event,
        title=title,
        identity=f"id of {title}" if identity is None else identity,
        members=members,
        codes=codes,
        key=key,
        state=fold_title(title) if state is None else state,
        link=link,
        summary=summary,
        tickers=tickers,
        company=company,
        is_market=is_market,
        published_at=published_at,
        precision=precision,
        received_at=NOON + timedelta(seconds=1),
        received=1.0,
    )


def page(*items: NewsItem, is_silent: bool = False, policy: str = "guid") -> Page:
    state = SourceState(etag='"1"', is_primed=True, identity_policy=policy)
    source = items[0].source if items else "wire"
    return Page(source=source, items=items, state=state, is_silent=is_silent)
