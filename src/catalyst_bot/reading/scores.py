"""How good answers are against labels, and whether one set of them is better. Pure.

A measure that a sample does not allow, a precision where nothing was flagged say, is
None and never a number.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import comb
from statistics import fmean
from typing import TypeVar

DRAWS = 1000  # of the bootstrap
_LEAST = 20  # draws that allow a measure, below it there is no interval
_TAIL = 0.025  # on each side: a 95 % interval

T = TypeVar("T")
Named = tuple[tuple[str, float | None], ...]  # measures by name


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """One yes-or-no answer; `certainty` of yes is 0 to 1, None if none was given."""

    is_true: bool
    is_flagged: bool
    certainty: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One answer out of several."""

    label: str
    answer: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A measure, and its 95 % interval where one was drawn."""

    name: str
    value: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class McNemar:
    """Whether two sets of answers to the same questions are equally often right."""

    only_first: int  # questions that the first alone has right
    only_second: int
    p: float  # exact, two-sided


def flag_measures(flags: Sequence[Flag]) -> Named:
    """Return precision, recall and F1 of the flags, and AUROC of their certainty."""
    hits = sum(one.is_true and one.is_flagged for one in flags)
    flagged = sum(one.is_flagged for one in flags)
    true = sum(one.is_true for one in flags)
    return (
        ("precision", _share(hits, flagged)),
        ("recall", _share(hits, true)),
        ("f1", _share(2 * hits, flagged + true)),
        ("auroc", _auroc(flags)),
    )


def choice_measures(choices: Sequence[Choice]) -> Named:
    """Return the share that is right, and the mean F1 of the labels that occur."""
    right = sum(one.label == one.answer for one in choices)
    labels = sorted({one.label for one in choices})
    f1s = [_f1_of(choices, label) for label in labels]
    return (
        ("accuracy", _share(right, len(choices))),
        ("macro_f1", fmean(f1s) if f1s else None),
    )


def with_intervals(
    sample: Sequence[T],
    measures: Callable[[Sequence[T]], Named],
    *,
    rng: random.Random,
    draws: int = DRAWS,
) -> tuple[Measure, ...]:
    """Return the measures of a sample with bootstrap intervals; 0 draws: without."""
    drawn: dict[str, list[float]] = {}
    for _ in range(draws if sample else 0):
        for name, value in measures(rng.choices(sample, k=len(sample))):
            if value is not None:
                drawn.setdefault(name, []).append(value)
    return tuple(
        _measure(name, value, sorted(drawn.get(name, ())))
        for name, value in measures(sample)
    )


def mcnemar(rights: Sequence[tuple[bool, bool]]) -> McNemar:
    """Return the exact test over which of two is right on each question."""
    first = sum(one and not other for one, other in rights)
    second = sum(other and not one for one, other in rights)
    apart = first + second
    tail = sum(comb(apart, k) for k in range(min(first, second) + 1))
    p = min(1.0, tail / 2 ** (apart - 1)) if apart else 1.0
    return McNemar(only_first=first, only_second=second, p=p)


def _measure(name: str, value: float | None, drawn: Sequence[float]) -> Measure:
    if value is None or len(drawn) < _LEAST:
        return Measure(name=name, value=value)
    last = len(drawn) - 1
    return Measure(
        name=name,
        value=value,
        low=drawn[round(_TAIL * last)],
        high=drawn[round((1 - _TAIL) * last)],
    )


def _auroc(flags: Sequence[Flag]) -> float | None:
    """Return how often a true one is ranked above a false one, equals counting half."""
    ranked = [
        (one.certainty, one.is_true) for one in flags if one.certainty is not None
    ]
    ranks = _mid_ranks([certainty for certainty, _ in ranked])
    true = sum(is_true for _, is_true in ranked)
    false = len(ranked) - true
    if not (true and false):
        return None
    total = sum(
        rank for rank, (_, is_true) in zip(ranks, ranked, strict=True) if is_true
    )
    return (total - true * (true + 1) / 2) / (true * false)


def _mid_ranks(values: Sequence[float]) -> list[float]:
    """Return the rank of each value from 1, equal values sharing their middle."""
    places: dict[float, list[int]] = {}
    for rank, value in enumerate(sorted(values), start=1):
        places.setdefault(value, []).append(rank)
    return [fmean(places[value]) for value in values]


def _f1_of(choices: Sequence[Choice], label: str) -> float:
    hits = sum(one.label == one.answer == label for one in choices)
    said = sum(one.answer == label for one in choices)
    true = sum(one.label == label for one in choices)
    return 2 * hits / (said + true)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
