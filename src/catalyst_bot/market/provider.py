"""One provider of prices, asked with care: never too often, never while it is ill."""

import logging
from collections.abc import Coroutine, Mapping, Sequence
from enum import StrEnum
from typing import Protocol

from catalyst_bot.card_state import Quote
from catalyst_bot.clock import Clock
from catalyst_bot.errors import QuoteError
from catalyst_bot.market.provider_speed import QUICK, Speed
from catalyst_bot.ops.health import Health
from catalyst_bot.ops.metrics import Metrics
from catalyst_bot.ops.patience import Patience, Tokens

MOST_AT_ONCE = 40  # requests under way

logger = logging.getLogger(__name__)


class Provider(Protocol):
    """Somebody's prices over HTTP."""

    @property
    def name(self) -> str: ...

    @property
    def most(self) -> int:
        """Return how many symbols one request may name."""

    @property
    def per_minute(self) -> int:
        """Return how many requests it takes in a minute."""

    async def fetch(self, symbols: Sequence[str]) -> Mapping[str, Quote]:
        """Return quotes by symbol, those it does not know left out.

        Raises:
            QuoteError: no answer that can be used.
        """


class Result(StrEnum):
    """How a request ended; a label of `quote_requests_total`."""

    ANSWERED = "answered"
    FAILED = "failed"


class Asker:
    """Asks one provider and remembers how that went."""

    def __init__(
        self, provider: Provider, *, clock: Clock, metrics: Metrics, health: Health
    ) -> None:
        self._provider, self._clock = provider, clock
        self._metrics, self._health = metrics, health
        self._speed, self._patience = Speed(), Patience()
        self._tokens = Tokens(provider.per_minute)
        self._under_way: dict[object, float] = {}  # since when, monotonic

    @property
    def name(self) -> str:
        return self._provider.name

    @property
    def most(self) -> int:
        """Return how many symbols one request may name."""
        return self._provider.most

    @property
    def may_ask(self) -> bool:
        """Tell whether a request may start now."""
        now = self._clock.monotonic()
        if self._patience.rest(now) > 0 or self._tokens.left(now) < 1:
            return False
        limit = 1 if self._patience.is_probing else MOST_AT_ONCE
        return len(self._under_way) < limit

    @property
    def has_spare(self) -> bool:
        """Tell whether more than half of its tokens are left: alerts need the rest."""
        now = self._clock.monotonic()
        return self.may_ask and self._tokens.left(now) > self._tokens.capacity / 2

    @property
    def is_quick(self) -> bool:
        """Tell whether an answer within the budget is likely.

        A request that hangs now says more than all that were answered before.
        """
        now = self._clock.monotonic()
        if self._patience.rest(now) > 0 or self._patience.is_probing:
            return False
        if any(now - since > QUICK for since in self._under_way.values()):
            return False
        return self._speed.is_quick

    def ask(
        self, symbols: Sequence[str]
    ) -> Coroutine[None, None, Mapping[str, Quote] | None]:
        """Return what gives the provider's word on `symbols`; None: it did not answer.

        The request counts from this call on, not from its first await: of a hundred
        that ask in one instant all would see room.
        """
        began, ticket = self._clock.monotonic(), object()
        self._tokens.take(began)
        self._under_way[ticket] = began
        return self._ask(symbols, ticket, began)

    async def _ask(
        self, symbols: Sequence[str], ticket: object, began: float
    ) -> Mapping[str, Quote] | None:
        result = Result.FAILED
        try:
            quotes = await self._provider.fetch(symbols)
            result = Result.ANSWERED
        except QuoteError as error:
            self._failed(str(error), error.retry_after)
            return None
        except Exception as error:  # the edge of one request: alerts go on
            logger.exception("provider of prices broke", extra={"provider": self.name})
            self._metrics.unexpected_errors.labels("quote").inc()
            self._failed(f"unexpected {type(error).__name__}", None)
            return None
        finally:
            del self._under_way[ticket]
            took = self._clock.monotonic() - began
            self._speed.add(took)
            self._metrics.quote_latency.observe(took)
            self._metrics.quote_requests.labels(self.name, result.value).inc()
        self._patience.succeeded()
        self._health.notice(f"quotes {self.name}", "")
        return quotes

    def _failed(self, reason: str, retry_after: float | None) -> None:
        now = self._clock.monotonic()
        was_resting = self._patience.rest(now) > 0
        self._patience.failed(now, retry_after=retry_after)
        rest = self._patience.rest(now)
        if rest and not was_resting:
            extra = {"provider": self.name, "reason": reason, "seconds": round(rest)}
            logger.warning("provider of prices left alone", extra=extra)
            text = f"no prices: {reason}; asked again in {rest:.0f} s"
            self._health.notice(f"quotes {self.name}", text)
