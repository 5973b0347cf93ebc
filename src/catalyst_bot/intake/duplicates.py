"""Tells whether two titles report the same event, and refuses to guess.

Each title is prepared once (`story_form`); a pair is compared in sets. Another number,
quarter, phase or stage is another event, however alike the words are.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from catalyst_bot.intake.company_words import INDUSTRY
from catalyst_bot.intake.story_events import (
    BY_BOARD,
    DEAL_STAGES,
    DEALS,
    KINDS,
    MARKED,
    NEGATIONS,
    OPPOSITES,
    PLACES,
    SOFT,
    STAGES,
)
from catalyst_bot.intake.story_reading import Reading
from catalyst_bot.intake.wire_marks import bare_title

_TO_COME = re.compile(r"\bto (?:report|announce|release|host|discuss)\b", re.IGNORECASE)
_LEAD = 4  # words of the name that a title begins with
_SOFT, _SHARED_SOFT = 0.25, 0.6  # what a word without weight weighs
_LEAST = 1.0  # weight that both must share where one says nothing of its own
_LEAST_UNEQUAL, _LEAST_APART = 1.1, 2.0  # where both do: a little, much
_LEAST_UNKNOWN = 1.5  # where no symbol says that the company is the same
_WITHIN, _ALIKE = 0.6, 0.35  # of the shorter title, of both
_STAGE = 0.25  # what a common stage adds
_CORRECTED, _FEWEST = 0.75, 2  # shared words of a correction: of all, and how many
_SCHEDULED = frozenset(("schedule",))
_CLOSED, _APPROVED = frozenset(("close",)), frozenset(("approve",))


@dataclass(frozen=True, slots=True)
class StoryForm:
    """A title as it is compared."""

    subject: str  # the first ticker
    tickers: frozenset[str]
    sequence: tuple[str, ...]  # canonical words in their order
    words: frozenset[str]  # the same and the numbers
    start: frozenset[str]  # the first two words
    lead: frozenset[str]  # the name at the beginning
    names: frozenset[str]  # surely names
    capitals: frozenset[str]  # perhaps names
    numbers: frozenset[str]
    telling: frozenset[str]  # numbers that no two events share by chance
    periods: frozenset[str]  # q3, h1, fy
    years: frozenset[str]
    phases: frozenset[str]
    stages: frozenset[str]
    kinds: frozenset[str]
    sides: frozenset[tuple[int, str]]
    is_sentence: bool  # not all words have capitals
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
    text, is_cut = bare_title(title)
    reading = Reading()
    reading.read(text)
    words = reading.words
    if is_cut and words:
        words.pop()  # it may be half a word
    lead = frozenset(words[: min(_LEAD, max(0, reading.lead))])
    if own:
        words = [own.get(word, word) for word in words]
        reading.capitals = {own.get(word, word) for word in reading.capitals}
        named = frozenset([word for word in words if word in own.values()])
        lead = named | lead & INDUSTRY if named else lead
    content = frozenset(words)
    capitals = frozenset(reading.capitals)
    marked = content & MARKED
    places = marked & PLACES
    return StoryForm(
        subject=tickers[0] if tickers else "",
        tickers=frozenset(tickers),
        sequence=tuple(words),
        words=content | reading.numbers,
        start=frozenset(words[:2]),
        lead=lead,
        names=capitals | places if reading.has_lower else places,
        capitals=capitals,
        numbers=frozenset(reading.numbers),
        telling=frozenset(reading.telling),
        periods=frozenset(reading.periods),
        years=frozenset(reading.years),
        phases=frozenset(reading.phases),
        stages=_stages(marked, text),
        kinds=marked & KINDS,
        sides=frozenset([side for word in marked for side in OPPOSITES.get(word, ())]),
        is_sentence=reading.has_lower,
        is_negated=not NEGATIONS.isdisjoint(marked),
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
    if not _numbers_agree(one, other) or not _names_agree(one, other):
        return False
    return _are_alike(one, other)


def _corrects(mine: frozenset[str], theirs: frozenset[str]) -> bool:
    """Tell whether a correction is about that title: its numbers do not count."""
    shared = len(mine & theirs)
    return shared >= _FEWEST and shared >= _CORRECTED * len(mine | theirs)


def _are_alike(one: StoryForm, other: StoryForm) -> bool:
    """Weigh what both say against what only one says; the company says nothing."""
    mine, theirs = one.words - other.words, other.words - one.words
    if not mine and not theirs:
        return True
    lead = _company(one, other)
    shared = (one.words & other.words) - lead
    same = _weight(shared, _SHARED_SOFT) + len(shared & one.telling)
    same += _STAGE * len(one.stages & other.stages)
    same += len(one.periods & other.periods) + len(one.phases & other.phases)
    less, more = sorted((_weight(mine - lead), _weight(theirs - lead)))
    is_known = not one.tickers.isdisjoint(other.tickers)
    if shared <= one.numbers or (less and _is_substituted(one, other, mine, theirs)):
        return False
    if one.is_cut or other.is_cut:
        return same >= _LEAST and same >= _ALIKE * (same + less)
    least = _LEAST if not less else _LEAST_UNEQUAL if less < 1 else _LEAST_APART
    if not is_known:
        least = max(least, _LEAST_UNKNOWN)
    return (
        same >= least
        and same >= _WITHIN * (same + less)
        and same >= _ALIKE * (same + less + more)
    )


def _company(one: StoryForm, other: StoryForm) -> frozenset[str]:
    """Return the words of the company; in a Title of Capitals an act may follow."""
    company = one.lead & other.lead
    for form in (one, other):
        if form.is_sentence:
            company |= form.lead
    return company


def _weight(words: frozenset[str], soft: float = _SOFT) -> float:
    light = len(words & SOFT)
    return len(words) - light + soft * light


def _is_substituted(
    one: StoryForm, other: StoryForm, mine: frozenset[str], theirs: frozenset[str]
) -> bool:
    """Tell whether only a word is another: "Ohio plant shut", "Iowa plant shut"."""
    gaps, others = _gaps(one.sequence, mine), _gaps(other.sequence, theirs)
    return bool(gaps) and gaps == others


def _gaps(sequence: Sequence[str], mine: frozenset[str]) -> list[tuple[str, str]]:
    """Return between which words those stand that only this title has."""
    gaps: list[tuple[str, str]] = []
    before, is_open = "", False
    for word in sequence:
        if word in mine:
            is_open = is_open or word not in SOFT
            continue
        if is_open:
            gaps.append((before, word))
        before, is_open = word, False
    if is_open:
        gaps.append((before, ""))
    return gaps


def _may_be_same(one: StoryForm, other: StoryForm) -> bool:
    """Tell whether nothing but words and numbers could tell the two apart."""
    if one.tickers and other.tickers:
        if one.tickers.isdisjoint(other.tickers) or _swapped(one, other):
            return False
    elif not _may_be_one_company(one, other):
        return False
    if one.is_negated != other.is_negated or not _stages_agree(one, other):
        return False
    for mine, theirs in (
        (one.periods, other.periods),
        (one.years, other.years),
        (one.phases, other.phases),
        (one.kinds, other.kinds),
    ):
        if mine and theirs and mine.isdisjoint(theirs):
            return False
    return not _contradict(one.sides, other.sides)


def _may_be_one_company(one: StoryForm, other: StoryForm) -> bool:
    """Tell whether two titles may be about one company that no symbol names."""
    mine, theirs = one.lead - other.words, other.lead - one.words
    if mine and theirs:
        return False
    if not one.start.isdisjoint(other.start):
        return True
    return (bool(one.lead) and one.lead <= other.capitals | other.lead) or (
        bool(other.lead) and other.lead <= one.capitals | one.lead
    )


def _stages(words: frozenset[str], text: str) -> frozenset[str]:
    stages = words & STAGES
    if not words.isdisjoint(DEALS):
        stages |= words & DEAL_STAGES
    if not words.isdisjoint(BY_BOARD):
        stages -= _APPROVED
    if "result" in words and _TO_COME.search(text):
        stages |= _SCHEDULED
    return stages


def _stages_agree(one: StoryForm, other: StoryForm) -> bool:
    if one.stages == other.stages:
        return True
    differ = one.stages ^ other.stages
    if differ == _CLOSED:  # a loan that is closed is a loan
        return "loan" in one.words and "loan" in other.words
    less = one if len(one.stages) < len(other.stages) else other
    return differ == _APPROVED and "win" in less.words  # a mark, a licence


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
    """Tell whether neither has a number of its own where the other has another."""
    return one.numbers <= other.numbers or other.numbers <= one.numbers


def _names_agree(one: StoryForm, other: StoryForm) -> bool:
    """Tell whether neither has a name of its own where the other has another one."""
    lead = one.lead | other.lead
    return not (one.names - other.words - lead and other.names - one.words - lead)
