"""How we stand with Discord at one place: what each of its answers means for the next.

429 -> a pause; 401, 403, 404 of the place -> its death; too many of them -> silence
"""

import logging

from catalyst_bot.clock import Clock
from catalyst_bot.delivery.allowance import Allowance
from catalyst_bot.delivery.answer import Answer
from catalyst_bot.delivery.routes import Route, Routes
from catalyst_bot.errors import DeliveryError, DestinationDead, NotSent
from catalyst_bot.ops.health import Health
from catalyst_bot.ops.metrics import Metrics

logger = logging.getLogger(__name__)


class Standing:
    """What a place has learnt; `death` tells why nothing is sent any more, or ""."""

    def __init__(
        self,
        *,
        name: str,
        routes: Routes,
        allowance: Allowance,
        clock: Clock,
        metrics: Metrics,
        health: Health,
    ) -> None:
        self._name, self._routes, self._allowance = name, routes, allowance
        self._clock, self._metrics, self._health = clock, metrics, health
        self._is_ailing = False
        self.death = ""
        health.destination(name, fault="")

    def count(self, route: Route, answer: Answer | None) -> None:
        """Count the answer and learn the limits from it, also when none came."""
        now = self._clock.monotonic()
        status = answer.status if answer else 0
        headers = answer.headers if answer else {}
        self._routes.finish(route, status, headers, now)
        label = str(status) if answer else "none"
        self._metrics.discord_requests.labels(route.value, label).inc()
        is_well = answer is not None and answer.status < 500
        self._health.answered(self._name, is_well=is_well, unix=self._clock.unix())
        self._routes.answered.set()
        if answer is None:
            return
        if answer.is_success:
            self._allowance.succeeded()
        elif answer.is_invalid_request and self._allowance.invalid(now):
            self._ails("too many invalid requests: writing stops for up to 10 min")

    def judged(
        self, route: Route, answer: Answer, fault: DeliveryError
    ) -> DeliveryError:
        """Take the consequences of a refusal, and return it with its wait."""
        now = self._clock.monotonic()
        if isinstance(fault, DestinationDead):
            self._dies(str(fault))
        elif answer.is_cloudflare:
            wait = self._allowance.pause_for_cloudflare(answer.retry_after, now)
            self._ails(f"Cloudflare blocks us for {wait:.0f} s")
            return NotSent(str(fault), retry_after=wait)
        elif answer.status == 429 and isinstance(fault, NotSent):
            self._pauses(route, answer, fault.retry_after)
        return fault

    def recovered(self) -> None:
        """Take back what the operator was told of a pause: writing goes on."""
        if self._is_ailing:
            self._is_ailing = False
            self._health.destination(self._name, fault="")

    def _pauses(self, route: Route, answer: Answer, seconds: float) -> None:
        now = self._clock.monotonic()
        if answer.is_global:
            self._allowance.pause(seconds, now)
        elif route is Route.POST and answer.is_hidden_limit:
            self._routes.guard.pause(seconds, now)
        else:
            self._routes.pause(route, seconds, now)
        scope = answer.headers.get("X-RateLimit-Scope", "")
        extra = {"route": route.value, "scope": scope, "retry_after": seconds}
        logger.warning("rate limited", extra=extra)

    def _dies(self, reason: str) -> None:
        if not self.death:
            self.death = f"Discord refuses us ({reason}); reload when it is mended"
            self._health.destination(self._name, fault=self.death)
            extra = {"destination": self._name, "reason": reason}
            logger.error("destination dead: nothing is sent to it", extra=extra)
        self._routes.answered.set()

    def _ails(self, reason: str) -> None:
        """Tell the operator of a pause that somebody may have to look at."""
        self._is_ailing = True
        self._health.destination(self._name, fault=reason)
        logger.error("writing paused", extra={"reason": reason})
