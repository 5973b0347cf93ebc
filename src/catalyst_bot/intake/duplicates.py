"""Tells whether two titles report the same event, and refuses to guess.

Each title is prepared once (`story_form`); a pair is compared in sets. Another number,
quarter, phase or stage is another event, however alike the words are.
"""

from collections.abc import Collection, Iterable, Sequence

from catalyst_bot.intake.company_words import INDUSTRY
from catalyst_bot.intake.story_company import (
    is_one_company,
    is_told_from_both_sides,
    is_turned,
)
from catalyst_bot.intake.story_events import (
    DEALS,
    LISTED,
    MARKED,
    PLACES,
)
from catalyst_bot.intake.story_evidence import any_alike, are_alike
from catalyst_bot.intake.story_forms import StoryForm
from catalyst_bot.intake.story_lookup import name_form
from catalyst_bot.intake.story_outcomes import (
    are_other_instruments,
    are_two_outcomes,
)
from catalyst_bot.intake.story_reading import Reading
from catalyst_bot.intake.story_stages import stages_agree, stages_of
from catalyst_bot.intake.story_text import rewrite
from catalyst_bot.intake.wire_marks import bare_title

_LEAD = 4  # words of the name that a title begins with
_NONE: frozenset[str] = frozenset()
_CORRECTED, _FEWEST = 0.75, 2  # shared words of a correction: of all, and how many


def story_form(
    title: str,
    tickers: Sequence[str],
    own: Collection[str] = (),
    kinds: frozenset[str] = _NONE,
) -> StoryForm:
    """Return the form of a title.

    `own` has the words that name its companies: what "Bolt Systems" says more than
    "Bolt" is then nothing. `kinds` names the kinds of event that the title reports.
    """
    text, is_cut = bare_title(title)
    reading = Reading()
    reading.read(rewrite(text.rstrip("….")))
    words = reading.words
    if is_cut and words and words[-1] not in LISTED:
        reading.capitals.discard(words.pop())  # it may be half a word
    if "close" in words and "clos" in text.lower() and DEALS.isdisjoint(words):
        words = ["shut" if word == "close" else word for word in words]
    lead = frozenset(words[: min(_LEAD, max(0, reading.lead))])
    opening, called = lead, _NONE
    if own:
        called = frozenset(map(name_form, own)).intersection(words)
        lead = called | lead & INDUSTRY if called else lead
    content = frozenset(words)
    capitals = frozenset(reading.capitals)
    marked = content & MARKED
    places = marked & PLACES
    return StoryForm(
        subject=tickers[0] if tickers else "",
        tickers=_kept(tickers),
        sequence=tuple(words),
        words=_kept(content | reading.numbers),
        start=_kept(words[:2]),
        lead=_kept(lead),
        opening=_kept(opening),
        called=_kept(called),
        names=_kept(capitals | places if reading.has_lower else places),
        capitals=_kept(capitals),
        numbers=_kept(reading.numbers),
        telling=_kept(reading.telling),
        periods=_kept(reading.periods),
        years=_kept(reading.years),
        phases=_kept(reading.phases),
        stages=_kept(stages_of(marked, text)),
        is_sentence=reading.has_lower,
        text=text,
        is_cut=is_cut,
        kinds=_kept(kinds),
    )


def _kept(words: Iterable[str]) -> frozenset[str]:
    """Return a set as it is remembered for two days: all empty ones are the same."""
    return frozenset(words) or _NONE


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
    if not are_alike(one, other) or are_two_outcomes(one.text, other.text):
        return False
    return not are_other_instruments(one.text, other.text)


def _corrects(mine: frozenset[str], theirs: frozenset[str]) -> bool:
    """Tell whether a correction is about that title: its numbers do not count."""
    shared = len(mine & theirs)
    return shared >= _FEWEST and shared >= _CORRECTED * len(mine | theirs)


def _may_be_same(one: StoryForm, other: StoryForm) -> bool:
    """Tell whether nothing but words and numbers could tell the two apart."""
    if not is_one_company(one, other):
        return False
    if one.is_negated != other.is_negated or not stages_agree(one, other):
        return False
    for mine, theirs in (
        (one.periods, other.periods),
        (one.years, other.years),
        (one.phases, other.phases),
        (one.given_as, other.given_as),
    ):
        if mine and theirs and mine.isdisjoint(theirs):
            return False
    if is_told_from_both_sides(one, other):
        return True
    if is_turned(one, other):
        return False
    return not _contradict(one.sides, other.sides)


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
    mine = one.names - other.words - _own_name(one, other)
    theirs = other.names - one.words - _own_name(other, one)
    if not mine or not theirs:
        return True
    return any_alike(mine, other.words) or any_alike(theirs, one.words)


def _own_name(one: StoryForm, other: StoryForm) -> frozenset[str]:
    """Return the name a title begins with, unless it is a broker's or a buyer's."""
    is_company = one.lead & other.words or not other.lead & one.words
    return one.lead if is_company else frozenset()
