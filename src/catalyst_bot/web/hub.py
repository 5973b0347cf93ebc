"""Tells every open page what changed, in one query for all of them.

    Lifecycle -> changed(key) -> ring -> run: archive -> each Stream's queue -> a page

The ring holds keys, not cards: what a page missed is read as it is when the page comes
back, and while nobody looks nothing is read at all.
"""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping

logger = logging.getLogger(__name__)

RING = 500  # changes that a page may have missed; beyond them it loads its lists anew
WAITING = 256  # alerts that one page may be behind; beyond them it is told to reset
STREAMS = 50
SETTLE = 0.05  # seconds: a burst of posts goes out first, then it is read at once
BEAT = 1.0  # seconds between two states

AlertsJSON = Callable[[Collection[str]], Awaitable[Mapping[str, bytes]]]


class NoPlace(Exception):
    """No stream may be opened: too many are, or the daemon is about to end."""


class Stream:
    """What one page has yet to be told; `number` is the last change it knows of."""

    def __init__(self, *, number: int) -> None:
        self.number = number
        self._status = b""
        self._waiting: deque[bytes] = deque()
        self._news = asyncio.Event()
        self._is_over = False

    def status(self, event: bytes) -> None:
        """Send the state; one that was not sent yet is replaced."""
        self._status = event
        self._news.set()

    def alert(self, event: bytes, *, reset: bytes) -> None:
        """Send an alert; a page too far behind gets `reset` for all that waits."""
        if len(self._waiting) >= WAITING:
            self.reset(reset)
        self._waiting.append(event)
        self._news.set()

    def reset(self, event: bytes) -> None:
        """Send nothing of what waits, but that everything must be loaded anew."""
        self._waiting.clear()
        self._waiting.append(event)
        self._news.set()

    def end(self) -> None:
        """Let the reply end now, whatever waits."""
        self._is_over = True
        self._news.set()

    async def chunks(self) -> AsyncIterator[bytes]:
        """Yield what there is to send, until the end."""
        while not self._is_over:
            if self._status or self._waiting:
                chunk = b"".join((self._status, *self._waiting))
                self._status = b""
                self._waiting.clear()
                yield chunk
            else:
                self._news.clear()
                await self._news.wait()


class Hub:
    """Fans changes out to at most 50 streams; `changed` never waits for any.

    `alerts` reads alerts as JSON by their keys, `status` is the daemon's state as JSON,
    `boot` a word that no other start of the daemon has.
    """

    def __init__(
        self,
        *,
        alerts: AlertsJSON,
        status: Callable[[], bytes],
        boot: str,
        broke: Callable[[], None] = lambda: None,
    ) -> None:
        self._alerts, self._status, self._boot = alerts, status, boot
        self._broke = broke
        self._number = 0
        self._ring: deque[tuple[int, str]] = deque(maxlen=RING)
        self._streams: set[Stream] = set()
        self._wake = asyncio.Event()
        self._is_over = False
        # Of this beat: fifty pages that open in one moment must not each have one made.
        self._state = b""

    def changed(self, key: str) -> None:
        """Note that an alert was posted, edited or read."""
        self._number += 1
        self._ring.append((self._number, key))
        self._wake.set()

    def open(self, last_id: str = "") -> Stream:
        """Return a new stream, which begins with the state; `leave` it in the end.

        `last_id` is the last that the page got of an earlier one: it gets what it
        missed since.

        Raises:
            NoPlace: 50 are open, or the daemon is about to end.
        """
        if self._is_over or len(self._streams) >= STREAMS:
            reason = "the daemon is about to end" if self._is_over else "too many pages"
            raise NoPlace(reason)
        number = self._number_of(last_id) if last_id else self._number
        stream = Stream(number=number)
        # With an id, so that a page that saw no alert yet can come back too.
        known = self._number if number < 0 else number
        self._state = self._state or self._status()
        stream.status(self._event("status", self._state, number=known))
        self._streams.add(stream)
        self._wake.set()
        return stream

    def leave(self, stream: Stream) -> None:
        """Forget a stream."""
        self._streams.discard(stream)

    async def run(self) -> None:
        """Tell the streams what changes, and each second how everything is."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._tell_changes(), name="hub changes")
            group.create_task(self._tell_status(), name="hub status")

    def close(self) -> None:
        """End all streams and open none any more: the server is about to stop."""
        self._is_over = True
        for stream in self._streams:
            stream.end()

    async def _tell_changes(self) -> None:
        while True:
            await self._wake.wait()
            await asyncio.sleep(SETTLE)
            self._wake.clear()
            try:
                await self._catch_up()
            except Exception:  # the edge of the page: alerts must go on
                logger.exception("pages not told")
                self._broke()
                self._reset_all()

    async def _catch_up(self) -> None:
        newest = self._number
        behind = {stream: self._since(stream.number) for stream in self._streams}
        keys = {key for missed in behind.values() for key in missed or ()}
        found = await self._alerts(keys) if keys else {}
        reset = self._event("reset", b"{}", number=newest)
        for stream, missed in behind.items():
            stream.number = newest
            if missed is None:
                stream.reset(reset)
                continue
            for key, number in missed.items():
                if key in found:
                    event = self._event("alert", found[key], number=number)
                    stream.alert(event, reset=reset)

    async def _tell_status(self) -> None:
        while True:
            await asyncio.sleep(BEAT)
            self._state = b""
            if not self._streams:
                continue
            try:
                event = self._event("status", self._status())
            except Exception:  # the edge of the page: alerts must go on
                logger.exception("state not told")
                self._broke()
                continue
            for stream in self._streams:
                stream.status(event)

    def _reset_all(self) -> None:
        event = self._event("reset", b"{}", number=self._number)
        for stream in self._streams:
            stream.number = self._number
            stream.reset(event)

    def _since(self, number: int) -> dict[str, int] | None:
        """Return the keys that changed after `number`, each with its last change.

        In the order of these; None when the ring does not reach back.
        """
        if number < self._number - len(self._ring):
            return None
        changes: dict[str, int] = {}
        for change, key in self._ring:
            if change > number:
                changes.pop(key, None)
                changes[key] = change
        return changes

    def _number_of(self, last_id: str) -> int:
        """Return the number of an id that we gave, -1 for any other."""
        boot, _, text = last_id.rpartition("-")
        number = int(text) if text.isascii() and text.isdecimal() else -1
        return number if boot == self._boot and number <= self._number else -1

    def _event(self, name: str, body: bytes, *, number: int | None = None) -> bytes:
        mark = b"" if number is None else f"id: {self._boot}-{number}\n".encode()
        return mark + f"event: {name}\ndata: ".encode() + body + b"\n\n"
