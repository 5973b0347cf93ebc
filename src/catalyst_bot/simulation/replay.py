"""Plays a recording: serves its bodies as they came, and sets the bot's time to them.

Event time stands at the receipt of the page that is played, and the next page waits
until the last one was read, committed and posted. So at any speed, on any machine, the
bot decides what it decided then, in the same order.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from catalyst_bot.clock import SystemClock
from catalyst_bot.simulation.feed_shapes import Feed
from catalyst_bot.simulation.feeds import Document, FakeFeeds
from catalyst_bot.sources.catalogue import SourceConfig
from catalyst_bot.sources.observer import ReadPage
from catalyst_bot.sources.parsed import Parsed
from catalyst_bot.sources.parsers import Parser, build_parser
from catalyst_bot.sources.recording import Damage, Recorded, read_recording

PATIENCE = 10.0  # real seconds that a page gets to be read: the fetch's own deadline
_REST = 1.0  # seconds between polls; below 5 it holds at all hours
_LOOK = 0.005  # seconds between two looks at the queues
_RETRY = 0.02  # seconds until a source's loop may ask again for the same page
PAGE = 100  # entries of EDGAR's pages when its address names no other count


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """What a recording holds; `sources` have the first line of each as it was found."""

    sources: Mapping[str, Recorded]
    pages: int  # lines that can be played
    first: datetime | None
    last: datetime | None
    damage: tuple[Damage, ...]

    @property
    def is_recording(self) -> bool:
        """Return whether the file ever was one."""
        return self.pages > 0 or any(line.is_ours for line in self.damage)


def survey(path: Path) -> Survey:
    """Read a recording from end to end.

    Raises:
        OSError: it cannot be read.
    """
    sources: dict[str, Recorded] = {}
    damage: list[Damage] = []
    pages, first, last = 0, None, None
    for line in read_recording(path):
        if isinstance(line, Damage):
            damage.append(line)
            continue
        sources.setdefault(line[1].source, line[1])
        moment = line[1].received_at.astimezone(UTC)
        pages += 1
        first, last = min(first or moment, moment), max(last or moment, moment)
    return Survey(
        sources=sources,
        pages=pages,
        first=first,
        last=last,
        damage=tuple(damage),
    )


class ReplayClock(SystemClock):
    """Event time that stands where the player puts it; all else is real."""

    def __init__(self, start: datetime) -> None:
        self.moment = start

    def now(self) -> datetime:
        return self.moment


class StoryClock(ReplayClock):
    """Lets also the ages of stories and cards go by event time, from now on.

    They are kept in unix seconds: an hour of the recording must be an hour to them.
    """

    def __init__(self, clock: ReplayClock) -> None:
        self._clock, self._start = clock, clock.now()
        self._base = clock.unix()

    def now(self) -> datetime:
        return self._clock.now()

    def unix(self) -> float:
        return self._base + (self.now() - self._start).total_seconds()


class SourceClock(ReplayClock):
    """Lets one source's loop rest until a page of it is there to be read."""

    def __init__(self, clock: ReplayClock, fresh: asyncio.Event) -> None:
        self._clock, self._fresh = clock, fresh

    def now(self) -> datetime:
        return self._clock.now()

    async def sleep(self, seconds: float) -> None:
        del seconds
        if self._fresh.is_set():  # the last poll failed, or the next page is very near
            await asyncio.sleep(_RETRY)
        await self._fresh.wait()


class Player:
    """Plays a recording into a bot that was opened with these parts.

    Args:
        speed: seconds of the recording in a real one; 0 is as fast as it goes.
    """

    def __init__(
        self,
        path: Path,
        found: Survey,
        *,
        start: datetime,
        feeds: FakeFeeds,
        speed: float,
    ) -> None:
        self._path, self._feeds, self._speed = path, feeds, speed
        self._first = found.sources
        self._start = start
        self._documents = {
            source: f"source-{number}"
            for number, source in enumerate(found.sources, start=1)
        }
        self._fresh = {source: asyncio.Event() for source in found.sources}
        self._urls = {source: line.url for source, line in found.sources.items()}
        self.clock = ReplayClock(start)
        self.story_clock = StoryClock(self.clock)
        self._playing = ""  # the source whose page is played
        self._is_read = asyncio.Event()
        self.played = 0
        self.unread: list[int] = []  # numbers of lines that no parser reads any more

    def sources(self) -> tuple[SourceConfig, ...]:
        """Return the sources of the recording, at the loopback feed server."""
        return tuple(
            SourceConfig(
                name=source,
                kind=line.kind,
                url=self._feeds.url(self._documents[source]),
                interval=_REST,
                enabled=True,
                is_market=line.is_market,
                zone=line.zone,
            )
            for source, line in self._first.items()
        )

    def parser(self, config: SourceConfig) -> Parser:
        """Return a parser to which a page still has the address it was read from."""
        return _ParserAt(build_parser(config), lambda: self._urls[config.name])

    def source_clock(self, source: str) -> SourceClock:
        """Return the clock of a source's loop."""
        return SourceClock(self.clock, self._fresh[source])

    async def observe(self, config: SourceConfig, pages: Sequence[ReadPage]) -> None:
        """Note that what is served was read and committed."""
        del pages
        self._fresh[config.name].clear()
        if config.name == self._playing:
            self._is_read.set()

    async def play(self, is_done: Callable[[], Awaitable[bool]]) -> None:
        """Play all lines; `is_done` tells whether what was read is posted by now."""
        began, last = self.clock.monotonic(), dict.fromkeys(self._first, b"")
        lines = read_recording(self._path)
        while (line := await asyncio.to_thread(next, lines, None)) is not None:
            if isinstance(line, Damage):
                continue
            number, recorded = line
            if recorded.page:  # an older page; it is asked for with the first one
                self._publish(recorded)
                continue
            await self._wait(recorded.received_at, began)
            if recorded.body == last[recorded.source]:
                continue  # what changed it in between is damaged
            if not await self._serve(recorded):
                self.unread.append(number)
                continue
            self.played += 1
            last[recorded.source] = recorded.body
            while not await is_done():  # noqa: ASYNC110 - the ledger sets no event
                await asyncio.sleep(_LOOK)

    async def _wait(self, moment: datetime, began: float) -> None:
        if self._speed:
            due = (moment - self._start) / timedelta(seconds=self._speed)
            await asyncio.sleep(max(0.0, began + due - self.clock.monotonic()))
        self.clock.moment = moment

    async def _serve(self, recorded: Recorded) -> bool:
        """Serve a page; return whether it was read in time."""
        self._urls[recorded.source] = recorded.url
        document = self._publish(recorded)
        self._playing = recorded.source
        self._is_read.clear()
        self._fresh[recorded.source].set()
        try:
            async with asyncio.timeout(PATIENCE):
                await self._is_read.wait()
        except TimeoutError:
            self._fresh[recorded.source].clear()
        document.feeds = {0: document.feeds[0]}  # older pages belong to one poll
        return self._is_read.is_set()

    def _publish(self, recorded: Recorded) -> Document:
        kept = dict(recorded.headers)
        kind = kept.get("content-type", "application/octet-stream")
        feed = Feed(body=recorded.body, content_type=kind)
        name = self._documents[recorded.source]
        return self._feeds.publish(name, feed, start=recorded.page * PAGE)


class _ParserAt:
    def __init__(self, parser: Parser, url: Callable[[], str]) -> None:
        self._parser, self._url = parser, url

    def parse(
        self,
        body: bytes,
        *,
        url: str,
        charset: str | None,
        received_at: datetime,
        received: float,
    ) -> Parsed:
        del url
        return self._parser.parse(
            body,
            url=self._url(),
            charset=charset,
            received_at=received_at,
            received=received,
        )
