"""Why a headline got its score: every rule that fired, and what each gave."""

from dataclasses import dataclass

from catalyst_bot.model import Side
from catalyst_bot.scoring.catalysts import Catalyst
from catalyst_bot.scoring.finance import Fired, Layer
from catalyst_bot.scoring.prepared import Prepared


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What each layer gave; without `prior` they are on the scale of the weights.

    `prior` is 0.0 where no catalyst pulls the score, else 0.4 of its direction.
    """

    words: float = 0.0
    phrases: float = 0.0
    direction: float = 0.0
    numbers: float = 0.0
    prior: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """One rule that fired, on `text[start:end]` of the explanation."""

    layer: Layer
    text: str
    start: int
    end: int
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A catalyst as an explanation shows it; `direction` is after its status."""

    name: str
    priority: int
    direction: float
    status: str
    evidence: str
    primary: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """A score, -1..1, with all that made it.

    `raw` is the sum of `parts` without the prior. With s = score_of(raw) the score is
    s, or 0.5 s + prior within -1..1. Offsets count in `text`, the cleaned headline.
    `reason` says why a neutral headline is neutral, else "".
    """

    text: str
    score: float
    label: Side
    reason: str
    vader: float  # what plain VADER says, for comparison
    raw: float
    parts: Parts
    fired: tuple[Trace, ...]
    catalysts: tuple[Evidence, ...]
    suppressed: bool
    truncated: bool
    rules_version: str


def parts_of(fired: list[Fired], *, prior: float) -> Parts:
    """Return the sum of each layer's weights."""
    sums = {
        layer: sum((one.weight for one in fired if one.layer is layer), 0.0)
        for layer in Layer
    }
    return Parts(
        words=sums[Layer.WORDS],
        phrases=sums[Layer.PHRASES],
        direction=sums[Layer.DIRECTION],
        numbers=sums[Layer.NUMBERS],
        prior=prior,
    )


def traces_of(prepared: Prepared, fired: list[Fired]) -> tuple[Trace, ...]:
    """Return what fired, with the words of the headline that it fired on."""
    starts, ends = prepared.starts, prepared.ends
    return tuple(
        Trace(
            layer=one.layer,
            text=prepared.text[starts[one.first] : ends[one.last - 1]],
            start=starts[one.first],
            end=ends[one.last - 1],
            weight=one.weight,
        )
        for one in fired
    )


def prior_trace(catalyst: Catalyst, *, weight: float) -> Trace:
    """Return the pull of a catalyst as one more thing that fired."""
    return Trace(
        layer=Layer.PRIOR,
        text=catalyst.evidence,
        start=catalyst.start,
        end=catalyst.end,
        weight=weight,
    )


def evidence_of(catalysts: tuple[Catalyst, ...]) -> tuple[Evidence, ...]:
    """Return the catalysts in the form that people read."""
    return tuple(
        Evidence(
            name=catalyst.name,
            priority=catalyst.priority,
            direction=catalyst.effective,
            status=catalyst.status.value,
            evidence=catalyst.evidence,
            primary=catalyst.is_primary,
        )
        for catalyst in catalysts
    )


def why_neutral(prepared: Prepared, fired: list[Fired]) -> str:
    """Return why a headline inside ±0.05 says nothing."""
    if not prepared.tokens:
        return "nothing to read"
    if not any(character.isalnum() for character in prepared.text):
        return "no words in it"
    if not fired:
        return "no word of it carries a weight"
    return "what speaks for it and against it is about even, or weak"
