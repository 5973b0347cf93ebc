"""Decides what each item of a page is to us: new, known, a revision or a duplicate."""

import logging
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Protocol

from catalyst_bot.card_state import ChangeKind
from catalyst_bot.intake.duplicates import story_form
from catalyst_bot.intake.identity import identify
from catalyst_bot.intake.notices import notice_of
from catalyst_bot.intake.stories import STORY_WINDOW, StoryWindow
from catalyst_bot.intake.story_forms import StoryForm
from catalyst_bot.intake.symbols import SymbolTable
from catalyst_bot.intake.tickers import with_tickers
from catalyst_bot.model import STORY_KINDS, Event, NewsItem, Page, Precision, SourceKind
from catalyst_bot.storage.seen import Seen, Told
from catalyst_bot.text import canonical_link, fold_title

logger = logging.getLogger(__name__)

TOUCH_AFTER = timedelta(days=1)
_EMPTY = SymbolTable()


def _no_symbols() -> SymbolTable:
    return _EMPTY


def _no_kinds(_: str) -> frozenset[str]:
    return frozenset()


class ClaimKind(StrEnum):
    """What an item is to us; a twin of an item that raised no alert is NEW."""

    NEW = "new"
    KNOWN = "known"
    REVISION = "revision"  # of an item that raised an alert
    DUPLICATE = "duplicate"  # the story of an item that raised an alert


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """An item, what it is, and the names under which it will be known.

    `first` is the earlier item of a revision or duplicate, None for new ones; `change`
    is set on a revision.
    """

    item: NewsItem
    kind: ClaimKind
    names: tuple[str, ...] = ()
    first: Seen | None = None
    change: ChangeKind | None = None


class Memory(Protocol):
    """Who carried these names before."""

    async def recall(self, names: Collection[str]) -> Mapping[str, Seen]: ...


class Intake:
    """Claims the items of one page at a time.

    `symbols` gives the table that is in force; without it only exchanges are believed.
    `kinds` names the kinds of event that a headline reports. `broke` is called for each
    that cannot be compared with the stories of others.
    """

    def __init__(
        self,
        memory: Memory,
        symbols: Callable[[], SymbolTable] = _no_symbols,
        kinds: Callable[[str], frozenset[str]] = _no_kinds,
        broke: Callable[[], None] = lambda: None,
    ) -> None:
        self._memory, self._symbols, self._kinds = memory, symbols, kinds
        self._broke = broke
        self._stories = StoryWindow()

    def restore(self, told: Iterable[Told]) -> None:
        """Remember the stories of an earlier run, oldest first."""
        for item in told:
            if item.key.partition(":")[0] not in STORY_KINDS:
                continue
            form = self._form(item.key, item.title, item.tickers)
            if form is not None:
                self._stories.add(item.key, form, unix=item.first_seen)

    async def claim(self, page: Page, *, unix: float) -> tuple[Page, tuple[Claim, ...]]:
        """Return the page with keys and tickers, and a claim for each item.

        Claims come oldest item first; known items that need no touch are left out.
        """
        page = identify(page)
        table = self._symbols()
        items = tuple(with_tickers(item, table) for item in page.items)
        page = replace(page, items=items)
        seen = dict(
            await self._memory.recall({name for i in items for name in _lookups(i)})
        )
        forms = {
            item.key: form
            for item in items
            if item.kind in STORY_KINDS and item.key not in seen
            if (form := self._form(item.key, item.title, item.tickers)) is not None
        }
        seen.update(await self._recall_alike(forms.values(), unix))
        claims = []
        for item in reversed(items):
            claim = _claim(item, seen, unix)
            form = forms.get(item.key)
            if form is not None:
                claim = self._told(claim, form, seen, unix)
                self._stories.add(item.key, form, unix=unix)
            claims.append(claim)
            _remember(claim, seen, unix)
        self._stories.prune(unix=unix)
        return page, tuple(c for c in claims if _says_something(c, unix))

    async def _recall_alike(
        self, forms: Iterable[StoryForm], unix: float
    ) -> Mapping[str, Seen]:
        """Return who told these stories before: whether it raised an alert is there."""
        keys = {
            key
            for form in forms
            for key in self._stories.find(form, unix=unix, corrects=True)
        }
        return await self._memory.recall(keys) if keys else {}

    def _told(
        self, claim: Claim, form: StoryForm, seen: Mapping[str, Seen], unix: float
    ) -> Claim:
        """Return what a new item is after a look for its story in other words."""
        if claim.kind is not ClaimKind.NEW:
            return claim
        change = notice_of(claim.item.title)[0]
        corrects = change in (ChangeKind.CORRECTED, ChangeKind.RETRACTED)
        for key in self._stories.find(form, unix=unix, corrects=corrects):
            first = seen.get(key)
            if first is None or first.alert_key is None or key == claim.item.key:
                continue
            if corrects:
                return replace(
                    claim, kind=ClaimKind.REVISION, first=first, change=change
                )
            return replace(claim, kind=ClaimKind.DUPLICATE, first=first)
        return claim

    def _form(self, key: str, title: str, tickers: Sequence[str]) -> StoryForm | None:
        """Return the form of a title, None where making it breaks off."""
        table = self._symbols()
        own = {word for symbol in tickers for word in table.words_of(symbol)}
        try:
            return story_form(title, tickers, own, self._kinds(title))
        except Exception:  # the edge of one headline: it is known by its names alone
            logger.exception("story not compared", extra={"key": key})
            self._broke()
            return None


def _claim(item: NewsItem, seen: Mapping[str, Seen], unix: float) -> Claim:
    names = (*_own_names(item), *_story_names(item))
    first = next((seen[n] for n in (item.key, *item.members) if n in seen), None)
    if first is not None:
        if all(name in seen for name in _state_names(item)):
            return _repeated(item, first, names, seen)
        return _changed(replace(item, key=first.item_key), first, names)
    twin = _same_story(item, seen, unix)
    if twin is not None and twin.alert_key is not None:
        return Claim(item=item, kind=ClaimKind.DUPLICATE, names=names, first=twin)
    change, about = notice_of(item.title)
    original = seen.get(_title_name(replace(item, title=about)))
    if change and original and original.alert_key and _is_recent(original, unix):
        return Claim(
            item=item,
            kind=ClaimKind.REVISION,
            names=names,
            first=original,
            change=change,
        )
    return Claim(item=item, kind=ClaimKind.NEW, names=names)


def _repeated(
    item: NewsItem, first: Seen, names: tuple[str, ...], seen: Mapping[str, Seen]
) -> Claim:
    """The same item once more: from its own source, or for the first time elsewhere."""
    if first.source == item.source or _carrier_name(item) in seen:
        return Claim(item=item, kind=ClaimKind.KNOWN, first=first)
    if first.alert_key is None:
        return Claim(item=item, kind=ClaimKind.NEW, names=names)
    return Claim(item=item, kind=ClaimKind.DUPLICATE, names=names, first=first)


def _changed(item: NewsItem, first: Seen, names: tuple[str, ...]) -> Claim:
    """A known item says something else now: edit its alert, or judge it anew."""
    if first.alert_key is None:
        if item.kind is SourceKind.HALTS:  # the change happened now, whenever the halt
            item = replace(
                item, published_at=item.received_at, precision=Precision.NONE
            )
        return Claim(item=item, kind=ClaimKind.NEW, names=names)
    if item.event is Event.RESUMPTION:
        change = ChangeKind.RESUMED
    elif item.kind in STORY_KINDS:
        change = notice_of(item.title)[0] or ChangeKind.REVISED
    else:
        change = ChangeKind.UPDATED
    return Claim(
        item=item, kind=ClaimKind.REVISION, names=names, first=first, change=change
    )


def _same_story(item: NewsItem, seen: Mapping[str, Seen], unix: float) -> Seen | None:
    """Return an earlier item with the same link or headline, or None.

    The same link within one source is the same story only under the same headline: some
    issuers use one address for each month's release.
    """
    by_link = seen.get(_link_name(item))
    if by_link is not None:
        same_title = fold_title(by_link.title) == fold_title(item.title)
        if _is_recent(by_link, unix) and (same_title or by_link.source != item.source):
            return by_link
        if same_title and _is_undated(item):
            return by_link
    by_title = seen.get(_title_name(item))
    if by_title is not None and _is_recent(by_title, unix):
        return by_title
    return None


def _remember(claim: Claim, seen: dict[str, Seen], unix: float) -> None:
    """Make a claim known to the later items of the same page."""
    if claim.kind is ClaimKind.KNOWN:
        return
    item, first = claim.item, claim.first
    entry = Seen(
        item_key=item.key,
        source=item.source,
        title=item.title,
        alert_key=first.alert_key if first else item.key,  # if it raises one
        seen_at=unix,
        last_seen=unix,
    )
    for name in claim.names:
        seen.setdefault(name, entry)


def _says_something(claim: Claim, unix: float) -> bool:
    if claim.kind is not ClaimKind.KNOWN or claim.first is None:
        return True
    return unix - claim.first.last_seen > TOUCH_AFTER.total_seconds()


def _lookups(item: NewsItem) -> Iterable[str]:
    yield from _own_names(item)
    yield from _story_names(item)
    yield _title_name(replace(item, title=notice_of(item.title)[1]))


def _own_names(item: NewsItem) -> tuple[str, ...]:
    return (item.key, *item.members, *_state_names(item), _carrier_name(item))


def _story_names(item: NewsItem) -> tuple[str, ...]:
    if item.kind not in STORY_KINDS:
        return ()
    return tuple(name for name in (_link_name(item), _title_name(item)) if name)


def _state_names(item: NewsItem) -> tuple[str, ...]:
    """Return the names of one state of an item, one for each member.

    Every state it ever had is kept, so that a feed whose mirrors alternate between two
    versions of a headline does not edit a card back and forth. A halt that loses a row
    says nothing new; one that gains a row does.
    """
    state = sha256(item.state.encode()).hexdigest()[:12]
    return tuple(f"{name}#{state}" for name in (item.key, *item.members))


def _carrier_name(item: NewsItem) -> str:
    """Return the name of an item as one source carries it: wires share their ids."""
    return f"{item.key}@{item.source}"


def _link_name(item: NewsItem) -> str:
    link = canonical_link(item.link)
    has_path = len(link.partition("://")[2].partition("/")[2]) > 0
    return f"link:{link}" if has_path else ""


def _title_name(item: NewsItem) -> str:
    subject = " ".join(sorted(item.tickers)) or ("" if item.is_market else item.source)
    return f"title:{subject}|{fold_title(item.title)}"


def _is_recent(seen: Seen, unix: float) -> bool:
    return unix - seen.seen_at <= STORY_WINDOW.total_seconds()


def _is_undated(item: NewsItem) -> bool:
    return item.precision is Precision.NONE
