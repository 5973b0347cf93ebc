"""Says in words what changed between two versions of an item."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from catalyst_bot.card_state import Change, ChangeKind
from catalyst_bot.model import NewsItem

# An amount with its sign and its scale: "$1.2 billion", "3.5%", "1,200".
_NUMBER = re.compile(
    r"[$€£¥]?\d(?:[\d,]*\d)?(?:\.\d+)?"
    r"(?:\s?(?:%|percent|[mb]illion|trillion|[kmb]n?\b))?",
    re.IGNORECASE,
)


def change_of(
    old: NewsItem, new: NewsItem, kind: ChangeKind, *, at: datetime
) -> Change:
    """Return what a newer version of an item changes, for its card."""
    if kind is ChangeKind.RETRACTED:
        return Change(kind=kind, was=old.title, at=at, note=new.title)
    is_headline = kind in (ChangeKind.REVISED, ChangeKind.CORRECTED)
    note = words_of(old, new) if is_headline else ""  # a halt's numbers are its times
    return Change(kind=kind, was=told_before(old, new), at=at, note=note)


def as_changed(old: NewsItem, new: NewsItem) -> NewsItem:
    """Return the item of an alert after a change; it keeps its key and its times."""
    return replace(
        new,
        key=old.key,
        tickers=new.tickers or old.tickers,
        published_at=old.published_at,
        precision=old.precision,
        received_at=old.received_at,
        received=old.received,
    )


def told_before(old: NewsItem, new: NewsItem) -> str:
    """Return the text that no longer holds: the title, or else the summary; or ""."""
    if old.title != new.title:
        return old.title
    return old.summary if old.summary != new.summary else ""


def words_of(old: NewsItem, new: NewsItem) -> str:
    """Return which numbers and tickers changed: "$1.2 billion → $1.5 billion"."""
    gone, come = _numbers(old.title), _numbers(new.title)
    lost, new_ones = (gone - come).elements(), (come - gone).elements()
    parts = [_pair("", tuple(lost), tuple(new_ones))]
    if new.tickers and set(new.tickers) != set(old.tickers):
        parts.append(_pair("tickers ", old.tickers, new.tickers))
    return "; ".join(part for part in parts if part)


def _numbers(title: str) -> Counter[str]:
    return Counter(match[0].strip() for match in _NUMBER.finditer(title))


def _pair(name: str, before: Sequence[str], after: Sequence[str]) -> str:
    gone, come = ", ".join(before), ", ".join(after)
    if gone and come:
        return f"{name}{gone} → {come}"
    if gone:
        return f"{name}{gone} no more"
    return f"{name}{come} added" if come else ""
