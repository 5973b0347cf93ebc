"""Let systemd restart a process that lives but makes no progress.

A blind timer would prove only that the loop spins: a ping goes out when the loop is in
time, the ledger writes and every source's loop ticks.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence

from catalyst_bot.ops.notify import Notifier

logger = logging.getLogger(__name__)

LONGEST_LAG = 1.0  # seconds
LONGEST_SILENCE = 30.0  # seconds without a commit; an idle ledger probes each 5 s
RECHECK = 1.0  # seconds, while a ping is withheld


class Watchdog:
    """Pings while all is well; each callable is asked before each ping.

    Args:
        period: seconds between two pings, half of systemd's limit; 0.0 = off.
        loop_lag: seconds the event loop is late.
        ledger_age: seconds since the last commit.
        silent_sources: names of the sources whose loop hangs.
    """

    def __init__(
        self,
        notifier: Notifier,
        *,
        period: float,
        loop_lag: Callable[[], float],
        ledger_age: Callable[[], float],
        silent_sources: Callable[[], Sequence[str]],
    ) -> None:
        self._notifier = notifier
        self._period = period
        self._loop_lag = loop_lag
        self._ledger_age = ledger_age
        self._silent_sources = silent_sources

    async def run(self) -> None:
        """Ping until cancelled; return at once when no pings are wanted."""
        withheld = False
        while self._period:
            fault = self._fault()
            if fault and not withheld:
                logger.error("watchdog ping withheld", extra={"reason": fault})
            if not fault:
                self._notifier.alive()
            withheld = bool(fault)
            # A withheld ping is made up for as soon as the fault is over: one hiccup
            # at the wrong moment must not cost the process.
            wait = min(RECHECK, self._period) if withheld else self._period
            await asyncio.sleep(wait)

    def _fault(self) -> str:
        lag, age, silent = self._loop_lag(), self._ledger_age(), self._silent_sources()
        if lag >= LONGEST_LAG:
            return f"event loop {lag:.1f} s late"
        if age > LONGEST_SILENCE:
            return f"ledger wrote nothing for {age:.0f} s"
        return f"sources hang: {', '.join(silent)}" if silent else ""
