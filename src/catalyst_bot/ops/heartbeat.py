"""Ping a dead-man service while the daemon does its job: it alarms when pings stop."""

import asyncio
import logging
import random
from collections.abc import Callable

import aiohttp

from catalyst_bot.ops.metrics import Metrics
from catalyst_bot.ops.secret import Secret

PERIOD = 60.0  # seconds; services of this kind count in minutes
LONGEST_WAIT = 900.0  # seconds between two tries while the service does not answer
WITHIN = 10.0  # seconds for one ping
ANSWER_CAP = 4096  # bytes of an answer that are read, and thrown away

logger = logging.getLogger(__name__)


class Heartbeat:
    """GETs `url` each `period` seconds while `is_ready`; whoever knows it may ping.

    What goes wrong is one line in the log: nothing waits for a ping.
    """

    def __init__(
        self,
        url: Secret,
        *,
        session: aiohttp.ClientSession,
        is_ready: Callable[[], bool],
        metrics: Metrics,
        period: float = PERIOD,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        self._url, self._session, self._is_ready = url, session, is_ready
        self._metrics, self._period, self._jitter = metrics, period, jitter
        self._failures = 0
        self._is_withheld = False

    async def run(self) -> None:
        """Ping until cancelled."""
        while True:
            if self._is_ready():
                await self._ping()
                self._is_withheld = False
                await asyncio.sleep(self._wait())
            else:
                self._withhold()
                await asyncio.sleep(min(1.0, self._period))

    def _wait(self) -> float:
        """Return the seconds until the next ping: longer while they fail."""
        if not self._failures:
            return self._period
        wait = min(LONGEST_WAIT, self._period * 2.0 ** min(self._failures - 1, 8))
        return wait * (0.75 + self._jitter() / 2)

    async def _ping(self) -> None:
        try:
            status = await self._get()
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            self._failed(type(error).__name__)  # its text may hold the address
        except Exception as error:  # noqa: BLE001 - the edge; no traceback: it has the URL
            self._metrics.unexpected_errors.labels("heartbeat").inc()
            self._failed(f"unexpected {type(error).__name__}")
        else:
            if 200 <= status < 300:
                self._succeeded()
            else:
                self._failed(f"HTTP {status}")

    async def _get(self) -> int:
        """Return the status of the answer; a redirect is not followed."""
        async with (
            asyncio.timeout(WITHIN),
            self._session.get(self._url.reveal(), allow_redirects=False) as response,
        ):
            await response.content.read(ANSWER_CAP)
            return response.status

    def _succeeded(self) -> None:
        self._metrics.heartbeat_pings.labels("ok").inc()
        if self._failures:
            logger.info("heartbeat ping answered again")
        self._failures = 0

    def _failed(self, why: str) -> None:
        self._metrics.heartbeat_pings.labels("failed").inc()
        self._failures += 1
        if self._failures == 1:
            logger.warning("heartbeat ping failed", extra={"why": why})

    def _withhold(self) -> None:
        if not self._is_withheld:
            self._metrics.heartbeat_pings.labels("withheld").inc()
        self._is_withheld = True
