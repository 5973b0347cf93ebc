"""Gives each item of a page the key that says "this is the same item as before".

A source has one policy (guid, else link, else title) that is stored with it. It moves
right when the page shows that its ids are not to be trusted, and it never moves back:
ids that change or go blank once re-posted whole pages (FreshRSS#5909, liferea#1195).
"""

import hashlib
from collections import Counter
from dataclasses import replace

from catalyst_bot.model import NewsItem, Page, SourceKind
from catalyst_bot.text import canonical_link, fold_title

BAD_SHARE = 0.05  # of a page's ids, blank or doubled, above which a policy degrades
_POLICIES = ("guid", "link", "title")


def identify(page: Page) -> Page:
    """Return `page` with a key on every item; silent when its policy had to change."""
    if not page.items or page.items[0].kind is not SourceKind.FEED:
        return replace(
            page, items=tuple(_keyed(item, item.identity) for item in page.items)
        )
    page = replace(page, items=_without_copies(page.items))
    policy = _policy(page)
    state = replace(page.state, identity_policy=policy)
    is_silent = page.is_silent or policy != page.state.identity_policy
    return replace(
        page, items=_with_keys(page.items, policy), state=state, is_silent=is_silent
    )


def _without_copies(items: tuple[NewsItem, ...]) -> tuple[NewsItem, ...]:
    """Drop entries listed twice word for word: they say nothing of the ids."""
    seen = {(item.identity, item.link, item.state): item for item in reversed(items)}
    return tuple(reversed(seen.values()))


def _policy(page: Page) -> str:
    start = _POLICIES.index(page.state.identity_policy)
    for policy in _POLICIES[start:-1]:
        if _bad_ids(page.items, policy) <= max(1.0, BAD_SHARE * len(page.items)):
            return policy
    return _POLICIES[-1]


def _bad_ids(items: tuple[NewsItem, ...], policy: str) -> int:
    counted = Counter(_identity(item, policy) for item in items)
    return sum(n - 1 if identity else n for identity, n in counted.items())


def _with_keys(items: tuple[NewsItem, ...], policy: str) -> tuple[NewsItem, ...]:
    """Tell doubled ids of one page apart by link, then by their order from the end.

    Pages list the newest first, so counting from the oldest keeps keys stable.
    """
    keyed: list[NewsItem] = []
    taken: set[str] = set()
    for item in reversed(items):
        identity = _identity(item, policy) or _fallback(item)
        if identity in taken:
            identity = f"{identity} {canonical_link(item.link)}"
        count = 2
        plain = identity
        while identity in taken:
            identity, count = f"{plain} {count}", count + 1
        taken.add(identity)
        keyed.append(_keyed(item, identity))
    return tuple(reversed(keyed))


def _identity(item: NewsItem, policy: str) -> str:
    if policy == "guid":
        return item.identity
    return canonical_link(item.link) if policy == "link" else _by_title(item)


def _fallback(item: NewsItem) -> str:
    return canonical_link(item.link) or _by_title(item)


def _by_title(item: NewsItem) -> str:
    day = item.published_at.date().isoformat()
    return hashlib.sha256(f"{fold_title(item.title)}|{day}".encode()).hexdigest()


def _keyed(item: NewsItem, identity: str) -> NewsItem:
    kind = item.kind.value
    members = tuple(f"{kind}:{member}" for member in item.members)
    return replace(item, key=f"{kind}:{identity}", members=members)
