"""Tells whether two titles report the same event, and refuses to guess.

Each title is prepared once (`story_form`); a pair is compared in sets. Another number,
quarter, phase or stage is another event, however alike the words are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from catalyst_bot.intake.company_words import INDUSTRY
from catalyst_bot.intake.story_events import (
    KINDS,
    MARKED,
    NEGATIONS,
    OPPOSITES,
    PLACES,
    SOFT,
    TELLING,
)
from catalyst_bot.intake.story_reading import Reading, name_form
from catalyst_bot.intake.story_stages import stages_agree, stages_of
from catalyst_bot.intake.story_text import rewrite
from catalyst_bot.intake.story_words import ACT_WORDS
from catalyst_bot.intake.wire_marks import bare_title

_LEAD = 4  # words of the name that a title begins with
_SOFT, _SHARED_SOFT = 0.25, 0.6  # what a word without weight weighs
_LEAST = 1.0  # weight that both must share where one says nothing of its own
_LEAST_UNEQUAL, _LEAST_APART = 1.1, 2.0  # where both do: a little, much
_LEAST_UNKNOWN = 1.5  # where no symbol says that the company is the same
_WITHIN, _ALIKE = 0.6, 0.35  # of the shorter title, of both
_TELLS = 0.75  # what a common act adds that is done but once
_COUNT = 6  # digits of the largest plain count
_FEW = 3  # characters of a number that two metrics share by chance
_MANY = 2  # numbers that no two events share by chance
_STAGE = 0.25  # what a common stage adds
_CORRECTED, _FEWEST = 0.75, 2  # shared words of a correction: of all, and how many
_STOCK_MOVES = frozenset(("rise", "fall"))
_SALE = frozenset(("acquire", "sell"))


@dataclass(frozen=True, slots=True)
class StoryForm:
    """A title as it is compared."""

    subject: str  # the first ticker
    tickers: frozenset[str]
    sequence: tuple[str, ...]  # canonical words in their order
    words: frozenset[str]  # the same and the numbers
    start: frozenset[str]  # the first two words
    lead: frozenset[str]  # the name at the beginning
    opening: frozenset[str]  # the same, though it is another company's
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
    text: str  # the title without what wires put around it
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
    reading.read(rewrite(text))
    words = reading.words
    if is_cut and words:
        reading.capitals.discard(words.pop())  # it may be half a word
    lead = frozenset(words[: min(_LEAD, max(0, reading.lead))])
    opening = lead
    if own:
        own = {name_form(word): symbol for word, symbol in own.items()}
        opening = frozenset([own.get(word, word) for word in lead])
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
        opening=opening,
        names=capitals | places if reading.has_lower else places,
        capitals=capitals,
        numbers=frozenset(reading.numbers),
        telling=frozenset(reading.telling),
        periods=frozenset(reading.periods),
        years=frozenset(reading.years),
        phases=frozenset(reading.phases),
        stages=stages_of(marked, text),
        kinds=marked & KINDS,
        sides=frozenset([side for word in marked for side in OPPOSITES.get(word, ())]),
        is_sentence=reading.has_lower,
        is_negated=not NEGATIONS.isdisjoint(marked),
        is_passive=" by " in text,
        text=text,
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
    same += _TELLS * len(shared & TELLING)
    same += len(one.periods & other.periods) + len(one.phases & other.phases)
    less, more = sorted((_weight(mine - lead), _weight(theirs - lead)))
    is_known = (
        not one.tickers.isdisjoint(other.tickers)
        or len(lead & one.start & other.start) > 1
    )
    if less and not _is_same_act(one, other, shared, mine, theirs):
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


def _is_same_act(
    one: StoryForm,
    other: StoryForm,
    shared: frozenset[str],
    mine: frozenset[str],
    theirs: frozenset[str],
) -> bool:
    """Tell whether more than a name or a number is common, and no word exchanged."""
    said = shared - one.numbers - other.numbers
    telling = shared & one.telling
    if said and len(telling) >= _MANY:
        return True
    if said - SOFT and any(map(_is_sum, telling)):
        acts = ACT_WORDS - SOFT
        if _is_told_from_both_sides(one, other):
            acts -= _SALE
        return mine.isdisjoint(acts) or theirs.isdisjoint(acts)
    if telling and said & _STOCK_MOVES and "stock" in one.words | other.words:
        return True
    codes = [word for word in shared if word[0] == "#"]
    if not codes and said <= (one.names | other.names):
        return bool(one.periods & other.periods) and any(
            len(number) > _FEW for number in shared & one.telling
        )
    return not _is_substituted(one, other, mine, theirs)


def _is_sum(number: str) -> bool:
    """Tell whether a number is money or has a fraction: no plain count of things."""
    return "." in number or len(number) > _COUNT


def _company(one: StoryForm, other: StoryForm) -> frozenset[str]:
    """Return the words of the company; in a Title of Capitals an act may follow."""
    company = one.lead & other.lead
    for form in (one, other):
        if form.is_sentence:
            company |= form.lead
    if one.sequence[:2] == other.sequence[:2] and not company.isdisjoint(one.start):
        company |= one.start - ACT_WORDS
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
    if not _is_one_company(one, other):
        return False
    if one.is_negated != other.is_negated or not stages_agree(one, other):
        return False
    for mine, theirs in (
        (one.periods, other.periods),
        (one.years, other.years),
        (one.phases, other.phases),
        (one.kinds, other.kinds),
    ):
        if mine and theirs and mine.isdisjoint(theirs):
            return False
    if _is_told_from_both_sides(one, other):
        return True
    return not _contradict(one.sides, other.sides)


def _is_one_company(one: StoryForm, other: StoryForm) -> bool:
    """Tell whether both may be about one company, in the same role."""
    if not one.tickers or not other.tickers:
        return _may_be_one_company(one, other)
    if one.tickers.isdisjoint(other.tickers):
        return False
    return not _swapped(one, other) and not _are_two_sources(one, other)


def _are_two_sources(one: StoryForm, other: StoryForm) -> bool:
    """Tell whether each begins with a name that the other lacks: two brokers."""
    mine = one.opening & one.capitals - other.words
    theirs = other.opening & other.capitals - one.words
    return bool(mine and theirs)


def _is_told_from_both_sides(one: StoryForm, other: StoryForm) -> bool:
    """Tell whether one says "X to sell Z to Y" where the other says "Y to buy Z"."""
    mine, theirs = one.opening, other.opening
    if not mine or not theirs or not mine.isdisjoint(theirs):
        return False
    acts = (one.words | other.words) & _SALE
    return acts == _SALE and mine <= other.words and theirs <= one.words


def _may_be_one_company(one: StoryForm, other: StoryForm) -> bool:
    """Tell whether two titles may be about one company that no symbol names."""
    mine, theirs = one.lead - other.words, other.lead - one.words
    if mine and theirs:
        return False
    if not one.start.isdisjoint(other.start):
        return True
    return _names(one.lead, other) or _names(other.lead, one)


def _names(lead: frozenset[str], other: StoryForm) -> bool:
    """Tell whether another title names the company that this one begins with."""
    if len(lead) > 1:
        return lead <= other.words
    return bool(lead) and lead <= other.capitals | other.lead


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
