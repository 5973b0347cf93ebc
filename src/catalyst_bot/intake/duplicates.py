"""Tells whether two titles report the same event, and refuses to guess.

Each title is prepared once (`story_form`); a pair is compared in sets. Another number,
quarter, phase or stage is another event, however alike the words are.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from catalyst_bot.intake.notices import notice_of
from catalyst_bot.intake.story_reading import Reading
from catalyst_bot.intake.story_words import (
    KINDS,
    NEGATIONS,
    OPPOSITES,
    SOFT,
    STAGES,
    WEAK_STAGES,
)

LONGEST = 400  # characters that are compared
_ALIKE = 0.75  # shared words of all words
_WITHIN, _WITHIN_WORDS, _WITHIN_ALIKE = 0.85, 4, 0.55
_ALIKE_BUT_SOFT, _FIRM_WORDS = 0.5, 2  # where only words without weight differ
_ALIKE_WITH_NUMBER = 0.5  # where a telling number is the same
_WIRE_START = re.compile(
    r"^(?:(?:update ?\d*|brief|refile|exclusive|breaking(?: news)?|just in|alert|news|"
    r"press release|watch|flash|dj|\*+)\s*[-:–—*]+\s*|\*+\s*|/\w[\w ]{0,30}/\s*-*\s*)+",
    re.IGNORECASE,
)
_WIRE_END = re.compile(
    r"\s[-–—|]+\s+(?:reuters|bloomberg|business ?wire|globe ?newswire|pr ?newswire|"
    r"access ?(?:news)?wire|newsfile|newsfilecorp|benzinga|marketwatch|dow jones|wsj|"
    r"cnbc|seeking alpha|yahoo(?: finance)?|investing\.com|the ?fly|barron'?s|ap|zacks|"
    r"tipranks|rttnews|streetinsider|mt newswires|stocktwits|ft|financial times|"
    r"sources?|filing|statement|company statement|report|memo)\b.{0,20}$",
    re.IGNORECASE,
)
_SYMBOLS = re.compile(
    r"[(\[][^()\[\]]{0,40}:[^()\[\]]{1,40}[)\]]|[(\[]\$?[A-Z.\-]{1,7}[)\]]"
)
_APPLICATIONS = {
    "new drug application": "nda",
    "biologics license application": "bla",
    "investigational new drug": "ind",
}
_TITLES = re.compile(
    r"\bchief (executive|financial|operating|technology)(?: officer)?\b"
)


@dataclass(frozen=True, slots=True)
class StoryForm:
    """A title as it is compared."""

    subject: str  # the first ticker
    tickers: frozenset[str]
    words: frozenset[str]  # canonical, numbers among them
    lead: frozenset[str]  # the first two
    numbers: frozenset[str]
    telling: frozenset[str]  # numbers that no two events share by chance
    periods: frozenset[str]  # q3, h1, fy
    years: frozenset[str]
    phases: frozenset[str]
    stages: frozenset[str]
    weak_stages: frozenset[str]
    kinds: frozenset[str]
    sides: frozenset[tuple[int, str]]
    is_negated: bool
    is_passive: bool  # done by somebody
    is_cut: bool


def story_form(
    title: str, tickers: Sequence[str], own: Mapping[str, str] | None = None
) -> StoryForm:
    """Return the form of a title.

    `own` has the words that name its companies, and the symbol of each: "Bolt Systems"
    and "Bolt" are then one word.
    """
    text, is_cut = _plain(title)
    reading = Reading()
    for word in text.split():
        reading.add(word)
    reading.end_number("")
    words = reading.words
    if is_cut and words:
        words.pop()  # it may be half a word
    content = frozenset([own.get(word, word) for word in words] if own else words)
    return StoryForm(
        subject=tickers[0] if tickers else "",
        tickers=frozenset(tickers),
        words=content | reading.numbers,
        lead=frozenset(words[:2]),
        numbers=frozenset(reading.numbers),
        telling=frozenset(reading.telling),
        periods=frozenset(reading.periods),
        years=frozenset(reading.years),
        phases=frozenset(reading.phases),
        stages=content & STAGES,
        weak_stages=content & WEAK_STAGES,
        kinds=content & KINDS,
        sides=frozenset([OPPOSITES[word] for word in content if word in OPPOSITES]),
        is_negated=not NEGATIONS.isdisjoint(content),
        is_passive=" by " in text,
        is_cut=is_cut,
    )


def is_same_story(one: StoryForm, other: StoryForm, *, corrects: bool = False) -> bool:
    """Tell whether two titles report one event.

    `corrects`: `one` says that it corrects or retracts; its numbers may differ then.
    """
    if not _may_be_same(one, other):
        return False
    if corrects:
        return _corrects(one.words - one.numbers, other.words - other.numbers)
    if not _numbers_agree(one, other):
        return False
    mine, theirs = one.words - other.words - SOFT, other.words - one.words - SOFT
    if mine and theirs:  # "approval for asthma", "approval for eczema"
        return False
    is_sure = one.telling & other.telling and one.tickers & other.tickers
    if is_sure and one.numbers == other.numbers:
        return _likeness(one, other) >= _ALIKE_WITH_NUMBER or _are_alike(one, other)
    return _are_alike(one, other)


def _likeness(one: StoryForm, other: StoryForm) -> float:
    """Return the shared words as a part of all, 0..1."""
    shared = len(one.words & other.words)
    return shared / max(1, len(one.words) + len(other.words) - shared)


def _corrects(mine: frozenset[str], theirs: frozenset[str]) -> bool:
    """Tell whether a correction is about that title: its numbers do not count."""
    shared = len(mine & theirs)
    return shared >= _FIRM_WORDS and shared >= _ALIKE * len(mine | theirs)


def _are_alike(one: StoryForm, other: StoryForm) -> bool:
    mine, theirs = one.words, other.words
    likeness = _likeness(one, other)
    if likeness >= _ALIKE:
        return True
    shared = mine & theirs
    if one.tickers & other.tickers and (mine ^ theirs) <= SOFT:
        return likeness >= _ALIKE_BUT_SOFT and len(shared - SOFT) >= _FIRM_WORDS
    fewer = min(len(mine), len(theirs))
    if fewer < _WITHIN_WORDS or len(shared) < _WITHIN * fewer:
        return False
    return likeness >= _WITHIN_ALIKE or one.is_cut or other.is_cut


def _may_be_same(one: StoryForm, other: StoryForm) -> bool:
    """Tell whether nothing but words and numbers could tell the two apart."""
    if one.tickers and other.tickers:
        if one.tickers.isdisjoint(other.tickers) or _swapped(one, other):
            return False
    elif one.lead.isdisjoint(other.lead):
        return False
    if one.stages != other.stages or one.is_negated != other.is_negated:
        return False
    for mine, theirs in (
        (one.periods, other.periods),
        (one.years, other.years),
        (one.phases, other.phases),
        (one.weak_stages, other.weak_stages),
        (one.kinds, other.kinds),
    ):
        if mine and theirs and mine.isdisjoint(theirs):
            return False
    return not _contradict(one.sides, other.sides)


def _swapped(one: StoryForm, other: StoryForm) -> bool:
    """Tell whether two companies have changed places: who buys, who sues."""
    if one.subject == other.subject or one.is_passive != other.is_passive:
        return False
    return one.subject in other.tickers and other.subject in one.tickers


def _contradict(
    mine: frozenset[tuple[int, str]], theirs: frozenset[tuple[int, str]]
) -> bool:
    """Tell whether one says "beats" where the other says "misses"."""
    if mine == theirs:
        return False
    axes = {axis for axis, _ in mine} & {axis for axis, _ in theirs}
    return any(
        {word for at, word in mine if at == axis}.isdisjoint(
            {word for at, word in theirs if at == axis}
        )
        for axis in axes
    )


def _numbers_agree(one: StoryForm, other: StoryForm) -> bool:
    mine, theirs = one.numbers, other.numbers
    if mine == theirs or not mine or not theirs:
        return True
    if (one.is_cut and mine <= theirs) or (other.is_cut and theirs <= mine):
        return True
    # one wire gives a number more: it is no other number
    return (mine < theirs or theirs < mine) and not one.telling.isdisjoint(
        other.telling
    )


def _plain(title: str) -> tuple[str, bool]:
    """Return the title without what wires put around it, and whether it was cut."""
    text = notice_of(title[:LONGEST])[1].strip()
    is_cut = text.endswith(("…", "..."))
    text = _WIRE_START.sub("", text)
    if "-" in text or "|" in text or "–" in text or "—" in text:
        text = _WIRE_END.sub("", text)
    if "(" in text or "[" in text:
        text = _SYMBOLS.sub(" ", text)
    text = text.replace("’", "'").lower()
    if "application" in text or "investigational" in text:
        for words, short in _APPLICATIONS.items():
            text = text.replace(words, short)
    if "chief" in text:
        text = _TITLES.sub(lambda match: f"c{match[1][0]}o", text)
    return text, is_cut
