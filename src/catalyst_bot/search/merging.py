"""Makes one result of what several sources have: same page, filing or story."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from catalyst_bot.filings import accession_in
from catalyst_bot.model import alert_id
from catalyst_bot.search.model import Hit, Result, ScoredBy
from catalyst_bot.text import canonical_link, fold_title, numbers_in

NEAR = 0.8  # of the words of two titles that must be the same
SAME_STORY = timedelta(hours=48)  # between two tellings of one story


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A hit, by which of the searched sources, and how relevant it is."""

    place: str
    hit: Hit
    score: float


@dataclass(slots=True)
class Story:
    """All hits that are one piece of news, the most relevant first."""

    found: list[Found]
    words: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()
    accession: str = ""
    links: set[str] = field(default_factory=set)

    @property
    def first(self) -> Found:
        return self.found[0]


def merge(found: Iterable[Found]) -> list[Story]:
    """Return the stories of these hits, the most relevant and then the newest first."""
    ordered = sorted(found, key=_place, reverse=True)
    stories: list[Story] = []
    for one in ordered:
        new = _story(one)
        known = next((story for story in stories if _is_same(story, new)), None)
        if known is None:
            stories.append(new)
        else:
            known.found.append(one)
            known.links |= new.links
    return stories


def accession_of(hit: Hit) -> str:
    """Return the accession of a filing, "" for what is none."""
    return accession_in(hit.link) or accession_in(hit.key)


def result_of(story: Story, *, score: float | None = None) -> Result:
    """Return a story as it is shown; `score` is the model's, None for that by words."""
    hits = [found.hit for found in story.found]
    first = hits[0]
    return Result(
        id=_id(hits),
        title=first.title,
        url=next((hit.link for hit in hits if hit.link), ""),
        source=first.origin,
        also=_once(hit.origin for hit in hits if hit.origin != first.origin),
        tickers=_once(ticker for hit in hits for ticker in hit.tickers),
        published=first.published_at,
        score=round(story.first.score if score is None else score, 4),
        scored_by=ScoredBy.LOCAL if score is None else ScoredBy.LLM,
        found_in=_once(found.place for found in story.found),
    )


def _place(found: Found) -> tuple[float, float]:
    return found.score, found.hit.published_at.timestamp()


def _story(found: Found) -> Story:
    title = fold_title(found.hit.title)
    link = canonical_link(found.hit.link)
    return Story(
        [found],
        words=frozenset(title.split()),
        numbers=numbers_in(title),
        accession=accession_of(found.hit),
        links={link} if link else set(),
    )


def _is_same(one: Story, other: Story) -> bool:
    """Compare a filing by its number alone: the titles of most are the same."""
    if one.accession or other.accession:
        return one.accession == other.accession
    if not one.links.isdisjoint(other.links):
        return True
    return one.numbers == other.numbers and _is_near(one, other)


def _is_near(one: Story, other: Story) -> bool:
    shared = len(one.words & other.words)
    if shared < NEAR * (len(one.words) + len(other.words) - shared):
        return False
    a, b = one.first.hit, other.first.hit
    if a.tickers and b.tickers and set(a.tickers).isdisjoint(b.tickers):
        return False
    return abs(a.published_at - b.published_at) <= SAME_STORY


def _id(hits: Sequence[Hit]) -> str:
    key = next((hit.key for hit in hits if hit.key), "")
    if key:
        return alert_id(key)
    name = hits[0].link or hits[0].title
    return hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()[:8]


def _once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
