"""Asks one source with care: for no longer than its time, and not while it is ill.

Whatever it does, its state is told in words and the other sources go on.
"""

import asyncio
import logging
from dataclasses import dataclass

from catalyst_bot.clock import Clock
from catalyst_bot.errors import AskedTooOften, SourceError, StorageError
from catalyst_bot.ops.metrics import Metrics
from catalyst_bot.ops.patience import Patience
from catalyst_bot.search.model import Findings, Hit, Source, SourceState, Wanted

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came of asking one source."""

    state: SourceState
    hits: tuple[Hit, ...] = ()


class Asked:
    """One source of searches, and how it did before."""

    def __init__(
        self,
        name: str,
        source: Source,
        *,
        timeout: float,
        clock: Clock,
        metrics: Metrics,
    ) -> None:
        self.name = name
        self._source, self._timeout = source, timeout
        self._clock, self._metrics = clock, metrics
        self._patience = Patience()

    async def ask(self, wanted: Wanted) -> Answer:
        """Return what it finds within its time, or why it finds nothing."""
        began = self._clock.monotonic()
        rest = self._patience.rest(began)
        if rest > 0:
            return self._failed(began, f"left alone for {rest:.0f} s after it failed")
        try:
            async with asyncio.timeout(self._timeout):
                found = await self._source.find(wanted)
        except TimeoutError:
            return self._ill(began, f"no answer within {self._timeout:g} s")
        except AskedTooOften as error:
            return self._failed(began, error.reason)
        except SourceError as error:
            return self._ill(began, error.reason, retry_after=error.retry_after)
        except StorageError as error:
            return self._ill(began, str(error))
        except Exception:  # the edge of one source: the others still answer
            logger.exception("search broke off", extra={"source": self.name})
            self._metrics.unexpected_errors.labels("search").inc()
            return self._ill(began, "broke off: see the log")
        self._patience.succeeded()
        return self._answered(began, found)

    def _answered(self, began: float, found: Findings) -> Answer:
        self._metrics.searches.labels(self.name, "answered").inc()
        state = SourceState(
            name=self.name,
            ok=True,
            ms=self._since(began),
            count=len(found.hits),
            error=found.remark,
        )
        return Answer(state=state, hits=found.hits)

    def _ill(
        self, began: float, reason: str, *, retry_after: float | None = None
    ) -> Answer:
        self._patience.failed(self._clock.monotonic(), retry_after=retry_after)
        return self._failed(began, reason)

    def _failed(self, began: float, reason: str) -> Answer:
        self._metrics.searches.labels(self.name, "failed").inc()
        ms = self._since(began)
        return Answer(state=SourceState(name=self.name, ok=False, ms=ms, error=reason))

    def _since(self, began: float) -> int:
        return round(1000 * (self._clock.monotonic() - began))
