"""Holds new posts back while an operator wants it so.

    pause -> posts wait in the ledger; polls, edits and readings go on
    resume, or its time is over -> newest first; what is too old by then expires

It is one fact in the ledger, so a restart neither ends nor forgets it.
"""

import asyncio
import logging
import math
from datetime import UTC, datetime

from catalyst_bot.clock import Clock
from catalyst_bot.model import Hold
from catalyst_bot.ops.health import Health
from catalyst_bot.ops.metrics import Metrics
from catalyst_bot.storage import remembered, waiting_posts
from catalyst_bot.storage.ledger import Ledger

LOOK = 1.0  # seconds between two looks at whether a pause is over
EBB = 60.0  # seconds after a pause in which what it held still goes out
NOTICE = "pause"

logger = logging.getLogger(__name__)


class Pause:
    """Whether posts are held; `load` it before they start, and `run` it beside them."""

    def __init__(
        self, ledger: Ledger, *, clock: Clock, metrics: Metrics, health: Health
    ) -> None:
        self._ledger, self._clock = ledger, clock
        self._metrics, self._health = metrics, health
        self._turn = asyncio.Lock()
        self._over = asyncio.Event()
        self._hold: Hold | None = None
        self._began = self._ended = -math.inf  # monotonic: of the last pause
        self._over.set()

    @property
    def hold(self) -> Hold | None:
        """Return the pause in force, None while posts go out."""
        return self._hold

    async def load(self) -> None:
        """Take up the pause of an earlier start, if it is not over."""
        load = remembered.load_hold
        self._show(await self._ledger.recall(remembered.HOLD_FACT, load))
        await self._end_in_time()

    async def run(self) -> None:
        """End the pause when its time is over, until cancelled."""
        while True:
            await asyncio.sleep(LOOK)
            await self._end_in_time()

    async def over(self) -> None:
        """Wait until posts may go out."""
        await self._over.wait()

    def has_held(self, put: float) -> bool:
        """Tell whether a post put then, in monotonic seconds, waited for a pause."""
        return put <= self._ended

    def has_outlasted(self, put: float, *, max_age: float) -> bool:
        """Tell whether it is by the last pause that a post put then is too old now."""
        return self._began <= put + max_age <= self._ended + EBB

    async def begin(self, *, minutes: float | None) -> Hold:
        """Hold posts for `minutes`, None: until `end`; a pause in force gets that end.

        Raises:
            StorageError: it was not kept, and nothing changed.
        """
        async with self._turn:
            now = self._clock.unix()
            hold = Hold(
                since=self._hold.since if self._hold else now,
                until=None if minutes is None else now + 60 * minutes,
            )
            await self._ledger.done(facts=[remembered.save_hold(hold)])
            self._show(hold)
        logger.warning("posts paused", extra={"until": words_of(hold)})
        return hold

    async def end(self, *, why: str = "asked for") -> bool:
        """Let posts go out, newest first; False when none were held.

        Raises:
            StorageError: it was not kept, and nothing changed.
        """
        async with self._turn:
            if self._hold is None:
                return False
            unix = self._clock.unix()
            order = waiting_posts.newest_first(unix=unix)
            await self._ledger.done(facts=[remembered.save_hold(None), order])
            self._ended = self._clock.monotonic()
            self._began = self._ended - (unix - self._hold.since)
            self._show(None)
        logger.warning("posts resumed", extra={"why": why})
        return True

    async def _end_in_time(self) -> None:
        hold = self._hold
        if hold and hold.until is not None and hold.until <= self._clock.unix():
            await self.end(why="its time was over")

    def _show(self, hold: Hold | None) -> None:
        self._hold = hold
        if hold is None:
            self._over.set()
        else:
            self._over.clear()
        self._metrics.posts_paused.set(hold is not None)
        self._health.paused_since = hold.since if hold else 0.0
        self._health.notice(NOTICE, notice_of(hold))


def notice_of(hold: Hold | None) -> str:
    """Return what an operator must know of a pause, "" without one."""
    if hold is None:
        return ""
    return f"new alerts are held {words_of(hold)}; catalyst-bot resume ends it"


def words_of(hold: Hold) -> str:
    """Return when a pause ends: "until 2026-11-21 14:30:00 UTC"."""
    if hold.until is None:
        return "until somebody resumes"
    return f"until {datetime.fromtimestamp(hold.until, UTC):%Y-%m-%d %H:%M:%S} UTC"
