"""Reads Alpaca's news stream for ever: what it pushes, and over REST what it missed.

Three tasks work while the stream stands: one receives, one commits, one catches up. So
a slow disk or a slow REST service holds up no frame, and a full inbox loses none for
good. The loop rests on event time as all sources do; the network is real.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import NoReturn

from catalyst_bot.clock import Clock
from catalyst_bot.errors import CatalystError, SourceError, StorageError
from catalyst_bot.model import Page, SourceState
from catalyst_bot.ops.metrics import Metrics
from catalyst_bot.sources.alpaca import AlpacaParser, read_messages
from catalyst_bot.sources.alpaca_rest import AlpacaRest
from catalyst_bot.sources.alpaca_wire import OpenWire, Wire
from catalyst_bot.sources.backoff import LONGEST_PAUSE
from catalyst_bot.sources.catalogue import SourceConfig
from catalyst_bot.sources.inbox import Frame, Inbox, as_page
from catalyst_bot.sources.observer import Observer, ReadPage
from catalyst_bot.sources.parsed import Parsed, Receipt, joined
from catalyst_bot.sources.poller import Sink
from catalyst_bot.sources.report import SourceReport

LOOK = 10.0  # seconds between two signs of life, and between tries to catch up
AT_ONCE = 100  # frames of one transaction
LONGEST_WAIT = 30.0  # seconds between two tries to connect
TAKEN_SPREAD = 25.0  # seconds, on top of those that an error names
STEADY = 30.0  # seconds after which a stream counts as well


class AlpacaStream:
    """The loop of one stream; every failure but a StorageError stays inside.

    `random` gives 0 <= x < 1. `config.interval` is how often REST is asked for news
    while the stream is away; `look` (seconds) how often the loop shows that it lives.
    """

    def __init__(
        self,
        config: SourceConfig,
        *,
        wire: OpenWire,
        rest: AlpacaRest,
        sink: Sink,
        clock: Clock,
        report: SourceReport,
        metrics: Metrics,
        random: Callable[[], float],
        observer: Observer | None = None,
        look: float = LOOK,
    ) -> None:
        self._config, self._open_wire, self._rest = config, wire, rest
        self._sink, self._clock, self._report = sink, clock, report
        self._metrics, self._random, self._observer = metrics, random, observer
        self._look = look
        self._parser = AlpacaParser(source=config.name)
        self._state = SourceState()
        self._inbox = Inbox()
        self._turn = asyncio.Lock()  # of the ledger: two tasks commit
        self._is_behind = asyncio.Event()  # there is something to catch up with
        self._since = ""  # the cursor when the inbox first overflowed
        self._asked = float("-inf")  # when REST was last asked, monotonic
        self._failures = 0
        self._is_standing = False

    async def run(self) -> NoReturn:
        """Read until cancelled.

        Raises:
            StorageError: the database failed; it ends the process.
        """
        self._state = await self._sink.state_of(self._config.name)
        while True:
            began = self._clock.monotonic()
            error = await self._read()
            is_steady = self._clock.monotonic() - began > STEADY
            self._failures = 1 if is_steady else self._failures + 1
            await self._sleep(self._pause(error))

    def wake(self) -> None:
        """Do nothing: a stream goes by no trading session."""

    async def _read(self) -> SourceError | None:
        """Read until the stream ends; return why, None for what nobody foresaw."""
        try:
            error = await self._stand()
            await self._ask_meanwhile()
        except StorageError:
            raise
        except Exception as unforeseen:  # noqa: BLE001 - the loop's edge; it is logged
            self._report.broke(unforeseen)
            return None
        self._report.failed(error)
        return error

    async def _stand(self) -> SourceError:
        """Connect and listen; return why that came to an end."""
        try:
            async with self._open_wire() as wire:
                self._is_standing = True
                self._report.unchanged("connected")
                self._alive()
                error = await self._listen(wire)
        except SourceError as refused:
            return refused
        finally:
            self._is_standing = False
        if isinstance(error, SourceError):
            return error
        raise error

    async def _listen(self, wire: Wire) -> CatalystError:
        """Receive, commit and catch up until one of them fails; return how."""
        ended: asyncio.Future[CatalystError] = asyncio.Future()
        self._is_behind.set()
        parts = (self._receive(wire), self._commit(), self._catch_up())
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(_tell(part, ended)) for part in parts]
            error = await ended
            async with self._turn:  # nothing is cut off in a transaction
                for task in tasks:
                    task.cancel()
        try:
            while frames := await self._inbox.take(AT_ONCE, within=0):
                await self._keep(frames)
        except SourceError as fault:
            return fault
        return error

    async def _receive(self, wire: Wire) -> NoReturn:
        while True:
            frame = Frame(
                body=await wire.frame(),
                received_at=self._clock.now(),
                received=self._clock.monotonic(),
            )
            if not self._inbox.put(frame):
                self._count("dropped")
                begun = self._state.cursor or frame.received_at.isoformat()
                self._since = self._since or begun
                self._is_behind.set()

    async def _commit(self) -> NoReturn:
        while True:
            frames = await self._inbox.take(AT_ONCE, within=self._look)
            await self._keep(frames)
            self._alive()

    async def _keep(self, frames: Sequence[Frame]) -> None:
        """Commit what frames tell; they come oldest first.

        Raises:
            SourceError: Alpaca tells that something is wrong.
        """
        parsed = joined([self._parse(frame) for frame in frames])
        if parsed.items:
            items = parsed.items[::-1]
            await self._accept(replace(parsed, items=items))
            url = self._config.url
            await self._observe([as_page(frame, url) for frame in reversed(frames)])

    async def _catch_up(self) -> NoReturn:
        is_told = False
        while True:
            await self._is_behind.wait()
            try:
                await self._ask()
            except SourceError as error:
                if not is_told:
                    self._report.gap(f"not caught up yet: {error.reason}")
                is_told = True
                await asyncio.sleep(self._look)

    async def _ask_meanwhile(self) -> None:
        """Ask REST for news while the stream is away, each `interval` seconds."""
        interval = self._clock.real(self._config.interval)
        if self._clock.monotonic() - self._asked < interval:
            return
        try:
            await self._ask()
        except SourceError:  # the stream's own error is told
            return

    async def _ask(self) -> None:
        """Read over REST what came since the last item; the first answer primes."""
        self._is_behind.clear()
        self._asked = self._clock.monotonic()
        since, self._since = self._since or self._state.cursor, ""
        try:
            missed = await self._rest.missed(since)
            parsed = joined([self._parse_page(page) for page in missed.pages])
        except SourceError:
            self._since = since
            self._is_behind.set()
            raise
        if not missed.is_complete:
            self._report.gap("so much was missed that the oldest is left out")
        await self._accept(parsed)
        await self._observe(missed.pages)

    async def _accept(self, parsed: Parsed) -> None:
        """Commit items, newest first, with the cursor behind them.

        REST's first ever are recorded in silence; what is pushed is new by itself.
        """
        async with self._turn:
            times = [item.published_at.isoformat() for item in parsed.items]
            newest = max([self._state.cursor, *times])
            state = replace(
                self._state,
                cursor=newest or self._clock.now().isoformat(),  # of an empty page
                is_primed=self._state.is_primed or not parsed.is_pushed,
            )
            page = Page(
                source=self._config.name,
                items=parsed.items,
                state=state,
                is_silent=not (self._state.is_primed or parsed.is_pushed),
            )
            await self._sink.accept(page)
            self._state = state
        if self._is_standing:
            self._report.changed(page, parsed)
        else:
            self._alive()

    async def _observe(self, pages: Sequence[ReadPage]) -> None:
        if self._observer is not None:
            await self._observer.observe(self._config, pages)

    def _alive(self) -> None:
        self._report.alive(interval=max(self._config.interval, self._look))

    def _parse(self, frame: Frame) -> Parsed:
        """Return a frame's news; one that cannot be read costs itself only."""
        try:
            messages = read_messages(frame.body)
        except SourceError:
            self._count("unknown")
            return Parsed(items=(), tier=1, skipped=1)
        self._count("news", len(messages.notes))
        self._count("control", len(messages.control))
        self._count("unknown", messages.unknown)
        if messages.fault is not None:
            self._count("error")
            raise messages.fault
        receipt = Receipt(at=frame.received_at, monotonic=frame.received)
        return self._parser.read(messages, receipt)

    def _parse_page(self, page: ReadPage) -> Parsed:
        return self._parser.parse(
            page.answer.body,
            url=page.answer.url,
            charset=None,
            received_at=page.received_at,
            received=page.answer.received,
        )

    def _count(self, kind: str, count: int = 1) -> None:
        self._metrics.stream_messages.labels(self._config.name, kind).inc(count)

    def _pause(self, error: SourceError | None) -> float:
        """Return the seconds until the next try to connect."""
        draw = self._random()
        if error is not None and error.is_permanent:
            return LONGEST_PAUSE * (1 + draw) / 2
        if error is not None and error.retry_after is not None:
            return error.retry_after + draw * TAKEN_SPREAD
        return min(LONGEST_WAIT, 2.0 ** min(self._failures - 1, 10)) * draw

    async def _sleep(self, seconds: float) -> None:
        """Sleep in parts, so that the loop shows it lives."""
        while seconds > 0:
            part = min(seconds, self._look)
            self._report.resting(
                seconds=self._clock.real(seconds), interval=self._config.interval
            )
            await self._clock.sleep(part)
            seconds -= part


async def _tell(
    work: Awaitable[NoReturn], ended: asyncio.Future[CatalystError]
) -> None:
    """Do the work, and tell how it ended unless another task has told."""
    try:
        await work
    except CatalystError as error:
        if not ended.done():
            ended.set_result(error)
