"""The metrics read back as values."""

from catalyst_bot.ops.metrics import Metrics
from catalyst_bot.ops.readings import Bucket, counts_of, spread_of


def test_a_histogram_is_counted_bucket_by_bucket() -> None:
    metrics = Metrics()
    for seconds in (0.01, 0.04, 0.3, 60.0):
        metrics.alert_latency.observe(seconds)
    spread = spread_of(metrics.alert_latency, name="seen to posted")
    assert (spread.name, spread.count) == ("seen to posted", 4)
    assert spread.mean == 60.35 / 4
    counts = {bucket.upto: bucket.count for bucket in spread.buckets}
    assert counts[0.05] == 2
    assert counts[0.5] == counts[None] == 1
    assert sum(counts.values()) == 4
    assert spread.buckets[-1] == Bucket(upto=None, count=1)


def test_a_stage_that_never_ran_has_a_mean_of_zero() -> None:
    assert spread_of(Metrics().alert_latency, name="x").mean == 0.0


def test_counters_and_gauges_are_read_by_label_without_zeros() -> None:
    metrics = Metrics()
    metrics.items_rejected.labels("stale").inc(3)
    metrics.jobs_pending.labels("edit:main").set(2)
    metrics.jobs_pending.labels("post:main").set(0)
    assert counts_of(metrics.items_rejected, label="reason") == {"stale": 3}
    metrics.enrich.labels("analysed", "ollama").inc(4)
    metrics.enrich.labels("analysed", "gemini").inc(1)
    assert counts_of(metrics.enrich, label="result") == {"analysed": 5}
    assert counts_of(metrics.jobs_pending, label="queue") == {"edit:main": 2}
