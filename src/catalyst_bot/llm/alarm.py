"""Bounds many waits by one timer.

`asyncio.timeout` sets a timer for each wait: with 64 requests in flight that is a tenth
of what a request costs. Almost all of them end early, so one timer for the next that is
due is enough.
"""

import asyncio
from types import TracebackType
from typing import Self


class Alarms:
    """The alarms of one event loop, and the timer for the first of them."""

    def __init__(self) -> None:
        self._set: set[Alarm] = set()
        self._timer: asyncio.TimerHandle | None = None

    def after(self, seconds: float) -> "Alarm":
        """Return a block that is cancelled and raises TimeoutError after `seconds`."""
        return Alarm(self, seconds)

    def add(self, alarm: "Alarm") -> None:
        """Ring this one too; one that is due before all others moves the timer."""
        self._set.add(alarm)
        if self._timer is None or alarm.when < self._timer.when():
            self._wait_for(alarm.when)

    def discard(self, alarm: "Alarm") -> None:
        """Ring this one no more; the timer finds that out by itself."""
        self._set.discard(alarm)

    def _wait_for(self, when: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_at(when, self._ring)

    def _ring(self) -> None:
        self._timer = None
        now = asyncio.get_running_loop().time()
        for alarm in [alarm for alarm in self._set if alarm.when <= now]:
            self._set.discard(alarm)
            alarm.ring()
        if self._set:
            self._wait_for(min(alarm.when for alarm in self._set))


class Alarm:
    """One bounded block of the task that entered it; `when` is in the loop's time."""

    __slots__ = (
        "_alarms",
        "_before",
        "_began",
        "_has_rung",
        "_seconds",
        "_task",
        "when",
    )

    def __init__(self, alarms: Alarms, seconds: float) -> None:
        self._alarms, self._seconds = alarms, seconds
        self._has_rung = False

    def __enter__(self) -> Self:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - a block that waits is in a task
        self._task, self._before = task, task.cancelling()
        self._began = task.get_loop().time()
        self.when = self._began + self._seconds
        self._alarms.add(self)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._alarms.discard(self)
        if not self._has_rung:
            return
        is_alone = self._task.uncancel() <= self._before  # nobody else cancelled it
        if is_alone and kind is asyncio.CancelledError:
            raise TimeoutError from error

    def last(self, seconds: float) -> None:
        """Ring `seconds` after the beginning, unless it has rung already."""
        if not self._has_rung:
            self._alarms.discard(self)
            self.when = self._began + seconds
            self._alarms.add(self)

    def ring(self) -> None:
        """Cancel the task: its time has come."""
        self._has_rung = True
        self._task.cancel()
