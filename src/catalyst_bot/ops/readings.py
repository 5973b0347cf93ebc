"""The metrics read back as values, for the live page."""

from collections import Counter as Counted
from collections.abc import Mapping
from dataclasses import dataclass

from prometheus_client import Counter, Gauge, Histogram


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """How many took at most `upto` seconds and more than the bucket before."""

    upto: float | None  # None: longer than all others
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """How long a stage took since the start; seconds."""

    name: str
    count: int
    mean: float
    buckets: tuple[Bucket, ...]


def spread_of(histogram: Histogram, *, name: str) -> Spread:
    """Return a histogram without labels as counts of each bucket alone."""
    buckets: list[Bucket] = []
    count, total, below = 0, 0.0, 0
    (metric,) = histogram.collect()
    for sample in metric.samples:
        if sample.name.endswith("_bucket"):
            reached, upto = int(sample.value), float(sample.labels["le"])
            is_last = upto == float("inf")
            buckets.append(
                Bucket(upto=None if is_last else upto, count=reached - below)
            )
            below = reached
        elif sample.name.endswith("_count"):
            count = int(sample.value)
        elif sample.name.endswith("_sum"):
            total = float(sample.value)
    mean = total / count if count else 0.0
    return Spread(name=name, count=count, mean=mean, buckets=tuple(buckets))


def counts_of(
    metric: Counter | Gauge, *, label: str, where: Mapping[str, str] | None = None
) -> Mapping[str, int]:
    """Return what was counted, by one of its labels; what is 0 is left out.

    `where`: values that other labels must have.
    """
    wanted = (where or {}).items()
    (found,) = metric.collect()
    counts: Counted[str] = Counted()
    for sample in found.samples:
        is_total = sample.value and not sample.name.endswith("_created")
        if is_total and wanted <= sample.labels.items():
            counts[sample.labels[label]] += int(sample.value)
    return counts
