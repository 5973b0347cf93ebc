"""Tells at which stage of an event a title stands: proposed, priced, closed, undone."""

import re
from typing import Protocol

from catalyst_bot.intake.story_events import (
    BY_BOARD,
    DEAL_STAGES,
    DEALS,
    PRICED,
    STAGES,
)
from catalyst_bot.intake.story_steps import are_two_steps

_TO_COME = re.compile(
    r"\b(?:to|will) (?:report|announce|release|host|hold|discuss|issue|publish|present|"
    r"showcase)\b|\bsets?\b.{0,40}\b(?:release|call|results|earnings|report)\b|"
    r"\b(?:dates? (?:of|for)|(?:release|call|earnings|results) date)\b|"
    r"\bupcoming presentation\b|\bschedul",
    re.IGNORECASE,
)
# Done, not promised: "sells plant", "raises $5M", against "to sell", "agrees to sell".
_DONE = re.compile(
    r"(?<!to )(?<!will )\b(?:sells|sold|buys|bought(?! deal)|acquires|acquired|"
    r"raises|raised|converts|converted|secures|secured|enters|divests|divested|gets|obtains)\b",
    re.IGNORECASE,
)
_PROMISED = re.compile(r"\b(?:agree|plan|propos|launch|intend|will )", re.IGNORECASE)
_TO_CLOSE = re.compile(
    r"\b(?:to|will) (?:be )?(?:clos|complet|consummat|finali[sz]|finish|wrap|expire)",
    re.IGNORECASE,
)
_AHEAD = re.compile(  # "to Finland" is no promise
    r"\bto [a-z]|\b(?:[Ww]ill|[Pp]lans?|[Aa]gree[sd]?|[Ee]xpects?|[Pp]roposes?)\b"
)
_DOES = re.compile(r"\b(?:complet|finali[sz]|conclud|consummat)", re.IGNORECASE)
_CLOSED, _APPROVED = frozenset(("close",)), frozenset(("approve",))
_ENDING, _STRIKE = frozenset(("close", "expire")), frozenset(("vote", "walkout"))
_PRICED, _UPSIZED = frozenset(("price",)), frozenset(("upsize",))
_SCHEDULED, _TO_BE_TOLD = (
    frozenset(("schedule",)),
    frozenset(("result", "data", "profit")),
)
_HALTED, _ENDED = frozenset(("terminate", "halt")), frozenset(("end",))
_PANEL, _PANEL_VOTE = frozenset(("panel",)), frozenset(("panel-vote",))
_REJECTED, _LOST = frozenset(("reject",)), frozenset(("lose", "reject", "dismiss"))
_NOT_PRICED = frozenset(("propose", "launch", "start"))
_NONE: frozenset[str] = frozenset()
_TURNED = frozenset(("terminate", "halt", "appeal", "panel", "talk"))
_TALK = frozenset(("talk",))
# a board approves when it announces; a late form is no delay of its own
_NO_STAGES = (
    (BY_BOARD, _APPROVED),
    (frozenset(("10-q", "10-k")), frozenset(("postpone",))),
)


class Staged(Protocol):
    """A title with its stages."""

    @property
    def text(self) -> str: ...
    @property
    def words(self) -> frozenset[str]: ...
    @property
    def numbers(self) -> frozenset[str]: ...
    @property
    def stages(self) -> frozenset[str]: ...


def stages_of(words: frozenset[str], text: str) -> frozenset[str]:
    """Return the stages that the marked words of a title make."""
    stages = words & STAGES
    if not words.isdisjoint(DEALS):
        stages |= words & DEAL_STAGES
    stages -= _no_stages(words)
    if not stages.isdisjoint(_TURNED):
        stages = _turned(stages, words)
    if words >= _STRIKE:
        stages |= _STRIKE
    if not stages.isdisjoint(_ENDING) and _TO_CLOSE.search(text):
        stages = stages - _ENDING | _SCHEDULED
    if not words.isdisjoint(_TO_BE_TOLD) and _TO_COME.search(text):
        stages |= _SCHEDULED
    return stages


def _no_stages(words: frozenset[str]) -> frozenset[str]:
    """Return what would be a stage beside other words than these."""
    found = _NONE if words & PRICED else _PRICED
    for these, without in _NO_STAGES:
        if not words.isdisjoint(these):
            found |= without
    return found


def _turned(stages: frozenset[str], words: frozenset[str]) -> frozenset[str]:
    """Return the stages that follow from two words."""
    if "terminate" in stages or ("halt" in stages and "guidance" in words):
        stages = stages - _HALTED | _ENDED
    if "appeal" in stages:
        stages = stages - _REJECTED | _ruling(words)
    if "urge" in words:
        stages -= _TALK  # an activist's wish
    if "panel" in stages and "vote" in words:
        stages = stages - _PANEL | _PANEL_VOTE
    return stages


def stages_agree(one: Staged, other: Staged) -> bool:
    """Tell whether two titles may stand at one stage."""
    if are_two_steps(one.text, other.text):
        return False
    if one.stages == other.stages:
        return not _is_ahead(one, other) and not _is_ahead(other, one)
    differ = one.stages ^ other.stages
    if differ == _UPSIZED and "price" in one.stages:
        return True  # it is priced, larger than announced
    less = one if len(one.stages) < len(other.stages) else other
    both = one.words & other.words
    if differ == _CLOSED:  # a loan that is closed is a loan
        return _is_done(less.text) or "loan" in both
    if differ == _PRICED:  # it is announced with its price
        is_sized = "direct" in both or not one.numbers.isdisjoint(other.numbers)
        return (
            is_sized
            and less.words.isdisjoint(_NOT_PRICED)
            and (one.numbers == other.numbers or _is_done(less.text))
        )
    # a mark, a licence, a listing
    return differ == _APPROVED and ("win" in less.words or "list" in both)


def _is_ahead(one: Staged, other: Staged) -> bool:
    """Tell whether one title says what will be, the other what is completed."""
    if "close" in one.words or "close" not in other.words:
        return False
    return _DOES.search(other.text) is not None and _AHEAD.search(one.text) is not None


def _is_done(text: str) -> bool:
    """Tell whether a deal is told as a fact that its completion may be."""
    return _DONE.search(text) is not None and not _PROMISED.search(text)


def _ruling(words: frozenset[str]) -> frozenset[str]:
    """Return how a court ruled on an appeal, if it did."""
    if not words.isdisjoint(_LOST):
        return frozenset(("appeal-lost",))
    return frozenset(("appeal-won",)) if "win" in words else frozenset()
