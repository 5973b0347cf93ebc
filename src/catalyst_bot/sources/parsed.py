"""What every parser makes of a page: the poller needs one shape for all kinds."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from catalyst_bot.model import NewsItem
from catalyst_bot.sources.xml import RECOVERED, Feed

MAX_TITLE = 512  # characters
MAX_SUMMARY = 300  # characters: wire text is copyrighted, a summary is no body


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """When the last byte of a page came: in UTC and on the monotonic clock."""

    at: datetime
    monotonic: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """The news of one page in its own order, which is newest first.

    `tier` 1: strict, 2: repaired, 3: recovered, where text may be lost. `skipped`
    counts entries that lack what an item needs, are in another language, were cut off
    or stood beyond the limit. `warnings` are for an operator, each one line.
    `is_pushed`: a stream brought it as it happened; it is no list of what was before.
    """

    items: tuple[NewsItem, ...]
    tier: int
    skipped: int = 0
    warnings: tuple[str, ...] = ()
    is_pushed: bool = False


def build_parsed(
    feed: Feed, items: Iterable[NewsItem], *, skipped: int, warnings: Iterable[str] = ()
) -> Parsed:
    """Return the page, with a warning for each damage of the document."""
    found = list(warnings)
    if feed.is_truncated:
        found.append("the document was cut off")
    elif feed.tier == RECOVERED:
        found.append("the document is damaged: text may be missing")
    return Parsed(
        items=tuple(items),
        tier=feed.tier,
        skipped=feed.skipped + skipped,
        warnings=tuple(found),
    )


def joined(pages: Sequence[Parsed]) -> Parsed:
    """Return pages as one, their items in the same order; each warning once."""
    return Parsed(
        items=tuple(item for page in pages for item in page.items),
        tier=max((page.tier for page in pages), default=1),
        skipped=sum(page.skipped for page in pages),
        warnings=tuple(dict.fromkeys(w for page in pages for w in page.warnings)),
        is_pushed=any(page.is_pushed for page in pages),
    )
