"""What the process counts and times: one registry, one attribute for each metric.

No label ever carries a ticker or an alert id: their number has no bound.
"""

from prometheus_client import ProcessCollector

from catalyst_bot.ops.reading_metrics import ReadingMetrics

_ALERT_SECONDS = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)
_COMMIT_SECONDS = (0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.05, 0.25, 1.0, 5.0)
_QUOTE_SECONDS = (0.02, 0.04, 0.06, 0.08, 0.15, 0.3, 0.6, 1.0, 3.0)
_PAUSE_SECONDS = (0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5)
_PROCESS = (  # what the library's collector reads from /proc
    ("cpu_seconds_total", "counter", "Processor time"),
    ("resident_memory_bytes", "gauge", "Memory in use"),
    ("virtual_memory_bytes", "gauge", "Memory asked for"),
    ("start_time_seconds", "gauge", "Unix time of the start"),
    ("open_fds", "gauge", "Open files and sockets"),
    ("max_fds", "gauge", "The most that may be open"),
)


class Metrics(ReadingMetrics):
    """Every metric of the daemon, in a registry of its own; counters start at 0."""

    def __init__(self, *, version: str = "unknown") -> None:
        super().__init__()
        for stage, opens in (
            ("News", self._open_news),
            ("Prices", self._open_prices),
            ("Delivery", self._open_delivery),
            ("Signs of life", self._open_signs_of_life),
            ("Analyses", self._open_enrichment),
            ("Model", self._open_answers),
            ("Ledger", self._open_ledger),
            ("Process", self._open_process),
        ):
            self._stage = stage
            opens()
        self._begin_at_zero()
        self.build_info.labels(version=version).set(1)
        self.config_last_reload_successful.set(1)

    def forget_source(self, name: str) -> None:
        """Show no age of a source that is polled no more."""
        self.feed_last_success.remove(name)

    def _open_news(self) -> None:
        self.items_seen = self._counter(
            "items_seen", "Items read from a source for the first time", "source"
        )
        self.items_rejected = self._counter(
            "items_rejected", "Items that became no alert, by why", "reason"
        )
        self.duplicates_suppressed = self._counter(
            "duplicates_suppressed", "Repeats that were not posted", "how"
        )
        self.conflicts = self._counter(
            "conflicts",
            "Conflicts between alerts by what became of them: waiting (found by rule), "
            "then confirmed, denied (by the model) or unconfirmed (no verdict)",
            "kind",
            "state",
        )
        self.feed_polls = self._counter(
            "feed_polls",
            "Polls by outcome: changed, not_modified, same, failed, connected",
            "source",
            "result",
        )
        self.feed_failures = self._counter(
            "feed_failures", "Polls that ended in an error", "source"
        )
        self.feed_last_success = self._gauge(
            "feed_last_success_timestamp_seconds",
            "Unix time of the last good poll",
            "source",
        )
        self.source_silent = self._gauge(
            "source_silent",
            "1 while a source that answers has no news against its own habit",
            "source",
        )
        self.feed_parse_tier = self._counter(
            "feed_parse_tier",
            "Pages by the parser tier that read them",
            "source",
            "tier",
        )
        self.searches = self._counter(
            "searches",
            "Searches of a source by outcome: answered, failed",
            "source",
            "result",
        )
        self.stream_messages = self._counter(
            "stream_messages",
            "Messages of a news stream: news, control, error, unknown, dropped",
            "source",
            "kind",
        )

    def _open_prices(self) -> None:
        self.quote_requests = self._counter(
            "quote_requests",
            "Requests for prices by outcome: answered, failed",
            "provider",
            "result",
        )
        self.quotes_refused = self._counter(
            "quotes_refused",
            "Symbols for which a provider had no price, or one that cannot be shown",
            "provider",
        )
        self.quote_latency = self._histogram(
            "quote_latency_seconds", "Time of one request for prices", _QUOTE_SECONDS
        )
        self.cards_priced = self._counter(
            "cards_priced",
            "Alerts of US stocks by when the card got a price: first, edit, none",
            "when",
        )

    def _open_delivery(self) -> None:
        self.alerts = self._counter(
            "alerts",
            "Alerts by end: posted, plain, expired, expired_paused (held by an "
            "operator until they were too old), failed, deleted",
            "result",
        )
        self.alerts_retracted = self._counter(
            "alerts_retracted",
            "Alerts that were taken back, by whom: operator, source",
            "by",
        )
        self.alerts_held = self._counter(
            "alerts_held",
            "Alerts that a channel's rules take and it did not get: quiet hours, limit",
            "channel",
            "why",
        )
        self.watch_hits = self._counter(
            "watch_hits",
            "Standing queries that took an alert: by its words (local), or the model's",
            "by",
            "query",
        )
        self.posts_paused = self._gauge(
            "posts_paused", "Whether an operator holds new alerts back: 0 or 1"
        )
        self.alert_latency = self._histogram(
            "alert_latency_seconds",
            "From the last byte of the feed's answer to Discord's answer; without what "
            "an operator held back",
            _ALERT_SECONDS,
        )
        self.posts_in_doubt = self._counter(
            "posts_in_doubt",
            "Posts without an answer, by what followed: nonce, adopted, absent (posted "
            "again: not in the channel), reposted (nobody knew), skipped",
            "outcome",
        )
        self.discord_requests = self._counter(
            "discord_requests",
            "Requests to Discord; status is 'none' when no answer came",
            "method",
            "status",
        )

    def _open_signs_of_life(self) -> None:
        self.status_messages = self._counter(
            "status_messages",
            "Writes of the status message by end: posted, edited, failed",
            "result",
        )
        self.heartbeat_pings = self._counter(
            "heartbeat_pings",
            "Pings to HEARTBEAT_PING_URL by end: ok, failed, withheld (not ready)",
            "result",
        )
        self.outages = self._counter(
            "outages",
            "Times in which no alert could be told, by why: down, feeds, discord, "
            "paused",
            "cause",
        )
        self.catch_up_alerts = self._counter(
            "catch_up_alerts",
            "Alerts after an outage: posted, missed (too old by then)",
            "result",
        )

    def _open_ledger(self) -> None:
        self.jobs_pending = self._gauge(
            "jobs_pending", "Open jobs in the ledger", "queue"
        )
        self.job_oldest_age_seconds = self._gauge(
            "job_oldest_age_seconds", "Age of the oldest open job", "queue"
        )
        self.lease_lost = self._counter(
            "lease_lost", "Jobs finished too late to count: another took over", "queue"
        )
        self.ledger_commit = self._histogram(
            "ledger_commit_seconds", "Time of one commit", _COMMIT_SECONDS
        )
        self.ledger_degraded = self._gauge(
            "ledger_degraded", "1 while the disk takes nothing and memory stands in"
        )
        self.backup_last_success = self._gauge(
            "backup_last_success_timestamp_seconds",
            "Unix time of the newest copy of the database, 0 = none",
        )

    def _open_process(self) -> None:
        self.event_loop_lag = self._gauge(
            "event_loop_lag_seconds", "How late the event loop ran its last timer"
        )
        self.gc_pause = self._histogram(
            "gc_pause_seconds", "Time of one garbage collection", _PAUSE_SECONDS
        )
        self.unexpected_errors = self._counter(
            "unexpected_errors", "Errors nobody foresaw, by where caught", "where"
        )
        self.config_last_reload_successful = self._gauge(
            "config_last_reload_successful",
            "1 when the files as they were last read are in force, 0 when they had "
            "faults and the configuration before them is",
        )
        self.build_info = self._gauge(
            "build_info", "Always 1; the version is the label", "version"
        )

        for name, kind, meaning in _PROCESS:
            self._note(f"process_{name}", kind, (), meaning)
        ProcessCollector(namespace="catalyst", registry=self._registry)

    def _begin_at_zero(self) -> None:
        """Show what has not happened yet: an alert rule sees no step from nothing."""
        for counter, values in (
            (
                self.alerts,
                ("posted", "plain", "expired", "expired_paused", "failed", "deleted"),
            ),
            (
                self.posts_in_doubt,
                ("nonce", "adopted", "absent", "reposted", "skipped"),
            ),
            (self.alerts_retracted, ("operator", "source")),
            (self.duplicates_suppressed, ("seen", "nonce", "reconcile")),
            (self.cards_priced, ("first", "edit", "none")),
            (self.unexpected_errors, ("source", "score", "render", "quote", "search")),
            (self.llm_semantic_audits, ("held", "false")),
            (self.status_messages, ("posted", "edited", "failed")),
            (self.heartbeat_pings, ("ok", "failed", "withheld")),
            (self.outages, ("down", "feeds", "discord", "paused")),
            (self.catch_up_alerts, ("posted", "missed")),
        ):
            for value in values:
                counter.labels(value)
