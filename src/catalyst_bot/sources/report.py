"""What operators see of one source: its health, its metrics, its lines in the log."""

import logging
from dataclasses import replace

from catalyst_bot.clock import Clock
from catalyst_bot.errors import SourceError
from catalyst_bot.model import Page
from catalyst_bot.ops.health import Health, SourceHealth
from catalyst_bot.ops.metrics import Metrics
from catalyst_bot.sources.parsed import Parsed

logger = logging.getLogger(__name__)

_RECOVERED = 3  # the tier that may lose text


class SourceReport:
    """Turns the outcomes of polls into what is shown; decides nothing itself."""

    def __init__(
        self, name: str, *, clock: Clock, metrics: Metrics, health: Health
    ) -> None:
        self._name = name
        self._clock = clock
        self._metrics = metrics
        self._metrics.feed_failures.labels(name)
        self._health = health
        self._now = SourceHealth(name=name)
        self._damage = ""
        self._move = ""
        self._oddities: tuple[str, ...] = ()

    @property
    def failures(self) -> int:
        """Return how many polls failed in a row."""
        return self._now.failures

    def resting(self, *, seconds: float, interval: float) -> None:
        """Show that the next poll is due in `seconds` real seconds.

        It is called each few seconds, also in back-off: health takes each call as a
        sign of life of the loop.
        """
        due = self._clock.unix() + seconds
        self._now = replace(self._now, next_poll=due, interval=interval)
        self._health.source(self._now)

    def unchanged(self, result: str) -> None:
        """Count what went well without news.

        "not_modified" (304), "same" (the hash), or "connected" (a stream).
        """
        self._succeeded(result)

    def changed(self, page: Page, parsed: Parsed) -> None:
        """Count a page that was accepted."""
        self._metrics.feed_parse_tier.labels(self._name, str(parsed.tier)).inc()
        self._damage = (
            "its XML is so damaged that text may be missing"
            if parsed.tier >= _RECOVERED
            else ""
        )
        newest = max(
            (item.published_at.timestamp() for item in page.items),
            default=self._now.last_item,
        )
        self._now = replace(
            self._now,
            tier=str(parsed.tier),
            items=len(page.items),
            last_item=max(newest, self._now.last_item),
        )
        self._tell_oddities(parsed)
        self._succeeded("changed")
        if page.is_silent:
            extra = {"source": self._name, "items": len(page.items)}
            logger.info("source primed", extra=extra)

    def alive(self, *, interval: float) -> None:
        """Show that a stream stands, or that its news comes another way.

        Called each few seconds: a stream has no polls that could succeed.
        """
        unix = self._clock.unix()
        self._metrics.feed_last_success.labels(self._name).set(unix)
        self._now = replace(self._now, last_success=unix, interval=interval)
        self._health.source(self._now)

    def moved(self, url: str) -> None:
        """Keep in sight that the source has a new address; "" when it has not."""
        self._move = (
            f"moved for good to {url}: change it in sources.toml" if url else ""
        )

    def gap(self, detail: str) -> None:
        """Say that items may have come and gone between two polls."""
        logger.warning("source gap", extra={"source": self._name, "detail": detail})

    def failed(self, error: SourceError) -> None:
        """Count a poll that failed in a way that was foreseen."""
        if error.reason != self._now.reason:
            logger.log(
                logging.ERROR if error.is_permanent else logging.WARNING,
                "source failed",
                extra={"source": self._name, "reason": error.reason},
            )
        loud = f"{error.reason}: somebody must look" if error.is_permanent else ""
        self._failed(error.reason, notice=loud)

    def broke(self, error: Exception) -> None:
        """Count a poll that failed in a way nobody foresaw; logs the traceback."""
        logger.error("source broke", exc_info=error, extra={"source": self._name})
        self._metrics.unexpected_errors.labels("source").inc()
        reason = f"unexpected {type(error).__name__}: the log has its traceback"
        self._failed(reason, notice=reason)

    def _succeeded(self, result: str) -> None:
        unix = self._clock.unix()
        self._metrics.feed_polls.labels(self._name, result).inc()
        self._metrics.feed_last_success.labels(self._name).set(unix)
        if self._now.failures:
            extra = {"source": self._name, "failures": self._now.failures}
            logger.info("source recovered", extra=extra)
        self._now = replace(self._now, last_success=unix, failures=0, reason="")
        self._notice(self._damage or self._move)

    def _failed(self, reason: str, *, notice: str) -> None:
        self._metrics.feed_polls.labels(self._name, "failed").inc()
        self._metrics.feed_failures.labels(self._name).inc()
        failures = self._now.failures + 1
        self._now = replace(self._now, failures=failures, reason=reason)
        self._notice(notice or self._damage or self._move)

    def _notice(self, text: str) -> None:
        self._health.notice(f"source {self._name}", text)

    def _tell_oddities(self, parsed: Parsed) -> None:
        if parsed.warnings and parsed.warnings != self._oddities:
            logger.warning(
                "source page is odd",
                extra={
                    "source": self._name,
                    "warnings": "; ".join(parsed.warnings),
                    "skipped": parsed.skipped,
                },
            )
        self._oddities = parsed.warnings
