"""What the process counts, and when it says that it is ready."""

import asyncio
import gc

from prometheus_client.parser import text_string_to_metric_families

from catalyst_bot.ops.health import Check, Health, SourceHealth
from catalyst_bot.ops.metrics import Metrics
from catalyst_bot.ops.pauses import LoopLag
from tests.clocks import ManualClock
from tests.waiting import until

NOW = 1_800_000_000.0


def well(clock: ManualClock | None = None) -> Health:
    """Return the health of a process that does its job at NOW."""
    health = Health(monotonic=(clock or ManualClock()).monotonic)
    health.ledger_wrote()
    health.destination("discord", fault="")
    health.source(SourceHealth(name="wire", last_success=NOW, interval=30))
    return health


def failed(health: Health) -> list[str]:
    ready = health.ready()
    assert ready.is_ready == all(check.ok for check in ready.checks)
    return [check.name for check in ready.checks if not check.ok]


def test_every_metric_is_exposed_under_its_documented_name() -> None:
    metrics = Metrics(version="1.2.3")
    families = {
        family.name: family
        for family in text_string_to_metric_families(metrics.render().decode())
    }
    for row in metrics.rows:
        assert row.name.removesuffix("_total") in families
    (build,) = families["catalyst_build_info"].samples
    assert (build.labels, build.value) == ({"version": "1.2.3"}, 1.0)


def test_what_other_peoples_dashboards_rely_on_keeps_its_name_and_labels() -> None:
    """A renamed metric or label ends a panel or an alert rule without a word."""
    kept = {
        "items_seen_total": {"source"},
        "items_rejected_total": {"reason"},
        "alerts_total": {"result"},
        "alert_latency_seconds": set(),
        "enrich_total": {"result", "provider"},
        "enrich_latency_seconds": set(),
        "llm_breaker_state": {"provider"},
        "jobs_pending": {"queue"},
        "job_oldest_age_seconds": {"queue"},
        "posts_in_doubt_total": {"outcome"},
        "lease_lost_total": {"queue"},
        "duplicates_suppressed_total": {"how"},
        "ledger_commit_seconds": set(),
        "ledger_degraded": set(),
        "feed_last_success_timestamp_seconds": {"source"},
        "discord_requests_total": {"method", "status"},
        "event_loop_lag_seconds": set(),
        "gc_pause_seconds": set(),
        "config_last_reload_successful": set(),
        "backup_last_success_timestamp_seconds": set(),
        "build_info": {"version"},
    }
    rows = {row.name.removeprefix("catalyst_"): row for row in Metrics().rows}
    assert {name: set(rows[name].labels) for name in kept} == kept


def test_no_metric_has_a_label_without_a_bound() -> None:
    labels = {label for row in Metrics().rows for label in row.labels}
    assert not labels & {"ticker", "alert", "alert_id", "key", "url", "title"}


def test_two_sets_of_metrics_do_not_share_their_counts() -> None:
    first, second = Metrics(), Metrics()
    first.alerts.labels(result="posted").inc()
    assert b'catalyst_alerts_total{result="posted"} 1.0' in first.render()
    assert b'catalyst_alerts_total{result="posted"} 0.0' in second.render()


def test_a_well_process_is_ready() -> None:
    assert failed(well()) == []


def test_a_new_process_is_not_ready_and_says_why() -> None:
    assert failed(Health()) == ["ledger", "destination", "sources"]


def test_a_ledger_that_stops_writing_ends_readiness() -> None:
    clock = ManualClock()
    health = well(clock)
    clock.advance(10)
    assert failed(health) == []
    clock.advance(0.1)
    assert failed(health) == ["ledger"]


def test_one_working_destination_of_two_is_enough() -> None:
    health = well()
    health.destination("backup", fault="webhook deleted")
    assert failed(health) == []
    health.destination("discord", fault="401")
    assert failed(health) == ["destination"]
    assert (
        Check(
            name="destination", ok=False, detail="discord: 401; backup: webhook deleted"
        )
        in health.ready().checks
    )


def test_sources_count_as_fresh_for_three_intervals() -> None:
    clock = ManualClock()
    health = well(clock)
    clock.advance(90)
    health.ledger_wrote()
    assert failed(health) == []
    clock.advance(1)
    assert failed(health) == ["sources"]
    sick = SourceHealth(name="wire", last_success=NOW, failures=1, interval=30)
    health.source(sick)  # a sign of life, and no success
    assert failed(health) == ["sources"]
    health.source(SourceHealth(name="other", last_success=NOW + 91, interval=5))
    assert failed(health) == []


def test_a_draining_process_is_not_ready() -> None:
    health = well()
    health.draining = True
    assert failed(health) == ["draining"]


def test_a_source_that_fails_still_ticks_and_one_that_hangs_is_named() -> None:
    clock = ManualClock()
    health = well(clock)
    clock.advance(80)
    health.source(SourceHealth(name="sick", failures=9, reason="503", interval=30))
    clock.advance(11)
    assert health.silent_sources() == ("wire",)


def test_a_short_interval_is_given_time_for_the_poll_itself() -> None:
    clock = ManualClock()
    health = Health(monotonic=clock.monotonic)
    health.source(SourceHealth(name="fast", interval=1))
    clock.advance(60)
    assert health.silent_sources() == ()
    clock.advance(1)
    assert health.silent_sources() == ("fast",)


def test_a_step_of_the_wall_clock_is_no_hang_and_ends_no_readiness() -> None:
    clock = ManualClock()
    health = well(clock)
    clock.wall_offset = 3600
    assert health.silent_sources() == ()
    assert health.ledger_age() == 0
    assert failed(health) == []


def test_a_notice_stands_until_it_is_taken_back() -> None:
    health = Health()
    health.notice("calendar", "ends in 90 days")
    assert dict(health.notices) == {"calendar": "ends in 90 days"}
    health.notice("calendar", "")
    health.notice("never", "")
    assert dict(health.notices) == {}


async def test_a_garbage_collection_is_timed_and_the_callback_is_removed() -> None:
    metrics, before = Metrics(), gc.callbacks[:]
    lag = LoopLag(clock=ManualClock(), metrics=metrics, period=0.001)
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(lag.run())
        await asyncio.sleep(0)
        gc.collect()
        await until(lambda: b"gc_pause_seconds_count 0.0" not in metrics.render())
        running.cancel()
    assert gc.callbacks == before
