"""Tells whether two titles are about one company, in the same role."""

from catalyst_bot.intake.company_words import INDUSTRY
from catalyst_bot.intake.story_evidence import any_alike
from catalyst_bot.intake.story_forms import StoryForm
from catalyst_bot.intake.story_lookup import name_form

_SALE = frozenset(("acquire", "sell"))
# "Bolt Tech" may be "Bolt Technologies"; "Castlerigg" is not "Castlerock"
_TRADES = frozenset(map(name_form, INDUSTRY)) | INDUSTRY
_DONE_TO = frozenset((*_SALE, "lawsuit", "urge"))  # by one to another


def is_one_company(one: StoryForm, other: StoryForm) -> bool:
    """Tell whether both may be about one company, in the same role."""
    if not one.tickers or not other.tickers:
        return _may_be_one_company(one, other)
    if one.tickers.isdisjoint(other.tickers):
        return False
    return not _swapped(one, other) and not _are_two_sources(one, other)


def is_told_from_both_sides(one: StoryForm, other: StoryForm) -> bool:
    """Tell whether one says "X to sell Z to Y" where the other says "Y to buy Z"."""
    mine, theirs = one.opening, other.opening
    if not mine or not theirs or not mine.isdisjoint(theirs):
        return False
    acts = (one.words | other.words) & _SALE
    return acts == _SALE and mine <= other.words and theirs <= one.words


def is_turned(one: StoryForm, other: StoryForm) -> bool:
    """Tell whether one says "X sues Y" where the other says "Y sues X"."""
    if one.is_passive != other.is_passive or not one.start or not other.start:
        return False
    if one.sequence[0] == other.sequence[0]:
        return False
    for act in one.words & other.words & _DONE_TO:
        if " private" in one.text + other.text:  # as good as passive
            return False
        mine, theirs = one.sequence.index(act), other.sequence.index(act)
        if not (
            set(one.sequence[:mine]).isdisjoint(other.sequence[theirs:])
            or set(other.sequence[:theirs]).isdisjoint(one.sequence[mine:])
        ):
            return True
    return False


def _may_be_one_company(one: StoryForm, other: StoryForm) -> bool:
    """Tell whether two titles may be about one company that no symbol names."""
    mine, theirs = one.lead - other.words, other.lead - one.words
    if mine and theirs and not _may_be_short_for(mine, theirs):
        return False
    if not one.start.isdisjoint(other.start):
        return True
    return _names(one.lead, other) or _names(other.lead, one)


def _may_be_short_for(mine: frozenset[str], theirs: frozenset[str]) -> bool:
    """Tell whether words of two names differ by a trade only: Tech, Technologies."""
    if mine - _TRADES and theirs - _TRADES:
        return False
    return any_alike(mine & _TRADES, theirs & _TRADES)


def _names(lead: frozenset[str], other: StoryForm) -> bool:
    """Tell whether another title names the company that this one begins with."""
    if len(lead) > 1:
        return lead <= other.words
    return bool(lead) and lead <= other.capitals | other.lead


def _are_two_sources(one: StoryForm, other: StoryForm) -> bool:
    """Tell whether each begins with a name that the other lacks: two brokers."""
    called = one.called | other.called | INDUSTRY
    mine = one.opening & one.capitals - other.words - called
    theirs = other.opening & other.capitals - one.words - called
    return bool(mine and theirs) and not any_alike(mine, theirs)


def _swapped(one: StoryForm, other: StoryForm) -> bool:
    """Tell whether two companies have changed places: who buys, who sues."""
    if one.subject == other.subject or one.is_passive != other.is_passive:
        return False
    return one.subject in other.tickers and other.subject in one.tickers
