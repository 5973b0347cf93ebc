"""Items that came before, as intake needs them."""

from dataclasses import dataclass

from sqlalchemy import Row

from catalyst_bot.storage.left_out import moment, words


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """An item that carried a name before."""

    item_key: str
    source: str
    title: str
    alert_key: str | None
    seen_at: float  # unix seconds when the name was recorded
    last_seen: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An item as the comparison of stories needs it."""

    key: str
    title: str
    tickers: tuple[str, ...]
    first_seen: float  # unix seconds


def read_seen(row: Row[tuple[object, ...]]) -> Seen:
    """Return a row of `aliases` with its row of `items` as a value."""
    return Seen(
        item_key=words(row.item_key),
        source=words(row.source),
        title=words(row.title),
        alert_key=row.alert_key and words(row.alert_key),
        seen_at=moment(row.seen_at),
        last_seen=moment(row.last_seen),
    )


def read_told(row: Row[tuple[object, ...]]) -> Told:
    """Return a row of `items` as a value."""
    return Told(
        key=words(row.key),
        title=words(row.title),
        tickers=tuple(words(row.tickers).split()),
        first_seen=moment(row.first_seen),
    )
