"""Holds what a stream pushes until it is committed: bounded, for news never waits."""

import asyncio
from collections import deque
from dataclasses import dataclass
from datetime import datetime

from catalyst_bot.sources.answers import shown
from catalyst_bot.sources.fetch import Fetched
from catalyst_bot.sources.observer import ReadPage

MOST_FRAMES = 1_000
MOST_BYTES = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One message as it came, and when."""

    body: bytes
    received_at: datetime
    received: float  # monotonic


class Inbox:
    """Frames in their order; when it is full, a new one is refused."""

    def __init__(self) -> None:
        self._frames: deque[Frame] = deque()
        self._bytes = 0
        self._changed = asyncio.Event()

    def put(self, frame: Frame) -> bool:
        """Keep a frame; False: there is no room for it."""
        is_full = len(self._frames) >= MOST_FRAMES or self._bytes > MOST_BYTES
        if not is_full:
            self._frames.append(frame)
            self._bytes += len(frame.body)
            self._changed.set()
        return not is_full

    async def take(self, limit: int, *, within: float) -> list[Frame]:
        """Return the oldest frames, at most `limit`; none after `within` seconds."""
        try:
            async with asyncio.timeout(within):
                while not self._frames:
                    self._changed.clear()
                    await self._changed.wait()
        except TimeoutError:
            return []
        count = min(limit, len(self._frames))
        taken = [self._frames.popleft() for _ in range(count)]
        self._bytes -= sum(len(frame.body) for frame in taken)
        return taken


def as_page(frame: Frame, url: str) -> ReadPage:
    """Return a frame in the form that a recording keeps."""
    answer = Fetched(
        status=200,
        url=shown(url),
        headers=(),
        body=frame.body,
        charset="utf-8",
        received=frame.received,
        moved_to="",
    )
    return ReadPage(answer=answer, number=0, received_at=frame.received_at)
